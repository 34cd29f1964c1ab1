from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from app.about_tab import about_tab, about_text, measured
from app.about_view import figures_html, versions_html
from app.i18n import translator
from app.live import LiveIndex
from indexes.engine import SearchIndex
from indexes.store import read_manifest
from nlp.errors import RegioplanError
from nlp.languages import LANGUAGES
from training.figures import Figures, as_json, figures_of, read_figures

BAD = "<script>alert(1)</script>"
ROWS: dict[str, Any] = {
    "search": [
        {"slice": "lv", "queries": 22, "ndcg10": 0.85432, "low": 0.79, "high": 0.91,
         "recall20": 0.74, "p5": 0.85, "bm25_ndcg10": 0.61},
        {"slice": BAD, "queries": 3},
    ],
    "similar": [{"slice": "all", "queries": 19, "ndcg10": 0.63}],
    "tags": [{"label": "climate", "texts": 1490, "f1": 0.931, "review_share": 0.059}],
    "cases": [{"kind": "expected", "cases": 107, "failed": 4, "queries": BAD}],
    "themes": [
        {"change": "2% dropped, broad", "runs": 10, "themes": 10, "ari": 0.9, "least": 0.8}
    ],
}  # fmt: skip


@pytest.fixture
def manifest(tiny_store: Path) -> dict[str, Any]:
    return read_manifest(tiny_store)[1]


@pytest.fixture
def figures(manifest: dict[str, Any]) -> Figures:
    return figures_of(manifest, ROWS, "2026-11-21", "0.1.0")


def test_figures_in_the_language_of_the_page(figures: Figures, manifest: dict[str, Any]) -> None:
    html = figures_html(figures, manifest, translator("lv"))
    assert "0,85" in html
    assert "0,79–0,91" in html
    assert "5,9 %" in html
    assert "103 no 107" in html
    assert "regioplan evaluate all --figures data/figures.json" in html
    assert "Uzmanību" not in html
    assert "<script" not in html
    html = figures_html(figures, manifest, translator("en"))
    assert "0.85" in html
    assert "two activities in a hundred left out" in html


def test_figures_of_another_index_are_named_so(figures: Figures, manifest: dict[str, Any]) -> None:
    for other in (replace(figures, corpus_sha256="x"), replace(figures, encoder="x")):
        assert "Uzmanību" in figures_html(other, manifest, translator("lv"))


def test_figures_come_back_from_their_file(figures: Figures, tmp_path: Path) -> None:
    path = tmp_path / "figures.json"
    with pytest.raises(RegioplanError, match="evaluate all --figures"):
        read_figures(path)
    path.write_text(as_json(figures), encoding="utf-8")
    assert read_figures(path) == figures
    assert figures.rows["search"][0]["ndcg10"] == 0.8543
    for content in ("{", "[]", '{"schema": 9}', '{"schema": 1, "command": "", "x": 1}'):
        path.write_text(content, encoding="utf-8")
        with pytest.raises(RegioplanError, match="another content"):
            read_figures(path)


def test_the_shipped_figures_can_be_read() -> None:
    shipped = read_figures(Path(__file__).parents[2] / "data" / "figures.json")
    assert set(shipped.rows) == {"search", "similar", "tags", "cases", "themes"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_prose_and_versions(language: str, manifest: dict[str, Any]) -> None:
    text = about_text(language, 2015, 5)
    assert "2015" in text
    assert "{" not in text
    html = versions_html(manifest, "gen-<7>", BAD, translator(language))
    assert "gen-&lt;7&gt;" in html
    assert manifest["corpus_sha256"] in html
    assert manifest["encoder"]["fingerprint"] in html
    assert "<script" not in html


def test_the_tab_says_what_to_run_where_nothing_was_measured(
    tiny_index: SearchIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGIOPLAN_HOME", str(tmp_path))
    live, t = LiveIndex(tiny_index.tags.log.store, tiny_index), translator("lv")
    assert "evaluate all --figures" in measured(live, t)
    with gr.Blocks() as page:
        about_tab(live, "lv", t)
    shown = " ".join(str(getattr(block, "value", "")) for block in page.blocks.values())
    assert "15 aktivitātes" in shown
