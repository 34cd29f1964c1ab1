"""Zemgale action plan: an eight-column table flattened cell by cell.

A row prints its cells in column order (activity, responsible, partners, EUR, funding, indicators,
priorities, deadline), one wrapped cell line per text line. The amount, the numbered indicators and
the closing priorities can be told by their form; the first three cells by the responsible body's
abbreviation. A row cut by the end of a page goes on after the repeated table header with the rest
of its text, partners and indicators, which :mod:`nlp.layouts.cut_rows` assigns to columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from nlp.layouts.base import Kind, Note, Parsed, Span, merge_spans
from nlp.layouts.cut_rows import CutCell, assign_rest
from nlp.layouts.wrapped import Words, join_wrapped, split_list
from nlp.plans import Line
from nlp.records import ParsedActivity

# Other regions' plans of this make differ in the region's name and abbreviation only.
_PART = re.compile(r"^\s*\d\.\s+\w+ PLĀNOŠANAS REĢIONA AKTIVITĀŠU PLĀNS\s*$")
_REGION = re.compile(r"[KLRVZ]PR")
_SECOND_PART = re.compile(r"^\s*2\.\s+[A-ZĀČĒĢĪĶĻŅŠŪŽ]{3,}\b")
_NEXT_PART = re.compile(r"^\s*5\.\s+[A-ZĀČĒĢĪĶĻŅŠŪŽ]{3,}\b")
_ROW = re.compile(r"^\s*A\s?(?P<code>\d+\.\d+)\.?(?:\s+(?P<text>\D.*))?$")
_HEADER = """Aktivitātes|ID|Aktivitāte|Atbildī|gie|izpildīt|āji|Sadarbības|partneri|Indikatīvais
finansēja|apjoms|EUR|Indikatīvie finanšu|avoti|Iznākuma rādītāji|Atbilst|ība|priorit|ātēm|Izpild
es|termi|ņš""".replace("\n", "|").split("|")
_PRIORITY = re.compile(r"^\s*(?P<code>P\d)\s+(?P<title>[A-ZĀČĒĢĪĶĻŅŠŪŽ]\S*\s.+?)\s*$")
_DIRECTION = re.compile(r"^\s*RV\s?\d+\.\d+\.")
_TABLE_START = re.compile(r"^\s*Rīcības\s*$")
_REFERENCE = re.compile(r"(?:^|\s)A[. ]\s?(?P<code>\d+\.\d+)\.?\s*$")
# The responsible cell starts with the region's abbreviation; a partner list may share its line.
_RESPONSIBLE = re.compile(
    r"^(?P<who>[KLRVZ]PR(?:\s*[/(,].*)?)$|^(?P<alone>[KLRVZ]PR)\s+(?P<partners>[A-ZĀ-Ž].*)$"
)
_ABBREVIATION = re.compile(r"^[A-ZĀČĒĢĪĶĻŅŠŪŽ]{2,6}$")
_AMOUNT = re.compile(r"^(?P<amount>\d[\d ]*(?:\.\d\d)?)(?:\s+(?P<funding>\D.*))?$")
_GROUPED = re.compile(r"\d{1,3}(?: +\d{3})*(?:\.\d\d)?")
_INDICATOR = re.compile(r"(?:^|(?<=\s))\d{1,2}(?:\.\s*|\s)(?=[A-ZĀČĒĢĪĶĻŅŠŪŽ])")
_TAIL = re.compile(r"(?:^|\s+)(?P<priorities>P\d(?:\s+P\d)*)?\s*(?P<deadline>\b20\d\d)?$")
# Two sources printed with nothing but a space between them ('Pašvaldības ETS').
_BARE_SPACE = re.compile(r"(?<=^ETS)\s+(?=[^\W\d])|(?<=\w)\s+(?=ETS$)")
# Widths in characters of the three columns that a page break may cut.
WIDTHS = {"text": 28, "partners": 18, "indicators": 22}


@dataclass
class _Row:
    """One activity: the lines before and after the page break, if there is one."""

    code: str
    lines: list[Line] = field(default_factory=list)
    rest: list[Line] = field(default_factory=list)
    page: int = 0


@dataclass
class _Cells:
    """A row cut into its cells, each a list of wrapped lines."""

    text: list[str] = field(default_factory=list)
    responsible: list[str] = field(default_factory=list)
    partners: list[str] = field(default_factory=list)
    amount: str | None = None
    funding: list[str] = field(default_factory=list)
    indicators: list[str] = field(default_factory=list)
    priorities: list[str] = field(default_factory=list)
    deadline: int | None = None


def parse(lines: Sequence[Line]) -> Parsed:
    """Read the activities of part 4, with the headings of part 1 they are listed under."""
    rows, spans = _rows(lines)
    words = Words(line.text for line in lines)
    headings = _headings(lines)
    cut = [(row, _cells(row.lines)) for row in rows]
    return Parsed(
        tuple(_activity(row, cells, words, headings) for row, cells in cut),
        tuple(merge_spans(spans)),
        tuple(note for row, cells in cut for note in _doubts(row, cells, headings)),
    )


def _rows(lines: Sequence[Line]) -> tuple[list[_Row], list[Span]]:
    rows: list[_Row] = []
    spans: list[Span] = []
    inside = cut = False
    header = 0  # header lines still to come

    def note(line: Line, kind: Kind, reason: str = "") -> None:
        spans.append(Span(line.number, line.number, kind, reason))

    for line in lines:
        text = line.text.strip()
        if _PART.match(text):
            inside = True
            note(line, "heading")
        elif not inside:
            note(line, "noise", "before the activity table")
        elif _NEXT_PART.match(text):
            inside = False
            note(line, "heading")
        elif header and (not text or text in _HEADER):
            header -= bool(text)
            note(line, "furniture", "table header")
        elif text == _HEADER[0]:
            header, cut = len(_HEADER) - 1, bool(rows)
            note(line, "furniture", "table header")
        elif not text:
            if rows and not cut:
                rows[-1].lines.append(line)
            note(line, "furniture", "blank")
        elif found := _ROW.match(text):
            cut = False
            rows.append(_Row(found["code"], [Line(line.number, found["text"] or "", line.page)]))
            rows[-1].page = line.page
            note(line, "record")
        elif rows:
            (rows[-1].rest if cut else rows[-1].lines).append(line)
            note(line, "record")
        else:
            note(line, "noise", "introduction to the table")
    return rows, spans


def _headings(lines: Sequence[Line]) -> _Headings:
    """Priorities of part 1 and the directions under which each activity is first listed."""
    titles: dict[str, str] = {}
    directions: dict[str, str] = {}
    priority, direction, open_heading = "", "", ""
    for line in lines:
        text = re.sub(r"\s+", " ", line.text).strip()
        if not text:
            continue
        if _SECOND_PART.match(text):
            break
        if _DIRECTION.match(text):
            direction, open_heading = text, "direction"
        elif found := _PRIORITY.match(text):
            priority, open_heading = found["code"], "priority"
            titles[priority] = text
        elif _TABLE_START.match(text):
            open_heading = ""
        elif open_heading == "direction":
            direction = f"{direction} {text}"
        elif open_heading == "priority":
            titles[priority] = f"{titles[priority]} {text}"
        if found := _REFERENCE.search(text):
            directions.setdefault(found["code"], direction)
    # Part 1 leaves some activities out; those still belong to the priority they are numbered by.
    return _Headings(titles, directions)


@dataclass(frozen=True)
class _Headings:
    """Titles of the priorities ('P1') and the direction each activity ('1.1') is listed under."""

    priorities: Mapping[str, str]
    directions: Mapping[str, str]

    def path(self, code: str) -> tuple[str, ...]:
        """Headings of an activity, top first."""
        parts = (self.priorities.get(f"P{code.split('.')[0]}"), self.directions.get(code))
        return tuple(part for part in parts if part)


def _activity(row: _Row, cells: _Cells, words: Words, headings: _Headings) -> ParsedActivity:
    rest = [line.text.strip() for line in row.rest]
    text, partners, indicators = assign_rest(
        rest,
        [
            CutCell(cells.text, WIDTHS["text"]),
            CutCell(cells.partners, WIDTHS["partners"]),
            CutCell(cells.indicators, WIDTHS["indicators"], numbered=True),
        ],
        words,
    )
    printed = [line for line in (*row.lines, *row.rest) if line.text.strip()] or row.lines[:1]
    return ParsedActivity(
        text=join_wrapped(text, words),
        stage="planned",
        page=row.page,
        first_line=row.lines[0].number,
        last_line=printed[-1].number,
        path=headings.path(row.code),
        code=f"A {row.code}",
        section=row.code.split(".")[0],
        responsible=join_wrapped(cells.responsible, words) or None,
        partners=tuple(split_list(join_wrapped(partners, words))),
        amount_eur=_amount(cells.amount),
        funding=tuple(_funding(cells.funding, words)),
        indicators=tuple(_indicators(indicators, words)),
        priorities=tuple(cells.priorities),
        deadline=cells.deadline,
    )


def _doubts(row: _Row, cells: _Cells, headings: _Headings) -> Iterator[Note]:
    """Values a person should look at."""
    line = row.lines[0].number

    def note(message: str) -> Note:
        return Note(row.page, line, f"A {row.code}: {message}")

    if cells.amount is not None and _amount(cells.amount) is None:
        yield note(f"amount '{cells.amount}' is not grouped in thousands")
    if not cells.responsible:
        yield note("nobody is responsible")
    for priority in cells.priorities:
        if priority not in headings.priorities:
            yield note(f"there is no priority {priority}")
    texts = (*cells.indicators, *(line.text.strip() for line in row.rest))
    numbers = [int(found.group(1)) for t in texts if (found := re.match(r"(\d{1,2})\.?\s*\D", t))]
    if numbers != list(range(1, len(numbers) + 1)):
        yield note(f"indicators are numbered {', '.join(map(str, numbers))}")


def _cells(lines: Sequence[Line]) -> _Cells:
    """Cut the lines of a row into cells by the form of the responsible, amount and indicators."""
    cells = _Cells()
    column = "text"
    blanks = 0
    for line in lines:
        text = line.text.strip()
        if not text:
            blanks += 1
            continue
        gap, blanks = blanks, 0
        if column in ("text", "responsible", "partners"):
            column = _left_cell(cells, column, text, gap)
        else:
            column = _right_cell(cells, column, text)
    return cells


def _left_cell(cells: _Cells, column: str, text: str, gap: int) -> str:
    """Put a line into activity, responsible, partners or amount; the column then open."""
    found = _AMOUNT.match(text)
    # Within the activity itself only a bare grouped number can be the amount.
    if found and (column != "text" or (cells.text and _GROUPED.fullmatch(text))):
        cells.amount = found["amount"]
        if found["funding"]:
            return _right_cell(cells, "funding", found["funding"])
        return "funding"
    if column == "text":
        if cells.text and (found := _RESPONSIBLE.match(text)):
            cells.responsible.append(found["who"] or found["alone"])
            if found["partners"]:
                cells.partners.append(found["partners"])
                return "partners"
            return "responsible"
        if cells.text and gap >= 3:  # an empty responsible cell leaves a wider gap
            cells.partners.append(text)
            return "partners"
        cells.text.append(text)
        return "text"
    if column == "responsible":
        before = cells.responsible[-1]
        if text[0].islower() or text[0] == "(" or before.endswith(("/", ",")):
            cells.responsible.append(text)
            return "responsible"
    elif len(cells.partners) == 1 and _second_body(cells, text):
        cells.responsible.append(cells.partners.pop())
    cells.partners.append(text)
    return "partners"


def _second_body(cells: _Cells, text: str) -> bool:
    """A lone abbreviation without a comma, before a line that opens a list, is no partner."""
    return (
        len(cells.responsible) == 1
        and bool(_REGION.fullmatch(cells.responsible[0]))
        and bool(_ABBREVIATION.match(cells.partners[0]))
        and text[0].isupper()
    )


def _right_cell(cells: _Cells, column: str, text: str) -> str:
    """Put a line into funding, indicators, priorities or deadline; the column then open."""
    tail = _TAIL.search(text)
    if tail and (tail["priorities"] or (tail["deadline"] and not text[: tail.start()].strip())):
        cells.priorities.extend((tail["priorities"] or "").split())
        if tail["deadline"]:
            cells.deadline = int(tail["deadline"])
        text = text[: tail.start()].strip()
        if not text:
            return column
    if column == "funding":
        found = _INDICATOR.search(text)
        if not found:
            cells.funding.append(text)
            return "funding"
        if text[: found.start()].strip():
            cells.funding.append(text[: found.start()].strip())
        text = text[found.start() :]
    cells.indicators.append(text)
    return "indicators"


def _amount(raw: str | None) -> int | None:
    """Whole euros; None where the digits are not grouped in thousands ('8 000 0000')."""
    if raw is None or not _GROUPED.fullmatch(raw):
        return None
    return int(raw.split(".")[0].replace(" ", ""))


def _funding(lines: Sequence[str], words: Words) -> Iterator[str]:
    """Sources: one per line, or listed with commas; a line that goes on is joined first."""
    sources: list[list[str]] = []
    for line in lines:
        if sources and _goes_on(sources[-1], line):
            sources[-1].append(line)
        else:
            sources.append([line])
    for source in sources:
        for part in split_list(join_wrapped(source, words)):
            yield from (piece.strip(" ;") for piece in _BARE_SPACE.split(part))


def _goes_on(before: Sequence[str], line: str) -> bool:
    """Whether a funding line continues the source before it."""
    text = " ".join(before)
    if line[0] == "(" or text.endswith("/"):
        return True
    if text.count("(") > text.count(")"):
        return not text.endswith(";")
    if text.endswith(",") or not line[0].islower():
        return False
    # A lower-case line of its own is a source after a bare abbreviation ('ETS' / 'pašvaldības').
    return "," in text or not text.isupper()


def _indicators(lines: Sequence[str], words: Words) -> Iterator[str]:
    """Cut at the printed numbers, which are dropped."""
    items: list[list[str]] = []
    for line in lines:
        found = _INDICATOR.match(line)
        if found or not items:
            items.append([line[found.end() :] if found else line])
        else:
            items[-1].append(line)
    for item in items:
        if text := join_wrapped(item, words):
            yield text
