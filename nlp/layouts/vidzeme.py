"""Vidzeme progress report: a four-column table flattened row by row.

The columns (task, planned action, performed, planned result) are lost in the text, so a row is
cut by what the columns leave behind: numbered actions in short lines, performed items in long
lines that end with a count, and a closing run of short lines for the planned result.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp.layouts.base import Kind, Parsed, Span
from nlp.plans import Line
from nlp.records import ParsedActivity, unique_codes

ACTORS = {"VPR": "VPR", "SADARBĪBAS PARTNERU": "Sadarbības partneri"}
# Widths in characters: an action line is at most this wide, a result line a little narrower,
# and a line wider than WRAPPED was broken by the edge of the performed column.
ACTION_WIDTH = 38
RESULT_WIDTH = 30
WRAPPED = 62

_GOAL = re.compile(r"^\s*Mērķis\s+\d+:")
_PRIORITY = re.compile(r"^\s*(?P<code>[TCEP]\d)\.\s?\S")
_DIRECTION = re.compile(r"^\s*RV\s?(?P<no>\d+)(?:\.|\)|\s)\s*\S")
_TABLE = re.compile(r"^\s*RĪCĪBAS PLĀNA IEVIEŠANAS PROGRESS")
_END = re.compile(r"^\s*(?:SECINĀJUMI|REKOMENDĀCIJAS)\b")
_MARKER = re.compile(r"^\s*(?P<actor>VPR|SADARBĪBAS PARTNERU)\s+(?:VEIKUMS|PAVEIKTAIS)\s*$")
_TASK = re.compile(r"^\s*(?P<letter>[a-z])\)\s*(?P<text>\S.*)$")
_ACTION = re.compile(r"^\s*(?P<no>\d{1,2})\)\s*(?P<text>\S.*)$")
_COUNT = re.compile(r"\((?P<n>\d{1,4})\)?\s*(?:EDIC|UV|LIAA)?\s*[;.,]?\s*$")
_TWO_ITEMS = re.compile(r"(?<=\(\d\))[;.]?\s+(?=[A-ZĀČĒĢĪĶĻŅŠŪŽ][a-zāčēģīķļņšūž])")
_BULLET = re.compile(r"^\s*(?:[•➢▪*]|o(?=\s)|-(?=\s))\s*")
_LINK = re.compile(r"^\s*(?:https?://\S*|www\.\S+|\[saite\])\s*$")
_FOOTER = re.compile(r"^\s*(?:Pielikums Nr.*|\d{1,3})\s*$")
_NOTHING = re.compile(
    r"^.*?(?:aktivitātes\s+nav\s+(?:notikušas|veiktas|veicis)|nav\s+veicis\s+aktivitātes"
    r"|nav\s+informācijas)\s*[.;]?",
    re.IGNORECASE,
)
# A writer's note to the editor speaks of writing; it is no activity.
_NOTE = re.compile(r"varētu rakstīt|var pielikt|nevar likt|pierakstīt klāt", re.IGNORECASE)
_HEADER_WORDS = frozenset(
    """rīcības virziena uzdevums rīcības uzdevuma izpildei (rīcības plāns) veiktās aktivitātes
    2022-2024 ap 2022-2027 plānotais izpildes raksturojums""".split()
)


@dataclass
class _Row:
    """One planned action with every line printed up to the next boundary."""

    number: str
    actor: str
    path: tuple[str, ...]
    code: str
    lines: list[Line] = field(default_factory=list)


def parse(lines: Sequence[Line]) -> Parsed:
    """Planned actions and performed items of every table; spans account for every line."""
    rows, spans = _rows(lines)
    activities = [a for row in rows for a in _activities(row)]
    return Parsed(tuple(unique_codes(activities)), tuple(spans))


def _rows(lines: Sequence[Line]) -> tuple[list[_Row], list[Span]]:
    """Cut the tables into rows by their headings, markers, tasks and numbered actions."""
    rows: list[_Row] = []
    spans: list[Span] = []
    goal = priority = direction = task = actor = ""
    codes = {"priority": "", "direction": "", "task": ""}
    inside = header = task_open = False
    row: _Row | None = None

    def note(line: Line, kind: Kind, reason: str = "") -> None:
        spans.append(Span(line.number, line.number, kind, reason))

    for line in lines:
        text = line.text.strip()
        if not text:
            note(line, "furniture", "blank")
        elif _GOAL.match(text):
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
        elif _LINK.match(text):
            note(line, "furniture", "link")
        elif _FOOTER.match(text):
            note(line, "furniture", "page footer")
        elif header and set(text.casefold().split()) <= _HEADER_WORDS:
            note(line, "furniture", "table header")
        elif found := _MARKER.match(text):
            actor, row, task_open, header = ACTORS[found["actor"]], None, False, False
            note(line, "heading", "whose work")
        elif found := _TASK.match(text):
            task, row, task_open, header = found["text"], None, True, False
            codes["task"] = found["letter"]
            note(line, "heading", "task")
        elif (found := _ACTION.match(text)) and len(text) <= ACTION_WIDTH + 6:
            task_open = header = False
            path = tuple(p for p in (goal, priority, direction, task) if p)
            place = ".".join(c for c in codes.values() if c)
            short = "VPR" if actor == "VPR" else "SP"
            row = _Row(found["no"], actor, path, f"{place}.{short}.{found['no']}", [line])
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
    return rows, spans


def _activities(row: _Row) -> Iterator[ParsedActivity]:
    """The planned action of a row and what was performed under it."""
    action, performed, result = _columns(row.lines)
    nothing = any(_NOTHING.match(_clean(line)) for line in performed)
    items = [] if nothing else list(_items(performed))
    yield ParsedActivity(
        text=_join(action, strip_number=True),
        stage="planned",
        page=action[0].page,
        first_line=action[0].number,
        last_line=action[-1].number,
        path=row.path,
        code=row.code,
        section=row.code.rsplit(".", 2)[0],
        actor=row.actor or None,
        indicators=(_join(result),) if result else (),
        no_activity=nothing,
    )
    for text, count, first, last in items:
        yield ParsedActivity(
            text=text,
            stage="done",
            page=first.page,
            first_line=first.number,
            last_line=last.number,
            path=(*row.path, _join(action, strip_number=True)),
            section=row.code,
            actor=row.actor or None,
            count=count,
        )


def _columns(lines: list[Line]) -> tuple[list[Line], list[Line], list[Line]]:
    """Split a row into action, performed and result lines by width, counts and position."""
    start = 1
    while start < len(lines) and _still_action(lines[start]):
        start += 1
    rest = lines[start:]
    end = len(rest)
    while end > 0 and _may_be_result(rest[end - 1]):
        end -= 1
    # A wrapped performed line carries on into the next, however short that one is.
    while end < len(rest) and end > 0 and _wraps(rest[end - 1]) and not _starts_new(rest[end]):
        end += 1
    return lines[:start], rest[:end], rest[end:]


def _still_action(line: Line) -> bool:
    text = line.text.strip()
    return (
        len(text) <= ACTION_WIDTH
        and not _COUNT.search(text)
        and not _BULLET.match(text)
        and not _NOTHING.match(text)
    )


def _may_be_result(line: Line) -> bool:
    text = line.text.strip()
    return (
        len(text) <= RESULT_WIDTH
        and not _COUNT.search(text)
        and not _BULLET.match(text)
        and not _NOTHING.match(text)
    )


def _wraps(line: Line) -> bool:
    return len(line.text.strip()) >= WRAPPED and not _COUNT.search(line.text)


def _starts_new(line: Line) -> bool:
    return line.text.strip()[:1].isupper()


def _items(lines: Sequence[Line]) -> Iterator[tuple[str, int | None, Line, Line]]:
    """Performed items: each ends with its count, before a bullet, or at a finished sentence."""
    block: list[Line] = []

    def flush() -> Iterator[tuple[str, int | None, Line, Line]]:
        if block:
            yield from _split(block)
            block.clear()

    for line in lines:
        text = line.text.strip()
        if block and (_BULLET.match(text) or _finished(block[-1], text)):
            yield from flush()
        block.append(line)
        if _COUNT.search(text):
            yield from flush()
    yield from flush()


def _finished(before: Line, text: str) -> bool:
    """Whether a new paragraph starts: the line before stopped short or closed a sentence."""
    last = before.text.strip()
    return text[:1].isupper() and (len(last) < WRAPPED - 10 or last.endswith((".", ";")))


def _split(block: Sequence[Line]) -> Iterator[tuple[str, int | None, Line, Line]]:
    whole = re.sub(r"\s+", " ", " ".join(_clean(line) for line in block)).strip()
    for part in _TWO_ITEMS.split(whole):
        found = _COUNT.search(part)
        text = part[: found.start()].strip() if found else part.strip()
        text = re.sub(r"\s*\(\s*\)$", "", text)
        if len(text) < 4 or _NOTE.search(text):
            continue
        yield text, int(found["n"]) if found else None, block[0], block[-1]


def _clean(line: Line) -> str:
    text = _BULLET.sub("", line.text.strip())
    return re.sub(r"https?://\S+", "", text).strip()


def _join(lines: Sequence[Line], *, strip_number: bool = False) -> str:
    text = re.sub(r"\s+", " ", " ".join(line.text.strip() for line in lines)).strip()
    if strip_number:
        text = re.sub(r"^\d{1,2}\)\s*", "", text)
    return text
