from __future__ import annotations

import asyncio
from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from app.limits import BodyLimit, Buckets, RateLimit, address_key, counts
from app.proxy import Forwarded


class Clock:
    """A clock that stands still until told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_bucket_fills_again() -> None:
    clock = Clock()
    buckets = Buckets(6, clock)
    assert [buckets.take("a") for _ in range(7)] == [0] * 6 + [10]
    assert buckets.take("b") == 0, "each has its own"
    clock.now = 9.5
    assert buckets.take("a") == 1
    clock.now = 10.0
    assert buckets.take("a") == 0
    clock.now = 10_000.0
    assert sum(buckets.take("a") == 0 for _ in range(20)) == 6, "never more than full"


def test_given_back_counts_as_not_taken() -> None:
    buckets = Buckets(1, Clock())
    for _ in range(5):
        assert buckets.take("a") == 0
        buckets.give_back("a")
    buckets.give_back("nobody")


def test_the_longest_unseen_are_forgotten() -> None:
    buckets = Buckets(1, Clock(), most=3)
    for key in ("a", "b", "c", "a", "d"):
        buckets.take(key)
    assert len(buckets) == 3
    assert buckets.take("a") > 0
    assert buckets.take("b") == 0


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("testclient", "testclient"),
    ],
)
def test_what_is_counted_as_one_address(address: str, key: str) -> None:
    assert address_key({"client": (address, 1)}) == key
    assert address_key({"client": None}) == ""


@pytest.mark.parametrize(
    ("method", "path", "counted"),
    [
        ("GET", "/api/v1/search", True),
        ("GET", "/api/v1/health", False),
        ("GET", "/health", False),
        ("GET", "/", False),
        ("GET", "/gradio_api/queue/data", False),
        ("GET", "/gradio_api/call/search/123", False),
        ("POST", "/gradio_api/call/search", True),
        ("POST", "/gradio_api/queue/join", True),
        ("POST", "/en/gradio_api/queue/join", True),
        ("POST", "/gradio_api/run/predict", True),
        ("POST", "/en/gradio_api/upload", True),
        ("POST", "/gradio_api/upload_progress", False),
        ("POST", "/gradio_api/queue/joined", False),
    ],
)
def test_what_counts_as_work(method: str, path: str, counted: bool) -> None:
    assert counts(method, path) is counted


def _limited(clock: Clock, peer: str = "203.0.113.5") -> TestClient:
    app = FastAPI()

    @app.get("/api/v1/search")
    @app.get("/cheap")
    def search() -> str:
        return "found"

    app.add_middleware(RateLimit, per_minute=2, clock=clock)
    app.add_middleware(Forwarded, trusted=(ip_network("127.0.0.1/32"),))
    return TestClient(app, client=(peer, 5000))


def test_too_many_requests_are_told_when_to_come_again() -> None:
    clock = Clock()
    client = _limited(clock)
    assert [client.get("/api/v1/search").status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get("/api/v1/search")
    assert refused.headers["retry-after"] == "30"
    assert set(refused.json()) == {"detail", "expected", "found", "next"}
    assert "30 s" in refused.json()["detail"]
    assert client.get("/cheap").status_code == 200
    clock.now = 30.0
    assert client.get("/api/v1/search").status_code == 200


def test_this_machine_is_exempt_but_not_who_comes_through_its_proxy() -> None:
    here = _limited(Clock(), "127.0.0.2")
    assert {here.get("/api/v1/search").status_code for _ in range(5)} == {200}
    proxy = _limited(Clock(), "127.0.0.1")

    def ask(forwarded: str) -> list[int]:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        return [proxy.get("/api/v1/search", headers=headers).status_code for _ in range(3)]

    assert ask("203.0.113.5") == [200, 200, 429]
    assert ask("203.0.113.6") == [200, 200, 429]
    assert ask("127.0.0.9, 203.0.113.6") == [429] * 3, "what the client wrote itself is not read"
    assert ask("127.0.0.9") == [200, 200, 429], "a proxy's word makes nobody local"
    assert ask("") == [200, 200, 429]


@pytest.fixture
def uploads() -> TestClient:
    app = FastAPI()

    @app.post("/upload")
    @app.post("/login")
    async def upload(request: Request) -> int:
        return sum([len(part) async for part in request.stream()])

    @app.post("/form")
    async def form(request: Request) -> str:
        async with request.form() as sent:
            return ", ".join(sent)

    app.add_middleware(BodyLimit, upload_mb=1)
    return TestClient(app)


def _chunks(total: int) -> Iterator[bytes]:
    """A body without Content-Length."""
    for _ in range(total // 1000):
        yield b"x" * 1000


def test_announced_and_chunked_bodies_are_cut_off(uploads: TestClient) -> None:
    assert uploads.post("/upload", content=b"x" * 1_000_000).json() == 1_000_000
    assert uploads.post("/upload", content=_chunks(1_000_000)).json() == 1_000_000
    for content in (b"x" * 2_000_000, _chunks(2_000_000)):
        refused = uploads.post("/upload", content=content)
        assert refused.status_code == 413
        assert "1 MB" in refused.json()["detail"]


def test_a_parser_that_blames_the_body_does_not_hide_the_reason(uploads: TestClient) -> None:
    def parts() -> Iterator[bytes]:
        yield b'--x\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
        yield from _chunks(2_000_000)
        yield b"\r\n--x--\r\n"

    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    assert uploads.post("/form", content=parts(), headers=kind).status_code == 413


def test_a_login_is_short(uploads: TestClient) -> None:
    assert uploads.post("/login", content=b"x" * 1000).status_code == 200
    assert uploads.post("/login", content=b"x" * 20_000).status_code == 413


def test_other_failures_stay_failures() -> None:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        raise RuntimeError("own")

    scope = {"type": "http", "path": "/", "headers": []}
    with pytest.raises(RuntimeError, match="own"):
        asyncio.run(BodyLimit(app, 1)(scope, None, None))  # type: ignore[arg-type]
