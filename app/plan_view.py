"""Documents, parse reports and previews as HTML; everything from a plan or a person is escaped."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from app.cards import euro, table
from app.i18n import Translate
from app.report_words import report_words
from indexes import documents as indexes
from nlp.plans import Plan
from nlp.records import Activity
from nlp.report import Report, report_parts

FIRST = 10  # activities of a preview
_LAYOUTS = {
    "vidzeme-progress-report": "layout_progress",
    "zemgale-action-plan": "layout_action_plan",
    "latgale-programme": "layout_programme",
    "ministry-deck": "layout_deck",
    "results-brochure": "layout_brochure",
    "table": "layout_table",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document of the index; publisher, address and layout stand in the manifest of the plans."""

    name: str
    title: str
    period: str
    regions: tuple[str, ...]
    planned: int
    done: int
    publisher: str = ""
    address: str = ""
    layout: str = ""

    @property
    def label(self) -> str:
        """What it is called in a list."""
        return f"{self.title} ({self.period})"


def with_sources(found: Iterable[indexes.Document], plans: Iterable[Plan]) -> list[Document]:
    """Documents of an index with what the manifest of the plans says of them."""
    known = {plan.document: plan for plan in plans}
    out = []
    for one in found:
        plan = known.get(one.name)
        out.append(
            Document(
                name=one.name,
                title=one.title,
                period=one.period,
                regions=tuple(one.regions),
                planned=one.stages.get("planned", 0),
                done=one.stages.get("done", 0),
                publisher=plan.publisher if plan else "",
                address=plan.address if plan else "",
                layout=plan.layout if plan else "",
            )
        )
    return out


def document_table(rows: Sequence[Document], t: Translate) -> str:
    """The documents that are in."""
    heads = (
        "plan_title",
        "region",
        "period",
        "publisher",
        "planned",
        "done",
        "layout",
        "source",
    )
    cells: list[list[str | int]] = [
        [
            escape(row.title),
            escape(", ".join(row.regions)),
            escape(row.period),
            escape(row.publisher or "–"),
            row.planned,
            row.done,
            escape(_layout(row.layout, t)),
            _link(row.address),
        ]
        for row in rows
    ]
    return table(t("plan_documents"), [t(head) for head in heads], cells)


def report_html(report: Report, language: str, t: Translate) -> str:
    """What became of every line of a document."""
    parts = "".join(report_parts(report, report_words(language)))
    return (
        f'<section class="rp-report" aria-label="{escape(t("plan_report"))}">'
        f'<h2 lang="lv">{escape(report.title)}</h2><p>{escape(t("plan_report_lead"))}</p>'
        f"{parts}</section>"
    )


def preview_table(activities: Sequence[Activity], t: Translate) -> str:
    """The first activities of a plan, field by field."""
    heads = ("number", "own_text", "responsible", "partners", "amount", "deadline", "indicators")
    cells = [
        [
            escape(text)
            for text in (
                a.code or "",
                a.text,
                a.responsible or "",
                ", ".join(a.partners),
                euro(a.amount_eur),
                str(a.deadline or ""),
                "; ".join(a.indicators),
            )
        ]
        for a in activities[:FIRST]
    ]
    title = t("plan_first", shown=len(cells), n=len(activities))
    return f"<h2>{escape(title)}</h2>" + table(title, [t(head) for head in heads], cells)


def _layout(name: str, t: Translate) -> str:
    return t(_LAYOUTS[name]) if name in _LAYOUTS else name or "–"


def _link(address: str) -> str:
    """An address of the web as a link; anything else stays text."""
    shown = escape(address or "–")
    if not address.startswith(("https://", "http://")):
        return shown
    return f'<a href="{shown}" target="_blank" rel="noopener noreferrer">{shown}</a>'
