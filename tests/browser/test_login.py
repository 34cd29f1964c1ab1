from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from app.live import LiveIndex
from app.server import create_app
from app.settings import Settings
from indexes.engine import SearchIndex
from tests.browser.conftest import Visit, served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def closed(tiny_index: SearchIndex) -> Iterator[str]:
    """The app behind a login."""
    live = LiveIndex(tiny_index.tags.log.store, tiny_index)
    with served(create_app(live, Settings(users=None, login="anna:gara parole"))) as at:
        yield at


def test_log_in_search_and_log_out(visit: Visit, closed: str) -> None:
    page = visit.page
    page.goto(f"{closed}/?q=siltināšana")
    expect(page.get_by_label("Lietotājvārds")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("nav pareiza")
    page.get_by_role("link", name="English").click()
    page.get_by_label("User name").fill("anna")
    page.get_by_label("Password").fill("gara parole")
    page.get_by_role("button", name="Log in").click()
    # The way back is what was asked for first, and events reach a page behind the login.
    expect(page.locator("#hits")).to_contain_text("siltināšana")
    page.get_by_role("link", name="Iziet").click()
    expect(page).to_have_url(re.compile("/login$"))
    page.goto(closed)
    expect(page).to_have_url(re.compile("/login$"))
    assert visit.errors == []


def test_nobody_to_log_out_without_a_login(visit: Visit) -> None:
    visit.page.goto(visit.address)
    expect(visit.page.locator(".rp-lead")).to_be_visible()
    expect(visit.page.locator("#logout")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_login_fits_a_telephone_and_the_dark(visit: Visit, closed: str, scheme: str) -> None:
    page = visit.page
    page.set_viewport_size({"width": 360, "height": 640})
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{closed}/login")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    contrast = page.evaluate(CONTRAST)
    assert min(contrast.values()) >= 4.5, contrast
    assert all(asked.startswith(closed) for asked in visit.asked)


# WCAG contrast of every text with what is behind it.
CONTRAST = """() => {
  const light = (c) => { const [r, g, b] = c.match(/\\d+/g).map((v) => v / 255).map(
    (v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const behind = (e) => { const c = getComputedStyle(e).backgroundColor;
    return c === 'rgba(0, 0, 0, 0)' ? behind(e.parentElement) : c; };
  return Object.fromEntries([...document.querySelectorAll('h1, label, input, button, a')].filter(
    (e) => e.type !== 'hidden').map((e) => {
    const [a, b] = [light(getComputedStyle(e).color), light(behind(e))].sort((x, y) => y - x);
    return [e.tagName + e.id, (a + 0.05) / (b + 0.05)]; })); }"""
