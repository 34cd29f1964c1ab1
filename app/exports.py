"""Files of a search or of collected activities: XLSX, CSV and DOCX with what it takes to cite them.

Pure: activities and what is said about them in, bytes out. ``SCHEMA_VERSION`` names the columns;
within its first number columns are only added.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.citation import citation, printing
from app.i18n import Translate
from app.output import plain, write_book, write_csv
from indexes.engine import Hit
from indexes.facets import FACETS, Filters
from indexes.question import Question
from indexes.tags import TagState
from nlp.records import Activity
from nlp.tagger import LABELS
from nlp.themes import Theme

SCHEMA_VERSION = "1.0"
Kind = Literal["xlsx", "csv", "docx"]
MEDIA: Mapping[str, str] = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One activity of a file, its tags and theme, and the hit it was, where it was searched for."""

    activity: Activity
    tags: tuple[TagState, ...]
    theme: Theme | None = None
    hit: Hit | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a file was made from. ``question`` is None for activities somebody collected.

    ``generation`` and ``corpus`` name the index, ``themes`` the version of the theme registry,
    ``version`` that of regioplan.
    """

    question: Question | None
    total: int
    date: datetime  # UTC
    generation: str
    corpus: str
    version: str
    themes: str
    theme_names: Mapping[str, Theme] = field(default_factory=dict)  # of the filters, by id
    schema_version: str = SCHEMA_VERSION


def as_file(items: Sequence[Item], about: About, kind: Kind, t: Translate) -> bytes:
    """The file in one format."""
    return {"xlsx": as_xlsx, "csv": as_csv, "docx": as_docx}[kind](items, about, t)


def as_xlsx(items: Sequence[Item], about: About, t: Translate) -> bytes:
    """A sheet of activities and a sheet about them."""
    columns = _columns(about)
    out = io.BytesIO()
    rows = [[value(item, t) for _, value in columns] for item in items]
    heads = [t(key) for key, _ in columns]
    title = t("file_about")
    facts = about_rows(about, t)
    write_book([(t("file_hits"), heads, rows), (title, (title, "regioplan"), facts)], out)
    return out.getvalue()


def as_csv(items: Sequence[Item], about: About, t: Translate) -> bytes:
    """One table, UTF-8 with a byte order mark; what it is about stands in the last columns."""
    columns, facts = _columns(about), about_rows(about, t)
    out = io.StringIO(newline="")
    tail = [value for _, value in facts]
    rows = ([*(value(item, t) for _, value in columns), *tail] for item in items)
    write_csv([*(t(key) for key, _ in columns), *(name for name, _ in facts)], rows, out)
    return out.getvalue().encode("utf-8-sig")


def as_docx(items: Sequence[Item], about: About, t: Translate) -> bytes:
    """A heading, a table about the file, and an entry per activity with its text as printed."""
    import docx

    document = docx.Document()
    title = t("file_search" if about.question else "file_dossier")
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "regioplan", ""
    properties.created = properties.modified = about.date
    document.add_heading(title, 1)
    facts = about_rows(about, t)
    table = document.add_table(rows=len(facts), cols=2, style="Table Grid")
    for row, cells in zip(table.rows, facts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = plain(str(text))
    document.add_paragraph(t("file_tags_note"))
    shown = [column for column in _columns(about) if column[0] not in _TOLD]
    for number, item in enumerate(items, start=1):
        a = item.activity
        head = f"{number}. {a.region}, {t(a.stage)}{f' – {a.code}' if a.code else ''}"
        # add_heading looks the style up every time, a third of the whole time.
        document.add_paragraph(plain(head))._p.style = _ENTRY
        document.add_paragraph(plain(a.text))
        entry = document.add_paragraph()
        for key, value in shown:
            found = value(item, t)
            if found not in ("", None):
                if entry.runs:
                    entry.add_run().add_break()
                entry.add_run(f"{t(key)}: ").bold = True
                entry.add_run(plain(str(found)))
        document.add_paragraph(plain(citation(a, t))).runs[0].italic = True
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def file_name(about: About, kind: str) -> str:
    """A name of small letters, digits and hyphens, from the words of the query and the date."""
    words = about.question.text if about.question else "dossier"
    letters = unicodedata.normalize("NFKD", words[:200]).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", letters)[:60].strip("-")
    return "-".join(filter(None, ("regioplan", slug, f"{about.date:%Y-%m-%d}"))) + f".{kind}"


def about_rows(about: About, t: Translate) -> list[tuple[str, Any]]:
    """Names and values of what a file was made from."""
    asked: list[tuple[str, Any]] = []
    if about.question is not None:
        asked = [
            (t("file_query"), about.question.text),
            (t("file_mode"), t(f"mode_{about.question.mode}")),
            (t("file_sort"), t(f"file_sort_{about.question.sort}")),
            (
                t("file_filters"),
                _filters(about.question.filters, about.theme_names, t) or t("file_none"),
            ),
        ]
    return [
        *asked,
        (t("file_total"), about.total),
        (t("file_date"), about.date.isoformat(timespec="seconds")),
        (t("file_generation"), about.generation),
        (t("file_corpus"), about.corpus),
        (t("file_themes"), about.themes),
        (t("file_version"), about.version),
        (t("file_schema"), about.schema_version),
    ]


def tag_words(tags: Sequence[TagState], t: Translate) -> str:
    """The tags an activity has or may have, each with who says so."""
    out = []
    for tag in tags:
        if tag.person is not None and tag.decision != "no":
            who = t("by_person")
        elif tag.decision in ("yes", "review"):
            who = t("file_automatic", value=f"{tag.probability:.2f}")
        else:
            continue
        what = t(tag.label) if tag.decision == "yes" else f"{t(tag.label)} – {t(tag.decision)}"
        out.append(f"{what} ({who})")
    return "; ".join(out)


def _filters(filters: Filters, themes: Mapping[str, Theme], t: Translate) -> str:
    parts = []
    for name, field_name in FACETS.items():
        values = getattr(filters, field_name)
        if values:
            words = (_word(name, value, themes, t) for value in values)
            parts.append(f"{t(name)}: {', '.join(words)}")
    for name in ("amount_from", "amount_to"):
        value = getattr(filters, name)
        if value is not None:
            parts.append(f"{t(f'file_{name}')}: {value}")
    return "; ".join(parts)


def _word(facet: str, value: str, themes: Mapping[str, Theme], t: Translate) -> str:
    """What a value of a facet is called."""
    if facet == "theme" and value in themes:
        return f"{_theme(themes[value], t)} ({value})"
    if facet == "funding":
        return t(f"funding_{value}")
    # A priority can also be a label of somebody's own scheme, which no page string names.
    return t(value) if facet == "stage" or (facet == "priority" and value in LABELS) else value


def _theme(theme: Theme | None, t: Translate) -> str:
    return theme.name(t("lang")) if theme is not None else t("no_theme")


def _lines(a: Activity) -> str:
    return str(a.first_line) if a.first_line == a.last_line else f"{a.first_line}–{a.last_line}"


_Column = tuple[str, Callable[[Item, Translate], Any]]


def _of_hit(read: Callable[[Hit, Translate], Any]) -> Callable[[Item, Translate], Any]:
    return lambda item, t: read(item.hit, t) if item.hit is not None else ""


def _of_record(read: Callable[[Activity, Translate], Any]) -> Callable[[Item, Translate], Any]:
    return lambda item, t: read(item.activity, t)


_FOUND: tuple[_Column, ...] = (
    ("file_rank", _of_hit(lambda hit, _: hit.rank)),
    ("why_score", _of_hit(lambda hit, _: hit.score if hit.strength else "")),
    ("file_strength", _of_hit(lambda hit, t: t(hit.strength) if hit.strength else "")),
    ("file_folded", _of_hit(lambda hit, _: hit.folded or "")),
)
_RECORD: tuple[_Column, ...] = (
    ("region", _of_record(lambda a, _: a.region)),
    ("text", _of_record(lambda a, _: a.text)),
    ("stage", _of_record(lambda a, t: t(a.stage))),
    ("file_code", _of_record(lambda a, _: a.code)),
    ("file_tags", lambda item, t: tag_words(item.tags, t)),
    ("theme", lambda item, t: _theme(item.theme, t)),
    ("file_actor", _of_record(lambda a, _: a.actor)),
    ("responsible", _of_record(lambda a, _: a.responsible)),
    ("partners", _of_record(lambda a, _: "; ".join(a.partners))),
    ("amount", _of_record(lambda a, _: a.amount_eur)),
    ("funding", _of_record(lambda a, _: "; ".join(a.funding))),
    ("indicators", _of_record(lambda a, _: "; ".join(a.indicators))),
    ("deadline", _of_record(lambda a, _: a.deadline)),
    ("file_priorities", _of_record(lambda a, _: "; ".join(a.priorities))),
    ("places", _of_record(lambda a, _: "; ".join(a.municipalities))),
    ("count", _of_record(lambda a, _: a.count)),
    ("file_note", _of_record(lambda a, t: t("nothing_done") if a.no_activity else "")),
    ("plan", _of_record(lambda a, _: a.plan)),
    ("period", _of_record(lambda a, _: a.period)),
    ("file_page", _of_record(lambda a, _: a.page)),
    ("file_lines", _of_record(lambda a, _: _lines(a))),
    ("file_section", _of_record(lambda a, _: a.section)),
    ("file_path", _of_record(lambda a, _: " › ".join(a.path))),
    ("file_further", _of_record(lambda a, t: "; ".join(printing(p, t) for p in a.occurrences))),
    ("file_citation", _of_record(citation)),
    ("file_document", _of_record(lambda a, _: a.document)),
    ("file_id", _of_record(lambda a, _: a.id)),
)
_ENTRY = "Heading2"  # id of the style in python-docx's template
# What an entry of a DOCX says in its heading, text and citation already.
_TOLD = {
    "file_rank", "region", "text", "stage", "file_code", "plan", "period", "file_page",
    "file_lines", "file_path", "file_citation",
}  # fmt: skip


def _columns(about: About) -> tuple[_Column, ...]:
    return _RECORD if about.question is None else (*_FOUND, *_RECORD)
