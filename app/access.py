"""Keeps out who may not enter, and says in every request who asks."""

from __future__ import annotations

from urllib.parse import quote, urlencode, urlsplit

from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from app.gate import Gate, TooManyAttempts
from app.limits import HEALTH, BodyLimit, RateLimit
from app.login_page import login_routes
from app.proxy import VIA_PROXY, Forwarded
from app.refusals import refusal
from app.settings import Settings
from nlp.errors import RegioplanError, UsageError

USER = "regioplan.user"
_LOGIN = ("/login", "/logout")
_SAFE = ("GET", "HEAD", "OPTIONS")


def who(request: HTTPConnection) -> str | None:
    """The name of who is logged in; None without a login."""
    name = request.scope.get(USER)
    return name if isinstance(name, str) else None


def owner_of(request: HTTPConnection) -> str:
    """Whose what is kept for somebody is: who is logged in; an empty name where nobody logs in."""
    return who(request) or ""


def protect(app: FastAPI, settings: Settings) -> Gate:
    """Put login and limits before an app.

    :raises UsageError: the users file is damaged.
    """
    gate = Gate(settings)
    if gate.required:
        app.include_router(login_routes(gate))
    # What is added last comes first: who asks, how much, and only then whether they may.
    app.add_middleware(Access, gate=gate)
    app.add_middleware(BodyLimit, upload_mb=settings.upload_mb)
    if settings.rate_limit:
        app.add_middleware(RateLimit, per_minute=settings.rate_limit)
    app.add_middleware(Forwarded, trusted=settings.trusted_proxies)
    return gate


def from_own_page(request: HTTPConnection) -> bool:
    """Whether no other web site sent the request. A script says nothing about that and may."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    if origin is None:
        return True
    hosts = [request.headers.get("host", "")]
    if request.scope.get(VIA_PROXY):
        hosts.append(request.headers.get("x-forwarded-host", ""))
    return _host(origin) in [_host(f"//{host}") for host in hosts if host]


class Access:
    """ASGI: notes who asks in the scope; where a login is needed, nobody else goes further."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            return await self.app(scope, receive, send)
        scope = {**scope, USER: None}
        answer = await self._answer(scope)
        if answer is None:
            return await self.app(scope, receive, send)
        if scope["type"] == "websocket":
            return await send({"type": "websocket.close", "code": 1008})
        return await answer(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        """The refusal, or None for whoever may go on."""
        request, path = HTTPConnection(scope), scope["path"]
        changes = scope.get("method") not in _SAFE or path == "/logout"
        if changes and not from_own_page(request):
            other = UsageError(
                "a request from this page itself",
                "one sent by another web site",
                "open the page and try there; a proxy must pass the Host header on",
            )
            return refusal(scope, 403, other, "refused_origin")
        if path in _LOGIN or path in HEALTH:
            return None
        try:
            scope[USER] = await self.gate.who(request)
        except TooManyAttempts as error:
            return refusal(
                scope, 429, error, "refused_attempts",
                {"Retry-After": str(error.wait)}, seconds=error.wait,
            )  # fmt: skip
        except RegioplanError as error:
            return refusal(scope, 503, error, "refused_users")
        if scope[USER] is not None or not self.gate.required:
            return None
        if scope.get("method") in _SAFE and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(_login_address(scope), 303, {"Cache-Control": "no-store"})
        nobody = UsageError(
            "a login", "none, or a wrong name or password", "log in at /login, or send HTTP Basic"
        )
        # Elsewhere a browser would answer this with a box of its own over the page.
        basic = path.startswith("/api/") and self.gate.passwords
        asked = {"WWW-Authenticate": 'Basic realm="regioplan", charset="UTF-8"'} if basic else None
        return refusal(scope, 401, nobody, "refused_login", asked)


def _login_address(scope: Scope) -> str:
    """The login page, which leads back to where somebody wanted to go."""
    query = scope["query_string"].decode("latin-1")
    wanted = quote(scope["path"]) + (f"?{query}" if query else "")
    return "/login" if wanted == "/" else "/login?" + urlencode({"next": wanted})


def _host(address: str) -> tuple[str | None, int | None]:
    """Host and port; the port that goes without saying is left out."""
    try:
        parts = urlsplit(address)
        return parts.hostname, None if parts.port in (80, 443) else parts.port
    except ValueError:
        return None, -1
