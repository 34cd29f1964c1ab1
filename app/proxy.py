"""Who really asks, where a reverse proxy stands in between."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.settings import Network

# Set where a trusted proxy passed the request on: only then may its headers be believed.
VIA_PROXY = "regioplan.via_proxy"

Address = IPv4Address | IPv6Address


def parse_address(text: str) -> Address | None:
    """An address as it stands in a socket or in ``X-Forwarded-For``, with or without a port."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_trusted(peer: str, trusted: Sequence[Network]) -> bool:
    """Whether the one at the other end of the connection is a trusted proxy."""
    address = parse_address(peer)
    return address is not None and any(address in network for network in trusted)


def client_of(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """The client's address: the right-most entry that no trusted proxy has.

    Whatever stands further left, the client may have written itself.
    """
    for entry in reversed(forwarded.split(",")):
        address = parse_address(entry)
        if address is None:
            break
        if not is_trusted(str(address), trusted):
            return str(address)
    return peer


class Forwarded:
    """ASGI: client address and scheme as a trusted proxy gives them."""

    def __init__(self, app: ASGIApp, trusted: Sequence[Network]) -> None:
        self.app = app
        self.trusted = trusted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in ("http", "websocket"):
            peer, port = scope.get("client") or ("", 0)
            via = is_trusted(peer, self.trusted)
            scope = {**scope, VIA_PROXY: via}
            if via:
                headers = Headers(scope=scope)
                forwarded = ",".join(headers.getlist("x-forwarded-for"))
                scope["client"] = (client_of(peer, forwarded, self.trusted), port)
                if headers.get("x-forwarded-proto", "").strip().lower() == "https":
                    scope["scheme"] = "wss" if scope["type"] == "websocket" else "https"
        await self.app(scope, receive, send)
