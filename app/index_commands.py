"""Commands that change an index record by record."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.options import Store

Records = Annotated[
    Path, typer.Argument(metavar="FILE", help="JSON lines, as 'export --format jsonl' writes them.")
]


def register(cli: typer.Typer) -> None:
    """Add the commands."""
    cli.command()(append)
    cli.command()(update)
    cli.command()(remove)
    cli.command()(compact)


def build_from(records: Path, store: Path | None, models: Path | None, processes: int) -> None:
    """Build an index from records, with progress; what was begun before goes on."""
    from rich.console import Console
    from rich.progress import Progress

    from indexes.bulk import build_from_records

    target = _store(store)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=None)

        def progress(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        folder = build_from_records(records, target, models or _store(None), processes, progress)
    _say("built", folder)


def append(file: Records, store: Store = None) -> None:
    """Add the activities of a file to the index."""
    from indexes import changes
    from indexes.record_file import read_records

    activities = read_records(file)
    _say(f"{len(activities)} activities added", changes.append(_store(store), activities))


def update(file: Records, store: Store = None) -> None:
    """Put the activities of a file in the place of those with their ids, or add them."""
    from indexes import changes
    from indexes.record_file import read_records

    activities = read_records(file)
    _say(f"{len(activities)} activities put in", changes.update(_store(store), activities))


def remove(
    ids: Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of activities.")],
    store: Store = None,
) -> None:
    """Delete activities from the index, and from what later builds make of the plans."""
    from indexes import changes

    _say(f"{len(set(ids))} activities deleted", changes.remove(_store(store), ids))


def compact(store: Store = None) -> None:
    """Merge what was added and drop what was deleted; the index does so itself now and then."""
    from indexes import changes

    _say("merged", changes.compact(_store(store)))


def _store(store: Path | None) -> Path:
    from app import settings

    return store or settings.store()


def _say(what: str, generation: Path) -> None:
    typer.echo(f"{what}; the index is now {generation.name}", err=True)
