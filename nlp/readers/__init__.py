"""Readers: from a file to lines or tables. :func:`read_tables` picks one by the file's content."""

from __future__ import annotations

from pathlib import Path

from nlp.errors import PlanError
from nlp.readers.limits import kind_of
from nlp.tables import Source


def read_tables(path: Path) -> Source:
    """The tables of a PDF, DOCX, XLSX or CSV file.

    :raises PlanError: see the readers and :func:`nlp.readers.limits.kind_of`.
    """
    kind = kind_of(path)
    if kind == "pdf":
        from nlp.readers.pdf import read as read_pdf

        return read_pdf(path)
    if kind == "docx":
        from nlp.readers.docx import read as read_docx

        return read_docx(path)
    from nlp.readers.sheet import read_csv, read_xlsx

    if kind == "xlsx":
        return read_xlsx(path)
    source = read_csv(path)
    if all(len(row.cells) < 2 for table in source.tables for row in table.rows):
        raise PlanError(
            "a table with columns", f"plain text in {path.name}",
            "give the plan as PDF, DOCX, XLSX or CSV, or write a layout (CONTRIBUTING.md)",
        )  # fmt: skip
    return source
