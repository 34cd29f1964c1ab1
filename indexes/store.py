"""Generations on disk: ``gen-N/`` folders that never change, and one ``CURRENT`` pointer.

A build writes a complete new generation beside the old one, syncs it, and swaps ``CURRENT`` by an
atomic rename, so a reader sees the old index or the new one and never a mixture.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import tempfile
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from indexes.corrections import CorrectionLog
from indexes.engine import Fusion, SearchIndex
from indexes.legs import DenseLeg, TermLeg
from indexes.tags import TagBoard
from indexes.themes import Earlier, make_themes, refit
from indexes.themes import load as load_themes
from indexes.themes import save as save_themes
from indexes.vectors import activity_vectors
from nlp import encoder as encoders
from nlp.abbreviations import written_out
from nlp.alignment import tokenised
from nlp.encoder import Encoder
from nlp.errors import IndexDamaged, IndexMissing, RegioplanError
from nlp.glossary import Concept, ConceptFinder
from nlp.near_copies import near_copy_groups
from nlp.normalise import stems
from nlp.records import Activity
from nlp.spelling import Known, Speller
from nlp.tagger import Tagger
from nlp.tagger_files import load_taggers, save_taggers
from nlp.theme_fit import Refit

SCHEMA = 7
CURRENT = "CURRENT"
LOCK = "LOCK"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"  # of the manifest, which has the checksums of all other files
KEEP = 2
TAGS = "tags.npz"
_HELD = threading.local()  # stores this thread is writing
_AGAIN = "run 'regioplan build' again"
_LOG = logging.getLogger("regioplan")
_PACKAGES = ("faiss-cpu", "bm25s", "sentence-transformers", "scikit-learn", "numpy", "tokenizers")


@dataclass(frozen=True, slots=True)
class Contents:
    """What goes into a generation. ``own_encoder``: the model is stored with the index."""

    activities: Sequence[Activity]
    encoder: Encoder
    concepts: Sequence[Concept]
    taggers: Sequence[Tagger]  # the built-in one first; all share their features
    own_encoder: bool
    facts: dict[str, Any]
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    spelling: Known = field(default_factory=dict)
    themes: Earlier | None = None  # to carry over; None: to be fitted


def write_generation(store: Path, contents: Contents, fusion: Fusion | None = None) -> Path:
    """Write a new generation and make it the current one; returns its folder.

    :raises RegioplanError: no activities, another writer at work, or the disk refuses.
    """
    if not contents.activities:
        raise RegioplanError("at least one activity", "none in the plans", "check the layouts")
    try:
        store.mkdir(parents=True, exist_ok=True)
        with writer(store), tempfile.TemporaryDirectory(prefix="tmp-", dir=store) as scratch:
            folder = Path(scratch) / "gen"
            folder.mkdir()
            _write_parts(folder, contents)
            _write_manifest(folder, contents, fusion or Fusion())
            number = max((_number(p) for p in store.glob("gen-*")), default=0) + 1
            _sync_tree(folder)
            final = store / f"gen-{number}"
            folder.rename(final)
            _point(store, final.name)
            for old in sorted(store.glob("gen-*"), key=_number)[:-KEEP]:
                shutil.rmtree(old, ignore_errors=True)
            return final
    except OSError as error:
        raise RegioplanError(
            f"a writable folder with free space at {store}",
            f"{error.strerror or error}",
            "free space or give another folder with --store",
        ) from None


def _write_parts(folder: Path, contents: Contents) -> None:
    activities, encoder = contents.activities, contents.encoder
    finder = contents.taggers[0].features.finder
    texts = [a.text for a in activities]
    with (folder / "records.jsonl").open("w", encoding="utf-8") as handle:
        for activity in activities:
            handle.write(json.dumps(activity.to_dict(), ensure_ascii=False) + "\n")
    tags: dict[str, Any] = {t.scheme: t.probabilities(texts) for t in contents.taggers}
    np.savez(folder / TAGS, **tags)
    _dump(folder / "glossary.json", [asdict(c) for c in contents.concepts])
    _dump(folder / "abbreviations.json", dict(contents.abbreviations))
    _dump(folder / "spelling.json", dict(contents.spelling))
    plain = [frozenset(stems(text)) for text in texts]
    _dump(folder / "groups.json", near_copy_groups(plain, [a.region for a in activities]))
    texts = [written_out(text, contents.abbreviations) for text in texts]
    vectors = activity_vectors(encoder, texts, activities)
    DenseLeg.build(vectors).save(folder)
    themes = make_themes(activities, texts, vectors, encoder, finder, contents.themes)
    save_themes(themes, folder)
    legs = {
        "words": TermLeg.build([stems(t) for t in texts]),
        "concepts": TermLeg.build([finder.tokens(t) for t in texts]),
    }
    for name, leg in legs.items():
        (folder / name).mkdir()
        leg.save(folder / name)
    save_taggers(contents.taggers, folder / "tagger")
    if contents.own_encoder:
        encoders.save(encoder.model, folder / "encoder")


def _write_manifest(folder: Path, contents: Contents, fusion: Fusion) -> None:
    corpus = hashlib.sha256("\n".join(a.id for a in contents.activities).encode()).hexdigest()
    manifest = {
        "schema": SCHEMA,
        "activities": len(contents.activities),
        "documents": sorted({a.document for a in contents.activities}),
        "regions": sorted({a.region for a in contents.activities}),
        "dimension": contents.encoder.dimension,
        "metric": "inner product of unit vectors",
        "encoder": {
            "name": "own" if contents.own_encoder else contents.encoder.name,
            "fingerprint": contents.encoder.fingerprint,
        },
        "fusion": asdict(fusion),
        "corpus_sha256": corpus,
        "versions": {name: version(name) for name in _PACKAGES},
        "facts": contents.facts,
        "files": {
            str(p.relative_to(folder)): _sha256(p) for p in sorted(folder.rglob("*")) if p.is_file()
        },
    }
    _dump(folder / MANIFEST, manifest)
    (folder / SEAL).write_text(_sha256(folder / MANIFEST), encoding="utf-8")


def current_folder(store: Path) -> Path:
    """Folder of the current generation.

    :raises IndexMissing: nothing built.
    """
    pointer = store / CURRENT
    if not pointer.is_file():
        raise IndexMissing(f"an index in {store}", "none", "run 'regioplan build' first")
    return store / pointer.read_text(encoding="utf-8").strip()


def read_manifest(store: Path) -> tuple[Path, dict[str, Any]]:
    """Folder and manifest of the current generation.

    :raises IndexMissing: nothing built.
    :raises IndexDamaged: pointer or manifest unreadable.
    """
    folder = current_folder(store)
    return folder, _manifest_of(folder)


def verify(store: Path) -> dict[str, Any]:
    """Compare every file of the current generation with its checksum; returns the manifest.

    :raises IndexDamaged: naming the first file that is missing or differs.
    """
    return _verified(current_folder(store))


def open_best(store: Path) -> SearchIndex:
    """Open the current generation, or the newest whole one where that is damaged.

    Only readers may: a writer that went on from an older generation would lose what came after.

    :raises IndexMissing: nothing built yet.
    :raises IndexDamaged: no generation is whole; it tells of the current one.
    """
    try:
        return open_current(store)
    except (IndexMissing, IndexDamaged) as error:
        for folder in sorted(store.glob("gen-*"), key=_number, reverse=True):
            try:
                index = _open(store, folder)
            except IndexDamaged:
                continue
            _LOG.warning("%s answers instead: %s", folder.name, error)
            return index
        raise


def open_current(store: Path, encoder: str | None = None) -> SearchIndex:
    """Open the current generation after checking it.

    :param encoder: folder or name of the encoder to use instead of the recorded one.
    :raises IndexMissing: nothing built yet.
    :raises IndexDamaged: a file is missing or differs.
    :raises EncoderMismatch: the encoder is not the one that made the vectors.
    """
    return _open(store, current_folder(store), encoder)


def _manifest_of(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        schema = manifest.get("schema")
    except (OSError, ValueError, AttributeError) as error:
        raise IndexDamaged(f"a generation in {folder}", type(error).__name__, _AGAIN) from None
    if schema != SCHEMA:
        raise IndexDamaged(f"index schema {SCHEMA}", str(schema), _AGAIN)
    return dict(manifest)


def _verified(folder: Path) -> dict[str, Any]:
    manifest = _manifest_of(folder)
    sealed = folder / SEAL
    if not sealed.is_file() or sealed.read_text(encoding="utf-8") != _sha256(folder / MANIFEST):
        raise IndexDamaged(f"{MANIFEST} as it was built", "a changed one", _AGAIN)
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _sha256(path) != expected:
            found = "a changed file" if path.is_file() else "no such file"
            raise IndexDamaged(f"{name} as it was built", found, _AGAIN)
    return manifest


def _open(store: Path, folder: Path, encoder: str | None = None) -> SearchIndex:
    manifest = _verified(folder)
    recorded = manifest["encoder"]
    own = str(folder / "encoder") if recorded["name"] == "own" else recorded["name"]
    model = encoders.load(encoder or own)
    encoders.require(model, recorded["fingerprint"])
    concepts = [
        Concept(**{**row, "synonyms": tuple(row["synonyms"]), "en": tuple(row["en"])})
        for row in _load(folder / "glossary.json")
    ]
    finder = ConceptFinder(concepts)
    with (folder / "records.jsonl").open(encoding="utf-8") as handle:
        activities = tuple(Activity.from_dict(json.loads(line)) for line in handle)
    abbreviations = _load(folder / "abbreviations.json")
    spelling = _load(folder / "spelling.json")
    texts = [written_out(a.text, abbreviations) for a in activities]
    tokens, token_rows = tokenised(model.model, texts)
    return SearchIndex(
        activities=activities,
        tags=TagBoard(
            activities,
            load_taggers(folder / "tagger", model, finder),
            _load_arrays(folder / TAGS),
            CorrectionLog(store),
        ),
        encoder=model,
        finder=finder,
        dense=DenseLeg.load(folder),
        words=TermLeg.load(folder / "words"),
        concepts=TermLeg.load(folder / "concepts"),
        groups=tuple(_load(folder / "groups.json")),
        themes=load_themes(folder),
        abbreviations=abbreviations,
        speller=Speller({stem: (known[0], known[1]) for stem, known in spelling.items()}),
        tokens=tokens,
        token_rows=token_rows,
        fusion=Fusion(**manifest["fusion"]),
        generation=folder.name,
        corpus=manifest["corpus_sha256"],
    )


def append(store: Path, activities: Sequence[Activity]) -> Path:
    """Write a generation with further activities; encoder, tagger and glossary stay as they are.

    :raises RegioplanError: one of them is in the index already, or the disk refuses.
    """
    with writer(store):  # what is read here must still be the newest when it is written
        index = open_current(store)
        known = {a.id for a in index.activities}
        if any(a.id in known for a in activities):
            raise RegioplanError("new activities", "some that are in the index", "rename the plan")
        contents = _contents(store, index)
        everything = [*contents.activities, *activities]
        return write_generation(store, replace(contents, activities=everything), index.fusion)


def earlier_themes(store: Path) -> Earlier | None:
    """Themes of the current generation, for the next to carry on; None where there are none."""
    try:
        folder, _ = read_manifest(store)
        themes = load_themes(folder)
        with (folder / "records.jsonl").open(encoding="utf-8") as handle:
            return Earlier(themes, [json.loads(line)["id"] for line in handle])
    except (RegioplanError, OSError, ValueError, KeyError):
        return None


def refitted_themes(store: Path) -> tuple[Earlier, Refit]:
    """Themes of the current generation fitted anew, under the ids of those before."""
    index = open_current(store)
    fresh = make_themes(
        index.activities, index.texts, index.dense.vectors(), index.encoder, index.finder
    )
    ids = [a.id for a in index.activities]
    themes, what = refit(fresh, index.activities, Earlier(index.themes, ids))
    return Earlier(themes, ids), what


def replace_themes(store: Path, themes: Earlier) -> Path:
    """Write a generation with other themes; everything else stays as it is.

    Activities added since the themes were fitted are assigned to them.
    """
    with writer(store):
        index = open_current(store)
        fresh = replace(_contents(store, index), themes=themes)
        return write_generation(store, fresh, index.fusion)


def replace_taggers(store: Path, taggers: Sequence[Tagger]) -> Path:
    """Write a generation with other taggers; everything else stays as it is."""
    with writer(store):
        index = open_current(store)
        fresh = replace(_contents(store, index), taggers=taggers)
        return write_generation(store, fresh, index.fusion)


def previous(store: Path) -> Path:
    """Make the generation before the current one the current one again; returns its folder.

    :raises RegioplanError: there is none.
    """
    current, _ = read_manifest(store)
    older = [p for p in store.glob("gen-*") if _number(p) < _number(current)]
    if not older:
        raise RegioplanError("an earlier generation", f"only {current.name}", "build a new one")
    with writer(store):
        back = max(older, key=_number)
        _point(store, back.name)
    return back


def _contents(store: Path, index: SearchIndex) -> Contents:
    """What the current generation holds."""
    _, manifest = read_manifest(store)
    return Contents(
        activities=index.activities,
        encoder=index.encoder,
        concepts=list(index.finder.concepts.values()),
        taggers=index.tags.taggers,
        own_encoder=manifest["encoder"]["name"] == "own",
        facts=manifest["facts"],
        abbreviations=index.abbreviations,
        spelling=index.speller.known,
        themes=Earlier(index.themes, [a.id for a in index.activities]),
    )


@contextmanager
def writer(store: Path) -> Iterator[None]:
    """One writer at a time, by a lock the kernel drops when the process dies.

    The thread that holds it may enter again: reading, writing and what goes with it are one.

    :raises RegioplanError: another one is writing.
    """
    import fcntl

    held: set[Path] = _HELD.__dict__.setdefault("stores", set())
    place = store.resolve()
    if place in held:
        yield
        return
    try:
        lock = (store / LOCK).open("w")
    except OSError as error:
        raise RegioplanError(
            f"a folder that can be written, {store}",
            error.strerror or type(error).__name__,
            "run 'regioplan build' first, or give another folder with --store",
        ) from None
    with lock as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RegioplanError(
                f"to be the only writer of {store}", "another build at work", "wait for it"
            ) from None
        for stale in store.glob("tmp-*"):
            shutil.rmtree(stale, ignore_errors=True)
        held.add(place)
        try:
            yield
        finally:
            held.discard(place)


def _point(store: Path, name: str) -> None:
    fresh = store / f"{CURRENT}.new"
    with fresh.open("w", encoding="utf-8") as handle:
        handle.write(name + "\n")
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(store / CURRENT)
    _sync(store)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        _sync(path)
    _sync(folder)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _number(path: Path) -> int:
    tail = path.name.removeprefix("gen-")
    return int(tail) if tail.isdigit() else 0


def _sha256(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def _dump(path: Path, value: Any) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def _load(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _load_arrays(path: Path) -> dict[str, Any]:
    with np.load(path, allow_pickle=False) as arrays:
        return {name: arrays[name] for name in arrays.files}
