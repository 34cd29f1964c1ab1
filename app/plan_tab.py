"""The tab for plans: what is in, what became of every line, and one more plan by upload."""

from __future__ import annotations

from functools import lru_cache
from html import escape
from pathlib import Path
from typing import Any

import gradio as gr

from app import cards, settings
from app.address import to_address
from app.events import QUIET, on_load
from app.i18n import Translate
from app.live import LiveIndex
from app.memory import tidy
from app.plan_view import Document, document_table, preview_table, report_html, with_sources
from indexes.facets import Filters
from indexes.question import Question
from nlp.corpus import ParsedPlan, parse_plan
from nlp.errors import RegioplanError
from nlp.plans import Plan, read_manifest
from nlp.report import Report, make_report
from training.add import add, prepare

KINDS = (".pdf", ".docx", ".xlsx", ".csv", ".tsv", ".txt")
_KEPT = 3600  # seconds that a preview waits to be added
_LONGEST = 300  # characters of a field


def plan_tab(live: LiveIndex, language: str, t: Translate, read_only: bool = False) -> None:
    """Build the tab inside the open Blocks.

    :param read_only: nothing can be added here.
    """

    def choices() -> Any:
        return gr.Dropdown([(row.label, row.name) for row in _documents(live)])

    def report(
        name: str | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands the bar over
    ) -> str:
        if not name:
            return ""
        progress(0, desc=t("plan_reading"))
        return _report(name, language, t)

    gr.HTML(cards.message(t("plan_lead")))
    listed = gr.HTML(elem_id="plan-documents")
    on_load(lambda: document_table(_documents(live), t), listed)
    picked = gr.Dropdown([], value=None, label=t("plan_pick"), elem_id="plan-pick")
    out = gr.HTML(elem_id="plan-report")
    picked.input(report, picked, out, api_visibility="private")
    on_load(choices, picked)
    if read_only:
        gr.HTML(cards.message(t("plan_read_only")))
        return
    with gr.Accordion(t("plan_add"), open=False, elem_id="plan-add"):
        _upload(live, language, t, read_only, listed, picked)


def report_of(plan: Plan) -> Report:
    """The parse report of a plan; made once for each state of its file.

    :raises PlanError: the plan cannot be read.
    """
    return _report_of(plan, tuple(_state(path) for path in (plan.file, plan.columns) if path))


def previewed(
    live: LiveIndex, file: Path, details: dict[str, Any], language: str, t: Translate
) -> tuple[str, ParsedPlan]:
    """What a new plan would bring, as HTML and as it would be added; nothing is changed.

    :param details: see :func:`training.add.prepare`.
    :raises RegioplanError: the plan cannot be read.
    """
    parsed = prepare(file, _folder(), details)
    tidy()
    known = sum(live.index.has_text(a.text) for a in parsed.activities)
    html = cards.message(t("plan_previewed", n=len(parsed.activities)))
    if known:
        html += cards.message(t("plan_known", n=known))
    html += preview_table(parsed.activities, t) + report_html(make_report(parsed), language, t)
    return html, parsed


def added(live: LiveIndex, parsed: ParsedPlan | None, t: Translate, read_only: bool) -> str:
    """Add a previewed plan to the index and the plans folder; says what was done, as HTML.

    :raises RegioplanError: somebody else is writing, or the disk refuses.
    """
    if read_only:
        return cards.message(t("plan_read_only"))
    if parsed is None:
        return cards.message(t("plan_look_first"))
    add(parsed, _folder(), live.store)
    live.refresh()
    plan = parsed.plan
    of_plan = Question(filters=Filters(documents=(plan.document,)))
    done = t("plan_added", title=plan.title, n=len(parsed.activities))
    return (
        f'<p class="rp-message" role="status">{escape(done)} '
        f'<a href="?{escape(to_address(of_plan))}">{escape(t("plan_show"))}</a></p>'
    )


def _upload(
    live: LiveIndex, language: str, t: Translate, read_only: bool, listed: Any, picked: Any
) -> None:
    gr.HTML(cards.message(t("plan_add_lead")))
    file = gr.File(label=t("plan_file"), file_types=list(KINDS), elem_id="plan-file", height=140)
    with gr.Row():
        title = gr.Textbox(label=t("plan_title"), max_length=_LONGEST, elem_id="plan-title")
        region = gr.Dropdown(
            list(live.index.facets.values("region")), value=None, allow_custom_value=True,
            label=t("region"), elem_id="plan-region",
        )  # fmt: skip
        period = gr.Textbox(
            label=t("period"), placeholder="2022-2027", max_length=20, elem_id="plan-period"
        )
    with gr.Row():
        publisher = gr.Textbox(
            label=t("plan_publisher"), max_length=_LONGEST, elem_id="plan-publisher"
        )
        address = gr.Textbox(
            label=t("plan_address"), placeholder="https://", max_length=2000, elem_id="plan-address"
        )
        stage = gr.Radio(
            [(t(name), name) for name in ("planned", "done")], value="planned",
            label=t("plan_stage"), elem_id="plan-stage",
        )  # fmt: skip
    with gr.Accordion(t("plan_columns"), open=False, elem_id="plan-columns"):
        gr.HTML(cards.message(t("plan_columns_lead")))
        columns = gr.File(
            label=t("plan_columns"), file_types=[".yaml", ".yml"], elem_id="plan-yaml", height=140
        )
    look = gr.Button(t("plan_look"), variant="primary", elem_id="plan-look")
    out = gr.HTML(elem_id="plan-preview")
    put = gr.Button(t("plan_put"), variant="primary", visible=False, elem_id="plan-put")
    state = gr.State(None, time_to_live=_KEPT)  # the plan as it was previewed

    def preview(
        path: str | None,
        title: str,
        region: str | None,
        period: str,
        publisher: str,
        address: str,
        stage: str,
        titles: str | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands the bar over
    ) -> tuple[str, ParsedPlan | None, Any]:
        hidden = gr.Button(visible=False)
        if path is None:
            return cards.message(t("plan_no_file")), None, hidden
        progress(0, desc=t("plan_reading"))
        details = {
            "title": (title or "").strip(),
            "regions": [(region or "").strip()],
            "period": (period or "").strip(),
            "publisher": (publisher or "").strip(),
            "address": (address or "").strip(),
            "stage": stage,
            "columns": titles,
        }
        try:
            html, parsed = previewed(live, Path(path), details, language, t)
        except RegioplanError as error:
            return cards.failure(error, t), None, hidden
        return html, parsed, gr.Button(visible=True)

    def add_it(
        parsed: ParsedPlan | None,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands the bar over
    ) -> list[Any]:
        progress(0, desc=t("plan_adding"))
        try:
            done = added(live, parsed, t, read_only)
        except RegioplanError as error:  # what was previewed can be tried again
            return [cards.failure(error, t), *(gr.skip() for _ in range(4))]
        rows = _documents(live)
        names = [(row.label, row.name) for row in rows]
        table = document_table(rows, t)
        return [done, None, gr.Button(visible=False), table, gr.Dropdown(names)]

    def changed() -> tuple[None, Any]:
        """What is added is what was previewed."""
        return None, gr.Button(visible=False)

    fields: list[Any] = [file, title, region, period, publisher, address, stage, columns]
    look.click(preview, fields, [out, state, put], api_visibility="private")
    put.click(add_it, state, [out, state, put, listed, picked], api_visibility="private")
    gr.on(
        [field.change for field in fields],  # unlike input, it also sees what is pasted
        changed, outputs=[state, put], trigger_mode="multiple", **QUIET,
    )  # fmt: skip


def _report(name: str, language: str, t: Translate) -> str:
    """The report of a document of the index, by its name."""
    try:
        plans = {plan.document: plan for plan in read_manifest(_folder())}
        if name not in plans:
            return cards.message(t("plan_no_source"))
        return report_html(report_of(plans[name]), language, t)
    except RegioplanError as error:
        return cards.failure(error, t)


def _documents(live: LiveIndex) -> list[Document]:
    try:
        plans = read_manifest(_folder())
    except RegioplanError:
        plans = []  # the index knows what it holds; only publisher and address are missing
    return with_sources(live.index.documents, plans)


def _folder() -> Path:
    return settings.data() / "plans"


@lru_cache(maxsize=128)
def _report_of(plan: Plan, _state: tuple[tuple[int, int], ...]) -> Report:
    return make_report(parse_plan(plan))


def _state(path: Path) -> tuple[int, int]:
    """Changes whenever a file does."""
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
