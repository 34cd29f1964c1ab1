"""Commands about baskets: activities collected under a name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.options import Format, Person, Store, list_activities, open_index, person, refuse_format
from nlp.errors import UsageError

if TYPE_CHECKING:
    from indexes.baskets import Basket, BasketLog

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="See 'regioplan baskets'.")]
Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids of activities.")]
Owner = Annotated[
    str, typer.Option("--owner", help="Login name on the page; none where nobody logs in.")
]

baskets_cli = typer.Typer(
    help="List baskets of activities; make, fill, rename, delete and restore them.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


def register(cli: typer.Typer) -> None:
    """Put the commands under the root."""
    cli.add_typer(baskets_cli, name="baskets")


@baskets_cli.callback()
def baskets(
    context: typer.Context,
    deleted: Annotated[bool, typer.Option("--deleted", help="Those that were deleted.")] = False,
    format: Format = "table",
    store: Store = None,
) -> None:
    """List the baskets of everybody, the one changed last first."""
    if context.invoked_subcommand is not None:
        return
    found = _log(store).all(deleted=deleted)
    if format == "json":
        typer.echo(json.dumps([_row(basket) for basket in found], ensure_ascii=False))
        return
    refuse_format(format)
    for basket in found:
        whose = f"  ({basket.owner})" if basket.owner else ""
        typer.echo(
            f"{basket.number:>4}  {basket.changed}  {len(basket.ids):>3}  {basket.name}{whose}"
        )


@baskets_cli.command("show")
def show(number: Number, format: Format = "table", store: Store = None) -> None:
    """List the activities of a basket as they were when they were put in."""
    log = _log(store)
    basket = log.get(number)
    activities = log.records(basket)
    if format == "json":
        records = [activity.to_dict() for activity in activities]
        typer.echo(json.dumps({**_row(basket), "activities": records}, ensure_ascii=False))
        return
    refuse_format(format)
    list_activities(activities)


@baskets_cli.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Name of the basket.")],
    owner: Owner = "",
    by: Person = None,
    store: Store = None,
) -> None:
    """Make an empty basket."""
    basket = _log(store).new(name, owner, person(by))
    typer.echo(f"basket {basket.number}; next: regioplan baskets put {basket.number} ID...")


@baskets_cli.command("put")
def put(number: Number, ids: Ids, by: Person = None, store: Store = None) -> None:
    """Put activities into a basket."""
    index = open_index(store)
    _told(_log(store).put(number, [index.get(name) for name in ids], person(by)))


@baskets_cli.command("take")
def take(number: Number, ids: Ids, by: Person = None, store: Store = None) -> None:
    """Take activities out of a basket."""
    log = _log(store)
    strange = sorted(set(ids) - set(log.get(number).ids))
    if strange:
        raise UsageError(
            "ids in the basket", ", ".join(strange)[:200], f"see 'regioplan baskets show {number}'"
        )
    _told(log.take(number, ids, person(by)))


@baskets_cli.command("rename")
def rename(
    number: Number,
    name: Annotated[str, typer.Argument(help="The new name.")],
    by: Person = None,
    store: Store = None,
) -> None:
    """Give a basket another name."""
    _told(_log(store).rename(number, name, person(by)))


@baskets_cli.command("delete")
def delete(number: Number, by: Person = None, store: Store = None) -> None:
    """Delete a basket."""
    basket = _log(store).delete(number, person(by))
    typer.echo(f"deleted: {basket.name}; 'regioplan baskets restore {number}' brings it back")


@baskets_cli.command("restore")
def restore(number: Number, by: Person = None, store: Store = None) -> None:
    """Bring a deleted basket back."""
    _told(_log(store).restore(number, person(by)))


def _told(basket: Basket) -> None:
    typer.echo(f"basket {basket.number}, {basket.name}: {len(basket.ids)} activities")


def _row(basket: Basket) -> dict[str, Any]:
    return {
        name: getattr(basket, name)
        for name in ("number", "owner", "name", "created", "changed", "ids")
    }


def _log(store: Path | None) -> BasketLog:
    from app import settings
    from indexes.baskets import BasketLog

    return BasketLog(store or settings.store())
