from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse
from fastapi.testclient import TestClient

from app import access, users
from app.access import Access, protect, who
from app.gate import COOKIE, Gate
from app.login_page import local_path, logout_script
from app.settings import Settings
from tests.app.test_limits import Clock

PAGE = {"Accept": "text/html,*/*"}
ANNA = {"username": "Anna", "password": "gara parole"}


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same hash at a fraction of the cost."""
    monkeypatch.setattr(users, "_COST", (2**10, 8, 1))


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "users"
    users.add(path, "Anna", "gara parole")
    return path


Client = Callable[..., TestClient]


@pytest.fixture
def closed(people: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Makes clients of a small app behind the login."""

    def make(peer: str = "203.0.113.5", clock: Clock | None = None, **values: Any) -> TestClient:
        settings = Settings(**{"users": people, **values})
        app = FastAPI()
        with monkeypatch.context() as patch:
            if clock is not None:
                patch.setattr(access, "Gate", lambda given: Gate(given, clock))
            protect(app, settings)

        @app.api_route("/", methods=["GET", "POST"])
        @app.api_route("/api/v1/search", methods=["GET", "POST"])
        @app.get("/plans")
        def page(request: Request) -> HTMLResponse:
            return HTMLResponse(str(who(request)))

        @app.get("/health")
        @app.get("/api/v1/health")
        def health() -> str:
            return "ok"

        return TestClient(app, client=(peer, 5000), follow_redirects=False)

    return make


def basic(name: str, password: str) -> dict[str, str]:
    plain = f"{name}:{password}".encode()
    return {"Authorization": "Basic " + base64.b64encode(plain).decode()}


def test_without_a_login_everybody_is_nobody(closed: Client) -> None:
    client = closed(users=None)
    assert client.get("/", headers=PAGE).text == "None"
    assert client.get("/login", headers=PAGE).status_code == 404


def test_a_browser_is_led_to_the_login_and_back(closed: Client) -> None:
    client = closed()
    sent = client.get("/plans?q=māju%20siltināšana", headers=PAGE)
    assert sent.status_code == 303
    assert sent.headers["location"].startswith("/login?next=%2Fplans%3Fq%3D")
    form = client.get(sent.headers["location"], headers=PAGE)
    assert form.status_code == 200
    assert '<html lang="lv">' in form.text
    assert 'name="next" value="/plans?q=' in form.text
    done = client.post("/login", data={**ANNA, "next": "/plans?q=x", "lang": "lv"})
    assert (done.status_code, done.headers["location"]) == (303, "/plans?q=x")
    cookie = next(c for c in done.headers.get_list("set-cookie") if c.startswith(COOKIE))
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert client.get("/plans", headers=PAGE).text == "Anna"


def test_everything_else_gets_json(closed: Client) -> None:
    client = closed()
    for path in ("/", "/plans", "/api/v1/search", "/none"):
        refused = client.get(path)
        assert refused.status_code == 401
        assert set(refused.json()) == {"detail", "expected", "found", "next"}
        assert ("www-authenticate" in refused.headers) == path.startswith("/api/")
    assert client.post("/", headers=PAGE).status_code == 401
    assert client.get("/health").json() == client.get("/api/v1/health").json() == "ok"


def test_a_wrong_password_shows_the_form_again(closed: Client) -> None:
    client = closed()
    for data in ({**ANNA, "password": "wrong"}, {**ANNA, "username": '"><b>x'}, {}):
        again = client.post("/login", data=data)
        assert again.status_code == 401
        assert 'role="alert"' in again.text
        assert "nav pareiza" in again.text
        assert "<b>" not in again.text
        assert "set-cookie" not in again.headers
    english = client.post("/login", data={**ANNA, "password": "x", "lang": "en"})
    assert "is wrong" in english.text
    assert 'value="Anna"' in english.text


def test_the_form_speaks_both_languages(closed: Client) -> None:
    client = closed()
    assert "Parole" in client.get("/login").text
    switch = client.get("/login?next=/plans").text
    assert 'href="/login?lang=en&amp;next=%2Fplans"' in switch
    assert '<html lang="en">' in client.get("/login?lang=en").text
    assert '<html lang="en">' in client.get("/login?next=/en/").text
    assert '<html lang="lv">' in client.get("/login?next=/en/&lang=lv").text


def test_logout_ends_the_session(closed: Client) -> None:
    client = closed()
    client.post("/login", data=ANNA)
    token = client.cookies[COOKIE]
    out = client.get("/logout?lang=en", headers=PAGE)
    assert out.headers["location"] == "/login?lang=en"
    assert COOKIE not in client.cookies
    client.cookies.set(COOKIE, token)
    assert client.get("/").status_code == 401, "the token itself is worth nothing any more"


def test_sessions_end(closed: Client, people: Path) -> None:
    clock = Clock()
    client = closed(clock=clock, session_hours=2)
    client.post("/login", data=ANNA)
    clock.now = 7199.0
    assert client.get("/").text == "Anna"
    clock.now = 7200.0
    assert client.get("/").status_code == 401
    client.post("/login", data=ANNA)
    users.add(people, "Anna", "cita parole", replace=True)
    assert client.get("/").status_code == 401, "a new password ends what the old one began"
    client.post("/login", data={**ANNA, "password": "cita parole"})
    assert client.get("/").text == "Anna"
    users.remove(people, "Anna")
    assert client.get("/").status_code == 401


@pytest.mark.parametrize(
    "wanted",
    [
        "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example",
        "/\t/evil.example", "/\n/evil.example", "javascript:alert(1)", "evil", "", "/login?next=/",
        "/logout", "/" + "x" * 5000, " //evil.example",
    ],
)  # fmt: skip
def test_the_way_back_leads_nowhere_else(closed: Client, wanted: str) -> None:
    assert local_path(wanted) == "/"
    done = closed().post("/login", data={**ANNA, "next": wanted})
    assert (done.status_code, done.headers["location"]) == (303, "/")


@pytest.mark.parametrize("wanted", ["/", "/en/?q=a&b=c", "/?q=https://x.lv//y", "/plāni"])
def test_the_way_back_keeps_what_was_asked(wanted: str) -> None:
    assert local_path(wanted) == wanted


def test_scripts_send_basic(closed: Client) -> None:
    clock = Clock()
    client = closed(clock=clock, login_attempts=2, login="bots:ļoti slepeni")
    assert client.get("/api/v1/search", headers=basic("Anna", "gara parole")).text == "Anna"
    assert client.get("/api/v1/search", headers=basic("bots", "ļoti slepeni")).text == "bots"
    for _ in range(5):  # what was right costs nothing
        assert client.get("/api/v1/search", headers=basic("Anna", "gara parole")).text == "Anna"
    wrong = basic("Anna", "wrong")
    assert [client.get("/", headers=wrong).status_code for _ in range(3)] == [401, 401, 429]
    for broken in ("Basic", "Basic !!!", "Basic " + base64.b64encode(b"\xff").decode(), "Bearer x"):
        assert client.get("/", headers={"Authorization": broken}).status_code == 401


def test_guessing_is_slowed_down(closed: Client) -> None:
    clock = Clock()
    client = closed(clock=clock, login_attempts=3)
    for _ in range(10):  # people who know their password may come as often as they like
        assert client.post("/login", data=ANNA).status_code == 303
    wrong = {**ANNA, "password": "wrong"}
    assert [client.post("/login", data=wrong).status_code for _ in range(4)] == [401] * 3 + [429]
    refused = client.post("/login", data=ANNA)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "20")
    assert "20 s" in refused.text
    clock.now = 20.0
    assert client.post("/login", data=ANNA).status_code == 303


PROXY = {"trusted_proxies": (ip_network("10.0.0.1/32"),), "proxy_header": "X-Remote-User"}
JURIS = {"X-Remote-User": "Juris Bērziņš".encode(), "X-Forwarded-For": "203.0.113.5"}


def test_a_trusted_proxy_names_people(closed: Client) -> None:
    client = closed("10.0.0.1", **PROXY)
    assert client.get("/", headers=JURIS).text == "Juris Bērziņš"
    assert client.get("/").status_code == 401
    assert client.get("/", headers={"X-Remote-User": " "}).status_code == 401
    twice = [("X-Remote-User", "admin"), ("X-Remote-User", "juris")]
    assert client.get("/", headers=twice).status_code == 401


def test_others_cannot_name_themselves(closed: Client) -> None:
    assert closed("203.0.113.5", **PROXY).get("/", headers=JURIS).status_code == 401
    spoofed = {**JURIS, "X-Forwarded-For": "10.0.0.1"}
    assert closed("203.0.113.5", **PROXY).get("/", headers=spoofed).status_code == 401


def test_with_a_proxy_alone_the_login_page_asks_for_nothing(closed: Client) -> None:
    page = closed(users=None, **PROXY).get("/login", headers=PAGE)
    assert "<form" not in page.text
    assert "iestādes" in page.text


def test_https_behind_the_proxy_makes_a_secure_cookie(closed: Client) -> None:
    headers = {"X-Forwarded-Proto": "https"}
    sent = closed("10.0.0.1", **PROXY).post("/login", data=ANNA, headers=headers)
    assert all("Secure" in c for c in sent.headers.get_list("set-cookie"))
    sent = closed(cookie_secure=True).post("/login", data=ANNA)
    assert all("Secure" in c for c in sent.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({}, True),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://other"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://testserver"}, True),
        ({"Origin": "https://testserver:443"}, True),
        ({"Origin": "http://testserver:8080"}, False),
        ({"Origin": "http://testserver.evil.example"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": "http://evil.example", "X-Forwarded-Host": "evil.example"}, False),
        ({"Origin": "http://[broken"}, False),
    ],
)
def test_other_web_sites_change_nothing(
    closed: Client, headers: dict[str, str], allowed: bool
) -> None:
    client = closed()
    assert (client.post("/login", data=ANNA, headers=headers).status_code == 303) is allowed
    client.post("/login", data=ANNA)
    for path in ("/", "/api/v1/search"):
        assert client.post(path, headers=headers).status_code == (200 if allowed else 403)
    assert client.get("/", headers=headers).status_code == 200
    assert client.get("/logout", headers=headers).status_code == (303 if allowed else 403)


def test_the_host_a_trusted_proxy_names_is_ours(closed: Client) -> None:
    sent = {"Origin": "https://plani.lv", "X-Forwarded-Host": "plani.lv"}
    client = closed("10.0.0.1", **PROXY)
    assert client.post("/", headers={**sent, **JURIS}).status_code == 200


def test_a_damaged_users_file_lets_nobody_in(closed: Client, people: Path) -> None:
    client = closed()
    client.post("/login", data=ANNA)
    people.write_text("broken", encoding="utf-8")
    assert client.get("/").status_code == 503
    assert client.post("/login", data=ANNA).status_code == 503
    assert client.get("/health").status_code == 200
    people.unlink()
    assert client.get("/").status_code == 401, "no file is no reason to open the page"


def test_events_pass_as_they_happen(people: Path) -> None:
    """The second event is only made once the first has arrived."""

    async def talk() -> list[bytes]:
        arrived = asyncio.Event()
        sent: list[bytes] = []

        async def app(scope: Any, receive: Any, send: Any) -> None:
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b"data: 1\n\n", "more_body": True})
            await asyncio.wait_for(arrived.wait(), 5)
            await send({"type": "http.response.body", "body": b"data: 2\n\n"})

        async def send(message: Any) -> None:
            if message["type"] == "http.response.body":
                sent.append(message["body"])
                arrived.set()

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        whole = FastAPI()
        protect(whole, Settings(users=people))
        stack: Any = app
        for layer in reversed(whole.user_middleware):
            stack = layer.cls(stack, *layer.args, **layer.kwargs)
        headers = [
            (k.lower().encode(), v.encode()) for k, v in basic("Anna", ANNA["password"]).items()
        ]
        await stack(
            {
                "type": "http", "method": "GET", "path": "/api/v1/events", "scheme": "http",
                "query_string": b"", "headers": headers, "client": ("203.0.113.5", 1),
            },
            receive,
            send,
        )  # fmt: skip
        return sent

    assert asyncio.run(talk()) == [b"data: 1\n\n", b"data: 2\n\n"]


def test_sockets_are_closed_too(people: Path) -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "websocket", "path": "/ws", "query_string": b"", "headers": [],
        "client": ("203.0.113.5", 1),
    }  # fmt: skip
    gate = Gate(Settings(users=people))
    asyncio.run(Access(FastAPI(), gate)(scope, None, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_the_link_to_log_out_is_in_the_language_of_the_page() -> None:
    assert '"/logout?lang=en"' in logout_script("en")
    assert "Iziet" in logout_script("lv")
