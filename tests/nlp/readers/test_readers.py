from __future__ import annotations

import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nlp.corpus import parse_plans
from nlp.errors import PlanError
from nlp.layouts.table import parse
from nlp.readers import read_tables
from nlp.records import Activity, ParsedActivity
from tests.nlp.readers.made import FONT, write_docx, write_pdf, write_xlsx

DATA = Path(__file__).parents[3] / "data"
FIELDS = (
    "code", "text", "responsible", "partners", "amount_eur", "funding", "indicators",
    "priorities", "deadline",
)  # fmt: skip
Writer = Callable[[Path, Sequence[Activity]], None]


@pytest.fixture(scope="session")
def zemgale() -> list[Activity]:
    plans = {p.plan.layout: p for p in parse_plans(DATA / "plans")}
    return list(plans["zemgale-action-plan"].activities)


def folded(value: Any) -> Any:
    """Values as compared: spaces and end marks aside, lists as one text."""
    if isinstance(value, tuple):
        value = " | ".join(value)
    return " ".join(value.split()).strip(" .;,") if isinstance(value, str) else value


def share_equal(found: Sequence[ParsedActivity], wanted: Sequence[Activity]) -> float:
    by_code = {a.code: a for a in found}
    pairs = [
        folded(getattr(by_code.get(w.code), name, "missing")) == folded(getattr(w, name))
        for w in wanted
        for name in FIELDS
    ]
    return sum(pairs) / len(pairs)


@pytest.mark.parametrize(
    ("suffix", "write"), [(".docx", write_docx), (".xlsx", write_xlsx), (".pdf", write_pdf)]
)
def test_the_same_rows_give_the_same_records(
    zemgale: list[Activity], tmp_path: Path, suffix: str, write: Writer
) -> None:
    if suffix == ".pdf" and not Path(FONT).is_file():
        pytest.skip("the DejaVu font (fonts-dejavu-core) is needed to write Latvian PDF")
    path = tmp_path / f"plan{suffix}"
    write(path, zemgale)
    parsed = parse(read_tables(path))
    assert [a.code for a in parsed.activities] == [a.code for a in zemgale]
    assert share_equal(parsed.activities, zemgale) >= 0.97
    rows = [n for span in parsed.spans for n in range(span.first, span.last + 1)]
    assert len(rows) == len(set(rows))


def test_a_pdf_table_without_lines_is_told_by_its_alignment(tmp_path: Path) -> None:
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    if not Path(FONT).is_file():
        pytest.skip("the DejaVu font (fonts-dejavu-core) is needed to write Latvian PDF")
    pdfmetrics.registerFont(TTFont("DejaVu", FONT))
    path = tmp_path / "plain.pdf"
    canvas = Canvas(str(path))
    canvas.setFont("DejaVu", 10)
    rows = [("Nr.", "Rīcība", "Termiņš"), ("1.1.", "Sakopt parku", "2025"),
            ("1.2.", "Ierīkot taku", "2026"), ("1.3.", "Labot tiltu", "2027")]  # fmt: skip
    for n, row in enumerate(rows):
        for x, text in zip((60, 160, 400), row, strict=True):
            canvas.drawString(x, 700 - 30 * n, text)
    canvas.save()
    found = parse(read_tables(path)).activities
    assert [(a.code, a.text, a.deadline) for a in found] == [
        ("1.1", "Sakopt parku", 2025), ("1.2", "Ierīkot taku", 2026), ("1.3", "Labot tiltu", 2027),
    ]  # fmt: skip


def test_merged_and_nested_cells_of_word(tmp_path: Path) -> None:
    from docx import Document

    document = Document()
    table = document.add_table(rows=3, cols=3)
    for cell, text in zip(table.rows[0].cells, ("Nr.", "Rīcība", "Atbildīgais"), strict=True):
        cell.text = text
    table.cell(1, 0).text, table.cell(1, 1).text = "1", "Sakopt parku"
    table.cell(2, 0).text, table.cell(2, 1).text = "2", "Labot tiltu"
    table.cell(1, 2).merge(table.cell(2, 2)).text = "Pašvaldība"
    inner = table.cell(2, 1).add_table(rows=1, cols=1)
    inner.cell(0, 0).text = "pār upi"
    path = tmp_path / "merged.docx"
    document.save(str(path))
    first, second = parse(read_tables(path)).activities
    assert (first.responsible, second.responsible) == ("Pašvaldība", "Pašvaldība")
    assert second.text == "Labot tiltu pār upi"


def test_heading_rows_of_a_word_table_become_the_path(
    zemgale: list[Activity], tmp_path: Path
) -> None:
    path = tmp_path / "plan.docx"
    write_docx(path, zemgale[:20])
    first = parse(read_tables(path)).activities[0]
    assert first.path == ("Rīcības plāns", zemgale[0].path[0])


@pytest.mark.parametrize("encoding", ["utf-8", "cp1257"])
def test_csv_in_both_usual_encodings(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "Nr.;Rīcība;Atbildīgais;Izpildes termiņš;Finansējums\n"
        "1.1.;Siltināt skolas ēku;Pašvaldība;2025.-2027.;12,5 tūkst. EUR\n"
        "1.2.;Ierīkot veloceliņu;;regulāri;1.200.000\n",
        encoding=encoding,
    )
    parsed = parse(read_tables(path))
    first, second = parsed.activities
    assert (first.text, first.deadline, first.amount_eur) == ("Siltināt skolas ēku", 2027, 12_500)
    assert (second.responsible, second.deadline, second.amount_eur) == (None, None, 1_200_000)
    assert {note.message for note in parsed.notes} == {
        "nobody is responsible", "deadline 'regulāri' names no year",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("titles", "fields"),
    [
        (
            "Nr.p.k.;Rīcības virziens;Rīcība;Plānotais darbības rezultāts;"
            "Atbildīgā struktūrvienība;Finanšu avoti;Indikatīvais finansējums, EUR;"
            "Izpildes termiņš (gads)",
            "code direction text indicators responsible funding amount_eur deadline",
        ),
        (
            "Uzdevums;Aktivitāte;Veiktās aktivitātes 2022-2024;Plānotais izpildes raksturojums",
            "direction text performed indicators",
        ),
        (
            "Prioritāte;Uzdevumi;Atbildīgie;Laika periods;Finansējums (EUR);Avots",
            "priorities text responsible deadline amount_eur funding",
        ),
        (
            "Nr. p.k.;Projekta nosaukums;Atbilstība VTP;Projekta uzsākšanas gads;Piezīmes",
            "code text priorities deadline ",
        ),
    ],
)
def test_titles_as_latvian_plans_print_them(tmp_path: Path, titles: str, fields: str) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        f"{titles}\n" + ";".join(f"x{i}" for i, _ in enumerate(titles.split(";"))) + "\n", "utf-8"
    )
    parsed = parse(read_tables(path))
    assert [field for _, field in parsed.columns] == fields.split(" ")


def test_amounts_in_thousands(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "Kods;Rīcība;Finansējums, tūkst. EUR\n1;Skola;120\n2;Ceļš;1,5 milj.\n3;Tilts;8 000 0000\n",
        encoding="utf-8",
    )
    found = parse(read_tables(path)).activities
    assert [a.amount_eur for a in found] == [120_000, 1_500_000, None]


def test_performed_items_stand_beside_the_plan(tmp_path: Path) -> None:
    path = tmp_path / "report.csv"
    path.write_text(
        "Uzdevums,Atbildīgais,Paveiktais\n"
        'Veicināt tūrismu,VTA,"1. Izveidota karte 2. Rīkots forums"\n',
        encoding="utf-8",
    )
    parsed = parse(read_tables(path)).activities
    assert [(a.stage, a.text) for a in parsed] == [
        ("planned", "Veicināt tūrismu"), ("done", "Izveidota karte"), ("done", "Rīkots forums"),
    ]  # fmt: skip


def test_contact_data_never_enters_a_record(tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    path.write_text(
        "Rīcība,Atbildīgais,Termiņš\nRīkot talku (jana@novads.lv),Jana +371 29123456,2025\n",
        encoding="utf-8",
    )
    (activity,) = parse(read_tables(path)).activities
    assert "jana@" not in activity.text
    assert "29123456" not in (activity.responsible or "")


def bad_file(tmp_path: Path, kind: str) -> Path:
    path = tmp_path / f"bad-{kind}"
    contents = {
        "empty.pdf": b"",
        "cut.pdf": b"%PDF-1.4\n1 0 obj\n<< /Type /Cat",
        "cut.docx": b"PK\x03\x04 cut short",
        "photo.pdf": b"\xff\xd8\xff\xe0 a photo",
        "old.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old",
        "plain.txt": "Plāns bez tabulas.\nTikai teksts.\n".encode(),
    }
    if kind in contents:
        path.write_bytes(contents[kind])
    elif kind == "bomb.xlsx":
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("xl/worksheets/sheet1.xml", b"0" * 30_000_000)
    elif kind == "other.zip":
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "x")
    elif kind == "untitled.csv":
        path = path.with_suffix(".csv")
        path.write_text("a,b\n1,2\n", encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("empty.pdf", "empty"),
        ("cut.pdf", "damaged"),
        ("cut.docx", "cut short"),
        ("photo.pdf", "picture"),
        ("old.xls", "old Office file"),
        ("plain.txt", "plain text"),
        ("bomb.xlsx", "unpacked"),
        ("other.zip", "another archive"),
        ("untitled.csv", "column such as"),
        ("missing.pdf", "no file"),
    ],
)
def test_bad_files_are_refused_in_words(tmp_path: Path, kind: str, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        parse(read_tables(bad_file(tmp_path, kind)))


def test_protected_scanned_and_endless_pdf(tmp_path: Path) -> None:
    from PIL import Image
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    locked = tmp_path / "locked.pdf"
    canvas = Canvas(str(locked), encrypt=StandardEncryption("secret"))
    canvas.drawString(50, 500, "x")
    canvas.save()
    with pytest.raises(PlanError, match="password"):
        read_tables(locked)

    picture = tmp_path / "page.png"
    Image.new("RGB", (50, 50), "white").save(picture)
    scan = tmp_path / "scan.pdf"
    canvas = Canvas(str(scan))
    canvas.drawImage(str(picture), 10, 10)
    canvas.save()
    with pytest.raises(PlanError, match="only pictures"):
        read_tables(scan)

    long = tmp_path / "long.pdf"
    canvas = Canvas(str(long))
    for _ in range(2000):
        canvas.showPage()
    canvas.save()
    with pytest.raises(PlanError, match="pages"):
        read_tables(long)


@settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(content=st.binary(max_size=400), suffix=st.sampled_from([".pdf", ".docx", ".xlsx", ".csv"]))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes, suffix: str) -> None:
    starts = {".pdf": b"%PDF-1.7\n", ".docx": b"PK\x03\x04", ".xlsx": b"PK\x03\x04", ".csv": b""}
    path = tmp_path / f"any{suffix}"
    path.write_bytes(starts[suffix] + content)
    try:
        parse(read_tables(path))
    except PlanError as error:
        assert str(error).startswith("expected ")
