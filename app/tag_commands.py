"""Commands about tags: tagging, deciding, the queue, the log, and training from decisions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from app.options import (
    Format,
    Out,
    Person,
    Store,
    Top,
    agreed,
    open_index,
    person,
    refuse_format,
)
from nlp.errors import UsageError

if TYPE_CHECKING:
    from indexes.engine import SearchIndex
    from nlp.tagger import TagDecision
    from training.retrain import Retrained

Scheme = Annotated[str, typer.Option("--scheme", help="Label set; see 'regioplan info'.")]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask; scripts are never asked.")]
_BUILT_IN = "priorities"
_LISTED = 20

train = typer.Typer(help="Train the tagger anew.", no_args_is_help=True, rich_markup_mode=None)


def register(cli: typer.Typer) -> None:
    """Put the commands under the root."""
    for command in (tag, review, correct, undo, corrections):
        cli.command()(command)
    cli.add_typer(train, name="train")


def tag(
    text: Annotated[str | None, typer.Argument(help="One activity.")] = None,
    file: Annotated[Path | None, typer.Option("--file", help="CSV, TSV or XLSX.")] = None,
    text_column: Annotated[str, typer.Option("--text-column", help="Column to tag.")] = "text",
    scheme: Scheme = _BUILT_IN,
    out: Out = None,
    format: Format = "table",
    store: Store = None,
) -> None:
    """Tag one text, or every row of a table."""
    if (text is None) == (file is None):
        raise UsageError("either a text or --file FILE", "both or none", "give one of them")
    if text is not None:
        from indexes.query import parse_query

        parse_query(text)
        _tag_one(open_index(store), text, scheme, format)
        return
    if out is None:
        raise UsageError("--out FILE for a tagged table", "none", "add --out FILE.csv or .xlsx")
    from rich.console import Console

    from app.batch import tag_table

    tagger = open_index(store).tags.tagger(scheme)
    with Console(stderr=True).status("tagging") as status:
        summary = tag_table(
            Path(str(file)), out, text_column, tagger, lambda n: status.update(f"{n} rows tagged")
        )
    typer.echo(str(summary), err=True)


def review(
    label: Annotated[str | None, typer.Option("--label", help="Only this label.")] = None,
    scheme: Scheme = _BUILT_IN,
    top: Top = 20,
    format: Format = "table",
    store: Store = None,
) -> None:
    """List what waits for a person, the least sure first."""
    waiting = open_index(store).tags.pending(scheme, label)
    if format == "json":
        rows = [
            {
                "id": p.activity.id,
                "region": p.activity.region,
                "text": p.activity.text,
                "label": p.label,
                "probability": round(p.probability, 4),
            }
            for p in waiting[:top]
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    refuse_format(format)
    for p in waiting[:top]:
        typer.echo(f"{p.label:<15} {p.probability:.2f}  {p.activity.region}  id {p.activity.id}")
        typer.echo(f"    {p.activity.text}")
    typer.echo(f"{len(waiting)} decisions wait; next: regioplan correct ID LABEL yes|no", err=True)


def correct(
    activity: Annotated[str, typer.Argument(metavar="ID", help="Id of an activity, or its text.")],
    label: Annotated[str, typer.Argument(help="For example climate.")],
    decision: Annotated[str, typer.Argument(help="yes, no or borderline.")],
    by: Person = None,
    note: Annotated[str, typer.Option("--note", help="Why.")] = "",
    scheme: Scheme = _BUILT_IN,
    store: Store = None,
) -> None:
    """Confirm or change a tag; it counts at once, and for the tagger at the next 'train tagger'."""
    from indexes.query import parse_query

    parse_query(activity)
    index = open_index(store)
    known = index.find(activity)
    row = index.tags.decide(
        known.text if known else activity, label, decision, person(by),
        scheme=scheme, note=note, activity=known,
    )  # fmt: skip
    typer.echo(f"{label}: {row.old} -> {row.new}; 'regioplan undo {row.number}' takes it back")


def undo(
    number: Annotated[int, typer.Argument(help="Number of a decision.")],
    by: Person = None,
    store: Store = None,
) -> None:
    """Take back a decision; the log keeps both."""
    from app import settings
    from indexes.corrections import CorrectionLog

    row = CorrectionLog(store or settings.store()).undo(number, person(by))
    typer.echo(f"{row.label}: {row.old} -> {row.new}  {row.text[:100]}")


def corrections(format: Format = "table", store: Store = None) -> None:
    """List every decision, oldest first, with who made it and when."""
    from dataclasses import asdict

    from app import settings
    from indexes.corrections import CorrectionLog

    rows = CorrectionLog(store or settings.store()).rows()
    if format == "json":
        typer.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False))
        return
    refuse_format(format)
    for row in rows:
        what = f"takes back {row.undoes}" if row.undoes else f"{row.old} -> {row.new}"
        note = f"  ({row.note})" if row.note else ""
        typer.echo(f"{row.number:>4}  {row.time}  {row.person}  {row.label}: {what}{note}")
        typer.echo(f"      {row.text[:160]}")


@train.command("tagger")
def train_tagger(
    precision: Annotated[
        float | None,
        typer.Option("--precision", min=0.5, max=1.0, help="Share of the yes to be right."),
    ] = None,
    back: Annotated[bool, typer.Option("--undo", help="Go back to the model before.")] = False,
    yes: Yes = False,
    store: Store = None,
) -> None:
    """Fold people's decisions in, show what changes, then replace the model."""
    from app import settings

    where = store or settings.store()
    if back:
        from indexes.store import previous

        typer.echo(f"the index is now {previous(where).name}")
        return
    index = open_index(where)
    from rich.console import Console

    from training.retrain import retrain

    with Console(stderr=True).status("training") as status:
        trained = retrain(index, settings.data() / "labels", status.update, precision)
    _offer(where, trained, yes)


@train.command("scheme")
def train_scheme(
    file: Annotated[Path, typer.Argument(help="labels.yaml with its examples beside it.")],
    yes: Yes = False,
    store: Store = None,
) -> None:
    """Train a label set of your own; it serves beside the horizontal priorities."""
    from app import settings
    from training.held_out import HeldOut
    from training.retrain import with_scheme
    from training.schemes import keep_scheme, read_scheme

    where, labels = store or settings.store(), settings.data() / "labels"
    scheme = read_scheme(file, HeldOut.read(labels))
    if _offer(where, with_scheme(open_index(where), scheme), yes):
        typer.echo(f"kept in {keep_scheme(scheme, labels)}, so the next build trains it too")


def _offer(store: Path, retrained: Retrained, yes: bool) -> bool:
    """Show what new taggers would change; use them unless the person says no."""
    from training.retrain import put_in_use

    typer.echo(f"{retrained.used} examples or decisions of people used")
    if retrained.held_out:
        typer.echo(f"{retrained.held_out} decisions left out: texts kept for measuring only")
    for label, before, after in retrained.measures:
        was = "new" if before is None else f"{before:.3f}"
        typer.echo(f"  {label:<15} F1 out of fold {was} -> {after:.3f}")
    typer.echo(f"{len(retrained.changes)} tags of indexed activities change")
    for change in retrained.changes[:_LISTED]:
        typer.echo(
            f"  {change.label}: {change.before} -> {change.after}  {change.activity.text[:90]}"
        )
    if len(retrained.changes) > _LISTED:
        typer.echo(f"  and {len(retrained.changes) - _LISTED} more")
    if not agreed("Use the new model?", yes):
        return False
    generation = put_in_use(store, retrained)
    typer.echo(f"in use: {generation.name}; 'regioplan train tagger --undo' goes back")
    return True


def _tag_one(index: SearchIndex, text: str, scheme: str, format: str) -> None:
    tagger = index.tags.tagger(scheme)
    decisions = tagger.tag([text])[0]
    people = index.tags.log.decided(text, scheme)
    near = tagger.nearest(text)
    if format == "json":
        typer.echo(json.dumps([_row(d, people) for d in decisions], ensure_ascii=False))
        return
    refuse_format(format)
    for d in decisions:
        human = people.get(d.label)
        said = f"  ({human.person}: {human.new})" if human else ""
        typer.echo(
            f"{d.label:<15} {d.decision:<7} {d.probability:.2f}  {', '.join(d.evidence)}{said}"
        )
    for same in index.duplicates(text)[:5]:
        typer.echo(f"in the plans already: {same.region}, id {same.id}: {same.text[:120]}")
    for example in near:
        marks = zip(tagger.labels, example.marks, strict=True)
        named = ", ".join(label for label, mark in marks if mark == "y") or "none"
        typer.echo(f"labelled by people: {named}  {example.region}: {example.text[:120]}")


def _row(decision: TagDecision, people: Any) -> dict[str, Any]:
    from app.output import decision_row

    human = people.get(decision.label)
    return {
        **decision_row(decision),
        "decided_by": human.person if human else None,
        "decided": human.new if human else None,
    }
