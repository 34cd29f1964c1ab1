"""The tab for comparable activities: counterparts by region, side by side, and the basket."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import gradio as gr

from app import cards, compare_view
from app.basket_panel import basket_panel
from app.events import DIRECT, QUIET
from app.i18n import Translate
from app.live import LiveIndex
from indexes.comparison import MOST, compare
from indexes.facets import Filters
from indexes.theme_board import ThemeBoard
from indexes.theme_log import ThemeLog
from nlp.errors import RegioplanError
from nlp.records import Activity

SCRIPT = Path(__file__).with_name("beside.js")
_SHORT = 110
_MOST = 2000  # activities of a region to choose from; any other is found by searching for it


class SimilarTab(NamedTuple):
    """What the page needs to open the tab with an activity."""

    fields: list[Any]

    def nothing(self) -> list[Any]:
        """Leave the tab as it is."""
        return [gr.skip() for _ in self.fields]


def similar_tab(live: LiveIndex, t: Translate) -> SimilarTab:
    """Build the tab inside the open Blocks."""
    with gr.Row():
        region = gr.Dropdown(
            list(live.index.facets.values("region")), value=None, label=t("own_region"),
            elem_id="own-region",
        )  # fmt: skip
        pick = gr.Dropdown([], value=None, label=t("pick"), scale=3, elem_id="pick")
    text = gr.Textbox(
        label=t("own_text"), placeholder=t("own_text_hint"), lines=3, elem_id="own-text"
    )
    with gr.Row():
        stage = gr.Radio(
            [(t("any_stage"), ""), *((t(name), name) for name in ("planned", "done"))], value="",
            label=t("stage"), elem_id="own-stage",
        )  # fmt: skip
        count = gr.Slider(1, 5, value=2, step=1, label=t("per_region"), elem_id="per-region")
        button = gr.Button(t("compare_button"), variant="primary", elem_id="compare")
    out = gr.HTML(elem_id="compared")
    _beside(live, t)
    basket_panel(t)

    def choices(name: str | None) -> Any:
        index = live.index
        rows = index.every(Filters(regions=(name,))).rows[:_MOST].tolist() if name else []
        activities = (index.activities[row] for row in rows)
        found = [(f"{a.code or ''} {a.text}"[:_SHORT].strip(), a.id) for a in activities]
        return gr.Dropdown(found, value=None)

    def fill(activity_id: str | None) -> Any:
        known = live.index.find(activity_id) if activity_id else None
        return known.text if known else gr.skip()

    def run(body: str, name: str | None, stage: str, n: float) -> str:
        return counterparts(live, body, name, stage, int(n), t)

    given = [text, region, stage, count]
    region.input(choices, region, pick, **QUIET)
    pick.input(fill, pick, text, **QUIET).then(run, given, out, **DIRECT)
    gr.on([button.click, text.submit, stage.input, count.release], run, given, out, **DIRECT)
    return SimilarTab([text, region, out])


def counterparts(
    live: LiveIndex,
    body: str,
    region: str | None,
    stage: str,
    n: int,
    t: Translate,
    source: Activity | None = None,
) -> str:
    """The best of every other region as HTML.

    :param source: the activity the text is of, where it is one.
    """
    if not (body or "").strip():
        return cards.message(t("own_text_hint"))
    try:
        stages = (stage,) if stage else ()
        groups = live.index.similar(body, region or None, n, stages=stages)
    except RegioplanError as error:
        return cards.failure(error, t)
    return compare_view.counterparts(body, region, groups, t, source)


def _beside(live: LiveIndex, t: Translate) -> None:
    """The activities this browser remembers side by side; ``beside.js`` asks for them."""

    def beside(ids: Any) -> str:
        """Activities field by field. Gradio passes what the script gives."""
        index = live.index
        given = [str(value) for value in ids] if isinstance(ids, list) else []
        known = [a.id for a in map(index.find, given[:MOST]) if a is not None]
        if not known:
            return cards.message(t("beside_empty"))
        board = ThemeBoard(index, ThemeLog(live.store))

        def theme_of(row: int) -> str | None:
            theme = board.theme_of(row)
            return theme.id if theme else None

        language = t("lang")
        names = {theme.id: theme.name(language) for theme in board.themes("fine")}
        names |= {
            key: concept.lv if language == "lv" or not concept.en else concept.en[0]
            for key, concept in index.finder.concepts.items()
        }
        return compare_view.side_by_side(compare(index, known, theme_of), names, t)

    gr.HTML(
        f'<h2>{t("beside_title")} (<span data-count="beside">0</span>)</h2>'
        '<div class="rp-panel" aria-live="polite"></div>',
        js_on_load=SCRIPT.read_text(encoding="utf-8"),
        server_functions=[beside],
        elem_id="beside",
    )
