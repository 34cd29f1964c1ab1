"""Commands about themes: the registry, its edits, gaps of a region, and the report to cite."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.options import (
    Format,
    Person,
    Store,
    agreed,
    list_activities,
    open_index,
    person,
    refuse_format,
    write_lines,
)
from nlp.errors import UsageError

if TYPE_CHECKING:
    from indexes.theme_board import Gap, ThemeBoard
    from nlp.records import Activity
    from nlp.themes import Theme

Level = Annotated[str, typer.Option("--level", help="fine or broad.")]
ThemeId = Annotated[str, typer.Argument(metavar="THEME", help="Id of a theme, for example T07.")]

themes_cli = typer.Typer(
    help="List the themes; rename, merge, move or fit them anew.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


def register(cli: typer.Typer) -> None:
    """Put the commands under the root."""
    cli.add_typer(themes_cli, name="themes")
    cli.command()(gaps)
    cli.command()(report)


@themes_cli.callback()
def themes(context: typer.Context, format: Format = "table", store: Store = None) -> None:
    """List the themes with their sizes, stability and regions."""
    if context.invoked_subcommand is not None:
        return
    board = _board(store)
    if format == "json":
        typer.echo(json.dumps(_listing(board), ensure_ascii=False))
        return
    refuse_format(format)
    for broad in board.themes("broad"):
        typer.echo(f"{broad.id}  {broad.size:>5}  {broad.lv}  ({broad.en})")
        for fine in board.themes("fine"):
            if fine.parent == broad.id:
                typer.echo(
                    f"   {fine.id}  {fine.size:>4}  {fine.stability:.2f}  {fine.lv}  ({fine.en})"
                )
                typer.echo(f"        {', '.join(fine.terms)}")
    typer.echo(f"version {board.version}; without a theme {board.unclassified:.1%}")
    for edit in board.edited.idle:
        typer.echo(f"edit {edit.number} names a theme that is no more: {edit.kind} {edit.theme}")


@themes_cli.command("show")
def show(theme: ThemeId, format: Format = "table", store: Store = None) -> None:
    """List the activities of a theme, the most typical first."""
    index = open_index(store)
    board = _board_of(index, store)
    activities = [index.activities[row] for row in board.members(theme)]
    if format == "json":
        typer.echo(json.dumps([_brief(a) for a in activities], ensure_ascii=False))
        return
    refuse_format(format)
    list_activities(activities)


@themes_cli.command("rename")
def rename(
    theme: ThemeId,
    lv: Annotated[str, typer.Option("--lv", help="Latvian name.")] = "",
    en: Annotated[str, typer.Option("--en", help="English name.")] = "",
    by: Person = None,
    store: Store = None,
) -> None:
    """Give a theme another name; it stays after a refit."""
    _board(store).get(theme)
    edit = _log(store).add("rename", theme, person(by), lv=lv, en=en)
    typer.echo(f"{theme}: {lv or en}; 'regioplan themes undo {edit.number}' takes it back")


@themes_cli.command("merge")
def merge(
    theme: ThemeId,
    into: Annotated[str, typer.Argument(help="The fine theme that stays.")],
    by: Person = None,
    store: Store = None,
) -> None:
    """Put all activities of a fine theme into another."""
    _edit("merge", theme, into, by, store)


@themes_cli.command("move")
def move(
    theme: ThemeId,
    under: Annotated[str, typer.Argument(help="The broad theme it belongs under.")],
    by: Person = None,
    store: Store = None,
) -> None:
    """Put a fine theme under another broad one."""
    _edit("move", theme, under, by, store)


@themes_cli.command("undo")
def undo(
    number: Annotated[int, typer.Argument(help="Number of an edit.")],
    by: Person = None,
    store: Store = None,
) -> None:
    """Take an edit back."""
    _log(store).undo(number, person(by))
    typer.echo(f"edit {number} was taken back")


@themes_cli.command("log")
def log(store: Store = None) -> None:
    """List the edits in force."""
    for edit in _log(store).in_force():
        what = edit.target or " / ".join(name for name in (edit.lv, edit.en) if name)
        typer.echo(
            f"{edit.number:>4}  {edit.time}  {edit.person}  {edit.kind} {edit.theme}: {what}"
        )


@themes_cli.command("refit")
def refit(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False, store: Store = None
) -> None:
    """Fit the themes anew and match them with the old ones; says what was born, split or died."""
    from app import settings
    from indexes.changes import refitted_themes, replace_themes

    where = store or settings.store()
    fresh, what = refitted_themes(where)
    typer.echo(f"{len(what.kept)} themes stay")
    for name, ids in (("new", what.born), ("gone", what.died)):
        typer.echo(f"{name}: {', '.join(ids) or 'none'}")
    for old, new in what.split:
        typer.echo(f"{new} was part of {old}")
    if agreed("Use the new themes?", yes):
        typer.echo(f"in use: {replace_themes(where, fresh).name}")


def gaps(
    region: Annotated[str, typer.Argument(help="For example Zemgale.")],
    level: Level = "fine",
    format: Format = "table",
    store: Store = None,
) -> None:
    """What other regions do and this one does not, with the nearest it has."""
    from indexes.theme_board import WARNING

    board = _board(store)
    found = board.gaps(region, _level(level))
    likest = board.peers(region)
    if format == "json":
        content = {
            "region": region,
            "version": board.version,
            "warning": WARNING,
            "peers": [{"region": name, "similarity": value} for name, value in likest],
            "gaps": [_gap_row(gap) for gap in found],
        }
        typer.echo(json.dumps(content, ensure_ascii=False))
        return
    refuse_format(format)
    typer.echo("most alike: " + ", ".join(f"{name} {value:.2f}" for name, value in likest))
    for gap in found:
        if gap.state == "covered":
            continue
        s = gap.shortfall
        typer.echo(
            f"{gap.state:<10} {gap.theme.id}  {gap.theme.lv}: has {s.own}, expected "
            f"{s.expected:.1f}, q {s.q:.3f}; also in {', '.join(s.others)}"
        )
        for activity in gap.evidence[:2]:
            typer.echo(f"     {activity.region}: {activity.text[:140]}")
        for activity, value in gap.nearest[:1]:
            typer.echo(f"     nearest here ({value:.2f}): {activity.text[:140]}")
    typer.echo(WARNING)


def report(
    out: Annotated[Path, typer.Option("--out", help="HTML file to write.")] = Path("themes.html"),
    region: Annotated[
        str | None, typer.Option("--region", help="Also the gaps of this region.")
    ] = None,
    lang: Annotated[str, typer.Option("--lang", help="Language of the page: lv or en.")] = "en",
    store: Store = None,
) -> None:
    """Write the themes, tables, gaps, method and versions as one page to attach to a paper."""
    from indexes.theme_report import theme_report
    from nlp.languages import LANGUAGES

    language = next((name for name in LANGUAGES if name == lang), None)
    if language is None:
        raise UsageError("--lang lv or en", f"'{lang}'", "choose one of them")
    index = open_index(store)
    write_lines([theme_report(index, _board_of(index, store), region, language)], out)
    typer.echo(f"report in {out}", err=True)


def _board(store: Path | None) -> ThemeBoard:
    return _board_of(open_index(store), store)


def _board_of(index: Any, store: Path | None) -> ThemeBoard:
    from indexes.theme_board import ThemeBoard

    return ThemeBoard(index, _log(store))


def _log(store: Path | None) -> Any:
    from app import settings
    from indexes.theme_log import ThemeLog

    return ThemeLog(store or settings.store())


def _edit(kind: Any, theme: str, target: str, by: str | None, store: Path | None) -> None:
    board = _board(store)
    level = "broad" if kind == "move" else "fine"
    ids = {t.id for t in board.themes("fine")}
    targets = {t.id for t in board.themes(_level(level))}
    if theme not in ids or target not in targets or theme == target:
        raise UsageError(
            f"a fine theme and a {level} one", f"{theme} and {target}", "see 'regioplan themes'"
        )
    edit = _log(store).add(kind, theme, person(by), target=target)
    typer.echo(f"{kind} {theme} {target}; 'regioplan themes undo {edit.number}' takes it back")


def _level(level: str) -> Any:
    if level not in ("fine", "broad"):
        raise UsageError("--level fine or broad", f"'{level}'", "choose one of them")
    return level


def _listing(board: ThemeBoard) -> dict[str, Any]:
    counts = {level: board.matrix("region", _level(level)) for level in ("fine", "broad")}

    def row(theme: Theme, level: str) -> dict[str, Any]:
        matrix = counts[level]
        cells = matrix.counts[matrix.rows.index(theme.id)]
        return {
            "id": theme.id,
            "level": level,
            "parent": theme.parent,
            "label_lv": theme.lv,
            "label_en": theme.en,
            "terms": list(theme.terms),
            "size": theme.size,
            "stability": theme.stability,
            "representatives": list(theme.representatives),
            "regions": dict(zip(matrix.columns, cells.tolist(), strict=True)),
        }

    return {
        "version": board.version,
        "unclassified_share": round(board.unclassified, 4),
        "themes": [
            row(t, level) for level in ("broad", "fine") for t in board.themes(_level(level))
        ],
    }


def _gap_row(gap: Gap) -> dict[str, Any]:
    return {
        "theme": gap.theme.id,
        "label_lv": gap.theme.lv,
        "label_en": gap.theme.en,
        "state": gap.state,
        "own": gap.shortfall.own,
        "expected": gap.shortfall.expected,
        "p": gap.shortfall.p,
        "q": gap.shortfall.q,
        "also_in": list(gap.shortfall.others),
        "evidence": [_brief(a) for a in gap.evidence],
        "nearest": [{**_brief(a), "similarity": value} for a, value in gap.nearest],
    }


def _brief(a: Activity) -> dict[str, Any]:
    return {
        "id": a.id,
        "region": a.region,
        "plan": a.plan,
        "stage": a.stage,
        "page": a.page,
        "text": a.text,
    }
