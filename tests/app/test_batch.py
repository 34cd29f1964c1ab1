from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from app.batch import CHUNK, columns_of, tag_table
from app.i18n import translator
from app.tag_tab import skipped
from indexes.engine import SearchIndex
from nlp.errors import RegioplanError
from nlp.tagger import LABELS

RESULT = [f"{label}{tail}" for label in LABELS for tail in ("", "_probability", "_evidence")]


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return list(csv.DictReader(handle))


def test_rows_and_columns_come_back_with_tags(tiny_index: SearchIndex, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("nr,text\n1,Ēku siltināšana\n2,Skolu sadarbība\n", encoding="utf-8")
    summary = tag_table(source, target, "text", tiny_index.tagger)
    rows = read_csv(target)
    assert list(rows[0]) == ["nr", "text", *RESULT]
    assert [r["nr"] for r in rows] == ["1", "2"]
    assert all(r["climate"] in ("yes", "no", "review") for r in rows)
    assert all(0 <= float(r["climate_probability"]) <= 1 for r in rows)
    assert (summary.rows, summary.tagged, summary.skipped) == (2, 2, [])


def test_a_bad_row_is_named_and_the_rest_goes_on(tiny_index: SearchIndex, tmp_path: Path) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text("nr,text\n1,Skola\n2,\n3,a,b,c\n4,Ceļi\n", encoding="utf-8")
    summary = tag_table(source, target, "text", tiny_index.tagger)
    assert [(s.row, s.why) for s in summary.skipped] == [
        (3, "no text"),
        (4, "4 cells instead of 2"),
    ]
    assert [skipped(s, translator("lv")) for s in summary.skipped] == [
        "3 (nav teksta)",
        "4 (šūnu skaits ir 4, nevis 2)",
    ]
    rows = read_csv(target)
    assert [r["nr"] for r in rows] == ["1", "2", "3", "4"]
    assert rows[1]["climate"] == ""
    assert rows[3]["climate"] != ""
    assert "3 (no text)" in str(summary)


@pytest.mark.parametrize(("encoding", "delimiter"), [("cp1257", ";"), ("utf-8-sig", "\t")])
def test_tables_as_latvian_excel_writes_them(
    tiny_index: SearchIndex, tmp_path: Path, encoding: str, delimiter: str
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(f"nr{delimiter}text\n1{delimiter}Ēku siltināšana šķūnī\n", encoding=encoding)
    tag_table(source, target, "text", tiny_index.tagger)
    assert read_csv(target)[0]["text"] == "Ēku siltināšana šķūnī"


def test_workbooks_in_and_out(tiny_index: SearchIndex, tmp_path: Path) -> None:
    source, target = tmp_path / "in.xlsx", tmp_path / "out.xlsx"
    book = Workbook()
    book.active.append(["nr", "text"])
    book.active.append([7, "Digitālo prasmju apmācības"])
    book.active.append([8, "=1+1"])
    book.save(source)
    tag_table(source, target, "text", tiny_index.tagger)
    rows = list(load_workbook(target).active.iter_rows(values_only=True))
    assert list(rows[0]) == ["nr", "text", *RESULT]
    assert rows[1][:2] == (7, "Digitālo prasmju apmācības")


def test_cells_a_spreadsheet_would_run_are_made_safe(
    tiny_index: SearchIndex, tmp_path: Path
) -> None:
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    source.write_text(
        'x,y,text\n"=HYPERLINK(""http://x"")",-5.2,"@skola un ceļi"\n', encoding="utf-8"
    )
    tag_table(source, target, "text", tiny_index.tagger)
    row = read_csv(target)[0]
    assert row["x"].startswith("'=")
    assert row["text"] == "'@skola un ceļi"
    assert row["y"] == "-5.2"


def test_long_tables_stream_through(tiny_index: SearchIndex, tmp_path: Path) -> None:
    source, target = tmp_path / "in.tsv", tmp_path / "out.tsv"
    count = 2 * CHUNK + 3
    source.write_text("text\n" + "Skolu sadarbība\n" * count, encoding="utf-8")
    seen: list[int] = []
    tag_table(source, target, "text", tiny_index.tagger, seen.append)
    assert seen == [CHUNK, 2 * CHUNK, count]
    assert len(target.read_text(encoding="utf-8-sig").splitlines()) == count + 1


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("in.csv", b"a,b\n1,2\n", "a column 'text'"),
        ("in.csv", b"", "a column 'text'"),
        ("in.csv", b"text,climate\nx,y\n", "without the result columns"),
        ("in.xlsx", b"PK no archive", "whole Office file"),
        ("in.doc", b"text", "CSV, TSV or XLSX"),
    ],
)
def test_unusable_tables_are_refused_in_words(
    tiny_index: SearchIndex, tmp_path: Path, name: str, content: bytes, word: str
) -> None:
    source = tmp_path / name
    source.write_bytes(content)
    with pytest.raises(RegioplanError, match=word):
        tag_table(source, tmp_path / "out.csv", "text", tiny_index.tagger)
    assert sorted(p.name for p in tmp_path.iterdir()) == [name]


def test_an_archive_that_unpacks_to_too_much_is_refused(
    tiny_index: SearchIndex, tmp_path: Path
) -> None:
    source = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with pytest.raises(RegioplanError, match="when unpacked"):
        tag_table(source, tmp_path / "out.csv", "text", tiny_index.tagger)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ('<row r="999999999999"><c r="A999999999999"><v>1</v></c></row>', "rows"),
        ('<row r="2"><c r="XFD2"><v>1</v></c></row>', "1000 columns"),
        ('<row r="2"><c r="A2"', "damaged"),
    ],
)
def test_a_workbook_that_claims_to_be_huge_or_breaks_off_is_refused(
    tiny_index: SearchIndex, tmp_path: Path, row: str, word: str
) -> None:
    whole, source = tmp_path / "whole.xlsx", tmp_path / "in.xlsx"
    book = Workbook()
    book.active.append(["text"])
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(source, "w") as new:
        for info in old.infolist():
            content = old.read(info).decode()
            if info.filename == "xl/worksheets/sheet1.xml":
                head, _, _ = content.partition("</sheetData>")
                content = head.replace('ref="A1"', 'ref="A1:XFD1048576"')
                content = content.replace('ref="A1:A1"', 'ref="A1:XFD1048576"')
                content += row + "</sheetData></worksheet>"
            new.writestr(info.filename, content)
    with pytest.raises(RegioplanError, match=word):
        tag_table(source, tmp_path / "out.csv", "text", tiny_index.tagger)
    assert not (tmp_path / "out.csv").exists()


def test_a_workbook_that_is_smaller_than_it_says_is_read(
    tiny_index: SearchIndex, tmp_path: Path
) -> None:
    whole, source = tmp_path / "whole.xlsx", tmp_path / "in.xlsx"
    book = Workbook()
    book.active.append(["nr", "text"])
    book.active.append([1, "Ēku siltināšana"])
    book.save(whole)
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(source, "w") as new:
        for info in old.infolist():
            content = old.read(info).replace(b'ref="A1:B2"', b'ref="A1:XFD1048576"')
            new.writestr(info.filename, content)
    assert tag_table(source, tmp_path / "out.csv", "text", tiny_index.tagger).tagged == 1
    assert list(read_csv(tmp_path / "out.csv")[0]) == ["nr", "text", *RESULT]


def test_columns_of_a_table(tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("Nr.;Aktivitāte;\n1;x;\n", encoding="cp1257")
    assert columns_of(source) == ["Nr.", "Aktivitāte"]


def test_broken_bytes_and_line_breaks_in_cells_are_read(
    tiny_index: SearchIndex, tmp_path: Path
) -> None:
    source = tmp_path / "in.csv"
    # 0x81 means nothing in the Baltic code page; an Excel cell may hold a line break.
    source.write_bytes('nr;text\n1;"Ēku\nsiltināšana"\n2;Ceļš '.encode("cp1257") + b"\x81\n")
    summary = tag_table(source, tmp_path / "out.csv", "text", tiny_index.tagger)
    assert summary.tagged == 2
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as handle:
        rows = list(csv.reader(handle))
    assert rows[1][1] == "Ēku\nsiltināšana"
