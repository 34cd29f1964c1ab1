"""Routes that list what is in the index: activities and plans."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.api.errors import MISSING
from app.api.models import (
    ActivitiesAnswer,
    ActivitiesQuery,
    ActivityAnswer,
    PlanRow,
    PlansAnswer,
)
from app.api.shared import board_of, following, known, record, state_of
from app.live import LiveIndex
from indexes.documents import Document
from indexes.question import Question, ask
from nlp.languages import Language


def router(live: LiveIndex) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["activities"])

    @routes.get("/activities")
    def activities(
        query: Annotated[ActivitiesQuery, Query()], request: Request
    ) -> ActivitiesAnswer:
        """Every activity that passes the filters, in the order of the plans."""
        index, question = live.index, Question(filters=query.filters())
        answer = ask(index, question, query.limit, query.offset, with_facets=False)
        board, (limit, offset) = board_of(index), (query.limit, query.offset)
        return ActivitiesAnswer(
            index=state_of(index),
            total=answer.total,
            offset=offset,
            activities=tuple(record(hit.activity, index, board, query.lang) for hit in answer.hits),
            next=following(request, question, answer.total, limit, offset, lang=query.lang),
        )

    @routes.get("/activities/{id}", responses=MISSING)
    def activity(id: str, lang: Language = "lv") -> ActivityAnswer:
        """One activity with its tags, theme and every printing."""
        index = live.index
        one = record(known(index, id), index, board_of(index), lang)
        return ActivityAnswer(index=state_of(index), **dict(one))

    @routes.get("/plans")
    def plans() -> PlansAnswer:
        """The documents in the index, with counts."""
        index = live.index
        plans = tuple(_plan(document) for document in index.documents)
        return PlansAnswer(index=state_of(index), plans=plans)

    return routes


def _plan(document: Document) -> PlanRow:
    return PlanRow(
        document=document.name,
        plan=document.plan,
        period=document.period,
        activities=document.activities,
        regions=document.regions,
        stages=document.stages,
    )
