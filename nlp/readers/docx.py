"""Word reader: tables in order with the headings above them; merged and nested cells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlp.errors import PlanError
from nlp.readers.limits import MAX_ROWS
from nlp.tables import RawTable, Row, Source


def read(path: Path) -> Source:
    """All tables of a Word document. Word stores no pages, so the page is always 1.

    :raises PlanError: damaged, or without any table.
    """
    from docx import Document
    from docx.table import Table

    try:
        document = Document(str(path))
    except Exception:
        raise PlanError(
            "a Word document", f"{path.name} is damaged", "save it again as .docx"
        ) from None
    tables: list[RawTable] = []
    headings: list[str] = []
    number = 0
    for block in document.iter_inner_content():
        if not isinstance(block, Table):
            headings = _headings(headings, block)
            continue
        rows = []
        for row in block.rows:
            number += 1
            rows.append(Row(tuple(_cells(row)), 1, number))
            if number > MAX_ROWS:
                raise PlanError(f"at most {MAX_ROWS} rows", "more", "split the file")
        tables.append(RawTable(tuple(rows), tuple(h for h in headings if h), f"{len(tables) + 1}"))
    if not tables:
        raise PlanError(
            "a document with at least one table", f"none in {path.name}", "put the plan in a table"
        )
    return Source(tuple(tables))


def _headings(above: list[str], paragraph: Any) -> list[str]:
    style = str(paragraph.style.name) if paragraph.style is not None else ""
    text = paragraph.text.strip()
    if not text or not style.startswith(("Heading", "Virsraksts", "Title")):
        return above
    level = int(style[-1]) if style[-1:].isdigit() else 1
    return [*above[: level - 1], *[""] * (level - 1 - len(above)), text]


def _cells(row: Any) -> list[str]:
    """Texts of a row; a cell merged over columns stands once, one merged over rows repeats."""
    texts: list[str] = [""] * row.grid_cols_before
    before = None
    for cell in row.cells:
        texts.append("" if cell._tc is before else _text(cell))
        before = cell._tc
    return texts


def _text(cell: Any) -> str:
    parts = [paragraph.text.strip() for paragraph in cell.paragraphs]
    for table in cell.tables:
        parts += ["\n".join(_text(inner) for inner in row.cells) for row in table.rows]
    return "\n".join(part for part in parts if part)
