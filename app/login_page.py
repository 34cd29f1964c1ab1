"""The login page: one plain page that asks for nothing else."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from app.gate import COOKIE, MARK, Gate, TooManyAttempts
from app.i18n import translator
from nlp.errors import RegioplanError
from nlp.languages import LANGUAGES

_STYLE = """
:root { color-scheme: light dark; --text: #1c1917; --back: #fafaf9; --card: #fff; --line: #78716c;
  --act: #1e40af; --on-act: #fff; --bad: #991b1b; }
@media (prefers-color-scheme: dark) { :root { --text: #fafaf9; --back: #1c1917; --card: #292524;
  --line: #a8a29e; --act: #93c5fd; --on-act: #1c1917; --bad: #fca5a5; } }
* { box-sizing: border-box; }
body { margin: 0; padding: 1rem; min-height: 100vh; display: grid; place-items: center;
  font: 1rem/1.5 system-ui, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
  color: var(--text); background: var(--back); }
main { width: 100%; max-width: 24rem; padding: 1.5rem; background: var(--card);
  border: 1px solid var(--line); border-radius: 6px; }
h1 { font-size: 1.35rem; line-height: 1.25; margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin: 0 0 .25rem; }
input { display: block; width: 100%; font: inherit; padding: .5rem; margin: 0 0 1rem;
  color: inherit; background: var(--back); border: 1px solid var(--line); border-radius: 4px; }
button { font: inherit; font-weight: 600; width: 100%; padding: .6rem; border: 0; cursor: pointer;
  border-radius: 4px; color: var(--on-act); background: var(--act); }
a { color: var(--act); }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
[role=alert] { color: var(--bad); font-weight: 600; margin: 0 0 1rem; }
nav { margin: 1rem 0 0; }
"""


def local_path(wanted: str | None) -> str:
    """Where to go after the login: a path on this server, whatever was asked for."""
    path = wanted or "/"
    # '//host' and '/\\host' lead elsewhere, and browsers drop control characters before they look.
    outside = not path.startswith("/") or path[1:2] in ("/", "\\") or not path.isprintable()
    back = path.partition("?")[0].rstrip("/") in ("/login", "/logout")
    return "/" if outside or back or len(path) > 4000 else path


def login_routes(gate: Gate) -> APIRouter:
    """``/login`` and ``/logout``."""
    router = APIRouter(include_in_schema=False)

    @router.get("/login")
    def form(request: Request) -> Response:
        wanted = local_path(request.query_params.get("next"))
        language = _language(request.query_params.get("lang"), wanted)
        return _page(gate, language, wanted)

    @router.post("/login")
    async def enter(request: Request) -> Response:
        async with request.form(max_files=0, max_fields=10) as sent:
            wanted = local_path(str(sent.get("next") or ""))
            language = _language(str(sent.get("lang") or ""), wanted)
            name = str(sent.get("username") or "").strip()
            password = str(sent.get("password") or "")
        try:
            token = await gate.enter(request, name, password)
        except TooManyAttempts as error:
            page = _page(gate, language, wanted, name, "login_too_many", 429, seconds=error.wait)
            page.headers["Retry-After"] = str(error.wait)
            return page
        except RegioplanError:
            return _page(gate, language, wanted, name, "refused_users", 503)
        if token is None:
            return _page(gate, language, wanted, name, "login_wrong", 401)
        gate.leave(request)
        answer = RedirectResponse(wanted, 303, {"Cache-Control": "no-store"})
        lasts = gate.settings.session_hours * 3600
        secure = gate.settings.cookie_secure or request.scope["scheme"] == "https"
        answer.set_cookie(COOKIE, token, lasts, secure=secure, httponly=True, samesite="lax")
        answer.set_cookie(MARK, "1", lasts, secure=secure, samesite="lax")
        return answer

    @router.get("/logout")
    @router.post("/logout")
    def leave(request: Request) -> Response:
        gate.leave(request)
        language = _language(request.query_params.get("lang"), "/")
        address = "/login" if language == "lv" else "/login?" + urlencode({"lang": language})
        answer = RedirectResponse(address, 303, {"Cache-Control": "no-store"})
        answer.delete_cookie(COOKIE)
        answer.delete_cookie(MARK)
        return answer

    return router


def logout_script(language: str) -> str:
    """JavaScript that puts a link to log out beside the lead, where somebody logged in here."""
    address = "/logout" if language == "lv" else "/logout?lang=" + language
    return (
        f"if (document.cookie.includes('{MARK}=') && !document.getElementById('logout')) {{"
        " const out = document.createElement('a'); out.id = 'logout';"
        f" out.href = {json.dumps(address)};"
        f" out.textContent = {json.dumps(translator(language)('logout'))};"
        " (document.querySelector('.rp-lead') ?? document.body).append(' \u00b7 ', out); }"
    )


def _language(wanted: str | None, path: str) -> str:
    if wanted in LANGUAGES:
        return str(wanted)
    return "en" if path == "/en" or path.startswith("/en/") else "lv"


def _page(
    gate: Gate,
    language: str,
    wanted: str,
    name: str = "",
    failed: str | None = None,
    status: int = 200,
    **values: object,
) -> HTMLResponse:
    t = translator(language)
    other = next(one for one in LANGUAGES if one != language)
    switch = "/login?" + urlencode({"lang": other, "next": wanted})
    alert = f'<p role="alert" id="failed">{escape(t(failed, **values))}</p>' if failed else ""
    described = ' aria-describedby="failed"' if failed else ""
    fields = f"""<form method="post" action="/login">
<input type="hidden" name="next" value="{escape(wanted)}">
<input type="hidden" name="lang" value="{language}">
<label for="username">{escape(t("login_name"))}</label>
<input id="username" name="username" value="{escape(name)}" required autocomplete="username"
 autocapitalize="none" spellcheck="false"{"" if failed else " autofocus"}>
<label for="password">{escape(t("login_password"))}</label>
<input id="password" name="password" type="password" required
 autocomplete="current-password"{described}{" autofocus" if failed else ""}>
<button>{escape(t("login_button"))}</button>
</form>"""
    body = f"""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(t("login_title"))}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1>{escape(t("login_title"))}</h1>
{alert}
{fields if gate.passwords else f"<p>{escape(t('login_by_proxy'))}</p>"}
<nav><a href="{escape(switch)}" lang="{other}" hreflang="{other}">{t("other_language")}</a></nav>
</main>
</body>
</html>
"""
    return HTMLResponse(body, status, {"Cache-Control": "no-store"})
