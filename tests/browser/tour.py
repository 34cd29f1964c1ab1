"""Every tab, opened and filled as a person would: for the checks and for the screenshots."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from playwright.sync_api import Page

from app.i18n import translator


@dataclass(frozen=True)
class Tour:
    """A way through the page.

    :param address: of the server.
    :param language: of the page.
    :param words: to search for, by language.
    :param own: a text to compare and to tag.
    :param region: whose gaps are asked for.
    """

    page: Page
    address: str
    language: str
    words: tuple[str, str] = ("siltināšana", "insulation")
    own: str = "Ēku siltināšana un digitāla platforma"
    region: str = "Latgale"

    def show(self, tab: str) -> None:
        """Open a tab with everything on it that can be there."""
        getattr(self, f"_{tab}")()

    def open(self, tab: str, query: str = "") -> None:
        """Load the page at a tab."""
        root = "/" if self.language == "lv" else "/en/"
        self.page.goto(f"{self.address}{root}?tab={tab}{query}")
        name = translator(self.language)(f"tab_{tab}")
        # Gradio keeps copies of what does not fit on the bar; the open one is the real one.
        self.page.wait_for_function(
            "name => [...document.querySelectorAll('[role=tab][aria-selected=true]')]"
            ".some(tab => tab.textContent.trim() === name)",
            arg=name,
        )

    def search(self) -> None:
        """Load the page with the hits of the words."""
        self.open("search", f"&q={quote(self.words[self.language == 'en'])}")
        self.page.wait_for_selector("#hits .rp-card")

    def _search(self) -> None:
        self.search()
        self.page.evaluate("document.querySelectorAll('#hits details').forEach(d => d.open = true)")

    def _similar(self) -> None:
        page = self.page
        self.search()
        for place in range(2):
            page.locator("#hits [data-beside]").nth(place).click()
            page.locator("#hits [data-basket]").nth(place).click()
        page.locator("#hits [data-similar]").first.click()
        page.wait_for_selector("#compared .rp-columns .rp-card")
        page.wait_for_selector("#beside th[scope=col] >> nth=1")
        page.wait_for_selector("#basket .rp-downloads a")

    def _tag(self) -> None:
        page = self.page
        self.open("tag")
        page.fill("#tag-text textarea", self.own)
        page.click("#tag-one")
        page.wait_for_selector("#tags .rp-decisions")
        page.wait_for_selector("#decide #decide-1")
        page.fill("#person textarea, #person input", "Anna")
        page.click("#save")
        page.wait_for_selector("#undo:visible")
        page.click("#log button")
        page.wait_for_selector("#log tbody tr")
        page.click("#tag-batch button")
        page.wait_for_selector("#tag-table")

    def _themes(self) -> None:
        page = self.page
        self.open("themes")
        page.locator("#theme-table [data-testid=cell-0-0]").click()
        page.wait_for_selector("#theme-members li")
        page.locator("#map").scroll_into_view_if_needed()
        page.wait_for_selector("#map .main-svg")
        page.click("#gap-region input")
        page.get_by_role("option", name=self.region).click()
        page.wait_for_selector("#gaps .rp-message")

    def _plans(self) -> None:
        page = self.page
        self.open("plans")
        page.wait_for_selector("#plan-documents tbody tr")
        page.click("#plan-pick input")
        page.get_by_role("option").first.click()
        page.wait_for_selector("#plan-report .rp-report, #plan-report .rp-message")
        page.locator("#plan-add > button").click()
        page.wait_for_selector("#plan-look")

    def _about(self) -> None:
        self.open("about")
        self.page.wait_for_selector("#about-versions dl")
        self.page.wait_for_selector("#about-figures table")
