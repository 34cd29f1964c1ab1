"""The command line. Heavy imports live inside the commands, so that ``--help`` stays quick."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from app import (
    basket_commands,
    index_commands,
    milvus_command,
    settings_command,
    tag_commands,
    theme_commands,
    user_commands,
)
from app.milvus_command import Milvus, open_searching
from app.options import Format, Out, Store, Top, agreed, open_index, refuse_format, write_lines
from nlp.errors import RegioplanError, UsageError

if TYPE_CHECKING:
    from indexes.engine import Hit, SearchIndex

cli = typer.Typer(
    help="Search, tag and compare the activities of Latvia's regional development plans.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
tag_commands.register(cli)
theme_commands.register(cli)
basket_commands.register(cli)
user_commands.register(cli)
settings_command.register(cli)
index_commands.register(cli)
milvus_command.register(cli)

Regions = Annotated[list[str] | None, typer.Option("--region", help="Only this region.")]
NotRegions = Annotated[list[str] | None, typer.Option("--not-region", help="Not this region.")]
Second = Annotated[
    str | None, typer.Option("--reranker", help="A cross-encoder that orders the best hits anew.")
]


def main() -> None:
    """Entry point: prints failures as one line and maps them to exit codes."""
    try:
        cli()
    except UsageError as error:
        typer.echo(f"regioplan: {error}", err=True)
        sys.exit(2)
    except RegioplanError as error:
        typer.echo(f"regioplan: {error}", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.exit(0)


@cli.command()
def build(
    plans: Annotated[
        Path | None, typer.Option("--plans", help="Folder with manifest.json.")
    ] = None,
    encoder: Annotated[
        str | None, typer.Option("--encoder", help="A sentence-transformers model to use.")
    ] = None,
    records: Annotated[
        Path | None,
        typer.Option(
            "--records", help="Index these JSON lines instead, with the models there are."
        ),
    ] = None,
    models: Annotated[
        Path | None,
        typer.Option("--models", help="With --records: the index that lends its models."),
    ] = None,
    processes: Annotated[
        int, typer.Option("--processes", min=0, help="With --records; 0 for one per processor.")
    ] = 0,
    store: Store = None,
) -> None:
    """Parse the plans, train encoder and tagger, and build the index."""
    from rich.console import Console

    from app import settings
    from nlp.plans import read_manifest

    if records is not None:
        if plans or encoder:
            raise UsageError("--records alone", "--plans or --encoder too", "leave one out")
        index_commands.build_from(records, store, models, processes)
        return
    if models or processes:
        raise UsageError("--records with --models or --processes", "none", "name the file")
    folder = plans or settings.data() / "plans"
    read_manifest(folder)  # a wrong folder is refused before the heavy imports
    from training.build import build as run

    console = Console(stderr=True)
    with console.status("starting") as status:

        def progress(step: str) -> None:
            console.print(f"- {step}", highlight=False)
            status.update(step)

        built = run(folder, settings.data(), store or settings.store(), encoder, progress)
    console.print(
        f"{built.activities} activities of {built.plans} plans in {built.folder}; "
        f"tag macro-F1 out of fold {built.tag_macro_f1}",
        highlight=False,
    )


@cli.command()
def add(
    file: Annotated[Path, typer.Argument(help="PDF, DOCX, XLSX, CSV, or TXT in a known layout.")],
    region: Annotated[str, typer.Option("--region", help="Region of its activities.")],
    title: Annotated[str, typer.Option("--title", help="Title of the plan.")],
    period: Annotated[str, typer.Option("--period", help="For example 2022-2027.")],
    publisher: Annotated[str, typer.Option("--publisher")] = "",
    address: Annotated[str, typer.Option("--address", help="Where it was published.")] = "",
    columns: Annotated[
        Path | None, typer.Option("--columns", help="YAML with your column titles.")
    ] = None,
    done: Annotated[bool, typer.Option("--done", help="The table lists what was done.")] = False,
    yes: Annotated[
        bool, typer.Option("--yes", help="Add without asking; so does a script.")
    ] = False,
    plans: Annotated[
        Path | None, typer.Option("--plans", help="Folder with manifest.json.")
    ] = None,
    store: Store = None,
) -> None:
    """Add one more plan: shows what was understood, then adds it to the index."""
    from app import settings
    from indexes.store import read_manifest
    from nlp.report import as_text, make_report
    from training.add import add as run
    from training.add import prepare

    folder, where = plans or settings.data() / "plans", store or settings.store()
    read_manifest(where)  # without an index there is nothing to add to
    details = {
        "regions": [region],
        "title": title,
        "period": period,
        "publisher": publisher,
        "address": address,
        "columns": columns,
        "stage": "done" if done else "planned",
    }
    parsed = prepare(file, folder, details)
    typer.echo(as_text(make_report(parsed)))
    for activity in parsed.activities[:5]:
        typer.echo(f"  {activity.code or '-'}  {activity.text[:120]}")
        facts = {
            "responsible": activity.responsible,
            "partners": ", ".join(activity.partners),
            "amount": activity.amount_eur,
            "deadline": activity.deadline,
            "indicators": "; ".join(activity.indicators)[:80],
        }
        typer.echo("      " + ", ".join(f"{k}: {v}" for k, v in facts.items() if v))
    if not agreed("Add it?", yes):
        return
    generation = run(parsed, folder, where)
    typer.echo(f"{len(parsed.activities)} activities added; the index is now {generation.name}")


@cli.command("parse-report")
def parse_report(
    html: Annotated[Path | None, typer.Option("--html", help="Write a page instead.")] = None,
    plans: Annotated[
        Path | None, typer.Option("--plans", help="Folder with manifest.json.")
    ] = None,
) -> None:
    """Account for every line of every plan: understood, dropped and why, left over, doubtful."""
    from app import settings
    from nlp.corpus import parse_plans
    from nlp.report import as_html, as_text, make_report

    reports = [make_report(p) for p in parse_plans(plans or settings.data() / "plans")]
    if html is None:
        for one in reports:
            typer.echo(as_text(one))
        return
    write_lines([as_html(reports)], html)
    typer.echo(f"{len(reports)} reports in {html}", err=True)


@cli.command()
def search(
    text: Annotated[str | None, typer.Argument(help="What you look for.")] = None,
    queries: Annotated[
        Path | None, typer.Option("--queries", help="TSV: qid, lang, query.")
    ] = None,
    region: Regions = None,
    not_region: NotRegions = None,
    stage: Annotated[list[str] | None, typer.Option("--stage", help="planned or done.")] = None,
    tag: Annotated[list[str] | None, typer.Option("--tag", help="A horizontal priority.")] = None,
    period: Annotated[list[str] | None, typer.Option("--period", help="A plan period.")] = None,
    plan: Annotated[list[str] | None, typer.Option("--plan", help="A document.")] = None,
    theme: Annotated[list[str] | None, typer.Option("--theme", help="Id of a theme.")] = None,
    municipality: Annotated[
        list[str] | None, typer.Option("--municipality", help="One of today's municipalities.")
    ] = None,
    funding: Annotated[
        list[str] | None, typer.Option("--funding", help="A kind of funding: eu, state, ...")
    ] = None,
    deadline: Annotated[list[str] | None, typer.Option("--deadline", help="A year.")] = None,
    amount_from: Annotated[int | None, typer.Option("--amount-from", help="In EUR.")] = None,
    amount_to: Annotated[int | None, typer.Option("--amount-to", help="In EUR.")] = None,
    sort: Annotated[
        str, typer.Option("--sort", help="relevance, plan, region, deadline or amount.")
    ] = "relevance",
    exact: Annotated[bool, typer.Option("--exact", help="Only texts that hold the words.")] = False,
    own_words: Annotated[
        bool, typer.Option("--own-words", help="Your words alone, no synonyms, no meaning.")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say why each was found.")] = False,
    reranker: Second = None,
    top: Top = 10,
    format: Format = "table",
    out: Out = None,
    milvus: Milvus = None,
    store: Store = None,
) -> None:
    """Find activities by meaning: "a phrase" must stand as it is, -word must not."""
    from dataclasses import replace

    from indexes.engine import SearchIndex
    from indexes.facets import Filters
    from indexes.query import parse_query
    from indexes.question import Mode, Question, Sort, ask

    if (text is None) == (queries is None):
        raise UsageError("either a text or --queries FILE", "both or none", "give one of them")
    rows = _table(queries, 3, "qid, lang, query") if queries else []
    for query in [text] if text is not None else [row[2] for row in rows]:
        parse_query(query)
    filters = Filters(
        regions=tuple(region or ()),
        not_regions=tuple(not_region or ()),
        stages=tuple(stage or ()),
        tags=tuple(tag or ()),
        periods=tuple(period or ()),
        documents=tuple(plan or ()),
        themes=tuple(theme or ()),
        municipalities=tuple(municipality or ()),
        funding=tuple(funding or ()),
        deadlines=tuple(deadline or ()),
        amount_from=amount_from,
        amount_to=amount_to,
    )
    mode: Mode = "exact" if exact else "words" if own_words else "meaning"
    asked = Question(text or "", filters, mode, cast(Sort, sort))  # refuses an unknown sort
    index = open_searching(store, milvus, reranker)
    if not isinstance(index, SearchIndex) and (explain or sort != "relevance"):
        given = "--explain" if explain else "--sort"
        raise UsageError("a search in Milvus by relevance", given, f"leave {given} out")

    def found(query: str) -> list[Hit]:
        if isinstance(index, SearchIndex):
            answer = ask(index, replace(asked, text=query), top, with_facets=False)
            return list(answer.hits)
        return index.search(query, filters, top, mode == "exact", mode == "meaning")

    if text is not None:
        hits = found(text)
        _show(hits, format)
        if explain and format == "table" and isinstance(index, SearchIndex):
            _show_reasons(index, text, hits)
        return
    from app.output import run_rows

    lines = [line for qid, _, query in rows for line in run_rows(qid, found(query))]
    write_lines(lines, out)


@cli.command()
def similar(
    activity: Annotated[str | None, typer.Argument(metavar="ID", help="Id of an activity.")] = None,
    text: Annotated[str | None, typer.Option("--text", help="A text instead of an id.")] = None,
    texts: Annotated[Path | None, typer.Option("--texts", help="TSV: id, region, text.")] = None,
    per_region: Annotated[int, typer.Option("--per-region", min=1, max=100)] = 3,
    top: Top = 10,
    format: Format = "table",
    out: Out = None,
    milvus: Milvus = None,
    store: Store = None,
) -> None:
    """Find counterparts in the other regions."""
    if sum(v is not None for v in (activity, text, texts)) != 1:
        raise UsageError("one of ID, --text, --texts", "none or several", "give one of them")
    rows = _table(texts, 3, "id, region, text") if texts else []
    index = open_searching(store, milvus)
    if texts is not None:
        from app.output import run_rows

        lines = [
            line
            for qid, region, body in rows
            for line in run_rows(qid, index.similar_list(body, region, top))
        ]
        write_lines(lines, out)
        return
    known = index.get(activity) if activity is not None else None
    groups = index.similar(
        known.text if known else str(text), known.region if known else None, per_region
    )
    _show([hit for hits in groups.values() for hit in hits], format)


@cli.command()
def export(
    format: Annotated[str, typer.Option("--format", help="jsonl, csv, xlsx or parquet.")] = "jsonl",
    out: Out = None,
    store: Store = None,
) -> None:
    """Write all records to a file."""
    from app.output import write_records

    if out is None:
        raise UsageError("--out FILE", "none", "name the file to write")
    activities = open_index(store).activities
    write_records(activities, format, out)
    typer.echo(f"{len(activities)} records in {out}", err=True)


@cli.command()
def info(
    quiet: Annotated[bool, typer.Option("--quiet", help="Only the exit code.")] = False,
    format: Format = "table",
    store: Store = None,
) -> None:
    """Say what the current index holds."""
    from app import settings

    where = store or settings.store()
    if quiet and not (where / "CURRENT").is_file():
        raise typer.Exit(1)
    from indexes.store import read_manifest

    folder, manifest = read_manifest(where)
    if quiet:
        return
    if format == "json":
        typer.echo(json.dumps({**manifest, "folder": str(folder)}, ensure_ascii=False))
        return
    for name in (
        "activities",
        "segments",
        "deleted",
        "documents",
        "regions",
        "dimension",
        "encoder",
        "corpus_sha256",
    ):
        typer.echo(f"{name}: {manifest[name]}")
    typer.echo(f"folder: {folder}")


@cli.command()
def evaluate(
    what: Annotated[
        str, typer.Argument(help="search, similar, tags, cases, themes or all.")
    ] = "all",
    gold: Annotated[Path | None, typer.Option("--gold", help="Folder of judgements.")] = None,
    ablate: Annotated[
        bool, typer.Option("--ablation", help="What each part of the search brings (minutes).")
    ] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="A page: every query's top ten, or (tags) plots.")
    ] = None,
    card: Annotated[
        Path | None, typer.Option("--card", help="Write the tagger's model card.")
    ] = None,
    figures: Annotated[
        Path | None, typer.Option("--figures", help="With all: write the file the page shows.")
    ] = None,
    reranker: Second = None,
    format: Format = "table",
    store: Store = None,
) -> None:
    """Measure the current index on the development gold and the list of cases."""
    from app import settings

    known = ("search", "similar", "tags", "cases", "themes")
    if what not in (*known, "all"):
        raise UsageError(f"{', '.join(known)} or all", f"'{what}'", "choose one of them")
    if figures is not None:
        if what != "all" or ablate:
            raise UsageError("--figures with all", "a part of it", "leave the rest out")
        settings.require_folder(figures)
    folder = gold or settings.data() / "gold"
    index = open_index(store, reranker)
    from training.evaluate import (
        evaluate_cases,
        evaluate_search,
        evaluate_similar,
        evaluate_tags,
        search_page,
        tag_study,
    )
    from training.tag_card import model_card, tag_page
    from training.theme_study import evaluate_themes

    if card is not None:
        write_lines([model_card(tag_study(settings.data() / "labels", index))], card)
        typer.echo(f"model card in {card}", err=True)
        return

    if html is not None:
        if what == "tags":
            page = tag_page(tag_study(settings.data() / "labels", index))
        else:
            page = search_page(index, folder)
        write_lines([page], html)
        typer.echo(f"page in {html}", err=True)
        return

    def ablation() -> list[dict[str, Any]]:
        from training.ablation import ablation as run

        return run(index, settings.data(), folder, lambda name: typer.echo(f"- {name}", err=True))

    runs: dict[str, Callable[[], list[dict[str, Any]]]] = {
        "search": lambda: evaluate_search(index, folder),
        "similar": lambda: evaluate_similar(index, folder),
        "tags": lambda: evaluate_tags(settings.data() / "labels", index),
        "cases": lambda: evaluate_cases(index, settings.data() / "queries" / "cases.tsv"),
        "themes": lambda: evaluate_themes(index, lambda step: typer.echo(f"- {step}", err=True)),
    }
    if ablate:
        results = {"ablation": ablation()}
    else:
        results = {name: run() for name, run in runs.items() if what in (name, "all")}
    if figures is not None:
        from datetime import UTC, datetime
        from importlib.metadata import version

        from indexes.store import read_manifest
        from training.figures import as_json, figures_of

        today = datetime.now(UTC).date().isoformat()
        manifest = read_manifest(store or settings.store())[1]
        write_lines([as_json(figures_of(manifest, results, today, version("regioplan")))], figures)
        typer.echo(f"figures in {figures}", err=True)
    if format == "json":
        typer.echo(json.dumps(results, ensure_ascii=False))
        return
    refuse_format(format)
    for name, rows in results.items():
        typer.echo(name)
        first, *others = rows[0]
        wide = max(len(first), *(len(str(row[first])) for row in rows))
        typer.echo(f"  {first:<{wide}}  " + "  ".join(f"{key:>14}" for key in others))
        for row in rows:
            cells = "  ".join(f"{_cell(row[key]):>14}" for key in others)
            typer.echo(f"  {row[first]!s:<{wide}}  {cells}")


@cli.command()
def verify(store: Store = None) -> None:
    """Check every file of the index, that it finds a sample, and all people decided and collected.

    The logs of decisions, edits, changes and baskets are read row by row; then the files of the
    current generation are compared with their checksums, its parts with one another.
    """
    from app import settings
    from indexes.health import problems
    from indexes.store import open_current, read_manifest
    from indexes.user_check import verify as rows_of_logs
    from nlp.errors import IndexDamaged

    where = store or settings.store()
    rows = sum(rows_of_logs(where).values())
    wrong = problems(open_current(where))  # opening compares every file with its checksum
    if wrong:
        raise IndexDamaged(
            "an index whose parts fit", "; ".join(wrong[:5]), "run 'regioplan build' again"
        )
    _, manifest = read_manifest(where)
    typer.echo(
        f"{len(manifest['files'])} files as built, {manifest['activities']} activities, "
        f"a sample found by its own texts; {rows} rows of decisions and baskets as written"
    )


@cli.command()
def salvage(store: Store = None) -> None:
    """Go on from a damaged log of decisions and baskets with every row that is whole.

    A backup is better, where there is one. The damaged file is kept.
    """
    from app import settings
    from indexes.user_check import salvage as run

    came = run(store or settings.store())
    typer.echo(f"{sum(came.kept.values())} rows are whole and stay; set aside: {came.aside}")
    for table, numbers in came.lost.items():
        typer.echo(f"lost of {table}: " + ", ".join(map(str, numbers)))
    if came.left_out:
        typer.echo(f"left out: {came.left_out} rows of baskets whose first row is lost")


@cli.command()
def backup(
    file: Annotated[Path, typer.Argument(help="ZIP file to write.")], store: Store = None
) -> None:
    """Save decisions, theme edits, baskets and plans: what no build can make again."""
    from app import settings
    from indexes.backup import backup as run

    settings.require_folder(file)
    names = run(store or settings.store(), settings.data() / "plans", file)
    typer.echo(f"{len(names)} files in {file}")


@cli.command()
def restore(
    file: Annotated[Path, typer.Argument(help="ZIP file of 'regioplan backup'.")],
    yes: Annotated[bool, typer.Option("--yes", help="Without asking; so does a script.")] = False,
    store: Store = None,
) -> None:
    """Put a backup back; what it replaces is kept beside it."""
    from app import settings
    from indexes.backup import check
    from indexes.backup import restore as run

    names = check(file)
    if not agreed(
        f"Replace decisions, baskets and plans by the {len(names)} files of {file}?", yes
    ):
        return
    aside = run(file, store or settings.store(), settings.data() / "plans")
    if aside:
        typer.echo("set aside: " + ", ".join(aside))
    typer.echo(f"{len(names)} files restored; run 'regioplan build' to index them")


@cli.command()
def serve(
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=1, max=65535)] = None,
    open_browser: Annotated[bool, typer.Option("--open", help="Open the page.")] = False,
    store: Store = None,
) -> None:
    """Open the page in a browser on this machine."""
    # Many ask at once: a thread each is enough, and more would only wait for one another. The
    # libraries read this when they are imported.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    from app import settings
    from indexes.store import read_manifest

    given = {"host": host, "port": port, "store": store}
    in_force = settings.current().model_copy(
        update={name: value for name, value in given.items() if value is not None}
    )
    read_manifest(in_force.store)
    from app.server import serve as run

    if open_browser:
        import threading
        import webbrowser

        address = f"http://{in_force.host}:{in_force.port}/"
        threading.Timer(3.0, webbrowser.open, [address]).start()
    run(in_force)


def _table(path: Path, width: int, columns: str) -> list[list[str]]:
    """Rows of a TSV without header; a row of another width is refused with its number."""
    if not path.is_file():
        raise UsageError(f"a TSV file with {columns}", f"no file {path}", "check the path")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("UTF-8 text", f"{path} in another encoding", "save it as UTF-8") from None
    rows = [line.split("\t") for line in text.splitlines() if line.strip()]
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            raise UsageError(
                f"columns {columns} in {path}", f"{len(row)} in row {number}", "mend the row"
            )
    return rows


def _show(hits: list[Hit], format: str) -> None:
    from app.output import hit_row

    if format == "json":
        typer.echo(json.dumps([hit_row(h) for h in hits], ensure_ascii=False))
        return
    refuse_format(format)
    if not hits:
        typer.echo("no close match")
    for hit in hits:
        a = hit.activity
        tags = f"  [{', '.join(hit.tags)}]" if hit.tags else ""
        typer.echo(f"{hit.rank:>3}  {hit.strength:<6} {a.region}  {a.code or ''}{tags}")
        typer.echo(f"     {a.text}")
        typer.echo(f"     {a.plan}, p. {a.page}, lines {a.first_line}-{a.last_line}  id {a.id}")


def _show_reasons(index: SearchIndex, query: str, hits: list[Hit]) -> None:
    from indexes.explain import explain_all

    reasons = explain_all(index, query, [hit.activity.id for hit in hits])
    typer.echo(f"also searched for: {', '.join(index.concepts_in(query)) or 'nothing else'}")
    for hit in hits:
        found = reasons[hit.activity.id]
        parts = ", ".join(f"{name} {value:.2f}" for name, value in found.parts.items())
        words = ", ".join(found.strongest())
        typer.echo(f"{hit.rank:>3}  {hit.score:.2f} = {parts}")
        typer.echo(f"     words: {words or '-'}; concepts: {', '.join(found.concepts) or '-'}")


def _cell(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)
