"""Serves the page on this machine. Nothing on it is fetched from anywhere else."""

from __future__ import annotations

import os
from importlib.resources import files
from importlib.util import find_spec

os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import gradio as gr
from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.access import protect, who
from app.api import mount_api
from app.gate import Gate
from app.live import LiveIndex
from app.login_page import logout_script
from app.memory import settle
from app.page import CSS, SCRIPT, SYSTEM_FONTS, build_page
from app.settings import OPEN, Settings
from app.widget_words import widgets, words_script
from nlp.errors import UsageError
from nlp.languages import LANGUAGES

# The browser itself refuses whatever would leave this server.
_POLICY = (
    "default-src 'self' data: blob:; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; "
    "style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'self'"
)
_LOCAL = ("127.0.0.1", "localhost", "::1")


class Headers:
    """ASGI: tells the browser what the pages may load; on every answer."""

    _SENT = (
        (b"content-security-policy", _POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], *self._SENT]}
            await send(message)

        await self.app(scope, receive, with_headers)


def create_app(live: LiveIndex, settings: Settings = OPEN) -> FastAPI:
    """The web application: Latvian under ``/``, English under ``/en``, ``/health`` for monitors.

    :raises UsageError: the users file is damaged.
    """
    app = FastAPI(title="regioplan", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    gate = protect(app, settings)  # before the headers below, which refusals get too

    app.add_middleware(Headers)

    @app.get("/health")
    def health() -> dict[str, int | str]:
        return {"status": "ok", "activities": len(live.index.activities)}

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

    theme = _theme()
    addresses = {"lv": "/", "en": "/en/"}
    for language in reversed(LANGUAGES):  # the root must be mounted last
        other = next(address for name, address in addresses.items() if name != language)
        script = f"document.documentElement.lang = '{language}'; {logout_script(language)}"
        gr.mount_gradio_app(
            app,
            build_page(live, language, other, settings.read_only),
            addresses[language].rstrip("/"),
            theme=theme,
            css_paths=CSS,
            head=f"<script>{words_script(language)}{SCRIPT.read_text(encoding='utf-8')}</script>",
            js=f"() => {{ {script} }}",
            i18n=gr.I18n(**widgets(language)),
            footer_links=[],
            auth_dependency=who if gate.required else None,
            max_file_size=f"{settings.upload_mb}mb",
            show_error=True,
            ssr_mode=False,
            mcp_server=language == "lv" and _has_mcp(),
            pwa=False,
        )
    return app


def _theme() -> gr.themes.Base:
    """Gradio's plain theme in colours that can be read: WCAG AA asks for a contrast of 4.5."""
    theme = gr.themes.Base(font=SYSTEM_FONTS, font_mono=("ui-monospace", "Consolas", "monospace"))
    theme.set(
        button_primary_background_fill="*primary_700",
        button_primary_background_fill_hover="*primary_800",
        button_primary_background_fill_dark="*primary_700",
        color_accent="*primary_700",
        color_accent_soft_dark="*primary_800",
        input_placeholder_color="*neutral_600",
        input_placeholder_color_dark="*neutral_300",
        block_label_text_color="*neutral_700",
        block_info_text_color="*neutral_700",
        body_text_color_subdued="*neutral_600",
        body_text_color_subdued_dark="*neutral_300",
        input_border_width="1px",
        input_border_color="*neutral_500",
        input_border_color_dark="*neutral_500",
        input_background_fill="white",
        input_background_fill_dark="*neutral_900",
        block_background_fill_dark="*background_fill_primary",
        block_border_width="0px",
        block_padding="0px",
    )
    return theme


def _has_mcp() -> bool:
    """Whether the optional package for assistants is installed (``pip install regioplan[mcp]``)."""
    return find_spec("mcp") is not None


def serve(settings: Settings) -> None:
    """Open the index and answer until stopped.

    :raises IndexMissing: nothing built yet.
    :raises UsageError: the port is taken, the users file is damaged, or the page would be open to
        others without a login.
    """
    import socket

    import uvicorn

    host, port = settings.host, settings.port
    if host not in _LOCAL and not Gate(settings).required:
        raise UsageError(
            f"a login for an address others can reach ({host})",
            "none",
            "run 'regioplan user add NAME' or set REGIOPLAN_LOGIN=name:password or "
            "REGIOPLAN_PROXY_HEADER, or leave --host out",
        )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise UsageError(
                f"a free address {host}:{port}", error.strerror or "none", "give another --port"
            ) from None
    app = create_app(LiveIndex(settings.store, thorough=settings.thorough), settings)
    settle()
    print(f"regioplan: http://{host}:{port}/  (Ctrl+C stops it)", flush=True)
    # Without proxy_headers=False uvicorn would believe X-Forwarded-For of anybody at this machine.
    uvicorn.run(app, host=host, port=port, log_level="warning", proxy_headers=False)
