"""Every failure of the API in one shape: what was expected, what was found, what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from nlp.errors import RegioplanError, UsageError

_LONGEST = 500


class Problem(BaseModel):
    """What went wrong."""

    expected: str
    found: str
    next: str = Field(description="What to do now.")
    fields: tuple[str, ...] = Field((), description="Names of the values that were refused.")


class NotFound(UsageError):
    """An address names an activity or region that is not there."""


PROBLEMS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "A value that nothing in the index has, or bad JSON."},
    413: {"model": Problem, "description": "The body is too large."},
    422: {"model": Problem, "description": "A parameter or body of another shape."},
    503: {"model": Problem, "description": "The index or the log cannot be read."},
}
MISSING: dict[int | str, dict[str, Any]] = {
    404: {"model": Problem, "description": "There is none of that id."}
}
_EXPECTED = {
    400: ("a request as the document describes it", "mend the request"),
    404: ("an address of this API", "see openapi.json for the addresses there are"),
    405: ("a method this address takes", "see the header Allow"),
    413: ("a smaller body", "send fewer texts at a time"),
}


def answer_errors(api: FastAPI) -> None:
    """Put the handlers on an application."""

    @api.exception_handler(RegioplanError)
    def refused(_: Request, error: RegioplanError) -> JSONResponse:
        status = 503
        if isinstance(error, UsageError):
            status = 404 if isinstance(error, NotFound) else 400
        return problem(status, error.expected, error.found, error.next_step)

    @api.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        found, names = [], []
        for one in error.errors():
            name = ".".join(str(part)[:60] for part in one["loc"])
            names.append(name)
            found.append(f"{name}: {one['msg']}")
        return problem(
            422, "parameters as the document describes them", "; ".join(found),
            "mend what is named under 'fields'", names[:20],
        )  # fmt: skip

    @api.exception_handler(HTTPException)
    def unknown(request: Request, error: HTTPException) -> JSONResponse:
        expected, following = _EXPECTED.get(
            error.status_code, ("a request as the document describes it", "see openapi.json")
        )
        found = str(error.detail)
        if error.status_code in (404, 405):
            found = f"{request.method} {request.url.path}"
        return problem(error.status_code, expected, found, following, headers=error.headers)

    @api.exception_handler(Exception)
    def failed(_: Request, __: Exception) -> JSONResponse:
        """A fault of the program; the server log has the traceback, the answer has not."""
        return problem(500, "an answer", "a fault of the program", "tell who runs this server")


def problem(
    status: int, expected: str, found: str, following: str,
    fields: Sequence[str] = (), headers: Mapping[str, str] | None = None,
) -> JSONResponse:  # fmt: skip
    """A failure as JSON; what came from outside is cut short and made valid UTF-8."""
    content = {
        "expected": _tidy(expected),
        "found": _tidy(found),
        "next": following,
        "fields": [_tidy(name) for name in fields],
    }
    return JSONResponse(content, status, headers=dict(headers or {}))


def _tidy(text: str) -> str:
    return text[:_LONGEST].encode("utf-8", "replace").decode()
