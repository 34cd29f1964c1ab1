"""Small files made to cost much: each is refused in words, or read, at once."""

from __future__ import annotations

import io
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from nlp.errors import PlanError
from nlp.layouts.table import parse, read_titles
from nlp.plans import MANIFEST, read_manifest
from nlp.readers import read_tables
from tests.fuzz import seeds

SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{}</worksheet>'
)
CELL = '<c r="{}" t="inlineStr"><is><t>Uzdevums</t></is></c>'


@pytest.fixture(autouse=True)
def quick() -> Iterator[None]:
    """The processor's time, as others may use the machine too."""
    start = time.process_time()
    yield
    assert time.process_time() - start < 5


def with_part(whole: bytes, name: str, content: bytes, path: Path) -> Path:
    """An Office file with one part replaced."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(whole)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for info in old.infolist():
            new.writestr(info.filename, content if info.filename == name else old.read(info))
    path.write_bytes(out.getvalue())
    return path


def sheet(tmp_path: Path, xml: str, encoding: str = "utf-8") -> Path:
    content = SHEET.format(xml).encode(encoding)
    return with_part(seeds.xlsx(), "xl/worksheets/sheet1.xml", content, tmp_path / "plan.xlsx")


@pytest.mark.parametrize(
    ("xml", "words"),
    [
        ('<sheetData/><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>', "merged cells"),
        (
            "<sheetData/><mergeCells>"
            + "".join(f'<mergeCell ref="A{n}01:XFD{n}99"/>' for n in range(1, 50))
            + "</mergeCells>",
            "merged cells",
        ),
        (f'<sheetData><row r="1">{CELL.format("XFD1")}</row></sheetData>', "1000 columns"),
        (f'<sheetData><row r="9">{CELL.format("A1048576")}</row></sheetData>', "50000 rows"),
        (f'<sheetData><row r="9">{CELL.format("ZZ50000")}</row></sheetData>', "cells in a sheet"),
        (f'<sheetData><row r="{"9" * 30}">{CELL.format("A1")}</row></sheetData>', "expected"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_sheets_that_claim_to_be_huge(tmp_path: Path, xml: str, words: str, encoding: str) -> None:
    path = sheet(tmp_path, xml, encoding)
    assert path.stat().st_size < 50_000
    with pytest.raises(PlanError, match=words):
        parse(read_tables(path))


def document(tmp_path: Path, table: str) -> Path:
    body = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{table}</w:body></w:document>"
    )
    return with_part(seeds.docx(), "word/document.xml", body.encode(), tmp_path / "plan.docx")


def cell(text: str, more: str = "") -> str:
    return f"<w:tc><w:tcPr>{more}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"


@pytest.mark.parametrize(
    "row",
    [
        cell("Uzdevums", '<w:gridSpan w:val="1000000000"/>'),
        '<w:trPr><w:gridBefore w:val="1000000000"/></w:trPr>' + cell("Uzdevums"),
        cell("Uzdevums") * 2000,
    ],
)
def test_word_rows_that_claim_to_be_wide(tmp_path: Path, row: str) -> None:
    with pytest.raises(PlanError, match="1000 columns"):
        read_tables(document(tmp_path, f"<w:tbl><w:tr>{row}</w:tr></w:tbl>"))


def test_a_cell_merged_over_thousands_of_rows_is_read(tmp_path: Path) -> None:
    first = cell("Vides aizsardzība", '<w:vMerge w:val="restart"/>')
    rest = cell("", "<w:vMerge/>")
    rows = "".join(
        f"<w:tr>{first if n == 0 else rest}{cell(f'Sakopt {n}. parku')}</w:tr>" for n in range(3000)
    )
    header = f"<w:tr>{cell('Mērķis')}{cell('Uzdevums')}</w:tr>"
    found = parse(read_tables(document(tmp_path, f"<w:tbl>{header}{rows}</w:tbl>"))).activities
    assert len(found) == 3000
    assert found[-1].path == ("Vides aizsardzība",)


def test_tables_in_tables_are_read_once_each(tmp_path: Path) -> None:
    inner = "<w:p><w:r><w:t>dziļi</w:t></w:r></w:p>"
    for _ in range(40):
        top = f'<w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>{inner}</w:tc>'
        rest = "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>"
        inner = f"<w:tbl><w:tr>{top}</w:tr><w:tr>{rest}</w:tr></w:tbl><w:p/>"
    source = read_tables(document(tmp_path, inner))
    assert source.tables[0].rows[0].cells == ("dziļi",)


@pytest.mark.parametrize(
    "columns",
    [
        "text: &a [" + ", ".join(["x"] * 9) + "]\ncode: " + "[*a]",
        "a: &a [x,x,x,x,x,x,x,x,x]\n" + "b: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n",
        "text: " + "[" * 5000,
        "text: 2024-99-99",
        "text: [[x]]",
        "text: []",
        "text: x\n" + "#" * 200_000,
    ],
)
def test_column_titles_that_unfold(tmp_path: Path, columns: str) -> None:
    path = tmp_path / "columns.yaml"
    path.write_text(columns, encoding="utf-8")
    with pytest.raises(PlanError):
        read_titles(path)


def test_a_wide_csv_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text("Uzdevums" + "," * 2_000_000, encoding="utf-8")
    with pytest.raises(PlanError, match="1000 columns"):
        read_tables(path)


@pytest.mark.parametrize(
    "change",
    [
        '"file": "../old.txt"', '"file": "/etc/passwd"', '"file": ""', '"file": 5',
        '"regions": "Kurzeme"', '"regions": [5]', '"title": null', '"stage": "maybe"',
        '"columns": "../x.yaml"', '"columns": "none.yaml"', '"layout": []',
    ],
)  # fmt: skip
def test_a_manifest_that_means_something_else_is_refused(tmp_path: Path, change: str) -> None:
    (tmp_path / "old.txt").write_text("x", encoding="utf-8")
    path = tmp_path / MANIFEST
    path.write_bytes(seeds.MANIFEST)
    assert len(read_manifest(tmp_path)) == 1
    text = seeds.MANIFEST.decode()
    path.write_text(text.replace('"language": "lv"', f'"language": "lv", {change}'), "utf-8")
    with pytest.raises(PlanError):
        read_manifest(tmp_path)


@pytest.mark.parametrize("content", [b"[" * 100_000, b"\xff", b"{}", b"[]", b'{"plans": {}}', b"1"])
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / MANIFEST).write_bytes(content)
    with pytest.raises(PlanError):
        read_manifest(tmp_path)
