"""Pictures for the README, of the built index: ``python -m tests.browser.screenshots``."""

from __future__ import annotations

import io
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from app import settings
from app.live import LiveIndex
from app.server import create_app
from tests.browser.conftest import NAMES, served
from tests.browser.tour import Tour

DOCS = Path(__file__).parents[2] / "docs"
SIZE = {"width": 1280, "height": 900}
WORDS = ("skolu ēdināšana ar vietējo pārtiku", "school meals from local food")


def search(tour: Tour) -> None:
    """Hits, the reason of the first unfolded."""
    tour.search()
    tour.page.locator("#hits .rp-why:last-of-type summary").first.click()


def similar(tour: Tour) -> None:
    tour.show("similar")
    tour.page.evaluate("document.activeElement.blur()")


def tag(tour: Tour) -> None:
    tour.show("tag")


def themes(tour: Tour) -> None:
    """The map."""
    tour.open("themes")
    tour.page.locator("#map").scroll_into_view_if_needed()
    tour.page.wait_for_selector("#map .main-svg")
    tour.page.locator("#map-colour").evaluate("e => { e.scrollIntoView(); scrollBy(0, -60); }")


def plans(tour: Tour) -> None:
    tour.show("plans")


SCENES: tuple[Callable[[Tour], None], ...] = (search, similar, tag, themes, plans)


def main() -> None:
    """Write ``docs/<scene>.png``."""
    browser_path = next(filter(None, map(shutil.which, NAMES)))
    with tempfile.TemporaryDirectory() as folder:
        store = Path(folder) / "store"  # a copy: decisions are saved on the way
        shutil.copytree(settings.store(), store)
        with served(create_app(LiveIndex(store))) as address, sync_playwright() as driver:
            browser = driver.chromium.launch(executable_path=browser_path, args=["--no-sandbox"])
            for scene in SCENES:
                page = browser.new_page(locale="lv-LV", viewport=SIZE, reduced_motion="reduce")
                tour = Tour(page, address, "lv", WORDS, "Ēku siltināšana un digitāla platforma")
                scene(tour)
                if scene is not themes:
                    page.evaluate("window.scrollTo(0, 0)")
                page.wait_for_timeout(1000)
                save(page.screenshot(), DOCS / f"{scene.__name__}.png")
                page.close()
            browser.close()


def save(png: bytes, path: Path) -> None:
    """A picture of a page has few colours, so a palette halves its file."""
    Image.open(io.BytesIO(png)).convert("RGB").quantize(256).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    main()
