"""The basket as HTML: which one it is, what was collected, and ways to take it along."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from app import cards
from app.address import API, to_address
from app.i18n import Translate
from indexes.baskets import MOST_NAME, Basket
from indexes.question import Question
from nlp.records import Activity

_LONGEST = 300  # signs of a text in a link


def contents(present: Sequence[Activity], gone: Sequence[Activity], t: Translate) -> str:
    """What was collected.

    :param present: activities of the index.
    :param gone: those no plan has any more, as they were when they were collected.
    """
    items = "".join(f"<li>{cards.brief(a, t)}{cards.actions(a, t)}</li>" for a in present)
    items += "".join(f"<li>{cards.brief(a, t)}{_of_gone(a, t)}</li>" for a in gone)
    return _downloads(present, t) + f'<ul class="rp-same">{items}</ul>'


def baskets(shown: Basket | None, every: Sequence[Basket], t: Translate) -> str:
    """Which basket it is and which others there are; ``basket_panel.js`` does what they ask for.

    :param shown: None where the browser keeps what is shown.
    """
    parts = ""
    if len(every) > 1 or (every and shown is None):
        none = [] if shown else [f'<option value="" selected>{escape(t("basket_here"))}</option>']
        options = "".join([*none, *(_option(b, shown is not None and b == shown) for b in every)])
        parts += (
            f'<label>{escape(t("basket_which"))} <select name="number">{options}</select></label>'
        )
    if shown is not None:
        parts += (
            f'<label>{escape(t("basket_name"))} <input type="text" name="name" '
            f'maxlength="{MOST_NAME}" value="{escape(shown.name)}" autocomplete="off"></label>'
            f"{_button('rename', t)}{_button('new', t) if shown.ids else ''}{_button('delete', t)}"
        )
    return f'<form class="rp-basket">{parts}</form>' if parts else ""


def deleted(basket: Basket, t: Translate) -> str:
    """That a basket was deleted, and the way back."""
    return (
        f'<p class="rp-message" role="status">'
        f"{escape(t('basket_deleted', name=basket.name, n=len(basket.ids)))} "
        f"{_button('restore', t, basket.number)}</p>"
    )


def _option(basket: Basket, chosen: bool) -> str:
    return (
        f'<option value="{basket.number}"{" selected" if chosen else ""}>'
        f"{escape(basket.name)} ({len(basket.ids)})</option>"
    )


def _button(what: str, t: Translate, number: int | None = None) -> str:
    whose = f' data-number="{number}"' if number is not None else ""
    return (
        f'<button type="button" class="rp-link" data-do="{what}"{whose}>'
        f"{escape(t('basket_' + what))}</button>"
    )


def _downloads(activities: Sequence[Activity], t: Translate) -> str:
    if not activities:
        return ""
    ids = "&amp;".join(f"id={escape(a.id)}" for a in activities)
    links = " ".join(
        f'<a href="{API}/dossier?{ids}&amp;format={kind}&amp;lang={t("lang")}" download>'
        f"{kind.upper()}</a>"
        for kind in ("docx", "xlsx")
    )
    return f'<p class="rp-downloads">{escape(t("download_basket"))} {links}</p>'


def _of_gone(a: Activity, t: Translate) -> str:
    """What can be done with an activity that no plan has any more."""
    like = escape(to_address(Question(a.text[:_LONGEST])))
    return (
        f'<div class="rp-actions"><span class="rp-note">{escape(t("basket_gone"))}</span>'
        f'<a href="?{like}">{escape(t("basket_like"))}</a>'
        f'<button type="button" class="rp-link" data-basket="{escape(a.id)}" aria-pressed="true">'
        f"{escape(t('take_away'))}</button></div>"
    )
