"""Whoever cannot see well, holds a telephone or has no mouse gets the same page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest

from app.page import TABS
from tests.browser.conftest import Visit
from tests.browser.tour import Tour

pytestmark = pytest.mark.browser
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
QUERY = "#query textarea, #query input"

# What is wider than the window and in no box of its own that scrolls.
CUT_OFF = """() => {
  const scrolls = e => e && (['auto', 'scroll'].includes(getComputedStyle(e).overflowX)
    || e.matches('.rp-hidden, .visually-hidden, .rp-map') || scrolls(e.parentElement));
  return [...document.querySelectorAll('.gradio-container *')].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width && box.height && getComputedStyle(e).visibility === 'visible'
      && (box.right > innerWidth + 1 || box.left < -1) && !scrolls(e);
  }).map(e => `${e.tagName} ${e.className} ${e.id} ${e.textContent.slice(0, 40)}`); }"""


def violations(visit: Visit) -> list[str]:
    """What axe-core calls moderate, serious or critical."""
    visit.page.evaluate(AXE.read_text(encoding="utf-8"))
    found: dict[str, Any] = visit.page.evaluate("axe.run({resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in ("moderate", "serious", "critical")
        for node in rule["nodes"]
    ]


@pytest.mark.parametrize("language", ["lv", "en"])
@pytest.mark.parametrize("tab", TABS)
def test_every_tab_can_be_read_by_all(visit: Visit, tab: str, language: str) -> None:
    page = visit.page
    page.emulate_media(reduced_motion="reduce")
    Tour(page, visit.address, language).show(tab)
    page.add_style_tag(content="* { transition: none !important; animation: none !important }")
    for dark in (False, True):
        page.evaluate("dark => document.body.classList.toggle('dark', dark)", dark)
        assert violations(visit) == [], "dark" if dark else "light"
    for width in (1920, 640, 360):  # 640: 1280 at twice the size
        page.set_viewport_size({"width": width, "height": 740})
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        assert page.evaluate(CUT_OFF) == [], width
        # Nobody reads a line across a wide screen.
        assert page.locator("main").first.bounding_box()["width"] <= 1280
    visit.nothing_wrong()


def test_hits_come_before_filters_on_a_telephone(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 740})
    Tour(page, visit.address, "lv").open("search", "&q=siltin%C4%81%C5%A1ana")
    page.wait_for_selector("#hits .rp-card")
    assert not page.locator("#hits .rp-facet").first.is_visible()
    assert page.locator("#hits .rp-card").first.bounding_box()["y"] < 740
    page.locator("#hits .rp-narrow > summary").click()
    assert page.locator("#hits .rp-facet").first.is_visible()
    # The bar of tabs is too narrow for all; the others are in its menu.
    page.get_by_role("button", name="Citas cilnes").click()
    page.locator(".overflow-dropdown").get_by_text("Plāni").click()
    page.wait_for_selector("#plan-documents tbody tr")
    page.wait_for_function("() => location.search.includes('tab=plans')")
    visit.nothing_wrong()


FOCUSED = """() => { const e = document.activeElement, style = getComputedStyle(e);
  return { tag: e.tagName, name: e.name || '', value: e.value || '', text: e.textContent.trim(),
    basket: e.dataset.basket || '', similar: e.dataset.similar || '',
    seen: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2 }; }"""


def tab_to(visit: Visit, wanted: Any, most: int = 150) -> dict[str, Any]:
    """Press Tab until something has the focus; everything on the way shows that it has it."""
    for _ in range(most):
        visit.page.keyboard.press("Tab")
        at: dict[str, Any] = visit.page.evaluate(FOCUSED)
        if at["tag"] != "BODY":
            assert at["seen"], at
        if wanted(at):
            return at
    raise AssertionError(f"not reached in {most} steps; last {at}")


@pytest.mark.parametrize("language", ["lv", "en"])
def test_the_whole_way_without_a_mouse(visit: Visit, language: str) -> None:
    page = visit.page
    Tour(page, visit.address, language).open("search")
    page.wait_for_function("() => document.activeElement.closest('#query')")
    page.keyboard.type("siltināšana")
    page.keyboard.press("Enter")
    page.wait_for_selector("#hits .rp-card")

    tab_to(visit, lambda at: at["name"] == "region" and at["value"] == "Latgale")
    page.keyboard.press("Space")
    page.wait_for_selector("#hits .rp-chip[data-value=Latgale]")
    assert page.evaluate(FOCUSED)["value"] == "Latgale"
    page.keyboard.press("Space")
    page.wait_for_selector("#hits .rp-chip", state="detached")
    assert page.evaluate(FOCUSED)["value"] == "Latgale"

    tab_to(visit, lambda at: at["similar"])
    page.keyboard.press("Enter")
    page.wait_for_selector("#compared .rp-columns .rp-card")
    page.wait_for_function(  # the focus came along, so the next step is not a long way
        "() => document.activeElement.closest('#compared')"
    )
    tab_to(visit, lambda at: at["basket"], most=10)
    page.keyboard.press("Enter")
    page.wait_for_selector("#basket .rp-downloads a")
    tab_to(visit, lambda at: at["text"] == "DOCX")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    visit.nothing_wrong()


def test_the_drawing_code_comes_only_with_the_map(visit: Visit) -> None:
    tour = Tour(visit.page, visit.address, "lv")
    tour.open("search", "&q=siltin%C4%81%C5%A1ana")
    visit.page.wait_for_selector("#hits .rp-card")
    visit.page.wait_for_timeout(500)
    assert not any("plotly" in url for url in visit.asked)
    tour.show("themes")
    assert sum("plotly" in url for url in visit.asked) == 1
    visit.nothing_wrong()
