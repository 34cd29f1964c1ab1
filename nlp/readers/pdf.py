"""PDF reader: ruled tables first, then tables told by the alignment of their text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nlp.errors import PlanError
from nlp.readers.limits import MAX_PAGES, MAX_ROWS, Deadline
from nlp.tables import RawTable, Row, Source

_BY_TEXT = {"vertical_strategy": "text", "horizontal_strategy": "text"}


def read(path: Path) -> Source:
    """All tables of a PDF, one per table and page; cells keep their line breaks.

    :raises PlanError: encrypted, damaged, scanned, too long, or without any table.
    """
    import logging

    import pdfplumber

    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    deadline = Deadline(path)
    tables: list[RawTable] = []
    scanned: list[int] = []
    number = 0
    try:
        with pdfplumber.open(path) as document:
            if len(document.pages) > MAX_PAGES:
                raise PlanError(
                    f"at most {MAX_PAGES} pages",
                    f"{len(document.pages)} pages in {path.name}",
                    "split it",
                )
            for page in document.pages:
                deadline.check()
                if not page.chars:
                    if page.images:
                        scanned.append(page.page_number)
                    continue
                for found in _tables(page):
                    rows = []
                    for cells in found:
                        number += 1
                        texts = tuple((cell or "").strip() for cell in cells)
                        rows.append(Row(texts, page.page_number, number))
                    tables.append(RawTable(tuple(rows), name=f"p. {page.page_number}"))
                if number > MAX_ROWS:
                    raise PlanError(f"at most {MAX_ROWS} rows", "more", "split the file")
                page.close()
            pages = len(document.pages)
    except PlanError:
        raise
    except Exception as error:
        said = repr(error).lower()  # the cause is wrapped in another exception
        password = "password" in said or "encrypt" in said
        raise PlanError(
            "a PDF that can be opened",
            f"{path.name} is protected by a password" if password else f"{path.name} is damaged",
            "save it without protection" if password else "get the file again",
        ) from None
    if scanned and len(scanned) == pages:
        raise PlanError(
            "a PDF with text", f"{path.name} holds only pictures of pages",
            "run text recognition (OCR) on it first",
        )  # fmt: skip
    if not tables:
        raise PlanError(
            "a PDF with at least one table", f"none in {path.name}", "give the plan as DOCX or XLSX"
        )
    warnings = [f"page {n} is a picture without text" for n in scanned]
    return Source(tuple(tables), tuple(warnings))


def _tables(page: Any) -> list[list[list[str | None]]]:
    ruled = [table for table in page.extract_tables() if len(table[0]) > 1]
    if ruled:
        return ruled
    return [t for t in page.extract_tables(_BY_TEXT) if len(t[0]) > 2 and len(t) > 2]
