"""Routes that read baskets: those of who is logged in, or of the page where nobody logs in."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Path, Request

from app.access import owner_of
from app.api.errors import MISSING, NotFound
from app.api.models import BasketAnswer, BasketRow, BasketsAnswer
from app.api.shared import state_of
from app.live import LiveIndex
from indexes.baskets import Basket, BasketLog
from nlp.errors import UsageError

_MOST = 2**53  # what a JSON number holds


def router(live: LiveIndex) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["baskets"])

    @routes.get("/baskets")
    def baskets(request: Request) -> BasketsAnswer:
        """Your baskets, the one changed last first."""
        found = BasketLog(live.store).all(owner_of(request))
        return BasketsAnswer(index=state_of(live.index), baskets=tuple(_row(b) for b in found))

    @routes.get("/baskets/{number}", responses=MISSING)
    def basket(number: Annotated[int, Path(ge=1, lt=_MOST)], request: Request) -> BasketAnswer:
        """One of your baskets: its activities as they were when they were put in."""
        index, log = live.index, BasketLog(live.store)
        try:
            one = log.get(number, owner_of(request))
        except UsageError as error:
            raise NotFound(error.expected, error.found, "take a number from /baskets") from None
        activities = tuple(log.records(one))
        return BasketAnswer(
            index=state_of(index),
            basket=_row(one),
            activities=activities,
            gone=tuple(a.id for a in activities if index.find(a.id) is None),
        )

    return routes


def _row(basket: Basket) -> BasketRow:
    return BasketRow(
        number=basket.number,
        name=basket.name,
        created=datetime.fromisoformat(basket.created),
        changed=datetime.fromisoformat(basket.changed),
        size=len(basket.ids),
    )
