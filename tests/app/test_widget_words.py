"""The words that replace Gradio's own: they must be those that it writes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import gradio

from app.widget_words import BEGUN, WIDGETS, WRITTEN, widgets, words_script

PACKAGE = Path(gradio.__file__).parent


@cache
def written() -> str:
    """All scripts of Gradio's page, and the checks that run on the server."""
    assets = PACKAGE / "templates" / "frontend" / "assets"
    scripts = [path.read_text(encoding="utf-8", errors="replace") for path in assets.glob("*.js")]
    return "\n".join([*scripts, (PACKAGE / "components" / "file.py").read_text(encoding="utf-8")])


def test_gradio_has_a_word_for_every_key() -> None:
    core = next((PACKAGE / "templates/frontend/assets").glob("core-*.js")).read_text("utf-8")
    for key in WIDGETS:
        assert re.search(rf"\b{key.partition('.')[2]}:`", core), key


def test_gradio_still_writes_what_is_replaced() -> None:
    assert [words for words in (*WRITTEN, *BEGUN) if words not in written()] == []


def test_only_the_latvian_page_replaces_anything() -> None:
    for browser in ("en", "ru"):
        assert widgets("lv")[browser]["common.clear"] == "Notīrīt"
    assert widgets("en") == {"en": {}}
    assert "const WIDGET_WORDS = null;" in words_script("en")
    assert '"More tabs": "Citas cilnes"' in words_script("lv")
    assert "</" not in words_script("lv")
