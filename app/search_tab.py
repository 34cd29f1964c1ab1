"""The search tab: one field for words, and a form with facets that is drawn with every answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import gradio as gr

from app import cards
from app.address import from_address, to_address
from app.events import QUIET
from app.i18n import Translate
from app.live import LiveIndex
from app.search_view import Names, failed_view, search_view
from indexes.engine import SearchIndex
from indexes.explain import Explanation, explain_all
from indexes.question import Question, ask
from indexes.theme_board import ThemeBoard
from indexes.theme_log import ThemeLog
from nlp.errors import RegioplanError
from nlp.funding import KINDS, OTHER

STEP = 10
# Python computes one answer at a time anyhow; many threads that fight over it take longer.
_AT_ONCE = threading.BoundedSemaphore(2)
MOST = 500
SCRIPT = Path(__file__).with_name("search.js")
EXAMPLES = {
    "lv": ("māju siltināšana", "jauniešu iesaiste lēmumu pieņemšanā", "elektroauto uzlādes punkti"),
    "en": ("home insulation", "youth participation", "electric car charging points"),
}


class SearchTab(NamedTuple):
    """What the page needs to open the tab with a question of a link."""

    text: Any
    outputs: list[Any]
    show: Callable[[Question], list[Any]]


def search_tab(live: LiveIndex, language: str, t: Translate) -> SearchTab:
    """Build the tab inside the open Blocks."""
    with gr.Row(elem_classes="rp-ask"):
        text = gr.Textbox(
            label=t("query"), placeholder=t("query_hint"), scale=5, autofocus=True, elem_id="query"
        )
        button = gr.Button(t("search"), variant="primary", elem_id="search")
    with gr.Row(elem_classes="rp-examples"):
        examples = [gr.Button(e, size="sm") for e in EXAMPLES[language]]
    asked = gr.State("")  # the last question, as an address
    view = gr.HTML(elem_id="hits", js_on_load=SCRIPT.read_text(encoding="utf-8"))
    outputs = [view, asked]

    def show(question: Question, limit: int = STEP) -> list[Any]:
        return [render(live, question, min(limit, MOST), t), to_address(question)]

    def by_words(words: str, before: str) -> list[Any]:
        """New words keep what was chosen beside the old ones."""
        return show(replace(from_address(parse_qsl(before)), text=words or ""))

    def by_form(words: str, event: gr.EventData) -> list[Any]:
        """A change in the form, or a wish for more of the same."""
        chosen = from_address(parse_qsl(str(getattr(event, "address", ""))))
        shown = getattr(event, "shown", 0)
        limit = STEP + (shown if isinstance(shown, int) and 0 < shown < MOST else 0)
        return show(replace(chosen, text=words or ""), limit)

    latest: Any = {**QUIET, "trigger_mode": "always_last"}
    gr.on([text.submit, button.click], by_words, [text, asked], outputs, **latest)
    view.input(by_form, [text], outputs, **latest)
    for example in examples:
        example.click(lambda value: value, example, text, **QUIET).then(
            by_words, [text, asked], outputs, **QUIET
        )
    return SearchTab(text, outputs, show)


def render(live: LiveIndex, question: Question, limit: int, t: Translate) -> str:
    """A question's answer as HTML; a failure as a notice."""
    with _AT_ONCE:
        return _render(live, question, limit, t)


def _render(live: LiveIndex, question: Question, limit: int, t: Translate) -> str:
    index = live.index
    try:
        answer = ask(index, question, limit)
        ids = [hit.activity.id for hit in answer.hits]
        reasons: dict[str, Explanation] = {}
        if question.by_meaning and ids:
            reasons = explain_all(index, question.text, ids)
        return search_view(answer, facet_names(index, live, t), t, reasons)
    except RegioplanError as error:
        return failed_view(question, cards.failure(error, t), t)


def facet_names(index: SearchIndex, live: LiveIndex, t: Translate) -> Names:
    """What the page calls the values of facets whose values are keys."""
    board = ThemeBoard(index, ThemeLog(live.store))
    themes = (*board.themes("broad"), *board.themes("fine"))
    broad = {theme.id for theme in board.themes("broad")}
    return {
        "plan": {d.name: f"{d.title} ({d.period})" for d in index.documents},
        "stage": {stage: t(stage) for stage in ("planned", "done")},
        "priority": {label: t(label) for label in index.tagger.labels},
        "theme": {
            theme.id: ("" if theme.id in broad else "– ") + theme.name(t("lang"))
            for theme in themes
        },
        "funding": {kind: t(f"funding_{kind}") for kind in (*KINDS, OTHER)},
    }
