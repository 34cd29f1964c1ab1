"""What became of a document: the account a planner reads before trusting the records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape

from nlp.corpus import ParsedPlan
from nlp.layouts.base import Note
from nlp.pages import html_page
from nlp.personal import redact

FIELDS = (
    "code", "path", "responsible", "partners", "amount_eur", "funding", "indicators",
    "priorities", "deadline", "municipalities",
)  # fmt: skip
_SHOWN = 40
_SHOWN_ON_PAGE = 200
_EXCERPT = 200

Say = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Leftover:
    """Lines that were not understood, with their text."""

    first: int
    last: int
    reason: str
    text: str


@dataclass(frozen=True)
class Report:
    """One document's account; ``lines`` counts source lines (or table rows) by what they became."""

    title: str
    activities: int
    stages: dict[str, int]
    lines: dict[str, int]
    unaccounted: int
    dropped: dict[str, int]
    leftover: tuple[Leftover, ...]
    filled: dict[str, float]
    notes: tuple[Note, ...]
    columns: tuple[tuple[str, str], ...]


def make_report(plan: ParsedPlan) -> Report:
    """Account for every line of a parsed plan."""
    kinds: Counter[str] = Counter()
    dropped: Counter[str] = Counter()
    covered: set[int] = set()
    for span in plan.parsed.spans:
        size = span.last - span.first + 1
        kinds[span.kind] += size
        covered.update(range(span.first, span.last + 1))
        if span.kind in ("furniture", "noise"):
            dropped[span.reason or span.kind] += size
    count = len(plan.activities)
    return Report(
        title=plan.plan.title,
        activities=count,
        stages=dict(Counter(a.stage for a in plan.activities)),
        lines=dict(kinds),
        unaccounted=len({line.number for line in plan.lines} - covered),
        dropped=dict(dropped.most_common()),
        leftover=tuple(_leftovers(plan)),
        filled={
            name: sum(bool(getattr(a, name)) for a in plan.activities) / max(1, count)
            for name in FIELDS
        },
        notes=(*plan.parsed.notes, *_broken_numbering(plan)),
        columns=plan.parsed.columns,
    )


def _leftovers(plan: ParsedPlan) -> Iterable[Leftover]:
    texts = {line.number: line.text.strip() for line in plan.lines}
    for span in plan.parsed.spans:
        if span.kind == "leftover":
            lines = (texts.get(n, "") for n in range(span.first, span.last + 1))
            text = redact(" ".join(line for line in lines if line))
            yield Leftover(span.first, span.last, span.reason, text[:_EXCERPT])


def _broken_numbering(plan: ParsedPlan) -> list[Note]:
    """Gaps in codes that end in a number ('A 1.4' after 'A 1.2')."""
    out = []
    before: dict[str, int] = defaultdict(int)
    for a in plan.parsed.activities:
        head, _, tail = (a.code or "").rpartition(".")
        if not head or not tail.isdigit():
            continue
        if int(tail) > before[head] + 1:
            missing = f"{head}.{before[head] + 1}"
            out.append(Note(a.page, a.first_line, f"{a.code} follows, {missing} is missing"))
        before[head] = max(before[head], int(tail))
    return out


def as_text(report: Report) -> str:
    """The report for a terminal."""
    lines = [
        report.title.split("\n")[0],
        f"  {report.activities} activities: "
        + ", ".join(f"{n} {stage}" for stage, n in sorted(report.stages.items())),
        "  lines: " + ", ".join(f"{n} {kind}" for kind, n in sorted(report.lines.items())),
        "  dropped: " + (", ".join(f"{n} {why}" for why, n in report.dropped.items()) or "nothing"),
        "  fields: " + ", ".join(f"{name} {part:.0%}" for name, part in report.filled.items()),
    ]
    if report.columns:
        read_as = (f"'{title}' as {name or 'nothing'}" for title, name in report.columns if title)
        lines.append("  columns: " + ", ".join(read_as))
    if report.unaccounted:
        lines.append(f"  NOT ACCOUNTED FOR: {report.unaccounted} lines")
    if report.leftover:
        ranges = ", ".join(f"{s.first}-{s.last}" for s in report.leftover[:_SHOWN])
        lines.append(f"  left over, please look: lines {ranges}")
    lines += [
        f"  look at p. {note.page}, line {note.line}: {note.message}"
        if note.line
        else f"  look: {note.message}"
        for note in report.notes[:_SHOWN]
    ]
    if len(report.notes) > _SHOWN:
        lines.append(f"  and {len(report.notes) - _SHOWN} more to look at")
    return "\n".join(lines)


def as_html(reports: Sequence[Report]) -> str:
    """All reports as one page that asks nothing of any server."""
    parts: list[str] = []
    for report in reports:
        parts += [f"<h2>{escape(report.title)}</h2>", *report_parts(report)]
    return html_page("Parse reports", parts)


def report_parts(report: Report, say: Say = str) -> list[str]:
    """One report as pieces of HTML.

    :param say: puts what the report says into the language of the reader.
    """
    count = f"{report.activities} activities; {report.unaccounted} lines unaccounted."
    parts = [f"<p>{escape(say(count))}</p>"]
    if report.columns:
        taken = ((title, say(name or "nothing")) for title, name in report.columns if title)
        parts.append(_table("Columns", taken, say))
    for title, counts in (("What the lines became", report.lines), ("Dropped", report.dropped)):
        parts.append(_table(title, ((say(name), n) for name, n in counts.items()), say))
    filled = ((say(name), f"{part:.0%}") for name, part in report.filled.items())
    parts.append(_table("Fields filled", filled, say))
    leftover = [
        (say(f"lines {s.first}-{s.last}"), ": ".join(filter(None, (say(s.reason), s.text))))
        for s in report.leftover
    ]
    parts.append(_table("Left over", leftover, say))
    notes = [
        (say(f"p. {n.page}, line {n.line}" if n.line else "the whole document"), say(n.message))
        for n in report.notes
    ]
    parts.append(_table("To look at", notes, say))
    return parts


def _table(title: str, rows: Iterable[tuple[object, object]], say: Say) -> str:
    every = list(rows)
    body = "".join(
        f"<tr><th scope='row'>{escape(str(a))}</th><td>{escape(str(b))}</td></tr>"
        for a, b in every[:_SHOWN_ON_PAGE]
    )
    more = len(every) - _SHOWN_ON_PAGE
    rest = f"<p>{escape(say(f'and {more} more'))}</p>" if more > 0 else ""
    table = f"<table>{body}</table>{rest}" if body else f"<p>{escape(say('None.'))}</p>"
    return f"<h3>{escape(say(title))}</h3>{table}"
