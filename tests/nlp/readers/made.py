"""Writes the Zemgale activities as real Word, Excel and PDF tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from nlp.records import Activity

TITLES = (
    "ID", "Aktivitāte", "Atbildīgie izpildītāji", "Sadarbības partneri",
    "Indikatīvais finansējuma apjoms EUR", "Indikatīvie finanšu avoti", "Iznākuma rādītāji",
    "Atbilstība prioritātēm", "Izpildes termiņš",
)  # fmt: skip
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def cells(activity: Activity) -> list[str]:
    """One table row; lists as a plan prints them."""
    amount = f"{activity.amount_eur:,}".replace(",", " ") if activity.amount_eur else ""
    indicators = "\n".join(f"{n}. {text}" for n, text in enumerate(activity.indicators, start=1))
    return [
        f"{activity.code}.",
        activity.text,
        activity.responsible or "",
        ", ".join(activity.partners),
        amount,
        "\n".join(activity.funding),
        indicators,
        " ".join(activity.priorities),
        str(activity.deadline),
    ]


def write_docx(path: Path, activities: Sequence[Activity]) -> None:
    """A Word document: a heading, a table, and a heading row merged over all columns."""
    from docx import Document

    document = Document()
    document.add_heading("Rīcības plāns", level=1)
    table = document.add_table(rows=1, cols=len(TITLES))
    for cell, title in zip(table.rows[0].cells, TITLES, strict=True):
        cell.text = title
    group = ""
    for activity in activities:
        if activity.path[0] != group:
            group = activity.path[0]
            merged = table.add_row().cells
            merged[0].merge(merged[-1]).text = group
        for cell, text in zip(table.add_row().cells, cells(activity), strict=True):
            cell.text = text
    document.save(str(path))


def write_xlsx(path: Path, activities: Sequence[Activity]) -> None:
    """A workbook: a title above the header, a second sheet that is no plan."""
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.title = "Plāns"
    sheet.append(["Zemgales rīcības plāns"])
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=len(TITLES))
    sheet.append([])
    sheet.append(list(TITLES))
    for activity in activities:
        sheet.append(cells(activity))
    other = book.create_sheet("Kontakti")
    other.append(["Iestāde", "Adrese"])
    other.append(["ZPR", "Jelgava"])
    book.save(path)


def write_pdf(path: Path, activities: Sequence[Activity]) -> None:
    """A ruled table over many pages; the header is repeated on each."""
    from reportlab.lib.pagesizes import A3, landscape
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, TableStyle

    pdfmetrics.registerFont(TTFont("DejaVu", FONT))
    style = ParagraphStyle("cell", fontName="DejaVu", fontSize=7, leading=9)

    def row(texts: Sequence[str]) -> list[Paragraph]:
        return [
            Paragraph(text.replace("&", "&amp;").replace("\n", "<br/>"), style) for text in texts
        ]

    table = LongTable(
        [row(TITLES), *(row(cells(activity)) for activity in activities)],
        colWidths=[45, 250, 75, 180, 75, 100, 250, 60, 50],
        repeatRows=1,
    )
    table.setStyle(
        TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black"), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    )
    SimpleDocTemplate(str(path), pagesize=landscape(A3)).build([table])
