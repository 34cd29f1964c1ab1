"""Commands about the people who may log in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from nlp.errors import UsageError

Name = Annotated[str, typer.Argument(help="Login name.")]
File = Annotated[Path | None, typer.Option("--file", help="Another users file.")]

user = typer.Typer(
    help="People who may log in to the page.", no_args_is_help=True, rich_markup_mode=None
)


def register(cli: typer.Typer) -> None:
    """Put the commands under the root."""
    cli.add_typer(user, name="user")


@user.command("add")
def add_user(
    name: Name,
    replace: Annotated[bool, typer.Option("--replace", help="Change the password.")] = False,
    file: File = None,
) -> None:
    """Let somebody in. Asks for the password; a script gives it as a line on standard input."""
    from app.users import add

    path = _path(file)
    add(path, name, _password(), replace)
    typer.echo(f"{name} may log in, by {path}; a page that already asks for a login knows at once")


@user.command("remove")
def remove_user(name: Name, file: File = None) -> None:
    """Let somebody in no more; an open session ends at once."""
    from app.users import remove

    path = _path(file)
    remove(path, name)
    typer.echo(f"{name} may log in no more, by {path}")


@user.command("list")
def list_users(file: File = None) -> None:
    """List who may log in."""
    from app.users import read

    path = _path(file)
    people = read(path)
    for name in people:
        typer.echo(name)
    typer.echo(f"{len(people)} in {path}", err=True)


def _path(given: Path | None) -> Path:
    from app import settings

    path = given or settings.current().users
    if path is None:
        raise UsageError("a users file", "none", "give --file or set REGIOPLAN_USERS")
    return path


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
