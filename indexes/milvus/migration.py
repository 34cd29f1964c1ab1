"""Copies the current generation into a new collection, compares, and only then lets it answer.

Searches ask an alias. A migration writes ``NAME_2`` beside ``NAME_1``, verifies it and lets the
alias ``NAME`` stand for it; when anything goes wrong, ``NAME_1`` goes on answering as before. The
collection before is kept to go back to, older ones are dropped.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from indexes.milvus import models, schema
from indexes.milvus.opening import COLLECTION, require_models, require_target
from indexes.milvus.server import Server, require_name
from indexes.milvus.source import Source
from indexes.milvus.verification import Verified, verify
from indexes.store import current_folder, verified, writer
from nlp.errors import RegioplanError, UsageError

BATCH = 500  # rows sent at a time: some 2 MB
Progress = Callable[[str, int, int], None]  # what is being done, rows done, rows in all


def migrate(
    store: Path,
    server: Server,
    name: str = COLLECTION,
    *,
    vector_index: str = "FLAT",
    batch: int = BATCH,
    progress: Progress | None = None,
) -> tuple[str, Verified]:
    """Copy the current generation of a store; returns the new collection and what was compared.

    :param name: the alias that searches ask.
    :param vector_index: one of ``schema.VECTOR_INDEXES``.
    :raises UsageError: no such name or index.
    :raises IndexMissing, IndexDamaged: nothing whole to copy.
    :raises RegioplanError: the server refuses, or what it holds differs; nothing has changed then.
    """
    if vector_index not in schema.VECTOR_INDEXES:
        raise UsageError.choice("vector index", vector_index, schema.VECTOR_INDEXES)
    told = progress or (lambda *_: None)
    folder = current_folder(store)
    source = Source.open(folder, verified(folder))
    with writer(store):
        before = server.target(require_name(name))
        numbers = _numbers(server, name)
        for stale in numbers:  # of a migration that was cut off
            if before is None or stale > numbers_of(name, before):
                _drop(server, store, f"{name}_{stale}")
        fresh = f"{name}_{1 + (0 if before is None else numbers_of(name, before))}"
        try:
            found = _copied(store, server, fresh, source, vector_index, batch, told)
        except BaseException:
            with suppress(RegioplanError):
                _drop(server, store, fresh)
            raise
        server.point(name, fresh)
        for number in numbers:
            old = f"{name}_{number}"
            if before is not None and number < numbers_of(name, before):
                _drop(server, store, old)
    return fresh, found


def check(
    store: Path, server: Server, name: str = COLLECTION, progress: Progress | None = None
) -> tuple[str, Verified]:
    """Compare the collection that answers with the current generation, as :func:`migrate` does.

    :raises RegioplanError: there is no such collection, or something differs.
    """
    told = progress or (lambda *_: None)
    collection = require_target(server, name)
    folder = current_folder(store)
    source = Source.open(folder, verified(folder))
    count = len(source)
    return collection, verify(
        server, collection, source, lambda done: told("comparing", done, count)
    )


def back(store: Path, server: Server, name: str = COLLECTION) -> str:
    """Let the collection before answer again; returns it.

    :raises RegioplanError: there is none, or its models are not here.
    """
    current = require_target(server, name)
    older = [n for n in _numbers(server, name) if n < numbers_of(name, current)]
    if not older:
        raise RegioplanError("an earlier collection", f"only {current}", "migrate again")
    earlier = f"{name}_{max(older)}"
    require_models(store, server, earlier)
    server.point(name, earlier)
    return earlier


def numbers_of(name: str, collection: str) -> int:
    """The number of one of our collections.

    :raises RegioplanError: it is none of ours.
    """
    match = re.fullmatch(rf"{re.escape(name)}_(\d+)", collection)
    if match is None:
        raise RegioplanError(
            f"'{name}' to stand for a collection that was migrated",
            f"'{collection}'",
            "choose another name",
        )
    return int(match[1])


def _copied(
    store: Path,
    server: Server,
    fresh: str,
    source: Source,
    vector_index: str,
    batch: int,
    told: Progress,
) -> Verified:
    folder = models.folder_of(store, fresh)
    models.save(source.client, folder)
    server.create(fresh, source.dimension, vector_index, _facts(source, folder, vector_index))
    done = 0
    for rows in source.batches(batch):
        server.insert(fresh, rows)
        done += len(rows)
        told("copying", done, len(source))
    server.finish(fresh)
    server.load(fresh)
    return verify(server, fresh, source, lambda n: told("comparing", n, len(source)))


def _facts(source: Source, folder: Path, vector_index: str) -> dict[str, Any]:
    """What a collection says of itself."""
    return {
        "schema": schema.VERSION,
        "generation": source.name,
        "activities": len(source),
        "corpus_sha256": source.manifest["corpus_sha256"],
        "models_sha256": models.digest_of(folder),
        "fusion": source.manifest["fusion"],
        "vector_index": vector_index,
        "regions": len(source.counts("region")),
        "documents": len(source.counts("plan")),
    }


def _numbers(server: Server, name: str) -> list[int]:
    """Numbers of our collections of a name, ascending."""
    matches = (re.fullmatch(rf"{re.escape(name)}_(\d+)", c) for c in server.collections())
    return sorted(int(match[1]) for match in matches if match)


def _drop(server: Server, store: Path, collection: str) -> None:
    if collection in server.collections():
        server.drop(collection)
    shutil.rmtree(models.folder_of(store, collection), ignore_errors=True)
