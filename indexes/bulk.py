"""Builds an index from a file of records: as many as there are, on several processes.

Blocks of records are read one by one and kept on disk, so memory stays bounded and a build that was
stopped goes on where it was. Models come from an index that is there already.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from zipfile import BadZipFile

from indexes.reading import BLOCK, Block, Models, from_bytes, read_block, to_bytes
from indexes.record_file import lines_of, parsed
from indexes.store import current_folder, earlier_themes, models_of, verified, write_blocks, writer
from nlp.errors import RegioplanError, UsageError

WORK = "reading-"
_AHEAD = 3  # blocks handed out per process before the first must be done
_LIMITED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")
Progress = Callable[[str, int, int], None]  # what, done, of how many
_models: Models  # of a process of the pool, which has nowhere else to keep them


def build_from_records(
    file: Path,
    store: Path,
    models: Path,
    processes: int = 0,
    progress: Progress = lambda *_: None,
) -> Path:
    """Put the records of a file into a new generation; returns its folder.

    Themes that the store has are kept, and activities new to it assigned to them.

    :param models: store of the index that lends encoder, tagger and glossary; may be the same.
    :param processes: 0 for as many as there are processors.
    :raises UsageError: a line of the file is no record, or two have one id.
    :raises IndexMissing, IndexDamaged: no index that lends its models.
    """
    most = processes or os.cpu_count() or 1
    lender = current_folder(models)
    manifest = verified(lender)
    digest, rows = _looked_at(file, progress)
    sums = [f"{name} {sum_}" for name, sum_ in manifest["files"].items() if _reads(name)]
    key = hashlib.sha256("\n".join([digest, str(BLOCK), *sums]).encode()).hexdigest()[:16]
    store.mkdir(parents=True, exist_ok=True)
    with writer(store):
        work = store / f"{WORK}{key}"
        work.mkdir(exist_ok=True)
        own = models_of(lender, manifest)
        with _readers(min(most, -(-rows // BLOCK)), own, lender) as readers:
            blocks = _read(file, work, readers, rows, progress)
        facts = {**manifest["facts"], "records": file.name}
        progress("putting together", 0, len(blocks))
        folder = write_blocks(
            store,
            own,
            (_block(path) for path in _told(blocks, progress)),
            rows,
            earlier_themes(store) or earlier_themes(models),
            facts,
        )
        for done in store.glob(f"{WORK}*"):
            shutil.rmtree(done, ignore_errors=True)
    return folder


def _block(path: Path) -> Block:
    """A block from disk; a torn one, as a power cut leaves it, is thrown away."""
    try:
        return from_bytes(path.read_bytes())
    except (BadZipFile, ValueError, KeyError, OSError) as error:
        path.unlink(missing_ok=True)
        raise RegioplanError(
            "blocks as they were read", f"a damaged one ({type(error).__name__})",
            "run the same build again: it goes on from the others",
        ) from None  # fmt: skip


def _told(blocks: Sequence[Path], progress: Progress) -> Iterator[Path]:
    for done, path in enumerate(blocks, start=1):
        yield path
        progress("putting together", done, len(blocks))


def _reads(name: str) -> bool:
    """Whether a file of a generation has a part in what a block says."""
    return name.startswith(("encoder/", "tagger/")) or name in (
        "glossary.json",
        "abbreviations.json",
    )


def _looked_at(file: Path, progress: Progress) -> tuple[str, int]:
    """SHA-256 of the file, and how many records it holds."""
    digest, rows = hashlib.sha256(), 0
    for _, line in lines_of(file):
        digest.update(line)
        rows += 1
        if not rows % 100_000:
            progress("counting", rows, rows)
    if not rows:
        raise UsageError("at least one record", f"none in {file.name}", "check the file")
    return digest.hexdigest(), rows


@dataclass(frozen=True)
class _Readers:
    """What reads a block into a file, and how many blocks may wait for it."""

    read: Callable[[Path, list[tuple[int, bytes]], Path], Future[None]]
    ahead: int


def _read(file: Path, work: Path, readers: _Readers, rows: int, progress: Progress) -> list[Path]:
    """Read all blocks that are not there yet; returns their files in order."""
    blocks: list[Path] = []
    waiting: deque[Future[None]] = deque()
    lines = lines_of(file)
    while some := list(islice(lines, BLOCK)):
        path = work / f"{len(blocks):06}.npz"
        blocks.append(path)
        if path.is_file():
            progress("reading", min(rows, BLOCK * len(blocks)), rows)
            continue
        waiting.append(readers.read(file, some, path))
        if len(waiting) >= readers.ahead:
            waiting.popleft().result()
        progress("reading", min(rows, BLOCK * (len(blocks) - len(waiting))), rows)
    for left, done in enumerate(waiting, start=len(blocks) - len(waiting) + 1):
        done.result()
        progress("reading", min(rows, BLOCK * left), rows)
    return blocks


@contextmanager
def _readers(processes: int, own: Models, lender: Path) -> Iterator[_Readers]:
    """What reads a block: this process, or several others."""
    if processes == 1:

        def here(file: Path, some: list[tuple[int, bytes]], path: Path) -> Future[None]:
            _write_block(own, file, some, path)
            done: Future[None] = Future()
            done.set_result(None)
            return done

        yield _Readers(here, 1)
        return
    before = {name: os.environ.get(name) for name in _LIMITED}
    os.environ.update(dict.fromkeys(_LIMITED, "1"))  # each process is one thread
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _prepare, (lender, os.getpid()))
    try:
        yield _Readers(
            lambda file, some, path: pool.submit(_write_block_there, file, some, path),
            _AHEAD * processes,
        )
    finally:
        pool.shutdown(cancel_futures=True)
        for name, value in before.items():
            if value is None:
                os.environ.pop(name)
            else:
                os.environ[name] = value


def _prepare(lender: Path, parent: int) -> None:
    """What a process of the pool does first."""
    global _models
    threading.Thread(target=_leave_with, args=(parent,), daemon=True).start()
    import torch

    torch.set_num_threads(1)
    _models = models_of(lender, verified(lender))


def _leave_with(parent: int) -> None:
    """End with the process that began this one, even where that was killed."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _write_block_there(file: Path, some: list[tuple[int, bytes]], path: Path) -> None:
    _write_block(_models, file, some, path)


def _write_block(models: Models, file: Path, some: list[tuple[int, bytes]], path: Path) -> None:
    block = read_block(models, parsed(file, some))
    fresh = path.with_suffix(".new")
    fresh.write_bytes(to_bytes(block))
    fresh.replace(path)
