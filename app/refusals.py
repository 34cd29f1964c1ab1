"""What a refused request is answered with."""

from __future__ import annotations

from starlette.responses import JSONResponse
from starlette.types import Scope

from app.i18n import translator
from nlp.errors import RegioplanError


def refusal(
    scope: Scope,
    status: int,
    error: RegioplanError,
    key: str,
    headers: dict[str, str] | None = None,
    **values: object,
) -> JSONResponse:
    """The three parts of the error for programs, and a sentence (``key``) for people.

    Gradio shows ``detail`` on the page, in whose language it therefore is.
    """
    language = "en" if scope["path"].startswith("/en/") else "lv"
    return JSONResponse(
        {
            "detail": translator(language)(key, **values),
            "expected": error.expected,
            "found": error.found,
            "next": error.next_step,
        },
        status,
        {"Cache-Control": "no-store", **(headers or {})},
    )
