"""The tab for tags: one text, a whole table, the queue of what waits, and people's decisions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gradio as gr

from app import cards
from app.batch import Skipped, columns_of, tag_table
from app.events import on_load
from app.i18n import Translate
from app.live import LiveIndex
from app.memory import tidy
from app.output import download
from indexes.corrections import VALUES
from indexes.engine import SearchIndex
from nlp.errors import RegioplanError
from nlp.tagger import PRIORITIES

_LOG = 20  # newest decisions shown
_SKIPPED = 20  # rows without tags that are named


def tag_tab(live: LiveIndex, t: Translate, read_only: bool = False) -> gr.Textbox:
    """Build the tab inside the open Blocks; returns the field for the person's name.

    :param read_only: nobody can decide here.
    """
    schemes = [(_title(tagger, t), tagger.scheme) for tagger in live.index.tags.taggers]
    scheme = gr.Dropdown(
        schemes, value=PRIORITIES, label=t("scheme"), visible=len(schemes) > 1, elem_id="scheme"
    )
    person = _one_text(live, scheme, t, read_only)
    with gr.Accordion(t("tag_file"), open=False, elem_id="tag-batch"):
        _table(live, scheme, t)
    return person


def label_name(label: str, index: SearchIndex, scheme: str, t: Translate) -> str:
    """What a label is called: the page's word for built-in ones, else the scheme's title."""
    return t(label) if scheme == PRIORITIES else index.tags.tagger(scheme).titles.get(label, label)


def skipped(row: Skipped, t: Translate) -> str:
    """A row without tags, and why it has none."""
    key = "tag_skipped_cells" if row.cells else "tag_skipped_text"
    return t(key, row=row.row, cells=row.cells, width=row.width)


def _title(tagger: Any, t: Translate) -> str:
    built_in = tagger.scheme == PRIORITIES
    return t("priorities") if built_in else str(tagger.facts.get("title", tagger.scheme))


def _one_text(live: LiveIndex, scheme: gr.Dropdown, t: Translate, read_only: bool) -> gr.Textbox:
    text = gr.Textbox(label=t("tag_text"), lines=3, elem_id="tag-text")
    with gr.Row():
        button = gr.Button(t("tag_button"), variant="primary", elem_id="tag-one")
        following = gr.Button(t("queue_next"), elem_id="queue-next", visible=not read_only)
    out = gr.HTML(elem_id="tags")
    source = gr.State(None)  # id of the activity the text came from, where it came from one
    passed = gr.State(0)  # how many of the queue were skipped without a decision
    most = max(len(tagger.labels) for tagger in live.index.tags.taggers)
    choices = [(t(value), value) for value in VALUES]
    with gr.Group(visible=False, elem_id="decide") as panel:
        gr.HTML(f"<h2>{t('decide')}</h2>")
        with gr.Row():
            radios = [gr.Radio(choices, label="-", elem_id=f"decide-{i}") for i in range(most)]
        with gr.Row():
            person = gr.Textbox(label=t("person"), elem_id="person", max_length=200)
            note = gr.Textbox(label=t("note"), elem_id="note", scale=2, max_length=2000)
            save = gr.Button(t("save"), variant="primary", elem_id="save")
    with gr.Row():
        saved = gr.HTML(elem_id="saved")
        undo = gr.Button(t("undo"), visible=False, elem_id="undo", size="sm")
    near = gr.HTML(elem_id="tag-near")
    with gr.Accordion(t("log"), open=False, elem_id="log"):
        log = gr.HTML()
    on_load(lambda: _log(live.index, t), log)
    last = gr.State([])  # numbers of the decisions saved last

    def nothing(notice: str) -> list[Any]:
        return [notice, "", gr.Group(visible=False), None, *_blank(most)]

    def shown(body: str, name: str, activity: str | None) -> list[Any]:
        """Decisions with evidence, and the panel filled with what stands now."""
        if not (body or "").strip():
            return nothing(cards.message(t("own_text_hint")))
        index = live.index
        try:
            tagger = index.tags.tagger(name)
            same = index.duplicates(body)[:5]
            decided = tagger.tag([body])[0]
        except RegioplanError as error:
            return nothing(cards.failure(error, t))
        people = index.tags.log.decided(body, name)
        names = {label: label_name(label, index, name, t) for label in tagger.labels}
        html = cards.decisions(decided, t, names, people)
        known = index.find(activity) if activity else None
        elsewhere = tagger.nearest(body, region=known.region if known else None)
        html += cards.labelled(elsewhere, tagger.labels, names, t)
        around = cards.neighbours(same, index.similar_list(body, "", 3), t)
        filled = []
        for d in decided:
            human = people.get(d.label)
            value = human.new if human else d.decision if d.decision in VALUES else None
            filled.append(gr.Radio(label=names[d.label], value=value, visible=True))
        blanks = _blank(most)[len(filled) :]
        return [html, around, gr.Group(visible=not read_only), activity, *filled, *blanks]

    def from_queue(name: str, skip: int) -> list[Any]:
        """The next text that waits for a person."""
        index = live.index
        ids = list(dict.fromkeys(p.activity.id for p in index.tags.pending(name)))
        if not ids:
            return ["", 0, *nothing(cards.message(t("queue_empty")))]
        place = skip % len(ids)
        activity = index.get(ids[place])
        html, *rest = shown(activity.text, name, activity.id)
        waiting = cards.message(t("queue_left", n=len(ids), region=activity.region))
        return [activity.text, place + 1, waiting + html, *rest]

    def keep(
        request: gr.Request,
        body: str,
        name: str,
        activity: str | None,
        who: str,
        why: str,
        *values: str | None,
    ) -> list[Any]:
        """Write the decisions down; who is logged in decides under that name and no other."""
        who = request.username or who
        index = live.index
        known = index.find(activity) if activity else None
        if known is not None and known.text != body:
            known = None  # somebody changed the text, so it is not that activity any more
        numbers: list[int] = []
        try:
            for label, value in zip(index.tags.tagger(name).labels, values, strict=False):
                if value is not None:
                    row = index.tags.decide(
                        body, label, value, who, scheme=name, note=why, activity=known
                    )
                    numbers.append(row.number)
        except RegioplanError as error:
            return [cards.failure(error, t), numbers, gr.Button(visible=bool(numbers)), gr.skip()]
        done = cards.message(t("saved", n=len(numbers)) if numbers else t("nothing_chosen"))
        return [done, numbers, gr.Button(visible=bool(numbers)), _log(index, t)]

    def take_back(request: gr.Request, numbers: list[int], who: str) -> list[Any]:
        index = live.index
        try:
            for number in numbers:
                index.tags.log.undo(number, request.username or who)
        except RegioplanError as error:
            return [cards.failure(error, t), [], gr.Button(visible=False), gr.skip()]
        return [cards.message(t("undone")), [], gr.Button(visible=False), _log(index, t)]

    results = [out, near, panel, source, *radios]
    gr.on(
        [button.click, text.submit, scheme.change], lambda body, name: shown(body, name, None),
        [text, scheme], results, api_visibility="private",
    )  # fmt: skip
    if read_only:  # what is not registered cannot be called either
        return person
    following.click(
        from_queue, [scheme, passed], [text, passed, *results], api_visibility="private"
    )
    save.click(
        keep, [text, scheme, source, person, note, *radios], [saved, last, undo, log],
        api_visibility="private",
    )  # fmt: skip
    undo.click(take_back, [last, person], [saved, last, undo, log], api_visibility="private")
    return person


def _blank(n: int) -> list[Any]:
    return [gr.Radio(value=None, visible=False) for _ in range(n)]


def _log(index: SearchIndex, t: Translate) -> str:
    rows = index.tags.log.rows()[-_LOG:]
    return cards.log(list(reversed(rows)), t) if rows else cards.message(t("log_empty"))


def _table(live: LiveIndex, scheme: gr.Dropdown, t: Translate) -> None:
    file = gr.File(
        label=t("tag_file"), file_types=[".csv", ".tsv", ".xlsx"], elem_id="tag-file", height=140
    )
    column = gr.Dropdown([], value=None, label=t("tag_column"), elem_id="tag-column")
    start = gr.Button(t("tag_file_button"), variant="primary", elem_id="tag-table")
    summary = gr.HTML(elem_id="tag-summary")
    result = gr.DownloadButton(t("tag_download"), visible=False, elem_id="tag-result")

    def columns(path: str | None) -> Any:
        if path is None:
            return gr.Dropdown([], value=None)
        try:
            names = columns_of(Path(path))
        except RegioplanError as error:
            gr.Warning(cards.failed(error, t))
            return gr.Dropdown([], value=None)
        likely = [n for n in names if n.casefold() in ("text", "teksts", "aktivitāte", "apraksts")]
        return gr.Dropdown(names, value=next(iter([*likely, *names]), None))

    def table(
        path: str | None,
        name: str | None,
        labels: str,
        progress: gr.Progress = gr.Progress(),  # noqa: B008 - how Gradio hands the bar over
    ) -> tuple[str, Any]:
        if path is None or name is None:
            return cards.message(t("tag_no_file")), gr.DownloadButton(visible=False)
        source = Path(path)
        kind = ".xlsx" if source.suffix.lower() == ".xlsx" else ".csv"
        target = download(f"{source.stem}-{t('file_tagged')}{kind}")
        try:
            done = tag_table(
                source,
                target,
                name,
                live.index.tags.tagger(labels),
                lambda n: progress((n, None), desc=t("tag_progress", n=n), unit=t("tag_unit")),
            )
        except RegioplanError as error:
            return cards.failure(error, t), gr.DownloadButton(visible=False)
        finally:
            tidy()
        lines = cards.message(t("tag_done", tagged=done.tagged, rows=done.rows))
        if done.skipped:
            numbers = ", ".join(skipped(row, t) for row in done.skipped[:_SKIPPED])
            lines += cards.message(t("tag_skipped", rows=numbers))
        return lines, gr.DownloadButton(value=str(target), visible=True)

    file.change(columns, file, column, show_progress="hidden", api_visibility="private")
    start.click(table, [file, column, scheme], [summary, result], api_visibility="private")
