"""From a plans folder to records and training sentences."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlp.layouts import Parsed, get_layout, table
from nlp.places import municipalities
from nlp.plans import Line, Plan, read_manifest
from nlp.readers import read_tables
from nlp.readers.text import read_lines
from nlp.records import Activity, build_records

_SENTENCE_END = re.compile(r"(?<=[.!?;:])\s+(?=[A-ZĀČĒĢĪĶĻŅŠŪŽ•*\d])")
_LONGEST = 60
TABLE = "table"  # layout of PDF, Word and spreadsheet tables; the others read text


@dataclass(frozen=True)
class ParsedPlan:
    """A plan with what came out of it."""

    plan: Plan
    lines: Sequence[Line]
    parsed: Parsed
    activities: Sequence[Activity]


def parse_plan(plan: Plan) -> ParsedPlan:
    """Read and parse one plan, and name the places its activities speak of.

    :raises PlanError: see the readers and layouts.
    """
    lines: Sequence[Line]
    if plan.layout == TABLE:
        source = read_tables(plan.file)
        titles = table.read_titles(plan.columns) if plan.columns else None
        parsed = table.parse(source, titles, plan.stage)
        rows = [row for found in source.tables for row in found.rows]
        lines = [Line(row.number, " ".join(row.cells), row.page) for row in rows]
    else:
        lines = read_lines(plan.file)
        parsed = get_layout(plan.layout)(lines)
    records = build_records(plan, parsed.activities)
    places = municipalities([record.text for record in records])
    return ParsedPlan(
        plan,
        lines,
        parsed,
        [replace(r, municipalities=named) for r, named in zip(records, places, strict=True)],
    )


def parse_plans(
    folder: Path, progress: Callable[[Plan], None] = lambda _: None
) -> list[ParsedPlan]:
    """Parse every plan of a folder's manifest.

    :param progress: called before each plan.
    :raises PlanError: see :func:`nlp.plans.read_manifest`.
    """
    out = []
    for plan in read_manifest(folder):
        progress(plan)
        out.append(parse_plan(plan))
    return out


def sentences(lines: Sequence[Line]) -> list[str]:
    """Running text of a document cut into sentences of at most 60 words, for the encoder."""
    text = " ".join(line.text.strip() for line in lines if line.text.strip())
    out: list[str] = []
    for sentence in _SENTENCE_END.split(text):
        words = sentence.split()
        out.extend(" ".join(words[i : i + _LONGEST]) for i in range(0, len(words), _LONGEST))
    return [s for s in out if len(s) > 2]
