"""What several routes make of the core's records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from fastapi import Request

from app.address import to_address
from app.api.errors import NotFound
from app.api.models import Found, IndexState, Record, Tag, Why, WordShare, shallow
from app.citation import citation
from app.i18n import translator
from indexes.engine import Hit, SearchIndex
from indexes.explain import Explanation
from indexes.question import Question
from indexes.tags import TagState
from indexes.theme_board import ThemeBoard
from indexes.theme_log import ThemeLog
from nlp.languages import Language
from nlp.records import Activity


def state_of(index: SearchIndex) -> IndexState:
    """Which index answers."""
    return IndexState(generation=index.generation, corpus=index.corpus)


def board_of(index: SearchIndex) -> ThemeBoard:
    """The themes as they stand now."""
    return ThemeBoard(index, ThemeLog(index.tags.log.store))


def known(index: SearchIndex, activity_id: str) -> Activity:
    """The activity with an id.

    :raises NotFound: there is none.
    """
    activity = index.find(activity_id)
    if activity is None:
        raise NotFound(
            "the id of an activity",
            f"'{activity_id[:60]}'",
            "take an id from /search or /activities",
        )
    return activity


def found(
    hits: Sequence[Hit], lang: Language, reasons: Mapping[str, Explanation] | None = None
) -> tuple[Found, ...]:
    """Hits with citations and, where known, reasons."""
    t = translator(lang)
    return tuple(
        Found(
            **shallow(hit),
            citation=citation(hit.activity, t),
            why=_why((reasons or {}).get(hit.activity.id)),
        )
        for hit in hits
    )


def record(activity: Activity, index: SearchIndex, board: ThemeBoard, lang: Language) -> Record:
    """An activity with what the index says of it."""
    row = index.row_of(activity.id)
    theme = board.theme_of(row)
    return Record(
        activity=activity,
        tags=tuple(_tag(state) for state in index.tags.states(row)),
        theme=theme.id if theme else None,
        citation=citation(activity, translator(lang)),
    )


def following(
    request: Request, question: Question, total: int, limit: int, offset: int, **others: str
) -> str | None:
    """Address of the page after this one, on this server; None after the last."""
    if offset + limit >= total:
        return None
    parts = to_address(question, limit=str(limit), offset=str(offset + limit), **others)
    return f"{request.url.path}?{parts}"


def _tag(state: TagState) -> Tag:
    return Tag(
        label=state.label,
        decision=state.decision,
        probability=round(state.probability, 4),
        by_person=state.person is not None,
    )


def _why(reason: Explanation | None) -> Why | None:
    if reason is None:
        return None
    return Why(
        words=tuple(WordShare(word=word, share=round(share, 4)) for word, share in reason.words),
        headings=round(reason.headings, 4),
        parts={name: round(value, 4) for name, value in reason.parts.items()},
        concepts=reason.concepts,
    )
