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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any

from indexes.assembly import assemble
from indexes.columns import Columns
from indexes.corrections import CorrectionLog
from indexes.disk import sha256_of, sync
from indexes.engine import SearchIndex
from indexes.fusion import Fusion
from indexes.generation import (
    ENCODER,
    Overview,
    dump,
    load_kept,
    load_models,
    save_models,
    segments,
)
from indexes.legs import Legs
from indexes.reading import BLOCK, Block, Models, read_block
from indexes.records import KeyTable
from indexes.segments import Stored
from indexes.tags import TagBoard
from indexes.themes import Earlier
from indexes.themes import load as load_themes
from nlp import encoder as encoders
from nlp.encoder import Encoder
from nlp.errors import IndexDamaged, IndexMissing, RegioplanError
from nlp.glossary import Concept
from nlp.records import Activity
from nlp.spelling import Known, Speller
from nlp.tagger import Tagger

SCHEMA = 10
CURRENT = "CURRENT"
LOCK = "LOCK"
MANIFEST = "manifest.json"
SEAL = "manifest.sha256"  # of the manifest, which has the checksums of all other files
KEEP = 2
_HELD = threading.local()  # stores this thread is writing
_AGAIN = "run 'regioplan build' again"
_LOG = logging.getLogger("regioplan")
_PACKAGES = ("faiss-cpu", "sentence-transformers", "scikit-learn", "scipy", "numpy", "tokenizers")


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

    @property
    def models(self) -> Models:
        """What reads the texts."""
        return Models(
            self.encoder, self.concepts, self.taggers, self.own_encoder,
            self.abbreviations, self.spelling,
        )  # fmt: skip


def write_generation(store: Path, contents: Contents, fusion: Fusion | None = None) -> Path:
    """Write a new generation and make it the current one; returns its folder.

    :raises RegioplanError: no activities, another writer at work, or the disk refuses.
    """
    models = contents.models
    return write_blocks(
        store,
        models,
        (read_block(models, some) for some in batches(contents.activities)),
        len(contents.activities),
        contents.themes,
        contents.facts,
        fusion,
    )


def batches(activities: Iterable[Activity]) -> Iterator[list[Activity]]:
    """Activities a block at a time."""
    rest = iter(activities)
    while some := list(islice(rest, BLOCK)):
        yield some


def write_blocks(
    store: Path,
    models: Models,
    blocks: Iterable[Block],
    rows: int,
    themes: Earlier | None,
    facts: dict[str, Any],
    fusion: Fusion | None = None,
) -> Path:
    """Write a generation from blocks that were read; see :func:`write_generation`.

    :param rows: how many activities the blocks hold together.
    :param themes: to carry over; None: to be fitted.
    """
    if not rows:
        raise RegioplanError("at least one activity", "none in the plans", "check the layouts")
    with generation(store) as folder:
        assemble(folder, models, blocks, rows, themes)
        save_models(models, folder)
        write_manifest(folder, models, facts, fusion or Fusion())
    return current_folder(store)


@contextmanager
def generation(store: Path) -> Iterator[Path]:
    """An empty folder that becomes the current generation unless something goes wrong.

    :raises RegioplanError: another writer at work, or the disk refuses.
    """
    with _failures_named(store):
        store.mkdir(parents=True, exist_ok=True)
        with writer(store), tempfile.TemporaryDirectory(prefix="tmp-", dir=store) as scratch:
            folder = Path(scratch) / "gen"
            folder.mkdir()
            yield folder
            number = max((_number(p) for p in store.glob("gen-*")), default=0) + 1
            _sync_tree(folder)
            final = store / f"gen-{number}"
            folder.rename(final)
            _point(store, final.name)
            for old in sorted(store.glob("gen-*"), key=_number)[:-KEEP]:
                shutil.rmtree(old, ignore_errors=True)


@contextmanager
def _failures_named(store: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise RegioplanError(
            f"a writable folder with free space at {store}",
            f"{error.strerror or error}",
            "free space or give another folder with --store",
        ) from None


def write_manifest(
    folder: Path,
    models: Models,
    facts: dict[str, Any],
    fusion: Fusion,
    known: Mapping[str, str] | None = None,
) -> None:
    """Write the manifest of a finished folder, and its seal.

    :param known: checksums of files that were linked from a checked generation.
    """
    stored = Stored.load(segments(folder), load_kept(folder))
    columns = Columns.load(folder)
    manifest = {
        "activities": len(stored.kept),
        "segments": [len(segment) for segment in stored.segments],
        "deleted": stored.kept.total - len(stored.kept),
        "documents": list(columns.facets["plan"].values),
        "regions": list(columns.facets["region"].values),
        "dimension": models.encoder.dimension,
        "metric": "inner product of unit vectors",
        "encoder": {
            "name": "own" if models.own_encoder else models.encoder.name,
            "fingerprint": models.encoder.fingerprint,
        },
        "fusion": asdict(fusion),
        "corpus_sha256": hashlib.sha256(stored.ids.tobytes()).hexdigest(),
        "versions": {name: version(name) for name in _PACKAGES},
        "facts": facts,
    }
    seal(folder, manifest, known)


def seal(folder: Path, manifest: Mapping[str, Any], known: Mapping[str, str] | None = None) -> None:
    """Write a manifest with the checksums of all files of a folder, and its own beside it.

    :param known: checksums of files that were linked from a checked generation.
    """
    names = (str(p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file())
    files = {name: (known or {}).get(name) or sha256_of(folder / name) for name in names}
    dump(folder / MANIFEST, {"schema": SCHEMA, **manifest, "files": files})
    (folder / SEAL).write_text(sha256_of(folder / MANIFEST), encoding="utf-8")


def current_folder(store: Path) -> Path:
    """Folder of the current generation.

    :raises IndexMissing: nothing built.
    :raises IndexDamaged: the pointer to it is not as it was written.
    """
    pointer = store / CURRENT
    if not pointer.is_file():
        raise IndexMissing(f"an index in {store}", "none", "run 'regioplan build' first")
    written = pointer.read_bytes()
    name = written.decode("ascii", "replace").partition("\n")[0]
    if written != _pointer_to(name):
        raise IndexDamaged(f"{CURRENT} as it was written", "a changed one", _AGAIN)
    return store / name


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
    return verified(current_folder(store))


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
    while True:
        folder = current_folder(store)
        try:
            return _open(store, folder, encoder)
        except (RegioplanError, OSError) as error:
            # Writers that were quicker than this reader may have removed what it was reading.
            if current_folder(store) != folder:
                continue
            if isinstance(error, OSError):
                raise IndexDamaged(f"readable files in {folder}", str(error), _AGAIN) from None
            raise


def _manifest_of(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        schema = manifest.get("schema")
    except (OSError, ValueError, AttributeError) as error:
        raise IndexDamaged(f"a generation in {folder}", type(error).__name__, _AGAIN) from None
    if schema != SCHEMA:
        raise IndexDamaged(f"index schema {SCHEMA}", str(schema), _AGAIN)
    return dict(manifest)


def verified(folder: Path) -> dict[str, Any]:
    """Compare every file of a sealed folder with its checksum; returns the manifest.

    :raises IndexDamaged: naming the first file that is missing or differs.
    """
    manifest = _manifest_of(folder)
    sealed = folder / SEAL
    if not sealed.is_file() or sealed.read_bytes() != sha256_of(folder / MANIFEST).encode():
        raise IndexDamaged(f"{MANIFEST} as it was built", "a changed one", _AGAIN)
    for name, expected in manifest["files"].items():
        path = folder / name
        if not path.is_file() or sha256_of(path) != expected:
            found = "a changed file" if path.is_file() else "no such file"
            raise IndexDamaged(f"{name} as it was built", found, _AGAIN)
    there = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    strange = sorted(there - {*manifest["files"], MANIFEST, SEAL})
    if strange:
        raise IndexDamaged(f"only files that were built in {folder}", strange[0], _AGAIN)
    return manifest


def _open(store: Path, folder: Path, encoder: str | None = None) -> SearchIndex:
    manifest = verified(folder)
    models = models_of(folder, manifest, encoder)
    stored = Stored.load(segments(folder), load_kept(folder))
    overview = Overview.load(folder)
    activities, finder = stored.records, models.finder
    tags = TagBoard(
        activities,
        tuple(models.taggers),
        overview.tags,
        CorrectionLog(store),
        KeyTable(overview.texts),
    )
    return SearchIndex(
        activities=activities,
        ids=KeyTable(stored.ids),
        folded=stored.folded(),
        columns=overview.columns,
        tags=tags,
        encoder=models.encoder,
        finder=finder,
        legs=Legs(stored.dense(), stored.words(), stored.concepts(), stored.tokens()),
        groups=overview.groups,
        themes=overview.themes,
        abbreviations=models.abbreviations,
        speller=Speller(models.spelling),
        fusion=Fusion(**manifest["fusion"]),
        generation=folder.name,
        corpus=manifest["corpus_sha256"],
    )


def models_of(folder: Path, manifest: Mapping[str, Any], encoder: str | None = None) -> Models:
    """The models of a generation.

    :param encoder: folder or name of the encoder to use instead of the recorded one.
    :raises EncoderMismatch: the encoder is not the one that made the vectors.
    """
    recorded = manifest["encoder"]
    own = recorded["name"] == "own"
    model = encoders.load(encoder or (str(folder / ENCODER) if own else recorded["name"]))
    encoders.require(model, recorded["fingerprint"])
    return load_models(folder, model, own_encoder=own)


def earlier_themes(store: Path) -> Earlier | None:
    """Themes of the current generation, for the next to carry on; None where there are none."""
    try:
        folder, _ = read_manifest(store)
        stored = Stored.load(segments(folder), load_kept(folder))
        return Earlier(load_themes(folder), stored.ids)
    except (RegioplanError, OSError, ValueError, KeyError):
        return None


def previous(store: Path) -> Path:
    """Make the generation before the current one the current one again; returns its folder.

    :raises RegioplanError: there is none, another writer is at work, or the disk refuses.
    """
    with writer(store), _failures_named(store):
        current, _ = read_manifest(store)
        older = [p for p in store.glob("gen-*") if _number(p) < _number(current)]
        if not older:
            raise RegioplanError("an earlier generation", f"only {current.name}", "build a new one")
        back = max(older, key=_number)
        _point(store, back.name)
    return back


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
            with suppress(OSError):  # a file
                stale.unlink(missing_ok=True)
        held.add(place)
        try:
            yield
        finally:
            held.discard(place)


def _point(store: Path, name: str) -> None:
    fresh = store / f"{CURRENT}.new"
    try:
        with fresh.open("wb") as handle:
            handle.write(_pointer_to(name))
            handle.flush()
            os.fsync(handle.fileno())
        fresh.replace(store / CURRENT)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise
    sync(store)


def _pointer_to(name: str) -> bytes:
    """What the pointer says: the name of a generation, and a checksum of that."""
    return f"{name}\n{hashlib.sha256(name.encode()).hexdigest()}\n".encode()


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        sync(path)
    sync(folder)


def _number(path: Path) -> int:
    tail = path.name.removeprefix("gen-")
    return int(tail) if tail.isdigit() else 0
