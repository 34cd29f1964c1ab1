"""Vidzeme progress report: a four-column table flattened row by row.

This module cuts the text into rows, one per planned action, by headings, the markers that say
whose work follows, lettered tasks and numbered actions; :mod:`nlp.layouts.vidzeme_rows` takes a
row apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp.layouts.base import Kind, Note, Parsed, Span, merge_spans
from nlp.layouts.vidzeme_rows import (
    ACTION,
    NUMBERED,
    WIDE_ACTION,
    ends_with_count,
    read_row,
    split_shared,
)
from nlp.plans import Line
from nlp.records import ParsedActivity, unique_codes

ACTORS = {"VPR": "VPR", "SADARBĪBAS PARTNERU": "Sadarbības partneri"}
_GOAL = re.compile(r"^\s*Mērķis\s+\d+:")
_PRIORITY = re.compile(r"^\s*(?P<code>[TCEP]\d)\.\s?\S")
_DIRECTION = re.compile(r"^\s*RV\s?(?P<no>\d+)(?:\.|\)|\s)\s*\S")
_TABLE = re.compile(r"^\s*RĪCĪBAS PLĀNA IEVIEŠANAS PROGRESS")
_END = re.compile(r"^\s*(?:SECINĀJUMI|REKOMENDĀCIJAS)\b")
_MARKER = re.compile(r"^\s*(?P<actor>VPR|SADARBĪBAS PARTNERU)\s+(?:VEIKUMS|PAVEIKTAIS)\s*$")
# A lower-case "b) mērķēti ..." is a list inside an action.
_TASK = re.compile(r"^\s*(?P<letter>[a-z])\)\s*(?P<text>[A-ZĀČĒĢĪĶĻŅŠŪŽ].*)$")
_LINK = re.compile(r"^\s*(?:https?://\S*|www\.\S+|\[saite\])\s*$")
# The rest of a link that the column broke: no Latvian letters, and signs that no word has.
_LINK_REST = re.compile(r"^(?=.*(?:[/?=&#_]|\w-\w+-\w))[\x21-\x7e]+(?:\s[\x21-\x7e]+)?\s*$")
_FOOTER = re.compile(r"^\s*(?:Pielikums Nr.*|\d{1,3})\s*$")
_HEADER_WORDS = frozenset(
    {"rīcības", "virziena", "uzdevums", "uzdevuma", "izpildei", "(rīcības", "plāns)", "veiktās"}
    | {"aktivitātes", "2022-2024", "ap", "2022-2027", "plānotais", "izpildes", "raksturojums"}
)


@dataclass(frozen=True, slots=True)
class _Action:
    """The start of a planned action: its number and the line, cut where cells share it."""

    number: int
    parts: tuple[str, ...]


@dataclass
class _Row:
    """One planned action with every line printed up to the next boundary."""

    actor: str
    path: tuple[str, ...]
    code: str
    lines: list[Line] = field(default_factory=list)


def parse(lines: Sequence[Line]) -> Parsed:
    """Planned actions and performed items of every table; spans account for every line."""
    rows, spans = _rows(lines)
    activities = [list(_activities(row)) for row in rows]
    lost = [
        Note(found[0].page, found[0].first_line, f"{row.code}: its planned action is not printed")
        for row, found in zip(rows, activities, strict=True)
        if found and found[0].stage == "done"
    ]
    every = unique_codes(a for found in activities for a in found)
    return Parsed(tuple(every), tuple(merge_spans(spans)), tuple(lost))


def _rows(lines: Sequence[Line]) -> tuple[list[_Row], list[Span]]:
    """Cut the tables into rows by their headings, markers, tasks and numbered actions."""
    rows: list[_Row] = []
    spans: list[Span] = []
    goal = priority = direction = task = actor = ""
    codes = {"priority": "", "direction": "", "task": ""}
    inside = header = task_open = after_marker = link = False
    expected = 1  # number of the next action
    row: _Row | None = None

    def note(line: Line, kind: Kind, reason: str = "") -> None:
        spans.append(Span(line.number, line.number, kind, reason))

    for line in lines:
        text = line.text.strip()
        if not text:
            note(line, "furniture", "blank")
            continue  # a broken link may go on below a blank line
        if _GOAL.match(text):
            goal, inside, row = text, False, None
            note(line, "heading")
        elif _TABLE.match(text):
            inside, header, row = True, True, None
            note(line, "furniture", "table title")
        elif _END.match(text):
            inside, row = False, None
            note(line, "heading", "conclusions")
        elif found := _PRIORITY.match(text):
            priority, inside, row = text, False, None
            codes["priority"] = found["code"]
            note(line, "heading")
        elif found := _DIRECTION.match(text):
            direction, row = text, None
            codes["direction"] = f"RV{found['no']}"
            note(line, "heading")
        elif not inside:
            note(line, "noise", "text outside the tables")
        elif _LINK.match(text) or (link and _LINK_REST.match(text)):
            link = True
            note(line, "furniture", "link")
            continue
        elif _FOOTER.match(text):
            note(line, "furniture", "page footer")
        elif header and set(text.casefold().split()) <= _HEADER_WORDS:
            note(line, "furniture", "table header")
        elif found := _MARKER.match(text):
            actor, row, task_open, header = ACTORS[found["actor"]], None, False, False
            after_marker, expected = True, 1
            note(line, "heading", "whose work")
        elif found := _TASK.match(text):
            task, row, task_open, header = found["text"], None, True, False
            after_marker, expected = False, 1
            codes["task"] = found["letter"]
            note(line, "heading", "task")
        elif action := _action(text, expected, fresh=row is None, bare=after_marker):
            task_open = header = after_marker = False
            path = tuple(p for p in (goal, priority, direction, task) if p)
            place = ".".join(c for c in codes.values() if c)
            short = "VPR" if actor == "VPR" else "SP"
            row = _Row(actor, path, f"{place}.{short}.{action.number}")
            row.lines += [Line(line.number, part, line.page) for part in action.parts]
            expected = action.number + 1
            rows.append(row)
            note(line, "record")
        elif row is not None:
            row.lines.append(line)
            note(line, "record")
        elif task_open:
            task = f"{task} {text}"
            note(line, "heading", "task")
        else:
            note(line, "furniture" if header else "leftover", "table header" if header else "")
        link = False
    return rows, spans


def _action(text: str, expected: int, *, fresh: bool, bare: bool) -> _Action | None:
    """Read a line as the start of a planned action, or tell that it is none.

    A number alone is no proof: performed cells hold numbered lists too, and wrapped lines of an
    action sometimes got a number of their own ('2) un pārnese reģiona mērogā').

    :param fresh: no action of this marker was seen yet, so any number may come first.
    :param bare: right after a marker, where an action may have no number at all.
    """
    found = NUMBERED.match(text)
    body = found["text"] if found else text
    if (not found and not bare) or (not body[0].isupper() and body[0].isalpha()):
        return None
    number = int(found["no"]) if found else expected
    due = fresh or number == expected
    if not ends_with_count(text) and len(text) <= (WIDE_ACTION if due else ACTION + 6):
        return _Action(number, (body,))
    shared = split_shared(body) if due else None
    if shared and len(shared[0]) <= WIDE_ACTION:
        return _Action(number, shared)
    # Right after a marker a long line without a number is something performed, its action lost.
    return None if found else _Action(number, ("", text))


def _activities(row: _Row) -> Iterator[ParsedActivity]:
    """The planned action of a row and what was performed under it."""
    cells = read_row(row.lines)
    if cells.action:
        yield ParsedActivity(
            text=cells.action,
            stage="planned",
            page=cells.first.page,
            first_line=cells.first.number,
            last_line=cells.last.number,
            path=row.path,
            code=row.code,
            section=row.code.rsplit(".", 2)[0],
            actor=row.actor or None,
            indicators=(cells.result,) if cells.result else (),
            no_activity=cells.nothing_done,
        )
    for item in cells.items:
        yield ParsedActivity(
            text=item.text,
            stage="done",
            page=item.first.page,
            first_line=item.first.number,
            last_line=item.last.number,
            path=(*row.path, cells.action) if cells.action else row.path,
            section=row.code,
            actor=row.actor or None,
            count=item.count,
        )
