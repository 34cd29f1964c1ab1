"""Folds what people decided into the tagger and shows what changes before it replaces the model."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexes.changes import replace_taggers
from indexes.corrections import MARKS, Correction, CorrectionLog
from indexes.engine import SearchIndex
from nlp.records import Activity, fold
from nlp.tagger import LABELS, PRIORITIES, Tagger, decide
from training.held_out import HeldOut
from training.schemes import Scheme, read_schemes, train_scheme
from training.tagger import LabelledText, Language, read_labels, train_tagger

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A label of an activity that the new model decides otherwise."""

    activity: Activity
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Retrained:
    """New taggers, not yet in use.

    ``used``: decisions of people trained on. ``held_out``: decisions left out, as their texts must
    never be trained on. ``measures``: per label F1 out of fold, before (None for a new label) and
    after.
    """

    taggers: tuple[Tagger, ...]
    used: int
    held_out: int
    measures: tuple[tuple[str, float | None, float], ...]
    changes: tuple[Change, ...]


def with_corrections(
    rows: Sequence[LabelledText],
    labels: Sequence[str],
    decisions: Sequence[Correction],
    held_out: HeldOut,
) -> tuple[list[LabelledText], int]:
    """Labelled texts with what people decided since; their word counts more than the old label.

    :param decisions: those in force of one scheme.
    :returns: the rows, and how many decisions were left out as held-out texts.
    """
    by_text = {fold(row.text): row for row in rows}
    left_out = 0
    for decision in decisions:
        if decision.label not in labels:
            continue
        if decision.text in held_out:
            left_out += 1
            continue
        key = fold(decision.text)
        known = by_text.get(key) or LabelledText(
            f"person{decision.number}", decision.region or "none", decision.text,
            ("?",) * len(labels),
        )  # fmt: skip
        marks = list(known.labels)
        marks[list(labels).index(decision.label)] = MARKS[decision.new]
        by_text[key] = replace(known, labels=tuple(marks), written=False)
    return list(by_text.values()), left_out


def train_all(
    labels: Path,
    language: Language,
    log: CorrectionLog,
    progress: Progress = lambda _: None,
    precision: float | None = None,
) -> tuple[tuple[Tagger, ...], int, int]:
    """The built-in tagger and every scheme, with what people decided.

    :param labels: the folder with ``tags*.tsv`` and ``schemes/``.
    :param precision: see :func:`training.tagger.fit_heads`; of the built-in tagger.
    :returns: the taggers, the decisions used, and those left out.
    """
    held_out = HeldOut.read(labels)
    standing = log.standing()
    used = left_out = 0

    def taught(
        scheme: str, names: Sequence[str], rows: Sequence[LabelledText]
    ) -> list[LabelledText]:
        nonlocal used, left_out
        told = [row for row in standing if row.scheme == scheme]
        out, dropped = with_corrections(rows, names, told, held_out)
        used, left_out = used + len(told) - dropped, left_out + dropped
        return out

    taggers = [train_tagger(taught(PRIORITIES, LABELS, read_labels(labels)), language, precision)]
    for scheme in read_schemes(labels):
        progress(f"training the scheme {scheme.name}")
        rows = tuple(taught(scheme.name, scheme.labels, scheme.rows))
        taggers.append(train_scheme(replace(scheme, rows=rows), taggers[0].features))
    return tuple(taggers), used, left_out


def retrain(
    index: SearchIndex,
    labels: Path,
    progress: Progress = lambda _: None,
    precision: float | None = None,
) -> Retrained:
    """Train the taggers anew on labels and decisions; the index stays as it is."""
    language = Language(index.encoder, index.finder, index.abbreviations)
    taggers, used, left_out = train_all(labels, language, index.tags.log, progress, precision)
    return _compared(index, taggers, used, left_out)


def with_scheme(index: SearchIndex, scheme: Scheme) -> Retrained:
    """The taggers of an index and the heads of one more scheme, or of a new version of one."""
    fresh = train_scheme(scheme, index.tagger.features)
    others = [tagger for tagger in index.tags.taggers if tagger.scheme != scheme.name]
    return _compared(index, (*others, fresh), len(scheme.rows), 0)


def put_in_use(store: Path, retrained: Retrained) -> Path:
    """Write a generation with the new taggers; the one before stays for ``previous``."""
    return replace_taggers(store, retrained.taggers)


def _compared(
    index: SearchIndex, taggers: tuple[Tagger, ...], used: int, left_out: int
) -> Retrained:
    before = {tagger.scheme: tagger for tagger in index.tags.taggers}
    texts = [activity.text for activity in index.activities]
    measures: list[tuple[str, float | None, float]] = []
    changes: list[Change] = []
    for tagger in taggers:
        old = before.get(tagger.scheme)
        for label in tagger.labels:
            had = old.facts["out_of_fold"].get(label) if old else None
            now = tagger.facts["out_of_fold"][label]["f1"]
            measures.append((label, had["f1"] if had else None, now))
        if old is None or old.labels != tagger.labels:
            continue
        values = tagger.probabilities(texts)
        known = index.tags.probabilities[tagger.scheme]
        for row, activity in enumerate(index.activities):
            for k, label in enumerate(tagger.labels):
                was = decide(float(known[row, k]), old.heads[k])
                now = decide(float(values[row, k]), tagger.heads[k])
                if was != now:
                    changes.append(Change(activity, label, was, now))
    return Retrained(taggers, used, left_out, tuple(measures), tuple(changes))
