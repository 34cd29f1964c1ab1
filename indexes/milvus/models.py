"""What a client of a collection needs beside it: models, terms, names. A small sealed folder.

It lies at ``STORE/milvus/COLLECTION``, and can be copied to other machines, with ``user.sqlite`` of
the store where people decide there too.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from indexes import themes
from indexes.disk import sha256_of
from indexes.generation import dump, read_json, save_models
from indexes.milvus.vocabulary import Vocabulary
from indexes.reading import Models
from indexes.store import MANIFEST, models_of, seal, verified
from indexes.themes import Themes
from nlp.errors import IndexDamaged, IndexMissing
from nlp.themes import ThemeRegistry

FOLDER = "milvus"
_VALUES = "values.json"
_AGAIN = "copy the folder from where it was migrated, or run 'regioplan migrate' again"


@dataclass(frozen=True)
class ClientModels:
    """``values``: those of every stored facet, in order; ``manifest``: as it was sealed."""

    models: Models
    words: Vocabulary
    concepts: Vocabulary
    values: Mapping[str, tuple[str, ...]]
    registry: ThemeRegistry
    manifest: Mapping[str, Any]


def folder_of(store: Path, collection: str) -> Path:
    """Where the models of a collection lie."""
    return store / FOLDER / collection


def digest_of(folder: Path) -> str:
    """SHA-256 of the manifest, which has the checksums of all other files."""
    return sha256_of(folder / MANIFEST)


def save(client: ClientModels, folder: Path) -> None:
    """Write and seal a folder, whole or not at all."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    for stale in folder.parent.glob("tmp-*"):  # of a migration that was cut off
        shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix="tmp-", dir=folder.parent) as scratch:
        fresh = Path(scratch) / "new"
        fresh.mkdir()
        save_models(client.models, fresh)
        client.words.save(fresh, "words")
        client.concepts.save(fresh, "concepts")
        dump(fresh / _VALUES, {name: list(found) for name, found in client.values.items()})
        nobody = np.zeros(0, dtype=np.int64)
        empty = np.zeros((0, 2), dtype=np.float32)
        themes.save(Themes(client.registry, nobody, empty[:, 0], empty), fresh)
        seal(fresh, client.manifest)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.rename(folder)


def load(store: Path, collection: str) -> ClientModels:
    """Read what :func:`save` wrote.

    :raises IndexMissing: the models are not on this machine.
    :raises IndexDamaged: a file is missing or differs.
    :raises EncoderMismatch: the encoder is not the one that made the vectors.
    """
    folder = folder_of(store, collection)
    if not folder.is_dir():
        raise IndexMissing(f"the models of the collection in {folder}", "none", _AGAIN)
    try:
        manifest = verified(folder)
    except IndexDamaged as error:
        raise IndexDamaged(error.expected, f"{error.found} in {folder}", _AGAIN) from None
    values = {name: tuple(found) for name, found in read_json(folder / _VALUES).items()}
    return ClientModels(
        models_of(folder, manifest),
        Vocabulary.load(folder, "words"),
        Vocabulary.load(folder, "concepts"),
        values,
        themes.load(folder).registry,
        manifest,
    )
