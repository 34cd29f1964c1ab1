"""The REST API: the core's own records over HTTP, in the process that serves the page."""

from __future__ import annotations

import re

from fastapi import APIRouter, FastAPI
from starlette.routing import Mount

from app.address import API
from app.api import activities, baskets, files, search, state, tags, themes
from app.api.errors import PROBLEMS, answer_errors
from app.api.metrics import Measured, Metrics
from app.exports import SCHEMA_VERSION
from app.live import LiveIndex


def api_router(live: LiveIndex, metrics: Metrics) -> APIRouter:
    """Every route of the API."""
    router = APIRouter(responses=PROBLEMS)
    parts = (search, tags, activities, themes, baskets, files)
    for part in parts:
        router.include_router(part.router(live))
    router.include_router(state.router(live, metrics))
    return router


def mount_api(app: FastAPI, live: LiveIndex) -> None:
    """Put the API under :data:`API` of an application."""
    mount = Mount(API, create_api(live))
    # A plain mount leaves addresses with a line break in them to the rest of the application.
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    app.router.routes.append(mount)


def create_api(live: LiveIndex) -> FastAPI:
    """The API as an application of its own, with its document ``/openapi.json``."""
    api = FastAPI(
        title="regioplan",
        version=SCHEMA_VERSION,
        description="Search, tags, comparison and themes over regional development plans.",
        docs_url=None,  # its page would load scripts from another server
        redoc_url=None,
        redirect_slashes=False,
        servers=[{"url": API}],
        root_path_in_servers=False,
    )
    metrics = Metrics()
    answer_errors(api)
    api.include_router(api_router(live, metrics))
    api.add_middleware(Measured, metrics=metrics, prefix=API)
    return api
