from __future__ import annotations

import asyncio
from ipaddress import ip_network
from typing import Any

import pytest

from app.proxy import VIA_PROXY, Forwarded, client_of, is_trusted, parse_address

TRUSTED = (ip_network("127.0.0.1/32"), ip_network("10.0.0.0/8"), ip_network("::1/128"))


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.5", "203.0.113.5"),
        ("203.0.113.5, 10.1.1.1", "203.0.113.5"),
        ("1.1.1.1, 203.0.113.5, 10.1.1.1", "203.0.113.5"),
        ("127.0.0.1, 203.0.113.5", "203.0.113.5"),
        ("203.0.113.5:4711", "203.0.113.5"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("::ffff:203.0.113.5", "203.0.113.5"),
        ("", "10.0.0.1"),
        ("10.1.1.1", "10.0.0.1"),
        ("203.0.113.5, unknown", "10.0.0.1"),
    ],
)
def test_the_rightmost_address_no_proxy_has(forwarded: str, client: str) -> None:
    assert client_of("10.0.0.1", forwarded, TRUSTED) == client


def test_who_is_trusted() -> None:
    assert is_trusted("10.200.1.1", TRUSTED)
    assert is_trusted("::ffff:10.1.1.1", TRUSTED), "IPv4 on a socket of IPv6"
    assert is_trusted("::1", TRUSTED)
    assert not is_trusted("11.0.0.1", TRUSTED)
    assert not is_trusted("testclient", TRUSTED)
    assert parse_address("") is None


def _seen(peer: str | None, headers: list[tuple[bytes, bytes]]) -> dict[str, Any]:
    """The scope an app behind the middleware sees."""
    scopes: list[Any] = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        scopes.append(scope)

    scope = {
        "type": "http", "scheme": "http", "headers": headers, "path": "/",
        "client": (peer, 5000) if peer else None,
    }  # fmt: skip
    asyncio.run(Forwarded(app, TRUSTED)(scope, None, None))  # type: ignore[arg-type]
    return scopes[0]


HEADERS = [(b"x-forwarded-for", b"203.0.113.5"), (b"x-forwarded-proto", b"https")]


def test_headers_count_from_a_trusted_proxy_only() -> None:
    near = _seen("10.0.0.1", HEADERS)
    assert (near["client"][0], near["scheme"], near[VIA_PROXY]) == ("203.0.113.5", "https", True)
    far = _seen("198.51.100.1", HEADERS)
    assert (far["client"][0], far["scheme"], far[VIA_PROXY]) == ("198.51.100.1", "http", False)
    assert _seen(None, HEADERS)["client"] is None, "a unix socket has no address"


def test_two_headers_are_one_list() -> None:
    two = [(b"x-forwarded-for", b"1.1.1.1"), (b"x-forwarded-for", b"203.0.113.5")]
    assert _seen("10.0.0.1", two)["client"][0] == "203.0.113.5"
