"""Which collection answers, and whether the models on this machine are those it was made with."""

from __future__ import annotations

from pathlib import Path

from indexes.milvus import models, schema
from indexes.milvus.server import Server, require_name
from nlp.errors import RegioplanError

COLLECTION = "regioplan"  # the usual name


def require_target(server: Server, name: str) -> str:
    """The collection an alias stands for, ready to be asked.

    :raises RegioplanError: there is none.
    """
    collection = server.target(require_name(name))
    if collection is None:
        raise RegioplanError(
            f"a collection '{name}' at {server.uri}",
            "none",
            f"run 'regioplan migrate --to milvus {server.uri}' first",
        )
    server.load(collection)
    return collection


def require_models(store: Path, server: Server, collection: str) -> models.ClientModels:
    """The models of a collection, if those on this machine are the ones it was made with.

    :raises IndexMissing, IndexDamaged, EncoderMismatch: they are not here, or not whole.
    :raises RegioplanError: they are those of another collection.
    """
    facts = server.facts(collection)
    if facts.get("schema") != schema.VERSION:
        raise RegioplanError(
            f"a collection of schema {schema.VERSION}",
            f"{facts.get('schema', 'none')} in {collection}",
            "run 'regioplan migrate' again",
        )
    client = models.load(store, collection)
    folder = models.folder_of(store, collection)
    if facts.get("models_sha256") != models.digest_of(folder):
        raise RegioplanError(
            f"the models that {collection} was made with",
            f"others in {folder}",
            "copy the folder from where it was migrated, or run 'regioplan migrate' again",
        )
    return client
