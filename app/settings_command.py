"""The command that says what is set, and where."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nlp.errors import UsageError

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo


def register(cli: typer.Typer) -> None:
    """Put the command under the root."""
    cli.command()(settings)


def settings(
    format: Annotated[
        str, typer.Option("--format", help="table, json, or markdown: what there is to set.")
    ] = "table",
) -> None:
    """Say what is in force and where each value comes from."""
    from app.settings import load, strangers

    if format == "markdown":
        typer.echo("\n".join(markdown()))
        return
    loaded = load(os.environ)
    shown = {name: _shown(getattr(loaded.settings, name)) for name in loaded.sources}
    for name in strangers(os.environ):
        typer.echo(f"no setting, so without effect: {name}", err=True)
    if format == "json":
        rows = [
            {"name": name, "value": value, "source": loaded.sources[name]}
            for name, value in shown.items()
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    if format != "table":
        raise UsageError("--format table, json or markdown", f"'{format}'", "choose one of them")
    wide = max(map(len, shown.values()))
    for name, value in shown.items():
        typer.echo(f"{name:<16}  {value:<{wide}}  {loaded.sources[name]}")


def markdown() -> list[str]:
    """The table of all settings, as it stands in README.md."""
    from app.settings import Settings, variable

    rows = [
        f"| `{name}` | `{variable(name)}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return ["| Setting | Environment variable | Default | Meaning |", "|---|---|---|---|", *rows]


def _default(field: FieldInfo) -> str:
    extra: Any = field.json_schema_extra
    return str(extra["shown"]) if extra else f"`{_shown(field.default)}`".replace("`none`", "none")


def _shown(value: object) -> str:
    """A value as one would write it; of a secret only that there is one."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return ", ".join(map(str, value)) or "none"
    return "none" if value is None else str(value)
