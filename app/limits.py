"""How much one address may ask, and how much one request may bring. All of it in memory."""

from __future__ import annotations

import math
import re
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_network

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.address import API
from app.proxy import VIA_PROXY, parse_address
from app.refusals import refusal
from nlp.errors import UsageError

HEALTH = ("/health", f"{API}/health")
MB = 1024 * 1024
_LOGIN_BYTES = 16 * 1024
API_BYTES = 16 * MB  # the most texts a batch may hold, however they are escaped
# What a form adds around the file in it.
_AROUND = 64 * 1024
_MOST = 10_000
# Gradio's own addresses that make the server work; the page itself is cheap.
_WORK = re.compile(r"(/en)?/gradio_api/(run|api|call|queue/join|upload|mcp)(/.*)?")


@dataclass
class _Bucket:
    tokens: float
    since: float


class Buckets:
    """A token bucket for each key; the keys not seen for longest are forgotten."""

    def __init__(
        self, per_minute: int, clock: Callable[[], float] = time.monotonic, most: int = _MOST
    ) -> None:
        self._size = float(per_minute)
        self._clock = clock
        self._most = most
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, key: str) -> int:
        """Take one; where none is left, the seconds until there is, else 0."""
        now = self._clock()
        bucket = self._buckets.setdefault(key, _Bucket(self._size, now))
        self._buckets.move_to_end(key)
        if len(self._buckets) > self._most:
            self._buckets.popitem(last=False)
        rate = self._size / 60
        bucket.tokens = min(self._size, bucket.tokens + (now - bucket.since) * rate)
        bucket.since = now
        if bucket.tokens < 1:
            return math.ceil((1 - bucket.tokens) / rate)
        bucket.tokens -= 1
        return 0

    def give_back(self, key: str) -> None:
        """Undo a :meth:`take`."""
        if key in self._buckets:
            self._buckets[key].tokens += 1

    def __len__(self) -> int:
        return len(self._buckets)


def address_key(scope: Scope) -> str:
    """The client's address as it is counted: of IPv6 the network of 64 bits one client has."""
    client = scope.get("client")
    text = client[0] if client else ""
    address = parse_address(text)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or text)


def is_exempt(scope: Scope) -> bool:
    """Whether somebody at this very machine asks, with no proxy in between."""
    client = scope.get("client")
    address = parse_address(client[0]) if client else None
    return address is not None and address.is_loopback and not scope.get(VIA_PROXY)


def counts(method: str, path: str) -> bool:
    """Whether a request makes the server work."""
    if path.startswith("/api/"):
        return path not in HEALTH
    return method == "POST" and _WORK.fullmatch(path) is not None


class RateLimit:
    """ASGI: refuses with 429 who asks for too much work in a minute."""

    def __init__(
        self, app: ASGIApp, per_minute: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.app = app
        self.per_minute = per_minute
        self.buckets = Buckets(per_minute, clock)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        counted = scope["type"] == "http" and counts(scope["method"], scope["path"])
        wait = self.buckets.take(address_key(scope)) if counted and not is_exempt(scope) else 0
        if not wait:
            await self.app(scope, receive, send)
            return
        answer = refusal(
            scope,
            429,
            UsageError(
                f"up to {self.per_minute} requests per minute and address",
                "more",
                f"wait {wait} s; the setting is rate_limit",
            ),
            "refused_rate",
            {"Retry-After": str(wait)},
            seconds=wait,
        )
        await answer(scope, receive, send)


class BodyLimit:
    """ASGI: refuses with 413 what is too long, by its header or, without one, while it comes."""

    def __init__(self, app: ASGIApp, upload_mb: int) -> None:
        self.app = app
        self.upload_mb = upload_mb

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        # Anybody may post to /login, and a name and a password are short.
        limit = self.upload_mb * MB + _AROUND
        if scope["path"].rstrip("/") == "/login":
            limit = _LOGIN_BYTES
        elif scope["path"].startswith("/api/"):
            limit = API_BYTES
        answer = refusal(
            scope,
            413,
            UsageError(
                f"up to {limit} bytes in a request", "more", "send less; the setting is upload_mb"
            ),
            "refused_size",
            {"Connection": "close"},
            mb=self.upload_mb,
        )
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdecimal() and int(announced) > limit:
            await answer(scope, receive, send)
            return
        seen = 0
        over = started = False

        async def counted() -> Message:
            nonlocal seen, over
            message = await receive()
            seen += len(message.get("body", b""))
            if seen <= limit:
                return message
            over = True
            return {"type": "http.disconnect"}

        async def unless_over(message: Message) -> None:
            # What the app says about its cut-off body is not the reason.
            nonlocal started
            if over and not started:
                return
            started = True
            await send(message)

        try:
            await self.app(scope, counted, unless_over)
        except Exception:
            if started or not over:
                raise
        if over and not started:
            await answer(scope, receive, send)
