"""Where an activity stands in its plan, in words: what a reader needs to find it again."""

from __future__ import annotations

from app.i18n import Translate
from nlp.records import Activity, Place


def printing(place: Activity | Place, t: Translate) -> str:
    """Page and lines of one printing."""
    if place.first_line == place.last_line:
        lines = t("line", n=place.first_line)
    else:
        lines = t("lines", a=place.first_line, b=place.last_line)
    return f"{t('page', n=place.page)}, {lines}"


def citation(a: Activity, t: Translate) -> str:
    """Plan, period, page, lines and the headings above, on one line."""
    plan = " ".join(a.plan.split())
    path = f": {' › '.join(a.path)}" if a.path else ""
    return f"{plan} ({a.period}), {printing(a, t)}{path}"


def where(a: Activity, t: Translate) -> str:
    """Plan, page and lines of the first printing."""
    return f"{a.plan}, {printing(a, t)}"


def quotation(a: Activity, t: Translate) -> str:
    """The text as printed, with its citation and the id under which it is found again."""
    code = f" ({a.code})" if a.code else ""
    return f"„{a.text}”{code} – {a.region}. {citation(a, t)}. ID {a.id}"
