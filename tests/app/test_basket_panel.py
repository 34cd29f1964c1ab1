"""What the page asks of the basket, and what it is answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from app.basket_panel import Wish, in_browser, on_server
from app.i18n import translator
from app.live import LiveIndex
from app.server import create_app
from app.settings import Settings
from indexes.baskets import MOST, BasketLog
from indexes.engine import SearchIndex
from indexes.user_data import FILE
from nlp.records import Activity

LV = translator("lv")
NOBODY = ""


class Page:
    """A browser as the server sees it: it remembers a number and the last answer."""

    def __init__(self, index: SearchIndex, log: BasketLog, owner: str = NOBODY) -> None:
        self.index, self.log, self.owner = index, log, owner
        self.answer: dict[str, Any] = {"number": None, "ids": []}

    def ask(self, do: str, *ids: str, **others: Any) -> dict[str, Any]:
        given = {"number": self.answer["number"], **others, "do": do, "ids": list(ids)}
        self.answer = on_server(self.index, self.log, Wish.of(given), self.owner, LV)
        return self.answer


@pytest.fixture
def log(tmp_path: Path) -> BasketLog:
    return BasketLog(tmp_path)


@pytest.fixture
def page(tiny_index: SearchIndex, log: BasketLog) -> Page:
    return Page(tiny_index, log)


@pytest.fixture
def ids(tiny_index: SearchIndex) -> list[str]:
    return [activity.id for activity in tiny_index.activities]


def test_the_first_activity_makes_the_basket(page: Page, ids: list[str]) -> None:
    assert page.ask("show") == {
        "number": None, "ids": [], "notice": "",
        "html": f'<p class="rp-message" role="status">{LV("basket_empty")}</p>',
    }  # fmt: skip
    page.ask("put", ids[0])
    page.ask("put", ids[1])
    page.ask("take", ids[0])
    assert page.answer["ids"] == [ids[1]]
    assert [(b.number, b.name) for b in page.log.all()] == [(1, LV("basket_title"))]


def test_unknown_ids_make_no_basket(page: Page) -> None:
    assert page.ask("put", "0" * 16)["ids"] == []
    assert page.log.all() == []


def test_another_browser_finds_the_basket_there(page: Page, ids: list[str]) -> None:
    page.ask("put", ids[0])
    other = Page(page.index, page.log)
    assert other.ask("show")["ids"] == [ids[0]]
    other.ask("put", ids[1])
    assert page.ask("show")["ids"] == ids[:2]


def test_several_baskets(page: Page, ids: list[str]) -> None:
    page.ask("put", ids[0])
    page.ask("rename", name="Skolas")
    second = page.ask("new")["number"]
    page.ask("put", ids[1])
    assert page.ask("new")["number"] == 3
    assert {b.name for b in page.log.all()} == {"Skolas", "Grozs", "Grozs 2"}
    assert page.ask("open", target=second)["ids"] == [ids[1]]
    gone = page.ask("delete")
    assert LV("basket_restore") in gone["html"]
    assert gone["number"] != second
    assert page.ask("restore", target=second)["ids"] == [ids[1]]
    assert page.ask("open", target=1)["ids"] == [ids[0]]


def test_a_refusal_is_told_and_shows_what_is_there(page: Page, ids: list[str]) -> None:
    page.ask("put", ids[0])
    refused = page.ask("rename", name="  ")
    assert "nosaukums" in refused["notice"]
    assert refused["ids"] == [ids[0]]
    assert "numurs" in page.ask("open", target=99)["notice"]
    assert page.answer["number"] == 1


def test_a_basket_of_somebody_else_is_not_there(page: Page, ids: list[str]) -> None:
    anna = Page(page.index, page.log, "anna")
    number = anna.ask("put", ids[0])["number"]
    bruno = Page(page.index, page.log, "bruno")
    bruno.answer["number"] = number  # left in the browser by Anna
    assert bruno.ask("show")["ids"] == []
    assert bruno.ask("open", target=number)["notice"]
    bruno.answer["number"] = number
    assert bruno.ask("put", ids[1])["number"] != number
    bruno.answer["number"] = number
    bruno.ask("delete")
    assert anna.ask("show")["ids"] == [ids[0]]


def test_what_left_the_plans_stays_in_the_basket(page: Page, ids: list[str]) -> None:
    page.ask("put", ids[0])
    old = Activity("9" * 16, "Kurzeme", "old", "Vecais plāns", "2014", "done", "Jumts", 3, 1, 1)
    page.log.put(1, [old], "")
    shown = page.ask("show")
    assert shown["ids"] == [ids[0], old.id]
    assert "Jumts" in shown["html"]
    assert LV("basket_gone") in shown["html"]
    assert page.ask("take", old.id)["ids"] == [ids[0]]


def test_a_log_that_cannot_be_read_is_told(page: Page, ids: list[str], tmp_path: Path) -> None:
    (tmp_path / FILE).write_bytes(b"no database" * 99)
    answer = page.ask("put", ids[0], number=7)
    assert "žurnālam" in answer["notice"]
    assert (answer["number"], answer["ids"]) == (7, None)  # the browser goes by what it knows


@pytest.mark.parametrize(
    "given",
    [None, [], 3, {"do": 5, "ids": 7, "kept": {"a": 1}, "number": "1", "target": -1, "name": None},
     {"do": "put", "ids": [{}, None, 1.5] * 5000, "number": 2**70, "target": True}],
)  # fmt: skip
def test_whatever_is_sent_is_answered(page: Page, given: Any) -> None:
    answer = on_server(page.index, page.log, Wish.of(given), NOBODY, LV)
    assert answer["ids"] == []
    assert in_browser(page.index, page.log, Wish.of(given), NOBODY, LV)["ids"] == []


def test_a_read_only_page_leaves_the_basket_to_the_browser(page: Page, ids: list[str]) -> None:
    page.ask("put", ids[0])
    before = page.log.all()

    def ask(do: str, **others: Any) -> dict[str, Any]:
        wish = Wish.of({"do": do, "ids": [ids[2]], "kept": ids[1:3], **others})
        return in_browser(page.index, page.log, wish, NOBODY, LV)

    for do in ("put", "take", "delete", "new", "rename", "restore", "show"):
        assert ask(do)["ids"] == ids[1:3]
    assert ask("open", target=1)["ids"] == [ids[0]]  # from before
    assert page.log.all() == before
    full = [f"{n:016x}" for n in range(MOST + 5)]
    assert f"{MOST}" in ask("put", kept=full)["notice"]


@pytest.mark.parametrize("read_only", [False, True])
def test_gradio_passes_who_asks(tiny_index: SearchIndex, tmp_path: Path, read_only: bool) -> None:
    """The way a browser takes: the function of the component, behind a login."""
    live = LiveIndex(tiny_index.tags.log.store, tiny_index)
    live.store = tmp_path
    settings = Settings(users=None, login="anna:gara parole", read_only=read_only)
    client = TestClient(create_app(live, settings))
    config = client.get("/config", auth=("anna", "gara parole")).json()
    (keeper,) = (c["id"] for c in config["components"] if c["props"].get("elem_id") == "keeper")
    name = tiny_index.activities[0].id
    wish = {"do": "put", "ids": [name], "kept": [name]}
    body = {"session_hash": "x", "component_id": keeper, "fn_name": "basket", "data": wish}
    address = "/gradio_api/component_server/"
    assert client.post(address, json=body).status_code == 401
    answer = client.post(address, json=body, auth=("anna", "gara parole"))
    assert answer.json()["ids"] == [name]
    assert [b.owner for b in BasketLog(tmp_path).all()] == ([] if read_only else ["anna"])
