"""The Gradio page: search, comparable activities, tagging. Thin: it only shows what others do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import gradio as gr

from app import cards
from app.i18n import Translate, translator
from app.live import LiveIndex
from app.tag_tab import tag_tab
from app.theme_tab import theme_tab
from indexes.engine import SearchIndex
from indexes.explain import explain_all
from indexes.facets import Filters
from nlp.errors import RegioplanError
from nlp.tagger import LABELS

STEP = 10
MOST = 200
CSS = Path(__file__).with_name("page.css")
SYSTEM_FONTS = ("system-ui", "Segoe UI", "Roboto", "DejaVu Sans", "sans-serif")
EXAMPLES = {
    "lv": ("māju siltināšana", "jauniešu iesaiste lēmumu pieņemšanā", "elektroauto uzlādes punkti"),
    "en": ("home insulation", "youth participation", "electric car charging points"),
}
_SHORT = 110


class _Search(NamedTuple):
    """The search tab as others use it: its function with what it reads and fills."""

    run: Callable[..., tuple[Any, ...]]
    fields: list[Any]
    outputs: list[Any]


def build_page(live: LiveIndex, language: str, other_address: str) -> gr.Blocks:
    """The page in one language.

    :param other_address: where the page in the other language is.
    """
    t = translator(language)
    index = live.index
    plans = {a.document: f"{a.plan.split(chr(10))[0]} ({a.period})" for a in index.activities}
    with gr.Blocks(
        title=f"regioplan – {t('title')}", analytics_enabled=False, fill_width=True
    ) as page:
        gr.HTML(
            f"<h1>regioplan – {t('title')}</h1>"
            f'<p class="rp-lead">{t("lead", activities=len(index.activities), plans=len(plans))} '
            f'<a href="{other_address}" hreflang="{"en" if language == "lv" else "lv"}">'
            f"{t('other_language')}</a></p>"
        )
        with gr.Tabs() as tabs:
            with gr.Tab(t("tab_search"), id="search"):
                search = _search_tab(index, plans, language, t)
            with gr.Tab(t("tab_similar"), id="similar"):
                own_text, own_region, compared = _similar_tab(index, t)
            with gr.Tab(t("tab_tag"), id="tag"):
                person = tag_tab(live, t)
            with gr.Tab(t("tab_themes"), id="themes"):
                theme_tab(live, language, t)

        def from_address(request: gr.Request) -> list[Any]:
            """Open what a link asks for: ``?q=words`` or ``?id=activity``."""
            wanted = request.query_params.get("id")
            # Without words the field is left alone: somebody may be typing already.
            words = (request.query_params.get("q") or "")[:2000] or gr.skip()
            try:
                activity = index.get(wanted) if wanted else None
            except RegioplanError as error:
                gr.Warning(str(error))
                activity = None
            if activity is None:
                return [gr.skip(), words, gr.skip(), gr.skip(), gr.skip()]
            html = _compare(index, activity.text, activity.region, 2, t)
            return [gr.Tabs(selected="similar"), words, activity.text, activity.region, html]

        def search_asked(*values: Any) -> tuple[Any, ...]:
            """Search at once where the link brought words."""
            return search.run(*values) if values[0] else tuple(gr.skip() for _ in search.outputs)

        def name_of(request: gr.Request) -> Any:
            """Who is logged in need not type the name."""
            return request.username or gr.skip()

        page.load(name_of, outputs=person, api_visibility="private")
        page.load(
            from_address,
            outputs=[tabs, search.fields[0], own_text, own_region, compared],
            api_visibility="private",
        ).then(search_asked, search.fields, search.outputs, api_visibility="private")
    return cast(gr.Blocks, page)


def _search_tab(index: SearchIndex, plans: dict[str, str], language: str, t: Translate) -> _Search:
    with gr.Row(equal_height=True):
        query = gr.Textbox(
            label=t("query"), placeholder=t("query_hint"), scale=5, autofocus=True, elem_id="query"
        )
        button = gr.Button(t("search"), variant="primary", scale=1, elem_id="search")
    with gr.Row():
        regions = gr.Dropdown(
            sorted({a.region for a in index.activities}), value=[], multiselect=True,
            label=t("region"), info=t("all"), elem_id="region",
        )  # fmt: skip
        documents = gr.Dropdown(
            [(title, document) for document, title in plans.items()], value=[], multiselect=True,
            label=t("plan"), info=t("all"), elem_id="plan",
        )  # fmt: skip
        stages = gr.Dropdown(
            [(t(stage), stage) for stage in ("planned", "done")], value=[], multiselect=True,
            label=t("stage"), info=t("all"), elem_id="stage",
        )  # fmt: skip
        tags = gr.Dropdown(
            [(t(label), label) for label in LABELS], value=[], multiselect=True,
            label=t("priority"), info=t("all"), elem_id="priority",
        )  # fmt: skip
    with gr.Row():
        exact = gr.Checkbox(label=t("exact"), value=False, elem_id="exact")
        own_words = gr.Checkbox(label=t("own_words"), value=False, elem_id="own-words")
    with gr.Row():
        examples = [gr.Button(e, size="sm", elem_classes="rp-example") for e in EXAMPLES[language]]
    out = gr.HTML(elem_id="hits")
    shown = gr.State(STEP)
    more = gr.Button(t("more"), visible=False, elem_id="more")
    fields = [query, regions, documents, stages, tags, exact, own_words]

    def run(
        text: str,
        region: list[str],
        document: list[str],
        stage: list[str],
        tag: list[str],
        literal: bool,
        own: bool,
        limit: int = STEP,
    ) -> tuple[str, int, Any]:
        if not (text or "").strip():
            return cards.message(t("empty_query")), STEP, gr.Button(visible=False)
        filters = Filters(
            regions=tuple(region),
            documents=tuple(document),
            stages=tuple(stage),
            tags=tuple(tag),
        )
        try:
            hits = index.search(text, filters, limit + 1, literal, not own)
        except RegioplanError as error:
            return cards.failure(error, t), STEP, gr.Button(visible=False)
        further = len(hits) > limit
        free = not literal and not own
        html = cards.hit_list(
            hits[:limit],
            t,
            more=further,
            corrections=index.corrections(text) if free else {},
            concepts=index.concepts_in(text) if free else (),
            reasons=explain_all(index, text, [hit.activity.id for hit in hits[:limit]]),
        )
        return html, limit, gr.Button(visible=further and limit < MOST)

    def run_more(*values: Any) -> tuple[str, int, Any]:
        *filled, limit = values
        return cast(Callable[..., tuple[str, int, Any]], run)(*filled, limit + STEP)

    outputs = [out, shown, more]
    gr.on(
        [query.submit, button.click, regions.input, documents.input, stages.input, tags.input,
         exact.input, own_words.input],
        run, fields, outputs, show_progress="minimal", trigger_mode="always_last",
        api_visibility="private",
    )  # fmt: skip
    more.click(run_more, [*fields, shown], outputs, api_visibility="private")
    for example in examples:
        example.click(
            lambda value: value, example, query, show_progress="hidden", api_visibility="private"
        ).then(run, fields, outputs, show_progress="minimal", api_visibility="private")
    return _Search(run, fields, outputs)


def _similar_tab(index: SearchIndex, t: Translate) -> tuple[Any, Any, Any]:
    names = sorted({a.region for a in index.activities})
    with gr.Row():
        region = gr.Dropdown(names, value=None, label=t("own_region"), elem_id="own-region")
        pick = gr.Dropdown([], value=None, label=t("pick"), scale=3, elem_id="pick")
    text = gr.Textbox(
        label=t("own_text"), placeholder=t("own_text_hint"), lines=3, elem_id="own-text"
    )
    with gr.Row():
        count = gr.Slider(1, 5, value=2, step=1, label=t("per_region"))
        button = gr.Button(t("compare_button"), variant="primary", elem_id="compare")
    out = gr.HTML(elem_id="compared")

    def choices(name: str | None) -> Any:
        found = [
            (f"{a.code or ''} {a.text}"[:_SHORT].strip(), a.id)
            for a in index.activities
            if a.region == name
        ]
        return gr.Dropdown(found, value=None)

    def fill(activity_id: str | None) -> Any:
        return index.get(activity_id).text if activity_id else gr.skip()

    def run(body: str, name: str | None, n: int) -> str:
        if not (body or "").strip():
            return cards.message(t("own_text_hint"))
        return _compare(index, body, name, int(n), t)

    region.input(choices, region, pick, show_progress="hidden", api_visibility="private")
    pick.input(fill, pick, text, show_progress="hidden", api_visibility="private").then(
        run, [text, region, count], out, api_visibility="private"
    )
    gr.on([button.click, text.submit], run, [text, region, count], out, api_visibility="private")
    return text, region, out


def _compare(index: SearchIndex, body: str, region: str | None, n: int, t: Translate) -> str:
    try:
        groups = index.similar(body, region or None, n)
    except RegioplanError as error:
        return cards.failure(error, t)
    return cards.comparison(body, region, groups, t)
