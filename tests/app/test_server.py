from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.live import LiveIndex
from app.server import create_app, serve
from indexes.engine import SearchIndex
from nlp.errors import UsageError


@pytest.fixture(scope="module")
def client(tiny_index: SearchIndex) -> TestClient:
    return TestClient(create_app(LiveIndex(tiny_index.tags.log.store, tiny_index)))


def test_health_says_how_much_is_indexed(client: TestClient) -> None:
    assert client.get("/health").json() == {"status": "ok", "activities": 15}


@pytest.mark.parametrize(("address", "word"), [("/", "Ko meklējat?"), ("/en", "looking for?")])
def test_both_languages_are_served_with_a_policy(
    client: TestClient, address: str, word: str
) -> None:
    page = client.get(address)
    assert page.status_code == 200
    assert word in page.text
    policy = page.headers["content-security-policy"]
    assert policy.startswith("default-src 'self'")
    assert "http" not in policy


def test_a_login_keeps_others_out(tiny_index: SearchIndex) -> None:
    closed = TestClient(
        create_app(LiveIndex(tiny_index.tags.log.store, tiny_index), ("planotajs", "parole"))
    )
    assert closed.get("/config").status_code == 401
    closed.post("/login", data={"username": "planotajs", "password": "parole"})
    assert closed.get("/config").status_code == 200


def test_no_open_address_without_a_login(tiny_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("REGIOPLAN_LOGIN", raising=False)
    with pytest.raises(UsageError, match="REGIOPLAN_LOGIN"):
        serve(tiny_store, "0.0.0.0", 7999)
