"""The Gradio page: puts the tabs together and opens what a link asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import gradio as gr

from app import cards
from app.about_tab import about_tab
from app.address import from_address
from app.basket_panel import basket_keeper
from app.events import QUIET, on_load
from app.i18n import translator
from app.live import LiveIndex
from app.plan_tab import plan_tab
from app.search_tab import search_tab
from app.similar_tab import counterparts, similar_tab
from app.tag_tab import tag_tab
from app.theme_tab import theme_tab
from app.tools import offer_tools
from nlp.errors import RegioplanError

CSS = Path(__file__).with_name("page.css")
SCRIPT = Path(__file__).with_name("page.js")
SYSTEM_FONTS = ("system-ui", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
TABS = ("search", "similar", "tag", "themes", "plans", "about")
_PER_REGION = 2
_HOUR = 3600  # seconds


def build_page(
    live: LiveIndex, language: str, other_address: str, read_only: bool = False
) -> gr.Blocks:
    """The page in one language.

    :param other_address: where the page in the other language is.
    :param read_only: nobody can decide on tags, add a plan or keep a basket.
    """
    t = translator(language)

    def lead() -> str:
        index = live.index
        plans = len(index.documents)
        other = "en" if language == "lv" else "lv"
        return (
            f"<h1>regioplan – {t('title')}</h1>"
            f'<p class="rp-lead">{t("lead", activities=len(index.activities), plans=plans)} '
            f'<a href="{other_address}" hreflang="{other}">{t("other_language")}</a></p>'
        )

    with gr.Blocks(
        title=f"regioplan – {t('title')}",
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(_HOUR, 2 * _HOUR),  # uploads and downloads nobody will ask for again
    ) as page:
        on_load(lead, gr.HTML(lead()))
        # How page.js, which knows every card, asks for the counterparts of an activity.
        opener = gr.HTML(
            "", js_on_load="window.regioplan.hooks.open = id => trigger('input', { id });",
            elem_id="opener",
        )  # fmt: skip
        basket_keeper(live, t, read_only)
        with gr.Tabs() as tabs:
            with gr.Tab(t("tab_search"), id="search"):
                search = search_tab(live, language, t)
            with gr.Tab(t("tab_similar"), id="similar"):
                similar = similar_tab(live, t)
            with gr.Tab(t("tab_tag"), id="tag"):
                person = tag_tab(live, t, read_only)
            with gr.Tab(t("tab_themes"), id="themes"):
                theme_tab(live, language, t)
            with gr.Tab(t("tab_plans"), id="plans"):
                plan_tab(live, language, t, read_only)
            with gr.Tab(t("tab_about"), id="about"):
                about_tab(live, language, t)

        def activity(name: str) -> list[Any]:
            """The counterparts of an activity, its tab first."""
            try:
                found = live.index.get(name)
            except RegioplanError as error:
                gr.Warning(cards.failed(error, t))
                return [gr.skip(), *similar.nothing()]
            html = counterparts(live, found.text, found.region, "", _PER_REGION, t, found)
            return [gr.Tabs(selected="similar"), found.text, found.region, html]

        def asked(event: gr.EventData) -> list[Any]:
            """An activity whose counterparts a card asks for."""
            return activity(str(getattr(event, "id", "")))

        def from_link(request: gr.Request) -> list[Any]:
            """Open what the address asks for: a question, an activity (``id``), a tab."""
            question = from_address(request.query_params.multi_items())
            name, tab = request.query_params.get("id"), request.query_params.get("tab")
            opened = activity(name) if name else [gr.skip(), *similar.nothing()]
            if not name and tab in TABS:
                opened[0] = gr.Tabs(selected=tab)
            # Without words the field is left alone: somebody may be typing already.
            return [*opened, question.text or gr.skip(), *search.show(question)]

        def name_of(request: gr.Request) -> Any:
            """Who is logged in need not type the name."""
            return request.username or gr.skip()

        page.load(name_of, outputs=person, **QUIET)
        page.load(from_link, outputs=[tabs, *similar.fields, search.text, *search.outputs], **QUIET)
        opener.input(asked, outputs=[tabs, *similar.fields], **QUIET)
        tabs.select(None, js=_remember_tab())
        if language == "lv":  # once is enough: what they return is the same
            offer_tools(live)
    return cast(gr.Blocks, page)


def _remember_tab() -> str:
    """Writes the opened tab into the address, as soon as the bar shows it.

    Not by its place on the bar: a narrow one keeps only some of the tabs.
    """
    return (
        "() => { setTimeout(() => {"
        " const tab = document.querySelector('[role=tab][aria-selected=true]');"
        " if (tab) window.regioplan.tab(tab.dataset.tabId); }, 100); }"
    )
