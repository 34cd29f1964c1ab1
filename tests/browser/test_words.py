"""The Latvian page in Chromium: no English in its texts, labels, tool tips or messages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

ENGLISH = re.compile(
    r"\b(the|of|and|file|click|upload|drop|copy|copied|reset|close|zoom|pan|download|table|menu|"
    r"tabs?|more|search|select|error|warning|processing|queue|clear|filter|sort|fullscreen|input|"
    r"slider|chart|axes|none|expected|found|is|damaged|contains|loading)\b",
    re.IGNORECASE,
)
# All that is shown but texts of plans, code and the link to the other language.
SHOWN = """() => {
  const out = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const left = '[lang=lv]:not(html), .rp-source, code, script, style, [hreflang], footer';
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest(left)) out.push(walker.currentNode.data);
  }
  for (const name of ['title', 'aria-label', 'placeholder', 'data-title', 'alt'])
    document.querySelectorAll(`[${name}]`).forEach(e => out.push(e.getAttribute(name)));
  return out;
}"""
TABS = {
    "search": "#query",
    "similar": "#own-text",
    "tag": "#tag-text",
    "themes": "#theme-table",
    "plans": "#plan-documents",
    "about": "#about-text",
}


def english(page: Page) -> list[str]:
    """What is shown that holds an English word; the words of the hostile text are no ours."""
    texts: list[str] = page.evaluate(SHOWN)
    return [text for text in texts if ENGLISH.search(text) and "naidīgs" not in text]


@pytest.mark.parametrize("locale", ["lv-LV", "de-DE"])
def test_no_tab_shows_english_whatever_the_browser_speaks(visit: Visit, locale: str) -> None:
    page = visit.page
    if locale != "lv-LV":
        browser = page.context.browser
        assert browser is not None
        page = browser.new_page(locale=locale, viewport={"width": 1280, "height": 900})
    # What depends on the browser's language are Gradio's own words, and two tabs have most of them.
    tabs = TABS if locale == "lv-LV" else {tab: TABS[tab] for tab in ("tag", "themes")}
    for tab, seen in tabs.items():
        page.goto(f"{visit.address}/?tab={tab}")
        expect(page.locator(seen)).to_be_visible()
        if tab == "themes":
            page.locator("#map").scroll_into_view_if_needed()
            expect(page.locator("#map .modebar-btn").first).to_be_attached()
            page.locator("#theme-table .cell-menu-button").last.evaluate("e => e.click()")
            page.locator(".cell-menu").get_by_text("Atlasīt").click()
            expect(page.locator(".filter-menu")).to_contain_text("Atlasīt kā")
        if tab == "tag":
            page.locator("#tag-batch button").first.click()
            expect(page.get_by_text("Ievelciet datni šeit")).to_be_visible()
        page.wait_for_timeout(500)
        assert english(page) == [], tab
    if page is not visit.page:
        page.close()


def test_messages_are_in_latvian_too(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?tab=tag")
    page.locator("#tag-batch button").first.click()
    table = tmp_path / "tabula.xlsx"
    table.write_bytes(b"PK not a workbook")
    page.locator("#tag-file input[type=file]").set_input_files(table)
    toast = page.locator("[data-testid=toast-body], .toast-body").first
    expect(toast).to_contain_text("datne tabula.xlsx ir")
    expect(page.get_by_text("Brīdinājums")).to_be_visible()
    assert english(page) == []
    page.goto(f"{visit.address}/?tab=plans")
    page.locator("#plan-add button").first.click()
    page.locator("#plan-file input[type=file]").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": b"x"}
    )
    expect(page.get_by_text("Šāda veida datni šeit pievienot nevar.")).to_be_visible()
    assert english(page) == []
