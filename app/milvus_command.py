"""The command that moves the index to Milvus, and how other commands search there."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.options import Format, Store, open_index, refuse_format
from nlp.errors import UsageError

if TYPE_CHECKING:
    from indexes.milvus.server import Server
    from indexes.milvus.verification import Verified
    from indexes.searching import Searching

_LISTED = 20  # counts that are told one by one

Milvus = Annotated[
    str | None, typer.Option("--milvus", help="Search in Milvus: its address or a file NAME.db.")
]


def register(cli: typer.Typer) -> None:
    """Put the command under the root."""
    cli.command()(migrate)


def migrate(
    uri: Annotated[
        str | None, typer.Argument(metavar="URI", help="http(s)://host:19530, or a file NAME.db.")
    ] = None,
    to: Annotated[str, typer.Option("--to", help="Where to: milvus.")] = "milvus",
    collection: Annotated[
        str | None, typer.Option("--collection", help="The name that searches ask.")
    ] = None,
    vector_index: Annotated[
        str,
        typer.Option("--vector-index", help="FLAT compares with all; HNSW, IVF_FLAT, AUTOINDEX."),
    ] = "FLAT",
    check: Annotated[
        bool, typer.Option("--check", help="Only compare what is there with the index.")
    ] = False,
    back: Annotated[
        bool, typer.Option("--back", help="Let the collection before answer again.")
    ] = False,
    format: Format = "table",
    store: Store = None,
) -> None:
    """Copy the index to Milvus, compare every record, and only then let the copy answer."""
    from app import settings

    if to != "milvus":
        raise UsageError.choice("target", to, ["milvus"])
    if check and back:
        raise UsageError("--check or --back", "both", "give one of them")
    if format != "json":
        refuse_format(format)
    in_force = settings.current()
    where, name = store or in_force.store, collection or in_force.milvus_collection
    address = _address(uri)
    if address is None:
        raise UsageError("the address of Milvus", "none", "give URI, or set REGIOPLAN_MILVUS")
    from rich.console import Console
    from rich.progress import Progress

    from indexes.milvus import migration
    from indexes.store import read_manifest

    read_manifest(where)  # without an index there is nothing to move
    server = _server(address)
    if back:
        typer.echo(f"{migration.back(where, server, name)} answers as {name}")
        return
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        if check:
            copied, found = migration.check(where, server, name, progress)
        else:
            copied, found = migration.migrate(
                where, server, name, vector_index=vector_index, progress=progress
            )
    _report(copied, name, found, format)


def open_searching(
    store: Path | None, milvus: str | None, reranker: str | None = None
) -> Searching[Any]:
    """The index to search in: in Milvus where that is asked for or set, else in files."""
    address = _address(milvus)
    if address is None:
        return open_index(store, reranker)
    from dataclasses import replace

    from app import settings
    from indexes.milvus.index import MilvusIndex

    in_force = settings.current()
    index = MilvusIndex.open(store or in_force.store, _server(address), in_force.milvus_collection)
    if reranker is None:
        return index
    from nlp.reranker import load

    return replace(index, reranker=load(reranker))


def _address(given: str | None) -> str | None:
    from app import settings

    return given or settings.current().milvus


def _server(address: str) -> Server:
    from app import settings
    from indexes.milvus.server import Server

    token = settings.current().milvus_token
    return Server(address, "" if token is None else token.get_secret_value())


def _report(copied: str, name: str, found: Verified, format: str) -> None:
    from dataclasses import asdict

    if format == "json":
        typer.echo(
            json.dumps({"collection": copied, "alias": name, **asdict(found)}, ensure_ascii=False)
        )
        return
    typer.echo(f"{copied} answers as {name}: {found.activities} activities, as in the index")
    for name, counts in found.counts.items():
        values = ", ".join(f"{value}: {count}" for value, count in counts.items())
        typer.echo(
            f"  {values if len(counts) <= _LISTED else f'by {name}: {len(counts)} equal counts'}"
        )
    typer.echo(f"  ids      sha256 {found.ids_sha256}")
    typer.echo(f"  records  sha256 {found.records_sha256}")
    typer.echo(f"  {found.sampled} drawn ones compared field by field")
