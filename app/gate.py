"""Who may enter: a trusted proxy's header, a session of ours, or a name and password."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import logging
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from app.limits import Buckets, address_key
from app.proxy import VIA_PROXY
from app.settings import Settings
from app.users import People, verify
from nlp.errors import RegioplanError

COOKIE = "regioplan-session"
# Says to the page's script that there is somebody to log out; worth nothing by itself.
MARK = "regioplan-logged-in"
_MOST = 10_000
_BASIC_SECONDS = 300.0

_log = logging.getLogger("regioplan.access")


class TooManyAttempts(RegioplanError):
    """Too many wrong passwords came from one address."""

    def __init__(self, per_minute: int, wait: int) -> None:
        self.wait = wait
        super().__init__(
            f"up to {per_minute} wrong passwords per minute and address",
            "more",
            f"wait {wait} s and try again",
        )


@dataclass(frozen=True)
class _Session:
    name: str
    stored: str
    until: float


class Sessions:
    """Who is behind a token, for a while; the oldest are forgotten when there are too many."""

    def __init__(self, seconds: float, clock: Callable[[], float], most: int = _MOST) -> None:
        self._seconds = seconds
        self._clock = clock
        self._most = most
        self._sessions: OrderedDict[str, _Session] = OrderedDict()

    def keep(self, token: str, name: str, stored: str) -> None:
        """Remember a token for somebody with that stored password."""
        self._sessions.pop(token, None)
        self._sessions[token] = _Session(name, stored, self._clock() + self._seconds)
        if len(self._sessions) > self._most:
            self._sessions.popitem(last=False)

    def name(self, token: str, people: Mapping[str, str]) -> str | None:
        """Whose token it is. Who was removed or got another password is nobody."""
        session = self._sessions.get(token)
        if session is None:
            return None
        if session.until > self._clock() and people.get(session.name) == session.stored:
            return session.name
        self.end(token)
        return None

    def end(self, token: str) -> None:
        """Forget a token."""
        self._sessions.pop(token, None)


class Gate:
    """Knows people, sessions and how often an address guessed wrong.

    Whether a login is required at all is settled when the gate is made.

    :raises UsageError: the users file is damaged.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        self.settings = settings
        self.people = People(settings.users, settings.login_pair)
        self.passwords = bool(self.people.now())
        self.required = self.passwords or settings.proxy_header is not None
        self._sessions = Sessions(settings.session_hours * 3600, clock)
        # Scripts send the password with each request; checking it each time would cost 0.2 s.
        self._known = Sessions(_BASIC_SECONDS, clock)
        self._secret = secrets.token_bytes(32)
        self._attempts = Buckets(settings.login_attempts, clock)
        self._checks = ThreadPoolExecutor(2, "passwords")

    async def who(self, request: HTTPConnection) -> str | None:
        """The name of who asks, or None.

        :raises TooManyAttempts: for a password in the header.
        :raises UsageError: the users file is damaged.
        """
        if not self.required:
            return None
        return (
            self._by_proxy(request)
            or self._sessions.name(request.cookies.get(COOKIE, ""), self.people.now())
            or await self._by_header(request)
        )

    async def enter(self, request: HTTPConnection, name: str, password: str) -> str | None:
        """A session's token for a name with its password, or None where that is wrong.

        :raises TooManyAttempts: the password is not even looked at.
        :raises UsageError: the users file is damaged.
        """
        known = await self._check(request, name, password)
        if known is None:
            return None
        token = secrets.token_urlsafe(32)
        self._sessions.keep(token, *known)
        return token

    def leave(self, request: HTTPConnection) -> None:
        """End the session a request belongs to."""
        self._sessions.end(request.cookies.get(COOKIE, ""))

    def _by_proxy(self, request: HTTPConnection) -> str | None:
        header = self.settings.proxy_header
        if header is None or not request.scope.get(VIA_PROXY):
            return None
        values = request.headers.getlist(header)
        if len(values) != 1:  # a second one did not come from the proxy
            return None
        try:
            name = values[0].encode("latin-1").decode("utf-8").strip()
        except UnicodeDecodeError:
            name = values[0].strip()
        return name if 0 < len(name) <= 200 and name.isprintable() else None

    async def _by_header(self, request: HTTPConnection) -> str | None:
        kind, _, encoded = request.headers.get("authorization", "").partition(" ")
        if not self.passwords or kind.lower() != "basic":
            return None
        try:
            plain = base64.b64decode(encoded.strip(), validate=True).decode("utf-8")
        except (binascii.Error, UnicodeDecodeError):
            return None
        token = hmac.new(self._secret, plain.encode(), hashlib.sha256).hexdigest()
        seen = self._known.name(token, self.people.now())
        if seen is not None:
            return seen
        name, colon, password = plain.partition(":")
        known = await self._check(request, name, password) if colon else None
        if known is None:
            return None
        self._known.keep(token, *known)
        return known[0]

    async def _check(
        self, request: HTTPConnection, name: str, password: str
    ) -> tuple[str, str] | None:
        """Name and hash as they are kept, where the password is right."""
        key = address_key(request.scope)
        wait = self._attempts.take(key)
        if wait:
            raise TooManyAttempts(self.settings.login_attempts, wait)
        people = dict(self.people.now())
        # Off the event loop: others must not wait for it. Two at a time bound the memory.
        known = await asyncio.get_running_loop().run_in_executor(
            self._checks, verify, people, name, password
        )
        if known is None:
            _log.warning("wrong name or password from %s", key)
            return None
        self._attempts.give_back(key)
        return known, people[known]
