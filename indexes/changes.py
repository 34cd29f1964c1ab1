"""Changes of an index: each writes a generation that shares what it leaves as it is.

Added activities become one more segment, deleted ones leave the columns and stay in their segment;
:func:`compact` merges all segments into one. Nothing is encoded again.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from indexes.arrays import Rows
from indexes.assembly import Gathered
from indexes.columns import Columns
from indexes.fusion import Fusion
from indexes.generation import (
    KEPT,
    OVERVIEW,
    SEGMENT,
    TAGGER,
    TAGS,
    Overview,
    load_kept,
    next_segment,
    save_tags,
    segments,
)
from indexes.reading import Models, read_block
from indexes.record_log import RecordLog
from indexes.records import KeyTable, key_of
from indexes.searching import unknown_id
from indexes.segments import SegmentWriter, Stored
from indexes.store import (
    batches,
    current_folder,
    generation,
    models_of,
    read_manifest,
    verified,
    write_manifest,
    writer,
)
from indexes.themes import ARRAYS, REGISTRY, Earlier, ThemeSource, make_themes, refit
from indexes.themes import load as load_themes
from indexes.themes import save as save_themes
from nlp.abbreviations import written_out
from nlp.errors import RegioplanError, UsageError
from nlp.near_copies import SAME, closed
from nlp.normalise import stems
from nlp.records import Activity
from nlp.tagger import Tagger
from nlp.tagger_files import save_taggers
from nlp.theme_fit import Refit
from nlp.themes import Numbers

_LOG = logging.getLogger("regioplan")
MOST_SEGMENTS = 8  # more are merged when the next one is added
MOST_DELETED = 0.25  # share of the stored rows


@dataclass(frozen=True)
class _Now:
    """The current generation, checked, while this process is its only writer."""

    folder: Path
    manifest: dict[str, Any]
    models: Models

    @cached_property
    def stored(self) -> Stored:
        return Stored.load(segments(self.folder), load_kept(self.folder))


def append(store: Path, activities: Sequence[Activity], *, of_a_plan: bool = False) -> Path:
    """Add activities; encoder, tagger, glossary and themes stay as they are.

    :param of_a_plan: they lie in the plans folder, so a build finds them there; others are written
        into the log that it replays.
    :raises UsageError: no activities, or one is in the index already or given twice.
    :raises RegioplanError: another writer is at work, or the disk refuses.
    """
    _require_some(activities)
    return _change(store, activities, lambda _: np.zeros(0, dtype=np.int64), (), not of_a_plan)


def remove(store: Path, ids: Sequence[str]) -> Path:
    """Delete activities.

    :raises UsageError: no ids, one that no activity has, or all there are.
    :raises RegioplanError: another writer is at work, or the disk refuses.
    """
    if not ids:
        raise UsageError(
            "at least one id", "none", "take an id from 'regioplan search' or 'regioplan export'"
        )
    return _change(store, [], lambda stored: _rows_of(stored, ids), ids)


def update(store: Path, activities: Sequence[Activity]) -> Path:
    """Put activities in the place of those with their ids; an id nobody has is added.

    :raises UsageError: no activities, or one is given twice.
    :raises RegioplanError: another writer is at work, or the disk refuses.
    """
    _require_some(activities)
    wanted = [activity.id for activity in activities]
    return _change(store, activities, lambda stored: _rows_of(stored, wanted, missing=True))


def compact(store: Path) -> Path:
    """Merge all segments into one, without what was deleted; an index of one whole stays.

    :raises RegioplanError: another writer is at work, or the disk refuses.
    """
    with _current(store) as now:
        stored = now.stored
        if len(stored.segments) == 1 and stored.kept.stored is None:
            return now.folder
        with _next(store, now, lambda name: name == KEPT or name.startswith(SEGMENT)) as folder:
            target = SegmentWriter(
                folder / f"{SEGMENT}1", now.models.encoder.dimension, len(stored.kept)
            )
            start = 0
            for segment in stored.segments:
                places = np.arange(start, start + len(segment), dtype=np.int64)
                if stored.kept.stored is not None:
                    places = np.intersect1d(places, stored.kept.stored)
                if len(places):
                    target.copy(segment, places - start)
                start += len(segment)
            target.save()
    return current_folder(store)


def replace_taggers(store: Path, taggers: Sequence[Tagger]) -> Path:
    """Write a generation with other taggers; everything else stays as it is."""
    with _current(store) as now:
        models = replace(now.models, taggers=taggers)

        def old(name: str) -> bool:
            return name == TAGS or name.startswith(f"{TAGGER}/")

        with _next(store, now, old, models) as folder:
            records = now.stored.records
            tags = [
                [tagger.probabilities([a.text for a in some]) for tagger in taggers]
                for some in batches(records)
            ]
            save_tags(
                {
                    tagger.scheme: np.concatenate([block[i] for block in tags]).astype(np.float32)
                    for i, tagger in enumerate(taggers)
                },
                folder,
            )
            save_taggers(taggers, folder / TAGGER)
    return current_folder(store)


def replace_themes(store: Path, themes: Earlier) -> Path:
    """Write a generation with other themes; everything else stays as it is.

    Activities added since the themes were fitted are assigned to them.
    """

    def old(name: str) -> bool:
        return name in (REGISTRY, ARRAYS)

    with _current(store) as now, _next(store, now, old) as folder:
        source = _source(now.stored, now.models)
        made = make_themes(source, now.models.encoder, now.models.finder, themes)
        save_themes(made, folder)
    return current_folder(store)


def refitted_themes(store: Path) -> tuple[Earlier, Refit]:
    """Themes of the current generation fitted anew, under the ids of those before."""
    now = _now(store)
    source = _source(now.stored, now.models)
    fresh = make_themes(source, now.models.encoder, now.models.finder)
    earlier = Earlier(load_themes(now.folder), source.keys)
    themes, what = refit(fresh, source.keys, earlier)
    return Earlier(themes, source.keys), what


def _require_some(activities: Sequence[Activity]) -> None:
    if not activities:
        raise UsageError("at least one activity", "none", "check the file")


def _change(
    store: Path,
    activities: Sequence[Activity],
    gone: Callable[[Stored], Rows],
    removed: Sequence[str] = (),
    logged: bool = True,
) -> Path:
    """Delete rows and add activities, in one step that happens or does not.

    :param removed: ids that go for good.
    :param logged: later builds are to do the same.
    """
    log, written = RecordLog(store), 0
    try:
        with _current(store) as now, _changed(store, now, activities, gone):
            # Last before the swap: what is in the index is in the log too.
            written = log.write(removed, activities) if logged else 0
    except BaseException:
        if written:
            log.undo(written)
        raise
    return _settled(store)


@contextmanager
def _changed(
    store: Path, now: _Now, activities: Sequence[Activity], gone: Callable[[Stored], Rows]
) -> Iterator[None]:
    """A generation with rows deleted and activities added, swapped in at the end."""
    stored = now.stored
    rows = gone(stored)
    _require_new(stored, rows, activities)
    left = np.setdiff1d(np.arange(len(stored.kept), dtype=np.int64), rows)
    if not len(left) + len(activities):
        raise UsageError("an activity that stays", "none", "build another index instead")
    with _next(store, now, lambda name: name in (KEPT, *OVERVIEW)) as folder:
        before = Overview.load(now.folder)
        overview = before if len(left) == len(before) else before.take(left)
        kept = left if stored.kept.stored is None else stored.kept.stored[left]
        if activities:
            total = stored.kept.total
            kept = np.concatenate([kept, np.arange(total, total + len(activities))])
            overview = _with_more(folder, now.models, overview, kept, activities)
        overview.save(folder)
        if len(kept) < stored.kept.total + len(activities):
            np.save(folder / KEPT, kept)
        yield


def _with_more(
    folder: Path,
    models: Models,
    overview: Overview,
    kept: Rows,
    activities: Sequence[Activity],
) -> Overview:
    """Write the segment of added activities; returns the columns of all that there are then.

    :param kept: stored rows that are not deleted, those of the new segment among them.
    """
    name = next_segment(segments(folder))
    target = SegmentWriter(folder / name, models.encoder.dimension, len(activities))
    read = Gathered()
    for some in batches(activities):
        block = read_block(models, some)
        target.add(block)
        read.add(block)
    target.save()
    whole = Stored.load(segments(folder), kept)
    columns, tags = Columns.joined([overview.columns, read.columns()]), read.tags()
    first = len(overview)
    earlier = Earlier(overview.themes, whole.ids[:first])
    return Overview(
        texts=np.concatenate([overview.texts, read.texts()]),
        columns=columns,
        tags={
            scheme: np.concatenate([values, tags[scheme]])
            for scheme, values in overview.tags.items()
        },
        groups=_groups(whole, columns, overview.groups, activities, models),
        themes=make_themes(_source(whole, models), models.encoder, models.finder, earlier),
    )


def _groups(
    whole: Stored,
    columns: Columns,
    before: Numbers,
    activities: Sequence[Activity],
    models: Models,
) -> Numbers:
    """Groups of near-copies with some activities more, which may join groups together."""
    words = whole.words()
    regions = columns.facets["region"].places.flat
    first = len(before)
    left, right = [np.arange(first, dtype=np.int64)], [before]
    for row, activity in enumerate(activities, start=first):
        said = frozenset(stems(written_out(activity.text, models.abbreviations)))
        same = np.flatnonzero((words.overlap(said) >= SAME) & (regions == regions[row]))
        left.append(np.full(len(same), row, dtype=np.int64))
        right.append(same.astype(np.int64))
    return closed(np.concatenate(left), np.concatenate(right), first + len(activities))


def _source(stored: Stored, models: Models) -> ThemeSource:
    """Stored activities as themes are made from them; concepts are looked for where needed."""
    records, finder = stored.records, models.finder

    def concepts(rows: Numbers) -> list[list[str]]:
        texts = (written_out(records[row].text, models.abbreviations) for row in rows.tolist())
        return [finder.with_ancestors(text) for text in texts]

    return ThemeSource(records, stored.ids, stored.dense().vectors, concepts)


def _rows_of(stored: Stored, ids: Sequence[str], *, missing: bool = False) -> Rows:
    """Rows of some ids.

    :param missing: leave out what is not there, instead of refusing it.
    """
    table, records = KeyTable(stored.ids), stored.records
    out = []
    for name in dict.fromkeys(ids):
        found = [r for r in table.rows(key_of(name)).tolist() if records[r].id == name]
        if not found and not missing:
            raise unknown_id(name)
        out += found
    return np.asarray(sorted(out), dtype=np.int64)


def _require_new(stored: Stored, gone: Rows, activities: Sequence[Activity]) -> None:
    wanted = [activity.id for activity in activities]
    if len(set(wanted)) < len(wanted):
        raise UsageError("every activity once", "one given twice", "leave out the repeated records")
    there = set(_rows_of(stored, wanted, missing=True).tolist()) - set(gone.tolist())
    if there:
        known = stored.records[min(there)].id
        raise UsageError(
            "new activities", f"'{known}', which is in the index", "leave it out, or update it"
        )


def _settled(store: Path) -> Path:
    """Merge the segments where they became too many or hold too much that is deleted.

    The change before is done whatever comes of this: what cannot be merged now, as another writer
    is at work, is merged with the next change.
    """
    try:
        _, manifest = read_manifest(store)
        stored = sum(manifest["segments"])
        if len(manifest["segments"]) > MOST_SEGMENTS or manifest["deleted"] > MOST_DELETED * stored:
            compact(store)
    except RegioplanError as error:
        _LOG.info("the segments are merged later: %s", error)
    return current_folder(store)


@contextmanager
def _current(store: Path) -> Iterator[_Now]:
    with writer(store):  # what is read here must still be the newest when it is written
        yield _now(store)


def _now(store: Path) -> _Now:
    """The current generation, checked.

    :raises IndexMissing: nothing built.
    :raises IndexDamaged: a file is missing or differs.
    """
    folder = current_folder(store)
    manifest = verified(folder)
    return _Now(folder, manifest, models_of(folder, manifest))


@contextmanager
def _next(
    store: Path, now: _Now, changed: Callable[[str], bool], models: Models | None = None
) -> Iterator[Path]:
    """A new generation with all files of the current one but those that change."""
    with generation(store) as folder:
        shared = {name: sum_ for name, sum_ in now.manifest["files"].items() if not changed(name)}
        for name in shared:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            _link(now.folder / name, folder / name)
        yield folder
        facts, fusion = now.manifest["facts"], Fusion(**now.manifest["fusion"])
        write_manifest(folder, models or now.models, facts, fusion, shared)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)
