from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from app.live import LiveIndex
from app.server import create_app, serve
from app.settings import OPEN, Settings
from app.users import add
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


@pytest.fixture(scope="module")
def closed(tiny_index: SearchIndex) -> TestClient:
    settings = Settings(users=None, login="plānotājs:parole", upload_mb=1)
    return TestClient(create_app(LiveIndex(tiny_index.tags.log.store, tiny_index), settings))


def test_a_login_keeps_others_out(closed: TestClient) -> None:
    closed.cookies.clear()
    for path in ("/config", "/en/config", "/gradio_api/info", "/theme.css", "/plotly.min.js"):
        refused = closed.get(path)
        assert refused.status_code == 401
        assert "content-security-policy" in refused.headers
    assert closed.get("/health").status_code == 200
    form = closed.get("/en/", headers={"Accept": "text/html"})
    assert "User name" in form.text
    assert "http" not in form.headers["content-security-policy"]
    page = closed.post(
        "/login", data={"username": "plānotājs", "password": "parole", "next": "/en/"}
    )
    assert "looking for?" in page.text
    assert closed.get("/config").json()["username"] == "plānotājs"


def test_handlers_of_the_page_know_who_asks(closed: TestClient) -> None:
    """The first thing the page loads is the name of the person for the log of decisions."""
    sent = closed.post("/login", data={"username": "plānotājs", "password": "parole"})
    assert sent.status_code == 200
    for at in ("", "/en"):
        config = closed.get(f"{at}/config").json()
        number = next(d["id"] for d in config["dependencies"] if d["api_name"] == "name_of")
        body = {"data": [], "fn_index": number, "session_hash": "s"}
        done = closed.post(f"{at}/gradio_api/run/predict", json=body)
        assert done.json()["data"] == ["plānotājs"]


def test_large_uploads_are_refused_with_a_reason(closed: TestClient) -> None:
    closed.post("/login", data={"username": "plānotājs", "password": "parole"})
    for at, words in (("", "līdz 1 MB"), ("/en", "up to 1 MB")):
        refused = closed.post(
            f"{at}/gradio_api/upload", files={"files": ("plan.csv", b"x" * 2_000_000)}
        )
        assert refused.status_code == 413
        assert words in refused.json()["detail"]


def test_files_of_the_program_are_not_served(client: TestClient) -> None:
    """The users file lies in the home folder by default, from where the page is often started."""
    for at in ("", "/en"):
        for path in ("README.md", str(Path(__file__).parents[2] / "README.md")):
            assert client.get(f"{at}/gradio_api/file={path}").status_code in (403, 404)


def test_settings_are_there_for_others(closed: TestClient) -> None:
    assert not closed.app.state.settings.read_only


def test_read_only_offers_no_function_that_changes_anything(tiny_index: SearchIndex) -> None:
    live = LiveIndex(tiny_index.tags.log.store, tiny_index)

    def functions(settings: Settings) -> set[str]:
        config = TestClient(create_app(live, settings)).get("/config").json()
        return {one["api_name"] for one in config["dependencies"]}

    changing = {"keep", "take_back", "from_queue"}
    assert changing <= functions(OPEN)
    assert not changing & functions(OPEN.model_copy(update={"read_only": True}))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])
def test_no_open_address_without_a_login(tiny_store: Path, tmp_path: Path, host: str) -> None:
    users = tmp_path / "users"
    settings = Settings(store=tiny_store, users=users, host=host, port=7999)
    with pytest.raises(UsageError, match="REGIOPLAN_LOGIN"):
        serve(settings)
    users.touch()
    with pytest.raises(UsageError, match="regioplan user add"):
        serve(settings)


def test_an_address_may_be_open_with_a_login(tiny_store: Path, tmp_path: Path) -> None:
    """With a login the next thing refused is the address, which this machine does not have."""
    add(tmp_path / "users", "anna", "gara parole")
    ways = ({"users": tmp_path / "users"}, {"users": None, "login": "anna:parole"}, {
        "users": None, "trusted_proxies": "127.0.0.1", "proxy_header": "X-Remote-User",
    })  # fmt: skip
    for way in ways:
        with pytest.raises(UsageError, match="free address"):
            serve(Settings(store=tiny_store, host="192.0.2.1", port=7999, **way))
