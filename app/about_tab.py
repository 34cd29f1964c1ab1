"""The tab about the product: what it does and how, its limits, its figures, its versions."""

from __future__ import annotations

from html import escape
from pathlib import Path

import gradio as gr

from app import cards, settings
from app.about_view import figures_html, versions_html
from app.events import on_load
from app.i18n import Translate
from app.live import LiveIndex
from indexes.store import read_manifest
from indexes.theme_board import ThemeBoard
from indexes.theme_log import ThemeLog
from nlp.errors import RegioplanError
from training.figures import FIGURES, read_figures


def about_tab(live: LiveIndex, language: str, t: Translate) -> None:
    """Build the tab inside the open Blocks."""

    def prose() -> str:
        index = live.index
        return about_text(language, len(index.activities), len(index.documents))

    on_load(prose, gr.Markdown(prose(), elem_id="about-text", padding=True))
    on_load(lambda: measured(live, t), gr.HTML(elem_id="about-figures"))
    on_load(lambda: _versions(live, t), gr.HTML(elem_id="about-versions"))


def about_text(language: str, activities: int, plans: int) -> str:
    """The prose of the tab, in Markdown."""
    source = Path(__file__).with_name(f"about.{language}.md").read_text(encoding="utf-8")
    return source.format(activities=activities, plans=plans)


def measured(live: LiveIndex, t: Translate) -> str:
    """The figures that were shipped or measured here, or what to run where there are none."""
    heading = f"<h2>{escape(t('about_figures'))}</h2>"
    try:
        figures = read_figures(settings.data() / FIGURES)
        return heading + figures_html(figures, read_manifest(live.store)[1], t)
    except RegioplanError as error:
        return heading + cards.failure(error, t)


def _versions(live: LiveIndex, t: Translate) -> str:
    try:
        folder, manifest = read_manifest(live.store)
    except RegioplanError as error:
        return cards.failure(error, t)
    themes = ThemeBoard(live.index, ThemeLog(live.store)).version
    return versions_html(manifest, folder.name, themes, t)
