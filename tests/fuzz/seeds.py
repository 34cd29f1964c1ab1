"""Small real files of every kind that is read."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from nlp.glossary import ConceptFinder
from nlp.tagger import Tagger
from tests.conftest import CONCEPTS, tiny_labels, trained_encoder
from training.tagger import Language, train_tagger

ROOT = Path(__file__).parents[2]
HEADER = ("Nr.", "Rīcība", "Atbildīgais", "Finansējums, tūkst. EUR", "Termiņš")
ROWS = (
    ("1.1.", "Siltināt skolas ēku", "Pašvaldība", "120", "2025.-2027."),
    ("1.2.", "Ierīkot veloceliņu; uzturēt", "VPR, ZPR", "1,5 milj.", "regulāri"),
)
CSV = "\n".join(
    ",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in (HEADER, *ROWS)
).encode()
COLUMNS = "text: [Iecere, Darbs]\ncode: [Kārta]\ndeadline: Gads\n".encode()
MANIFEST = json.dumps(
    {
        "schema": 1,
        "plans": [
            {
                "file": "old.txt", "regions": ["Kurzeme"], "title": "Plāns", "period": "2022-2027",
                "publisher": "", "address": "https://example.lv", "layout": "latgale-programme",
                "stage": "planned", "language": "lv",
            }
        ],
    },
    ensure_ascii=False,
).encode()  # fmt: skip
QUERIES = (
    '"zaļā enerģija" saules -vēja', "„Viedais ciems” skola", "e-pakalpojumi 2021 - 2027",
    "enerģija −vēja «skolu ēdināšana»", "building insulation",
)  # fmt: skip
SETTINGS = b"""host = "0.0.0.0"
port = 8080
store = "~/store"
login = "anna:long password"
trusted_proxies = ["127.0.0.1", "10.0.0.0/8"]
proxy_header = "X-Remote-User"
cookie_secure = true
rate_limit = 0
"""
USERS = (
    b"anna:scrypt$1024$8$1$c2FsdHNhbHRzYWx0c2FsdA==$a2V5a2V5a2V5a2V5a2V5a2V5\n"
    b"peteris:scrypt$32768$8$3$c2FsdHNhbHRzYWx0c2FsdA==$a2V5a2V5a2V5a2V5a2V5a2V5\n"
)


@cache
def docx() -> bytes:
    """A heading and a table with merged cells and a table in a cell."""
    from docx import Document

    document = Document()
    document.add_heading("Rīcības plāns", level=1)
    table = document.add_table(rows=1, cols=len(HEADER))
    for cell, title in zip(table.rows[0].cells, HEADER, strict=True):
        cell.text = title
    group = table.add_row().cells
    group[0].merge(group[-1]).text = "1. Virziens"
    for row in ROWS:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    table.cell(2, 2).merge(table.cell(3, 2))
    table.cell(3, 1).add_table(2, 2).cell(0, 0).text = "iekšā"
    return _saved(document.save)


@cache
def xlsx() -> bytes:
    """Two sheets, merged cells, numbers and a formula."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for row in (HEADER, *ROWS):
        sheet.append(row)
    sheet.append(["1.3.", "Sakopt parku", "=A1", 12.5, 2026])
    sheet.merge_cells("C2:C3")
    book.create_sheet("Kontakti").append(["Iestāde", "Adrese"])
    return _saved(book.save)


@cache
def pdf() -> bytes:
    """A ruled table, not compressed, so that a change reaches what is drawn."""
    from reportlab.platypus import SimpleDocTemplate, Table, TableStyle

    table = Table([["Nr.", "Uzdevums", "Gads"], ["1.", "Sakopt parku", "2026"]])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    out = io.BytesIO()
    SimpleDocTemplate(out, pageCompression=0).build([table])
    return out.getvalue()


@cache
def texts() -> Sequence[bytes]:
    """The beginning of each plan that comes as text."""
    return [path.read_bytes()[:6000] for path in sorted((ROOT / "data" / "plans").glob("*.txt"))]


@cache
def tiny_tagger() -> Tagger:
    """The tagger of the tests, trained on a few texts."""
    return train_tagger(tiny_labels(), Language(trained_encoder(), ConceptFinder(CONCEPTS)))


def _saved(save: object) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        save(str(path))  # type: ignore[operator]
        return path.read_bytes()
