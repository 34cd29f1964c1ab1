"""Serves the page on this machine. Nothing on it is fetched from anywhere else."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from importlib.resources import files
from pathlib import Path

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, RedirectResponse

from app import settings
from app.api import mount_api
from app.i18n import LANGUAGES, WIDGETS
from app.live import LiveIndex
from app.page import CSS, SYSTEM_FONTS, build_page
from nlp.errors import UsageError

MAX_UPLOAD = "100mb"
# The browser itself refuses whatever would leave this server.
_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'self'"
)
_LOCAL = ("127.0.0.1", "localhost", "::1")


def create_app(live: LiveIndex, login: tuple[str, str] | None = None) -> FastAPI:
    """The web application: Latvian under ``/``, English under ``/en``, ``/health`` for monitors."""
    app = FastAPI(title="regioplan", docs_url=None, redoc_url=None, openapi_url=None)

    @app.middleware("http")
    async def headers(
        request: Request, call_next: Callable[[Request], Awaitable[Response]]
    ) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = _POLICY
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    @app.get("/health")
    def health() -> dict[str, int | str]:
        return {"status": "ok", "activities": len(live.index.activities)}

    if login is None:  # the API has no login of its own, so it must not pass by the page's
        mount_api(app, live)

    @app.get("/plotly.min.js", include_in_schema=False)
    def plotly_code() -> FileResponse:
        """The drawing code of the map: from this server, as the page asks no other."""
        return FileResponse(
            str(files("plotly") / "package_data" / "plotly.min.js"),
            media_type="text/javascript",
            headers={"Cache-Control": "max-age=86400"},
        )

    @app.get("/en", include_in_schema=False)
    def english(request: Request) -> RedirectResponse:
        """A mounted page answers only under its address with the closing slash."""
        return RedirectResponse(str(request.url.replace(path="/en/")))

    theme = gr.themes.Base(font=SYSTEM_FONTS, font_mono=("ui-monospace", "Consolas", "monospace"))
    addresses = {"lv": "/", "en": "/en/"}
    for language in reversed(LANGUAGES):  # the root must be mounted last
        other = next(address for name, address in addresses.items() if name != language)
        gr.mount_gradio_app(
            app,
            build_page(live, language, other),
            addresses[language].rstrip("/"),
            theme=theme,
            css_paths=CSS,
            js=f"() => {{ document.documentElement.lang = '{language}'; }}",
            i18n=gr.I18n(lv=WIDGETS[language], en=WIDGETS[language]),
            footer_links=[],
            auth=login,
            max_file_size=MAX_UPLOAD,
            show_error=True,
            ssr_mode=False,
            pwa=False,
        )
    return app


def serve(store: Path, host: str, port: int) -> None:
    """Open the index and answer until stopped.

    :raises IndexMissing: nothing built yet.
    :raises UsageError: the port is taken, or the page would be open to others without a login.
    """
    import socket

    import uvicorn

    login = settings.login()
    if host not in _LOCAL and login is None:
        raise UsageError(
            f"a login for an address others can reach ({host})",
            "none",
            "set REGIOPLAN_LOGIN=name:password, or leave --host out",
        )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"a free address {host}:{port}", error.strerror or "none", "give another --port"
            ) from None
    app = create_app(LiveIndex(store), login)
    print(f"regioplan: http://{host}:{port}/  (Ctrl+C stops it)", flush=True)
    uvicorn.run(app, host=host, port=port, log_level="warning")
