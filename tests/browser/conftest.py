"""A served tiny index and a real Chromium that notes every request it makes."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import BrowserContext, Page, expect, sync_playwright

from app.live import LiveIndex
from app.server import create_app
from indexes.baskets import BasketLog
from indexes.store import Contents, write_generation

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PATIENCE = 30_000  # milliseconds; a busy machine needs some
HOSTILE = "<img src=x onerror=window.hacked=1> ${window.hacked=2} {{value}} =HYPERLINK(1) naidīgs"


@dataclass
class Visit:
    """A page with the address it came from, all addresses it asked for, and what went wrong."""

    page: Page
    address: str
    asked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)  # what it shows as an error

    def nothing_wrong(self) -> None:
        """No error, and nothing left the machine."""
        own = (self.address, self.address.replace("http", "ws"), "data:", "blob:")
        assert self.asked
        assert not [url for url in self.asked if not url.startswith(own)]
        assert not self.errors
        assert not self.console


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the browser. CI sets REGIOPLAN_BROWSER_REQUIRED, where its lack is a failure."""
    path = next((p for p in map(shutil.which, NAMES) if p), None)
    if path is None:
        text = "no Chromium on this machine; install Debian's 'chromium' to run the browser tests"
        if os.environ.get("REGIOPLAN_BROWSER_REQUIRED"):
            pytest.fail(text)
        pytest.skip(text)
    return path


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """An app on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = uvicorn.Server(
        uvicorn.Config(
            app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=1
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 60
    while not server.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.05)
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


@pytest.fixture(scope="session")
def store(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of its own with one hostile text."""
    store = tmp_path_factory.mktemp("browser") / "store"
    first = contents.activities[0]
    hostile = replace(first, id="f" * 16, text=HOSTILE, plan=HOSTILE, first_line=99)
    write_generation(store, replace(contents, activities=[*contents.activities, hostile]))
    return store


@pytest.fixture(scope="session")
def address(store: Path) -> Iterator[str]:
    """The app over that store."""
    with served(create_app(LiveIndex(store))) as at:
        yield at


@pytest.fixture(scope="session")
def profile(chromium: str) -> Iterator[BrowserContext]:
    """One Chromium for all tests, so that it need not load Gradio's files for each."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_context(locale="lv-LV", viewport={"width": 1280, "height": 900})
        browser.close()


@pytest.fixture
def visit(profile: BrowserContext, address: str, store: Path) -> Iterator[Visit]:
    """A fresh page that remembers nothing of others, and no baskets yet."""
    log = BasketLog(store)
    for basket in log.all():
        log.delete(basket.number, "")
    page = profile.new_page()
    page.set_default_timeout(PATIENCE)
    seen = Visit(page, address)
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on("console", lambda m: seen.console.append(m.text) if m.type == "error" else None)
    yield seen
    if page.url.startswith(address):  # elsewhere nothing was stored
        page.evaluate("localStorage.clear()")
    page.close()
    profile.clear_cookies()
    profile.clear_permissions()
