"""The tab for themes: tables with every zero, the map, and what a region leaves out."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path
from typing import Any, cast

import gradio as gr

from app import cards
from app.events import on_load
from app.i18n import Translate
from app.live import LiveIndex
from app.output import download, write_table
from indexes.theme_board import By, Level, ThemeBoard
from indexes.theme_log import ThemeLog
from indexes.theme_report import theme_report
from nlp.errors import RegioplanError
from nlp.languages import Language
from nlp.pages import plotly_language

MOST = 100  # activities listed at once
HOVER = 120
SCRIPT = Path(__file__).with_name("map.js")
PLOTLY = "/plotly.min.js"


def theme_tab(live: LiveIndex, language: str, t: Translate) -> None:
    """Build the tab inside the open Blocks."""
    place: Language = "lv" if language == "lv" else "en"

    def board() -> ThemeBoard:
        return ThemeBoard(live.index, ThemeLog(live.store))

    on_load(lambda: _lead(board(), t), gr.HTML())
    _matrix(live, board, place, t)
    _map(live, board, place, t)
    _gaps(live, board, t)


def _lead(board: ThemeBoard, t: Translate) -> str:
    return cards.message(
        t(
            "themes_lead",
            fine=len(board.themes("fine")),
            broad=len(board.themes("broad")),
            without=f"{board.unclassified:.0%}",
            version=board.version,
        )
    )


def _matrix(live: LiveIndex, board: Any, place: Language, t: Translate) -> None:
    regions = live.index.facets.values("region")

    def show(
        level: Level, by: By, measure: str, within: str | None
    ) -> tuple[dict[str, Any], list[Any]]:
        seen = board()
        matrix = seen.matrix(by, level, within or None)
        values: Any = {"share": matrix.shares, "lift": matrix.lifts}.get(measure, matrix.counts)
        if measure == "share":
            cells = [[f"{v:.1%}" for v in row] for row in values.tolist()]
        else:
            cells = [[round(v, 2) for v in row] for row in values.tolist()]
        names = [t(c) if by in ("priority", "stage") else c for c in matrix.columns]
        heads = [f"{name} (n={n})" for name, n in zip(names, matrix.totals, strict=True)]
        rows = [
            [seen.get(key).name(place), *row] for key, row in zip(matrix.rows, cells, strict=True)
        ]
        return {"headers": [t("theme"), *heads], "data": rows}, [matrix.rows, matrix.columns]

    def file_of(shown: dict[str, Any], kind: str = "xlsx") -> str:
        target = download(f"{t('file_name_themes')}.{kind}")
        write_table(shown["headers"], shown["data"], target)
        return str(target)

    table_shown, themes_shown = show("broad", "region", "number_of", None)
    with gr.Row():
        level = gr.Radio(
            [(t("broad"), "broad"), (t("fine"), "fine")], value="broad", label=t("level"),
            elem_id="theme-level",
        )  # fmt: skip
        by = gr.Radio(
            [(t(name), name) for name in ("region", "priority", "period", "stage")],
            value="region", label=t("columns"), elem_id="theme-by",
        )  # fmt: skip
        measure = gr.Radio(
            [(t(name), name) for name in ("number_of", "share", "lift")], value="number_of",
            label=t("measure"), elem_id="theme-measure",
        )  # fmt: skip
        within = gr.Dropdown(
            [(t("all"), ""), *((name, name) for name in regions)],
            value="", label=t("within"), elem_id="theme-within",
        )  # fmt: skip
    table = gr.Dataframe(
        table_shown,
        interactive=False,
        elem_id="theme-table",
        wrap=True,
        label=t("theme_table"),
        max_height=560,
    )
    with gr.Row():
        save = gr.DownloadButton(
            t("save_table"), value=file_of(table_shown), elem_id="theme-save", size="sm"
        )
        save_csv = gr.DownloadButton(
            t("save_csv"), value=file_of(table_shown, "csv"), elem_id="theme-csv", size="sm"
        )
        make = gr.Button(t("make_report"), elem_id="theme-report", size="sm")
        report = gr.DownloadButton(t("save_report"), visible=False, elem_id="theme-page", size="sm")
    out = gr.HTML(elem_id="theme-members")
    keys = gr.State(themes_shown)  # ids of the themes of the rows, then the columns

    def opened(event: gr.SelectData, keys: list[Any], by: By, within: str | None) -> str:
        """The activities behind a cell, or behind a whole theme."""
        index = live.index
        row, column = event.index
        seen, (themes, columns) = board(), keys
        wanted = columns[column - 1] if column else None
        members = [
            index.activities[r]
            for r in seen.members(themes[row])
            if (wanted is None or wanted in seen.counts_in(r, by))
            and (not within or within in seen.counts_in(r, "region"))
        ]
        theme = seen.get(themes[row]).name(place)
        column_name = t(wanted) if wanted and by in ("priority", "stage") else wanted
        return cards.listing(" – ".join(filter(None, (theme, column_name))), members, MOST, t)

    def changed(
        level: Level, by: By, measure: str, within: str | None
    ) -> tuple[dict[str, Any], list[Any], str, str]:
        shown, keys = show(level, by, measure, within)
        return shown, keys, file_of(shown), file_of(shown, "csv")

    def reported() -> Any:
        target = download(f"{t('file_name_themes')}.html")
        page = theme_report(live.index, board(), language=place)
        target.write_text(page, encoding="utf-8")
        return gr.DownloadButton(value=str(target), visible=True)

    choices: list[Any] = [level, by, measure, within]
    for choice in choices:
        choice.change(changed, choices, [table, keys, save, save_csv], api_visibility="private")
    table.select(opened, [keys, by, within], out, api_visibility="private")
    make.click(reported, outputs=report, api_visibility="private")


def _map(live: LiveIndex, board: Any, place: Language, t: Translate) -> None:
    def map_points(_: Any) -> dict[str, Any]:
        """What the map shows of every activity, by column. Gradio passes one argument."""
        index, seen = live.index, board()
        rows = index.on_map().tolist()
        activities = [index.activities[row] for row in rows]
        none = t("no_theme")
        return {
            "id": [a.id for a in activities],
            "x": index.themes.positions[rows, 0].tolist(),
            "y": index.themes.positions[rows, 1].tolist(),
            "text": [f"{a.region}: {a.text[:HOVER]}" for a in activities],
            "theme": [
                theme.name(place) if theme else none
                for theme in (seen.theme_of(row, "broad") for row in rows)
            ],
            "region": [a.region for a in activities],
            "stage": [t(a.stage) for a in activities],
            "priority": [
                ", ".join(t(tag) for tag in index.tags.yes(row)) or t("no_label") for row in rows
            ],
        }

    def asked(by: str, query: str) -> str:
        try:
            hits = live.index.search(query, top=50) if (query or "").strip() else []
        except RegioplanError as error:
            gr.Warning(cards.failed(error, t))
            hits = []
        none = t("no_label") if by == "priority" else t("no_theme")
        found = [h.activity.id for h in hits]
        return json.dumps({"by": by, "hits": found, "found": t("found"), "none": none})

    gr.HTML(f"<h2>{t('map')}</h2>")
    with gr.Row():
        colour = gr.Radio(
            [(t(name), name) for name in ("theme", "region", "priority", "stage")],
            value="theme", label=t("colour"), elem_id="map-colour",
        )  # fmt: skip
        words = gr.Textbox(label=t("light_up"), elem_id="map-words")
    gr.HTML(cards.message(t("map_hint")))
    if live.index.map_step > 1:
        gr.HTML(cards.message(t("map_sample", step=live.index.map_step)))
    plane = gr.HTML(
        asked("theme", ""),
        html_template=f'<div class="rp-map" role="group" aria-label="{escape(t("map"))}"></div>',
        js_on_load=f"const PLOTLY = '{PLOTLY}';\n"
        f"const LANGUAGE = {json.dumps(plotly_language(place))};\n"
        + SCRIPT.read_text(encoding="utf-8"),
        server_functions=[map_points],
        elem_id="map",
        min_height=560,
    )
    out = gr.HTML(elem_id="map-members")

    def picked(event: gr.EventData) -> str:
        found = (live.index.find(str(name)) for name in getattr(event, "ids", [])[:500])
        return cards.listing(t("chosen"), [a for a in found if a is not None], MOST, t)

    colour.change(asked, [colour, words], plane, api_visibility="private")
    words.submit(asked, [colour, words], plane, api_visibility="private")
    plane.click(picked, outputs=out, api_visibility="private")


def _gaps(live: LiveIndex, board: Any, t: Translate) -> None:
    gr.HTML(f"<h2>{t('gaps')}</h2>")
    regions = live.index.facets.values("region")
    with gr.Row():
        region = gr.Dropdown(list(regions), value=None, label=t("region"), elem_id="gap-region")
        level = gr.Radio(
            [(t("broad"), "broad"), (t("fine"), "fine")], value="fine", label=t("level"),
            elem_id="gap-level",
        )  # fmt: skip
    out = gr.HTML(elem_id="gaps")

    def show(name: str | None, level: str) -> str:
        if not name:
            return ""
        seen = board()
        return cards.gaps(seen.gaps(name, cast(Level, level)), seen.peers(name), t)

    gr.on([region.input, level.change], show, [region, level], out, api_visibility="private")
