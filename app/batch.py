"""Tags a whole table: CSV, TSV or XLSX in, the same rows and columns out plus the decisions."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from app.output import safe_cell
from app.settings import require_folder
from nlp.errors import UsageError
from nlp.readers.csv_file import csv_rows
from nlp.readers.limits import archive_names
from nlp.tagger import TagDecision, Tagger

MAX_BYTES = 100_000_000
MAX_ROWS = 200_000
MAX_COLUMNS = 1_000
MAX_SHEET_ROWS = 1_048_576  # of Excel itself, with the empty ones
MAX_UNPACKED = 1_000_000_000
CHUNK = 512
_LISTED = 10
_NUMBER = re.compile(r"^[+-]?\d[\d\s]*(?:[.,]\d+)?$")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that got no tags: it has more cells than the header has, or no text."""

    row: int
    cells: int = 0
    width: int = 0

    @property
    def why(self) -> str:
        """The reason in English."""
        return f"{self.cells} cells instead of {self.width}" if self.cells else "no text"


@dataclass
class Summary:
    """What a run did; row numbers count from 1 with the header as row 1."""

    labels: tuple[str, ...] = ()
    rows: int = 0
    tagged: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    skipped: list[Skipped] = field(default_factory=list)

    def __str__(self) -> str:
        parts = [f"{self.tagged} of {self.rows} rows tagged"]
        for label in self.labels:
            yes, review = self.counts[f"{label} yes"], self.counts[f"{label} review"]
            parts.append(f"{label}: {yes} yes, {review} to review")
        if self.skipped:
            listed = ", ".join(f"{s.row} ({s.why})" for s in self.skipped[:_LISTED])
            more = f" and {len(self.skipped) - _LISTED} more" if len(self.skipped) > _LISTED else ""
            parts.append(f"rows without tags: {listed}{more}")
        return "; ".join(parts)


def tag_table(
    source: Path,
    target: Path,
    text_column: str,
    tagger: Tagger,
    progress: Progress = lambda _: None,
) -> Summary:
    """Write every row of ``source`` with decision, probability and evidence per label.

    Rows stream through in chunks, so memory does not grow with the table. Cells that a
    spreadsheet would run as a formula come back with an apostrophe in front.

    :param progress: called with the number of rows done.
    :raises UsageError: unreadable or oversized table, no such column, unknown target format.
    """
    if not source.is_file():
        raise UsageError("a CSV, TSV or XLSX file", f"no file {source}", "check the path")
    if source.stat().st_size > MAX_BYTES:
        raise UsageError(f"a file of at most {MAX_BYTES} bytes", "a larger one", "split the table")
    if target.suffix.lower() not in (".csv", ".tsv", ".xlsx"):
        raise UsageError("--out FILE.csv, .tsv or .xlsx", target.name, "choose one of them")
    require_folder(target)
    summary = Summary(tagger.labels)
    fresh = target.with_name(f".{target.name}.part")
    try:
        with _rows(source) as rows, _writer(fresh, target.suffix.lower()) as write:
            added = _added_columns(tagger.labels)
            header = _header(rows, text_column, source, added)
            column = header.index(text_column)
            write([*header, *added])
            _tag_rows(rows, len(header), column, tagger, write, summary, progress)
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return summary


def columns_of(source: Path) -> list[str]:
    """The column names of a table.

    :raises UsageError: it cannot be read.
    """
    with _rows(source) as rows:
        return [_text(cell) for cell in next(iter(rows), []) if _text(cell)]


def _added_columns(labels: Sequence[str]) -> list[str]:
    return [
        name for label in labels for name in (label, f"{label}_probability", f"{label}_evidence")
    ]


def _header(
    rows: Iterator[Sequence[Any]], text_column: str, source: Path, added: Sequence[str]
) -> list[str]:
    header = [_text(cell) for cell in next(rows, [])]
    if text_column not in header:
        raise UsageError(
            f"a column '{text_column}' in {source.name}",
            ", ".join(name for name in header if name)[:200] or "an empty table",
            "name one of these with --text-column",
        )
    taken = [name for name in added if name in header]
    if taken:
        raise UsageError(
            "a table without the result columns", ", ".join(taken), "rename or remove them"
        )
    return header


def _tag_rows(
    rows: Iterator[Sequence[Any]],
    width: int,
    column: int,
    tagger: Tagger,
    write: Callable[[Sequence[Any]], None],
    summary: Summary,
    progress: Progress,
) -> None:
    number = 1
    while chunk := list(islice(rows, CHUNK)):
        cells = [list(row) for row in chunk]
        texts = [_text(row[column]) if column < len(row) else "" for row in cells]
        usable = [i for i, text in enumerate(texts) if any(c.isalpha() for c in text)]
        decisions = dict(
            zip(usable, tagger.tag([texts[i] for i in usable]) if usable else [], strict=True)
        )
        for i, row in enumerate(cells):
            number += 1
            summary.rows += 1
            if len(row) > width:
                summary.skipped.append(Skipped(number, len(row), width))
            elif i not in decisions:
                summary.skipped.append(Skipped(number))
            row += [""] * (width - len(row))
            found = decisions.get(i)
            write([*(_safe(cell) for cell in row[:width]), *_result_cells(found, summary)])
        if summary.rows > MAX_ROWS:
            raise UsageError(f"at most {MAX_ROWS} rows", "more", "split the table")
        progress(summary.rows)


def _result_cells(decisions: tuple[TagDecision, ...] | None, summary: Summary) -> list[Any]:
    if decisions is None:
        return [""] * (3 * len(summary.labels))
    summary.tagged += 1
    cells: list[Any] = []
    for d in decisions:
        summary.counts[f"{d.label} {d.decision}"] += 1
        cells += [d.decision, d.probability, safe_cell("; ".join(d.evidence))]
    return cells


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).strip()


def _safe(cell: Any) -> Any:
    if isinstance(cell, str) and _NUMBER.match(cell):
        return cell
    return "" if cell is None else safe_cell(cell)


@contextmanager
def _rows(source: Path) -> Iterator[Iterator[Sequence[Any]]]:
    """The rows of a table, header first, one at a time."""
    kind = source.suffix.lower()
    if kind == ".xlsx":
        with _xlsx_rows(source) as rows:
            yield _narrow(rows)
    elif kind in (".csv", ".tsv", ".txt"):
        with csv_rows(source) as rows:
            yield _narrow(row for row in rows if any(row))
    else:
        raise UsageError("a CSV, TSV or XLSX file", source.name, "save the table as one of them")


def _narrow(rows: Iterator[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    for row in rows:
        if len(row) > MAX_COLUMNS:
            raise UsageError(
                f"at most {MAX_COLUMNS} columns", f"{len(row)}", "remove the empty ones"
            )
        yield row


@contextmanager
def _xlsx_rows(source: Path) -> Iterator[Iterator[Sequence[Any]]]:
    from openpyxl import load_workbook

    archive_names(source, MAX_UNPACKED)
    try:
        book = load_workbook(source, read_only=True, data_only=True)
        sheet = book.worksheets[0]
    except Exception:
        raise _damaged(source) from None
    try:
        yield _sheet_rows(sheet, source)
    finally:
        book.close()


def _sheet_rows(sheet: Any, source: Path) -> Iterator[Sequence[Any]]:
    """The rows that hold anything; they are parsed as they are asked for."""
    try:
        if (sheet.max_column or 0) > MAX_COLUMNS:  # what a sheet says of its size may be wrong
            sheet.reset_dimensions()
        for number, row in enumerate(sheet.iter_rows(values_only=True)):
            if number > MAX_SHEET_ROWS:  # a number of a row may claim any distance
                raise UsageError(f"at most {MAX_ROWS} rows", "more", "split the table")
            if any(cell is not None for cell in row):
                yield row
    except UsageError:
        raise
    except Exception:
        raise _damaged(source) from None


def _damaged(source: Path) -> UsageError:
    return UsageError(
        "a readable XLSX workbook", f"{source.name} is damaged", "save it again as .xlsx"
    )


@contextmanager
def _writer(path: Path, kind: str) -> Iterator[Callable[[Sequence[Any]], None]]:
    if kind == ".xlsx":
        from openpyxl import Workbook

        book = Workbook(write_only=True)
        sheet = book.create_sheet("regioplan")
        yield sheet.append
        book.save(path)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        yield csv.writer(handle, delimiter="\t" if kind == ".tsv" else ",").writerow
