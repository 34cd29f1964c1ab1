"""The basket of who looks at the page: kept on the server, or in the browser where that may not."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import gradio as gr
from starlette.requests import HTTPConnection

from app import basket_view, cards
from app.access import owner_of
from app.i18n import Translate
from app.live import LiveIndex
from indexes.baskets import MOST, Basket, BasketLog, too_many
from indexes.engine import SearchIndex
from nlp.errors import RegioplanError, UsageError
from nlp.records import Activity

KEEPER = Path(__file__).with_name("basket.js")
PANEL = Path(__file__).with_name("basket_panel.js")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the page asks of the basket.

    ``do`` is put, take, open, new, rename, delete, restore or show; ``number`` is the basket the
    browser has open, ``target`` another one that is meant; ``kept`` is what the browser remembers.
    """

    do: str = "show"
    number: int | None = None
    target: int | None = None
    ids: tuple[str, ...] = ()
    name: str = ""
    kept: tuple[str, ...] = ()

    @classmethod
    def of(cls, given: Any) -> Wish:
        """What a browser sent; what has another shape is as if it was not said."""
        if not isinstance(given, dict):
            return cls()
        return cls(
            str(given.get("do", "show")),
            _number(given.get("number")),
            _number(given.get("target")),
            _ids(given.get("ids")),
            str(given.get("name") or ""),
            _ids(given.get("kept")),
        )


def basket_keeper(live: LiveIndex, t: Translate, read_only: bool) -> None:
    """What ``page.js`` sends every change to; outside the tabs, as they are loaded when opened.

    :param read_only: nothing is written; the browser keeps the basket.
    """

    def basket(given: Any, request: gr.Request) -> dict[str, Any]:
        """Do what is asked, and say how the basket is now. Gradio passes what the script gives."""
        # Gradio hands its server functions the bare request, whatever their annotation says.
        owner = owner_of(cast(HTTPConnection, request))
        answer = in_browser if read_only else on_server
        return answer(live.index, BasketLog(live.store), Wish.of(given), owner, t)

    gr.HTML(
        "",
        js_on_load=f"const FAILED = {json.dumps(t('basket_failed'))};\n"
        + KEEPER.read_text(encoding="utf-8"),
        server_functions=[basket],
        elem_id="keeper",
    )


def basket_panel(t: Translate) -> None:
    """The place on the page where the basket is seen."""
    gr.HTML(
        f'<h2>{t("basket_title")} (<span data-count="basket">0</span>)</h2>'
        '<div class="rp-panel" aria-live="polite"></div>',
        js_on_load=PANEL.read_text(encoding="utf-8"),
        elem_id="basket",
    )


def on_server(
    index: SearchIndex, log: BasketLog, wish: Wish, owner: str, t: Translate
) -> dict[str, Any]:
    """The basket after a change that the log keeps; ``ids`` is None where the log fails."""
    notice, number, gone = "", wish.number, None
    try:
        try:
            if wish.do != "show":
                number, gone = _changed(index, log, wish, owner, t)
        except UsageError as error:
            notice = cards.failed(error, t)
        every = log.all(owner)
        basket = _opened(every, number)
        present, missing = _held(index, log, basket)
    except RegioplanError as error:  # the log cannot be read or written
        return {"number": wish.number, "ids": None, "html": "", "notice": cards.failed(error, t)}
    html = basket_view.deleted(gone, t) if gone else ""
    html += basket_view.baskets(basket, every, t) + _contents(present, missing, t)
    return _answer(basket, basket.ids if basket else (), html, notice)


def in_browser(
    index: SearchIndex, log: BasketLog, wish: Wish, owner: str, t: Translate
) -> dict[str, Any]:
    """What a browser keeps by itself, or a copy of a basket from before the page was read-only."""
    notice, ids, every = "", wish.kept, list[Basket]()
    try:
        every = log.all(owner)
        if wish.do == "open" and wish.target is not None:
            ids = log.get(wish.target, owner).ids
    except RegioplanError as error:
        notice = cards.failed(error, t)
    if len(ids) > MOST:
        notice, ids = cards.failed(too_many(len(ids)), t), ids[:MOST]
    present = [a for a in map(index.find, ids) if a is not None]
    html = basket_view.baskets(None, every, t) + _contents(present, (), t)
    return _answer(None, [a.id for a in present], html, notice)


def _changed(
    index: SearchIndex, log: BasketLog, wish: Wish, owner: str, t: Translate
) -> tuple[int | None, Basket | None]:
    """The number of the basket that is open after a change, and the basket that was deleted."""
    if wish.do == "open" and wish.target is not None:
        return log.get(wish.target, owner).number, None
    if wish.do == "restore" and wish.target is not None:
        return log.restore(wish.target, owner, owner).number, None
    every = log.all(owner)
    basket = _opened(every, wish.number)
    if wish.do == "new":
        return log.new(_free_name(every, t), owner, owner).number, None
    if wish.do == "put":
        found = [a for a in map(index.find, wish.ids) if a is not None]
        if found:
            basket = basket or log.new(_free_name(every, t), owner, owner)
            log.put(basket.number, found, owner, owner)
    elif basket is not None and wish.do == "take":
        log.take(basket.number, wish.ids, owner, owner)
    elif basket is not None and wish.do == "rename":
        log.rename(basket.number, wish.name, owner, owner)
    elif basket is not None and wish.do == "delete":
        return None, log.delete(basket.number, owner, owner)
    return basket.number if basket else None, None


def _opened(every: Sequence[Basket], number: int | None) -> Basket | None:
    """The basket a browser has open; else, as in a browser that has none yet, the newest."""
    return next((b for b in every if b.number == number), next(iter(every), None))


def _free_name(every: Sequence[Basket], t: Translate) -> str:
    """Basket, Basket 2, ..."""
    taken = {basket.name for basket in every}
    names = [t("basket_title"), *(f"{t('basket_title')} {n + 2}" for n in range(len(taken)))]
    return next(name for name in names if name not in taken)


def _held(
    index: SearchIndex, log: BasketLog, basket: Basket | None
) -> tuple[list[Activity], list[Activity]]:
    """The activities of a basket that the index has; and, as they were, those it has not."""
    if basket is None:
        return [], []
    present = [a for a in map(index.find, basket.ids) if a is not None]
    if len(present) == len(basket.ids):  # as nearly always
        return present, []
    return present, [a for a in log.records(basket) if index.find(a.id) is None]


def _contents(present: Sequence[Activity], gone: Sequence[Activity], t: Translate) -> str:
    if not present and not gone:
        return cards.message(t("basket_empty"))
    return basket_view.contents(present, gone, t)


def _answer(basket: Basket | None, ids: Sequence[str], html: str, notice: str) -> dict[str, Any]:
    number = basket.number if basket else None
    return {"number": number, "ids": list(ids), "html": html, "notice": notice}


def _number(given: Any) -> int | None:
    return given if isinstance(given, int) and 0 < given < 2**53 else None


def _ids(given: Any) -> tuple[str, ...]:
    """Each once; far more than a basket holds are not looked at."""
    listed = given[: 2 * MOST] if isinstance(given, list) else []
    return tuple(dict.fromkeys(str(value)[:64] for value in listed))
