"""Options and small helpers that the commands share. Nothing heavy is imported here."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nlp.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexes.engine import SearchIndex
    from nlp.records import Activity

Store = Annotated[Path | None, typer.Option("--store", help="Folder of the index.")]
Format = Annotated[str, typer.Option("--format", help="table or json.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write.")]
Top = Annotated[int, typer.Option("--top", min=1, max=10_000, help="How many hits.")]

Person = Annotated[str | None, typer.Option("--by", help="Who decides; else your login name.")]


def person(given: str | None) -> str:
    """The name given, or the login name."""
    import getpass

    if given is not None:
        return given
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def agreed(question: str, yes: bool) -> bool:
    """Whether to go on: with ``--yes`` and in a script always, else as the person answers."""
    if yes or not sys.stdin.isatty() or typer.confirm(question):
        return True
    typer.echo("nothing was changed")
    return False


def open_index(store: Path | None, reranker: str | None = None) -> SearchIndex:
    """The index of a store, or of the usual one."""
    from dataclasses import replace

    from app import settings
    from indexes.engine import SearchIndex

    in_force = settings.current()
    index = SearchIndex.open(store or in_force.store)
    index.quick = not in_force.thorough
    if reranker is None:
        return index
    from nlp.reranker import load

    return replace(index, reranker=load(reranker))


def write_lines(lines: list[str], out: Path | None) -> None:
    """Lines to a file, or to the terminal."""
    body = "".join(line + "\n" for line in lines)
    if out is None:
        typer.echo(body, nl=False)
        return
    from app.settings import require_folder

    require_folder(out)
    out.write_text(body, encoding="utf-8")


def list_activities(activities: Iterable[Activity]) -> None:
    """Activities for a person to read."""
    for a in activities:
        typer.echo(f"{a.region}  {a.stage}  id {a.id}\n     {a.text}")


def refuse_format(format: str) -> None:
    """:raises UsageError: neither table nor json."""
    if format != "table":
        raise UsageError("--format table or json", f"'{format}'", "choose one of them")
