"""Word reader: tables in order with the headings above them; merged and nested cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlp.errors import PlanError
from nlp.readers.limits import MAX_ROWS, require_narrow
from nlp.tables import RawTable, Row, Source


def read(path: Path) -> Source:
    """All tables of a Word document. Word stores no pages, so the page is always 1.

    :raises PlanError: damaged, too long or wide, or without any table.
    """
    try:
        tables = _tables(path)
    except PlanError:
        raise
    except Exception:  # whatever the library meets in a file that Word never wrote
        raise PlanError(
            "a Word document", f"{path.name} is damaged", "save it again as .docx"
        ) from None
    if not tables:
        raise PlanError(
            "a document with at least one table", f"none in {path.name}", "put the plan in a table"
        )
    return Source(tuple(tables))


def _tables(path: Path) -> list[RawTable]:
    from docx import Document
    from docx.table import Table

    tables: list[RawTable] = []
    headings: list[str] = []
    number = 0
    for block in Document(str(path)).iter_inner_content():
        if not isinstance(block, Table):
            headings = _headings(headings, block)
            continue
        rows: list[Row] = []
        cells: list[str] = []
        for row in block._tbl.tr_lst:
            number += 1
            cells = _cells(row, cells)
            rows.append(Row(tuple(cells), 1, number))
            if number > MAX_ROWS:
                raise PlanError(f"at most {MAX_ROWS} rows", "more", "split the file")
        tables.append(RawTable(tuple(rows), tuple(h for h in headings if h), f"{len(tables) + 1}"))
    return tables


def _headings(above: list[str], paragraph: Any) -> list[str]:
    style = str(paragraph.style.name) if paragraph.style is not None else ""
    text = paragraph.text.strip()
    if not text or not style.startswith(("Heading", "Virsraksts", "Title")):
        return above
    level = int(style[-1]) if style[-1:].isdecimal() else 1
    return [*above[: level - 1], *[""] * (level - 1 - len(above)), text]


def _cells(row: Any, above: list[str]) -> list[str]:
    """Texts of a row; a cell merged over columns stands once, one merged over rows repeats.

    :param above: of the row before.
    """
    require_narrow(row.grid_before)
    texts: list[str] = [""] * row.grid_before
    for cell in row.tc_lst:
        place = len(texts)
        require_narrow(place + cell.grid_span)
        merged = cell.vMerge == "continue" and place < len(above)
        texts.append(above[place] if merged else _text(cell))
        texts += [""] * (cell.grid_span - 1)
    return texts


def _text(cell: Any) -> str:
    parts = [paragraph.text.strip() for paragraph in cell.p_lst]
    for table in cell.tbl_lst:
        for row in table.tr_lst:
            inner = [_text(one) for one in row.tc_lst if one.vMerge != "continue"]
            parts.append("\n".join(inner))
    return "\n".join(part for part in parts if part)
