"""Routes for monitors: /health and /metrics."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import PlainTextResponse

from app.api.metrics import MEDIA, Metrics
from app.api.models import Health
from app.live import LiveIndex


def router(live: LiveIndex, metrics: Metrics) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["state"])

    @routes.get("/health")
    async def health() -> Health:
        """That the server answers, and from which index."""
        index = live.index
        return Health(activities=len(index.activities), generation=index.generation)

    @routes.get(
        "/metrics",
        response_class=PlainTextResponse,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    async def prometheus() -> PlainTextResponse:
        """Requests by route and status, how long they took, and the index, for Prometheus."""
        index = live.index
        text = metrics.text(len(index.activities), index.generation)
        return PlainTextResponse(text, media_type=MEDIA)

    return routes
