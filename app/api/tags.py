"""Routes that tag texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import APIRouter

from app.api.models import (
    MOST_SIGNS_TOGETHER,
    TagAnswer,
    TagBatchAnswer,
    TagBatchBody,
    TagBody,
    Tagged,
)
from app.api.shared import state_of
from app.live import LiveIndex
from indexes.corrections import Correction
from indexes.engine import SearchIndex
from nlp.errors import UsageError
from nlp.tagger import TagDecision


def router(live: LiveIndex) -> APIRouter:
    """The routes."""
    routes = APIRouter(prefix="/tag", tags=["tags"])

    @routes.post("")
    def tag(body: TagBody) -> TagAnswer:
        """Decide every label of one text, with what spoke for it."""
        index = live.index
        (labels,) = _tagged(index, [body.text], body.scheme)
        if not labels:
            raise UsageError("a text with at least one letter", "none", "give the activity's text")
        return TagAnswer(index=state_of(index), scheme=body.scheme, labels=labels)

    @routes.post("/batch")
    def batch(body: TagBatchBody) -> TagBatchAnswer:
        """Decide every label of many texts."""
        signs = sum(map(len, body.texts))
        if signs > MOST_SIGNS_TOGETHER:
            raise UsageError(
                f"texts of at most {MOST_SIGNS_TOGETHER} signs together", f"{signs}",
                "send fewer at a time",
            )  # fmt: skip
        index = live.index
        results = _tagged(index, body.texts, body.scheme)
        return TagBatchAnswer(index=state_of(index), scheme=body.scheme, results=results)

    return routes


def _tagged(
    index: SearchIndex, texts: Sequence[str], scheme: str
) -> tuple[tuple[Tagged, ...], ...]:
    """Decisions per text; none on a text without a letter.

    :raises UsageError: no such scheme.
    """
    tagger = index.tags.tagger(scheme)
    usable = [i for i, text in enumerate(texts) if any(sign.isalpha() for sign in text)]
    decided = dict(zip(usable, tagger.tag([texts[i] for i in usable]), strict=True))
    return tuple(
        tuple(
            _with_people(decision, index.tags.log.decided(text, scheme))
            for decision in decided.get(i, ())
        )
        for i, text in enumerate(texts)
    )


def _with_people(d: TagDecision, people: Mapping[str, Correction]) -> Tagged:
    person = people.get(d.label)
    standing = person.new if person else d.decision
    return Tagged(d.label, standing, d.probability, d.evidence, d.decision, person is not None)
