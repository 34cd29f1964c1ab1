"""Routes that find activities: /search and /similar."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request

from app.api.errors import MISSING
from app.api.models import (
    PerRegion,
    SearchAnswer,
    SearchQuery,
    SimilarAnswer,
    SimilarBody,
)
from app.api.shared import following, found, known, state_of
from app.live import LiveIndex
from indexes.engine import SearchIndex
from indexes.explain import explain_all
from indexes.facets import FACETS
from indexes.question import ask
from nlp.errors import UsageError
from nlp.languages import Language

_NAMES = {field: name for name, field in FACETS.items()}  # of a filter -> its parameter


def router(live: LiveIndex) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["search"])

    @routes.get("/search")
    def search(query: Annotated[SearchQuery, Query()], request: Request) -> SearchAnswer:
        """Find activities by meaning, by words or literally, narrowed by facets."""
        index, question = live.index, query.question()
        answer = ask(index, question, query.limit, query.offset)
        reasons = None
        if query.explain and question.by_meaning:
            ids = [hit.activity.id for hit in answer.hits]
            reasons = explain_all(index, query.q, ids)
        others = {"lang": query.lang, **({"explain": "true"} if query.explain else {})}
        return SearchAnswer(
            index=state_of(index),
            total=answer.total,
            offset=answer.offset,
            hits=found(answer.hits, query.lang, reasons),
            facets=answer.facets,
            corrections=answer.corrections,
            concepts=answer.concepts,
            relax={_NAMES.get(name, name): count for name, count in answer.relax},
            next=following(request, question, answer.total, query.limit, query.offset, **others),
        )

    @routes.get("/similar/{id}", responses=MISSING)
    def similar(id: str, per_region: PerRegion = 3, lang: Language = "lv") -> SimilarAnswer:
        """The closest activities of every other region to one in the index."""
        index = live.index
        activity = known(index, id)
        return _similar(index, activity.text, activity.region, per_region, lang)

    @routes.post("/similar")
    def similar_to_text(body: SimilarBody, lang: Language = "lv") -> SimilarAnswer:
        """The closest activities of every other region to a text."""
        index = live.index
        regions = index.facets.values("region")
        if body.region is not None and body.region not in regions:
            raise UsageError.choice("region", body.region, regions)
        return _similar(index, body.text, body.region, body.per_region, lang)

    return routes


def _similar(
    index: SearchIndex, text: str, region: str | None, per_region: int, lang: Language
) -> SimilarAnswer:
    groups = index.similar(text, region, per_region)
    return SimilarAnswer(
        index=state_of(index),
        text=text,
        region=region,
        counterparts={name: found(hits, lang) for name, hits in groups.items()},
    )
