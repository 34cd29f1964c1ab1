"""The generic layout: any table whose columns have titles that say what they hold.

The titles are matched with the list in ``columns.yaml``; repeated headers, heading rows and rows
cut by a page are recognised. Row numbers take the place of line numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nlp.errors import PlanError
from nlp.layouts.base import Kind, Note, Parsed, Span, merge_spans
from nlp.layouts.wrapped import Words, join_wrapped, split_list
from nlp.normalise import normalise, stems
from nlp.personal import redact
from nlp.records import ParsedActivity, Stage, unique_codes
from nlp.tables import RawTable, Row, Source

TITLES = Path(__file__).parents[1] / "columns.yaml"
FIELDS = (
    "code", "text", "responsible", "partners", "amount_eur", "funding", "indicators",
    "priorities", "deadline", "performed", "direction",
)  # fmt: skip
_TITLE_BYTES = 100_000
HEADER_ROWS = 40  # how far down a table its header is looked for

_MARKS = ",;"  # between the items of a list
_NUMBERED = re.compile(r"^\s*\d{1,2}[.)]\s*(?=\D)")
_BULLET = re.compile(r"^\s*[•▪➢*–-]\s+")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_AMOUNT = re.compile(
    r"(?P<number>\d{1,3}(?:[ \u00a0.]\d{3})+(?:,\d+)?|\d+(?:[.,]\d+)?)\s*"
    r"(?P<unit>tūkst\w*\.?|milj\w*\.?|mlj\.?)?",
    re.IGNORECASE,
)
_ODD_GROUPS = re.compile(r"\d{1,3}(?:[ \u00a0]\d{3})*[ \u00a0]\d{1,2}(?!\d)|\d[ \u00a0]\d{4,}")
_LEVEL = re.compile(r"^\D{0,6}(?P<number>\d+(?:\.\d+)*)")


@dataclass(frozen=True)
class Columns:
    """Which column holds which field; ``titles`` as printed, by column number."""

    fields: Mapping[int, str]
    titles: Mapping[int, str]
    header: int  # position of the last header row in its table

    def unit(self) -> int:
        """How many euros one stands for in the column of amounts ('tūkst. EUR')."""
        column = self.of("amount_eur")
        title = self.titles[column].casefold() if column is not None else ""
        return 1_000 if "tūkst" in title else 1_000_000 if "milj" in title else 1

    def pairs(self) -> list[tuple[str, str]]:
        """Titles with their fields, in printed order; '' where a column was not understood."""
        return [(title, self.fields.get(i, "")) for i, title in sorted(self.titles.items())]

    def of(self, name: str) -> int | None:
        """Number of the column that holds a field."""
        return next((column for column, found in self.fields.items() if found == name), None)


def read_titles(path: Path | None = None) -> dict[str, list[str]]:
    """Column titles by field, from a YAML file.

    :raises PlanError: the file is missing, no YAML, or names an unknown field.
    """
    import yaml

    source = path or TITLES
    if not source.is_file():
        raise PlanError("a YAML file of column titles", f"no file {source}", "check the path")
    if source.stat().st_size > _TITLE_BYTES:
        raise PlanError(f"a file of at most {_TITLE_BYTES} bytes", "more", "see nlp/columns.yaml")
    try:
        found: Any = yaml.safe_load(source.read_text(encoding="utf-8"))
    except (yaml.YAMLError, ValueError, RecursionError):
        raise PlanError("a YAML file", f"{source.name} is none", "see nlp/columns.yaml") from None
    if not isinstance(found, dict) or not set(found) <= set(FIELDS):
        raise PlanError(
            f"fields out of {', '.join(FIELDS)} in {source.name}",
            ", ".join(map(str, found)) if isinstance(found, dict) else type(found).__name__,
            "see nlp/columns.yaml",
        )
    listed = {
        name: titles if isinstance(titles, list) else [titles] for name, titles in found.items()
    }
    for titles in listed.values():
        # Lists in lists can be short to write and endless to read.
        if not titles or not all(isinstance(title, str | int | float) for title in titles):
            raise PlanError(f"titles as text in {source.name}", "others", "see nlp/columns.yaml")
    return {name: [str(title) for title in titles] for name, titles in listed.items()}


def parse(
    source: Source, titles: Mapping[str, Sequence[str]] | None = None, stage: Stage = "planned"
) -> Parsed:
    """Activities of all tables with a known header.

    :raises PlanError: no table has a header that names the activities.
    """
    known = _known_titles(titles or read_titles())
    reading = _Reading(stage)
    columns: Columns | None = None
    for table in source.tables:
        found = _find_columns(table, known)
        if found is not None:
            columns = found
            reading.table(table, columns, fresh=True)
        elif columns is not None and _width(table) == len(columns.titles):
            reading.table(table, columns, fresh=False)
        else:
            for row in table.rows:
                reading.note(row, "noise", "a table without a column for activities")
    if columns is None:
        seen = [c for t in source.tables[:3] for r in t.rows[:2] for c in r.cells if c][:12]
        raise PlanError(
            "a table with a column such as 'Rīcība', 'Aktivitāte' or 'Uzdevums'",
            ", ".join(seen)[:200] or "no text in the tables",
            "name your columns in a YAML file like nlp/columns.yaml and give it with --columns",
        )
    return reading.result(source)


@dataclass(frozen=True, slots=True)
class _Title:
    """A known column title: its stems, the field it stands for, its place among that field's."""

    stems: frozenset[str]
    field: str
    place: int


def _known_titles(titles: Mapping[str, Sequence[str]]) -> list[_Title]:
    return [
        _Title(frozenset(stems(title)) or frozenset({normalise(title)}), name, place)
        for name, names in titles.items()
        for place, title in enumerate(names)
    ]


def _find_columns(table: RawTable, known: Sequence[_Title]) -> Columns | None:
    """The header of a table, told by its titles."""
    for position, row in enumerate(table.rows[:HEADER_ROWS]):
        found = _match(row.cells, known)
        if "text" in found.values() and len(found) >= 2:
            printed = {i: " ".join(cell.split()) for i, cell in enumerate(row.cells)}
            return Columns(found, printed, position)
    return None


def _match(cells: Sequence[str], known: Sequence[_Title]) -> dict[int, str]:
    """Field of each title; where two claim a field, the closer one has it."""
    scored: list[tuple[float, int, str]] = []
    for column, cell in enumerate(cells):
        title = _title(cell)
        if not title or len(cell) > 80:
            continue
        for one in known:
            shared = len(one.stems & title)
            if shared and one.stems <= title:
                closeness = shared / len(one.stems | title) + 0.1 * shared - 0.002 * one.place
                scored.append((closeness, column, one.field))
    out: dict[int, str] = {}
    for _, column, name in sorted(scored, key=lambda s: (-s[0], s[1])):
        if column not in out and name not in out.values():
            out[column] = name
    return out


def _title(cell: str) -> frozenset[str]:
    """Stems of a column title, also of one that a narrow column broke ('Atbildī-gais')."""
    joined = re.sub(r"-?\n(?=[a-zāčēģīķļņšūž])", "", cell)
    spaced = cell.replace("\n", " ")
    return frozenset(stems(spaced)) | frozenset(stems(joined)) or frozenset(
        {normalise(cell)} if cell.strip() else ()
    )


@dataclass
class _Reading:
    """Collects the records of a document table by table."""

    stage: Stage
    rows: list[tuple[Columns, Row, tuple[str, ...]]] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    path: list[tuple[int, str]] = field(default_factory=list)
    headings: tuple[str, ...] = ()

    def note(self, row: Row, kind: Kind, reason: str = "") -> None:
        self.spans.append(Span(row.number, row.number, kind, reason))

    def table(self, table: RawTable, columns: Columns, *, fresh: bool) -> None:
        if table.headings != self.headings:
            self.headings, self.path = table.headings, []
        header = _folded(columns.titles.values())
        for position, row in enumerate(table.rows):
            if fresh and position < columns.header:
                self.note(row, "noise", "above the header")
            elif _folded(row.cells) == header:
                self.note(row, "furniture", "table header")
            elif not any(cell.strip() for cell in row.cells):
                self.note(row, "furniture", "blank")
            elif _is_numbering(row.cells):
                self.note(row, "furniture", "numbers of the columns")
            elif heading := _heading(row, columns):
                self._enter(heading)
                self.note(row, "heading")
            elif self._continues(row, columns, first=position == 0):
                columns_, before, path = self.rows[-1]
                cells = tuple(_joined(a, b) for a, b in _pairs(before.cells, row.cells))
                self.rows[-1] = (columns_, replace(before, cells=cells), path)
                self.note(row, "record", "rest of a row cut by the page")
            elif not _cell(row, columns, "text"):
                self.note(row, "leftover", "a row without an activity")
            else:
                self.rows.append((columns, row, self._path()))
                self.note(row, "record")

    def _enter(self, heading: str) -> None:
        found = _LEVEL.match(heading)
        level = found["number"].count(".") if found else 99
        self.path = [(n, text) for n, text in self.path if n < level]
        self.path.append((level, heading))

    def _path(self) -> tuple[str, ...]:
        return (*self.headings, *(text for _, text in self.path))

    def _continues(self, row: Row, columns: Columns, *, first: bool) -> bool:
        """Whether a row is the rest of the one before, cut by the end of a page."""
        if not first or not self.rows or row.page == self.rows[-1][1].page:
            return False
        code, text = _cell(row, columns, "code"), _cell(row, columns, "text")
        if columns.of("code") is not None:
            return not code
        return not text or text[0].islower()

    def result(self, source: Source) -> Parsed:
        words = Words(cell for table in source.tables for row in table.rows for cell in row.cells)
        activities: list[ParsedActivity] = []
        notes = [Note(0, 0, warning) for warning in source.warnings]
        for columns, row, path in self.rows:
            activities += _activities(columns, row, path, self.stage, words)
            notes += _doubts(columns, row)
        return Parsed(
            tuple(unique_codes(activities)),
            tuple(merge_spans(sorted(self.spans, key=lambda span: span.first))),
            tuple(notes),
            tuple(dict.fromkeys(pair for columns, *_ in self.rows for pair in columns.pairs())),
        )


def _activities(
    columns: Columns, row: Row, path: tuple[str, ...], stage: Stage, words: Words
) -> Iterator[ParsedActivity]:
    def text(name: str) -> str:
        return redact(join_wrapped(_cell(row, columns, name).split("\n"), words))

    def items(name: str) -> tuple[str, ...]:
        return tuple(redact(item) for item in _listed(_cell(row, columns, name), words))

    direction = text("direction")
    path = (*path, direction) if direction else path
    code = text("code").rstrip(".") or None
    deadlines = _YEAR.findall(text("deadline"))
    yield ParsedActivity(
        text=_NUMBERED.sub("", text("text")),
        stage=stage,
        page=row.page,
        first_line=row.number,
        last_line=row.number,
        path=path,
        code=code,
        section=code.rpartition(".")[0] or None if code else None,
        responsible=text("responsible") or None,
        partners=tuple(split_list(text("partners"), _MARKS)),
        amount_eur=amount(text("amount_eur"), columns.unit()),
        funding=tuple(
            redact(part)
            for line in _lines(_cell(row, columns, "funding"))
            for part in split_list(line, _MARKS)
        ),
        indicators=items("indicators"),
        priorities=tuple(re.split(r"[,;\s]+", text("priorities"))) if text("priorities") else (),
        deadline=int(deadlines[-1]) if deadlines else None,
    )
    for done in items("performed"):
        yield ParsedActivity(
            text=done,
            stage="done",
            page=row.page,
            first_line=row.number,
            last_line=row.number,
            path=(*path, text("text")),
            section=code,
        )


def _doubts(columns: Columns, row: Row) -> Iterator[Note]:
    """Values a person should look at."""
    raw = " ".join(_cell(row, columns, "amount_eur").split())
    if raw and amount(raw) is None and any(c.isdigit() for c in raw):
        yield Note(row.page, row.number, f"amount '{raw[:40]}' is no number in thousands")
    if columns.of("responsible") is not None and not _cell(row, columns, "responsible"):
        yield Note(row.page, row.number, "nobody is responsible")
    raw = " ".join(_cell(row, columns, "deadline").split())
    if raw and not _YEAR.search(raw):
        yield Note(row.page, row.number, f"deadline '{raw[:40]}' names no year")


def amount(text: str, unit: int = 1) -> int | None:
    """Whole euros of a cell; None where there is no number or its digits are oddly grouped.

    :param unit: euros that one stands for, where the cell itself names no unit.
    """
    text = " ".join(text.split())
    if _ODD_GROUPS.search(text):
        return None
    found = _AMOUNT.search(text)
    if not found:
        return None
    digits = found["number"].replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", digits):
        digits = digits.replace(".", "")
    value = float(digits.replace(",", "."))
    own = (found["unit"] or "").lower()
    return round(value * (1_000 if own.startswith("t") else 1_000_000 if own else unit))


def _cell(row: Row, columns: Columns, name: str) -> str:
    column = columns.of(name)
    return row.cells[column].strip() if column is not None and column < len(row.cells) else ""


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n") if line.strip()]


def _listed(text: str, words: Words) -> Iterator[str]:
    """Items of a cell, cut at printed numbers and bullets, else at semicolons and line ends."""
    lines = _lines(text)
    numbered = re.search(r"(?:^|\s)1[.)]\s*\D", text) is not None
    marked = numbered or any(_BULLET.match(line) for line in lines)
    if not marked:
        whole = join_wrapped(lines, words)
        yield from (part.strip() for part in whole.split(";") if part.strip())
        return
    if numbered:
        joined = join_wrapped(lines, words)
        parts = re.split(r"(?:^|(?<=\s))\d{1,2}[.)]\s*(?=[^\W\d])", joined)
        yield from (part.strip() for part in parts if part.strip())
        return
    item: list[str] = []
    for line in lines:
        if _BULLET.match(line) and item:
            yield join_wrapped(item, words)
            item = []
        item.append(_BULLET.sub("", line))
    if item:
        yield join_wrapped(item, words)


def _heading(row: Row, columns: Columns) -> str | None:
    """The text of a row that holds one cell only and is no activity."""
    filled = [(i, cell) for i, cell in enumerate(row.cells) if cell.strip()]
    distinct = {cell for _, cell in filled}
    if len(columns.titles) < 3 or len(distinct) != 1:
        return None
    column, cell = filled[0]
    if column and columns.fields.get(column) not in ("code", "text", "direction"):
        return None
    if columns.fields.get(column) == "text" and columns.of("code") is None and len(filled) == 1:
        return None
    return " ".join(cell.split())


def _is_numbering(cells: Sequence[str]) -> bool:
    filled = [cell.strip(" .") for cell in cells if cell.strip()]
    return len(filled) > 2 and filled == [str(n) for n in range(1, len(filled) + 1)]


def _folded(cells: Any) -> tuple[str, ...]:
    return tuple("".join(cell.split()).casefold().replace("-", "") for cell in cells)


def _width(table: RawTable) -> int:
    return max((len(row.cells) for row in table.rows), default=0)


def _pairs(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[str, str]]:
    for i in range(max(len(a), len(b))):
        yield (a[i] if i < len(a) else "", b[i] if i < len(b) else "")


def _joined(before: str, after: str) -> str:
    return "\n".join(part for part in (before, after) if part)
