"""The search as HTML: facets with counts, chips, hits and what to relax. Pure, all escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from app import cards
from app.address import API, to_address
from app.i18n import Translate
from indexes.explain import Explanation
from indexes.facets import FACETS
from indexes.question import MODES, SORTS, Answer, Question

FORM = "rp-filters"
_ALWAYS = ("region", "stage", "priority")  # facets whose zeros are worth seeing
_OPEN = ("region", "stage", "priority")
_FORMATS = ("xlsx", "csv", "docx")

Names = Mapping[str, Mapping[str, str]]  # facet -> value -> what the page calls it


def search_view(
    answer: Answer,
    names: Names,
    t: Translate,
    reasons: Mapping[str, Explanation] | None = None,
) -> str:
    """Facets beside the hits.

    :param names: what values of a facet are called; others are called by their value.
    :param reasons: explanations by activity id.
    """
    question = answer.question
    address = to_address(question)
    return (
        f'<div class="rp-search" data-address="{escape(address)}" data-shown="{len(answer.hits)}">'
        f"{_form(answer, names, t)}"
        f'<section class="rp-results" aria-label="{escape(t("results"))}">'
        f"{_modes(question, t)}{_chips(question, names, t)}"
        f"{_results(answer, t, reasons or {})}</section></div>"
    )


def failed_view(question: Question, notice: str, t: Translate) -> str:
    """A notice where the hits would be, with a way to begin again."""
    return (
        f'<div class="rp-search" data-address="{escape(to_address(question))}" data-shown="0">'
        f'<form id="{FORM}"></form><section class="rp-results">{notice}'
        f'<button type="button" class="rp-button" data-reset>{escape(t("reset"))}</button>'
        "</section></div>"
    )


def _form(answer: Answer, names: Names, t: Translate) -> str:
    filters = answer.question.filters
    groups = ""
    for name, field_name in FACETS.items():
        chosen = getattr(filters, field_name)
        items = _values(name, answer.facets.get(name, {}), chosen, names.get(name, {}))
        if not items:
            continue
        is_open = " open" if name in _OPEN or chosen else ""
        groups += (
            f'<details class="rp-facet" data-key="{name}"{is_open}>'
            f"<summary>{escape(t(name))}</summary>"
            f'<fieldset><legend class="rp-hidden">{escape(t(name))}</legend>{items}'
            "</fieldset></details>"
        )
    amounts = "".join(
        f'<label>{escape(t(name))} <input type="number" min="0" step="1" inputmode="numeric" '
        f'name="{name}" value="{_number(getattr(filters, name))}"></label>'
        for name in ("amount_from", "amount_to")
    )
    is_open = " open" if filters.amount_from is not None or filters.amount_to is not None else ""
    groups += (
        f'<details class="rp-facet" data-key="amount"{is_open}><summary>{escape(t("amount"))} '
        f'<span class="rp-n">{answer.with_amount}</span></summary>'
        f'<fieldset class="rp-amounts"><legend class="rp-hidden">{escape(t("amount"))}'
        f"</legend>{amounts}</fieldset></details>"
    )
    return (
        f'<form id="{FORM}" class="rp-facets" aria-label="{escape(t("narrow"))}">'
        f'<details class="rp-narrow" data-key="narrow" open><summary>{escape(t("narrow"))}'
        f"</summary>{groups}</details></form>"
    )


def _values(
    name: str, counts: Mapping[str, int], chosen: Sequence[str], names: Mapping[str, str]
) -> str:
    """Check boxes of a facet: most frequent first, but themes and periods in their own order."""
    known = [v for v, n in counts.items() if n or v in chosen or name in _ALWAYS]
    if name not in ("theme", "period", "deadline", "stage", "priority"):
        known.sort(key=lambda v: (-counts[v], names.get(v, v)))
    out = ""
    for value in known:
        checked = " checked" if value in chosen else ""
        none = "" if counts[value] else ' class="rp-zero"'
        out += (
            f'<label{none}><input type="checkbox" name="{name}" value="{escape(value)}"{checked}>'
            f' <span class="rp-name">{escape(names.get(value, value))}</span> '
            f'<span class="rp-n">{counts[value]}</span></label>'
        )
    return out


def _modes(question: Question, t: Translate) -> str:
    """How to search, in plain words, and the order of the hits."""
    radios = "".join(
        f'<label><input type="radio" form="{FORM}" name="mode" value="{mode}"'
        f"{' checked' if mode == question.mode else ''}> {escape(t('mode_' + mode))}</label>"
        for mode in MODES
    )
    options = "".join(
        f'<option value="{sort}"{" selected" if sort == question.sort else ""}>'
        f"{escape(t('sort_' + sort))}</option>"
        for sort in SORTS
    )
    return (
        f'<div class="rp-how"><fieldset class="rp-modes"><legend>{escape(t("mode"))}</legend>'
        f"{radios}</fieldset><label>{escape(t('sort'))} "
        f'<select form="{FORM}" name="sort">{options}</select></label></div>'
    )


def _chips(question: Question, names: Names, t: Translate) -> str:
    """What is chosen, each with a way to take it back."""
    chips = ""
    for name, field_name in FACETS.items():
        for value in getattr(question.filters, field_name):
            shown = names.get(name, {}).get(value, value)
            chips += _chip(name, value, f"{t(name)}: {shown}", t)
    for name in ("amount_from", "amount_to"):
        amount = getattr(question.filters, name)
        if amount is not None:
            chips += _chip(name, str(amount), f"{t('amount')} {t(name)} {amount}", t)
    if not chips:
        return ""
    return (
        f'<ul class="rp-chips" aria-label="{escape(t("chosen_filters"))}">{chips}'
        f'<li><button type="button" class="rp-button" data-reset>{escape(t("reset"))}</button>'
        "</li></ul>"
    )


def _chip(name: str, value: str, text: str, t: Translate) -> str:
    label = escape(t("remove_filter", name=text))
    return (
        f'<li><button type="button" class="rp-chip" data-drop="{name}" '
        f'data-value="{escape(value)}" aria-label="{label}">{escape(text)} '
        '<span aria-hidden="true">✕</span></button></li>'
    )


def _results(answer: Answer, t: Translate, reasons: Mapping[str, Explanation]) -> str:
    question = answer.question
    read_as = "".join(
        cards.message(t("corrected", wrong=wrong, right=right))
        for wrong, right in answer.corrections.items()
    )
    if answer.concepts:
        also = t("also_searched", concepts=", ".join(answer.concepts))
        read_as += (
            f'<p class="rp-message">{escape(also)}'
            f' <button type="button" class="rp-link" data-mode="words">{escape(t("own_words"))}'
            "</button></p>"
        )
    if not question.text.strip() and not question.filters.active():
        return cards.message(t("empty_query"))
    if not answer.total:
        return read_as + _nothing(answer, t)
    shown = "".join(cards.card(hit, t, reasons.get(hit.activity.id)) for hit in answer.hits)
    more = ""
    if answer.offset + len(answer.hits) < answer.total:
        more = f'<button type="button" class="rp-button" data-more>{escape(t("more"))}</button>'
    return (
        f'{read_as}<div class="rp-bar"><p class="rp-count" role="status">'
        f"{escape(t('hits', n=answer.total))} "
        f'<span class="rp-note">{escape(t("automatic"))}</span></p>{_downloads(question, t)}</div>'
        f'<ol class="rp-list">{shown}</ol>{more}'
    )


def _nothing(answer: Answer, t: Translate) -> str:
    """No hit: say which filter to relax, and how much that would bring."""
    if not answer.relax:
        return cards.message(t("no_match"))
    fields = {field_name: name for name, field_name in FACETS.items()}
    buttons = ""
    for field_name, n in answer.relax:
        if field_name == "mode":
            what, how = t("relax_mode", n=n), 'data-mode="meaning"'
        elif field_name == "filters":
            what, how = t("relax_all", n=n), "data-reset"
        else:
            name = fields.get(field_name, field_name)
            title = t(name) if name in FACETS else f"{t('amount')} {t(name)}"
            what, how = t("relax", name=title, n=n), f'data-drop="{name}"'
        buttons += f'<li><button type="button" class="rp-button" {how}>{escape(what)}</button></li>'
    return cards.message(t("no_match_here")) + f'<ul class="rp-relax">{buttons}</ul>'


def _downloads(question: Question, t: Translate) -> str:
    address = to_address(question, lang=t("lang"))
    links = "".join(
        f'<a href="{API}/export?{escape(address)}&amp;format={kind}" download>{kind.upper()}</a> '
        for kind in _FORMATS
    )
    return f'<p class="rp-downloads">{escape(t("download_search"))} {links}</p>'


def _number(value: int | None) -> str:
    return "" if value is None else str(value)
