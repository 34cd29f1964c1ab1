"""Spreadsheet reader: XLSX with merged cells and several sheets, and CSV."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

from nlp.errors import PlanError
from nlp.readers.csv_file import csv_rows
from nlp.readers.limits import MAX_CELLS, MAX_MERGED, MAX_ROWS, require_narrow
from nlp.tables import RawTable, Row, Source


def read_xlsx(path: Path) -> Source:
    """One table per sheet, whose number is the page; rows are counted on over the sheets.

    :raises PlanError: damaged, too long or wide, or empty.
    """
    try:
        tables = _tables(path)
    except PlanError:
        raise
    except Exception:  # whatever the library meets in a file that Excel never wrote
        raise PlanError("a workbook", f"{path.name} is damaged", "save it again as .xlsx") from None
    if not tables:
        raise PlanError("a workbook with rows", f"none in {path.name}", "check the file")
    return Source(tuple(tables))


def _tables(path: Path) -> list[RawTable]:
    from openpyxl import load_workbook

    _require_few_merged(path)
    book = load_workbook(path, data_only=True)
    tables: list[RawTable] = []
    above = 0  # rows of the sheets before
    for position, sheet in enumerate(book.worksheets, start=1):
        if above + sheet.max_row > MAX_ROWS:
            raise PlanError(
                f"at most {MAX_ROWS} rows", f"{above + sheet.max_row}", "split the file"
            )
        require_narrow(sheet.max_column)
        if sheet.max_row * sheet.max_column > MAX_CELLS:
            raise PlanError(
                f"at most {MAX_CELLS} cells in a sheet", f"{sheet.max_row} rows of "
                f"{sheet.max_column} columns", "remove the empty ones",
            )  # fmt: skip
        tall = _merged_over_rows(sheet)
        rows = []
        for number, cells in enumerate(sheet.iter_rows(values_only=True), start=1):
            texts = tuple(
                tall.get((number, column)) or _text(value)
                for column, value in enumerate(cells, start=1)
            )
            if any(texts):
                rows.append(Row(texts, position, above + number))
        above += sheet.max_row
        if rows:
            tables.append(RawTable(tuple(rows), name=str(sheet.title)))
    return tables


def _require_few_merged(path: Path) -> None:
    """The library makes a cell of each that is merged before anybody could count them."""
    from openpyxl.utils import range_boundaries
    from openpyxl.xml.functions import iterparse

    merged = 0
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if b"mergeCell" not in content and b"\0" not in content[:4]:  # or it is UTF-16
                continue
            try:
                for _, element in iterparse(io.BytesIO(content)):
                    if str(element.tag).endswith("mergeCell"):
                        left, top, right, bottom = range_boundaries(element.attrib["ref"])
                        merged += (right - left + 1) * (bottom - top + 1)
                    element.clear()
            except SyntaxError:  # no XML, so no sheet
                continue
    if merged > MAX_MERGED:
        raise PlanError(f"at most {MAX_MERGED} merged cells", f"{merged}", "merge fewer of them")


def read_csv(path: Path) -> Source:
    """A CSV or TSV table.

    :raises PlanError: no CSV, or too long.
    """
    rows = []
    with csv_rows(path) as found:
        for number, cells in enumerate(found, start=1):
            if number > MAX_ROWS:
                raise PlanError(f"at most {MAX_ROWS} rows", "more", "split the file")
            require_narrow(len(cells))
            if any(cell.strip() for cell in cells):
                rows.append(Row(tuple(cell.strip() for cell in cells), 1, number))
    return Source((RawTable(tuple(rows), name=path.stem),))


def _merged_over_rows(sheet: Any) -> dict[tuple[int, int], str]:
    """What a cell merged over rows says in each of them; over columns it stands once."""
    out: dict[tuple[int, int], str] = {}
    for area in sheet.merged_cells.ranges:
        if area.max_row > area.min_row:
            value = _text(sheet.cell(area.min_row, area.min_col).value)
            for row in range(area.min_row, area.max_row + 1):
                out[row, area.min_col] = value
    return out


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()
