"""A whole search as a person asks it, and all a page or a program shows of the answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, get_args

import numpy as np

from indexes.engine import Hit, SearchIndex
from indexes.facets import FACETS, Filters
from indexes.fusion import Ranking
from nlp.errors import UsageError
from nlp.records import Activity

Mode = Literal["meaning", "words", "exact"]
Sort = Literal["relevance", "plan", "region", "deadline", "amount"]
MODES: tuple[Mode, ...] = get_args(Mode)
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True)
class Question:
    """``text`` may be empty: then every activity that passes the filters is listed."""

    text: str = ""
    filters: Filters = field(default_factory=Filters)
    mode: Mode = "meaning"
    sort: Sort = "relevance"

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise UsageError.choice("mode", str(self.mode), MODES)
        if self.sort not in SORTS:
            raise UsageError.choice("sort", str(self.sort), SORTS)

    @property
    def by_meaning(self) -> bool:
        """Whether there are words to be understood, not just matched."""
        return bool(self.text.strip()) and self.mode == "meaning"


@dataclass(frozen=True, slots=True)
class Answer:
    """``hits`` are those from ``offset`` on; ``total`` counts all, near-copies folded.

    ``facets`` holds for each facet how many hits every value has or, where values of that facet are
    chosen, would have. ``relax`` names, where nothing was found, the filters without which
    something would be, with how much; ``filters`` stands for all of them, ``mode`` for searching by
    meaning.
    """

    question: Question
    hits: tuple[Hit, ...]
    offset: int
    total: int
    facets: Mapping[str, Mapping[str, int]]
    corrections: Mapping[str, str]
    concepts: tuple[str, ...]
    relax: tuple[tuple[str, int], ...]
    with_amount: int = 0  # hits that give an amount, so that an amount range can keep them


def ask(
    index: SearchIndex,
    question: Question,
    limit: int = 10,
    offset: int = 0,
    *,
    with_facets: bool = True,
) -> Answer:
    """Answer a question.

    :param limit: how many hits at most, from ``offset`` on.
    :raises UsageError: a filter names what no activity has, or the text holds no word.
    """
    filters = question.filters
    found = _ranked(index, question, filters)
    chosen = [FACETS[name] for name in FACETS if getattr(filters, FACETS[name])]
    facets = {}
    if with_facets:
        base = found.rows
        for name, field_name in FACETS.items():
            rows = base
            if field_name in chosen and name != "priority":  # see Filters: all tags must hold
                rows = _ranked(index, question, filters.without(field_name)).rows
            facets[name] = index.facets.counts(name, rows)
    ordered = _sorted(index, found, question.sort)
    return Answer(
        question,
        tuple(index.hits(question.text, ordered[offset : offset + limit], offset)),
        offset,
        len(found),
        facets,
        index.corrections(question.text) if question.by_meaning else {},
        index.concepts_in(question.text) if question.by_meaning else (),
        _relax(index, question) if not found else (),
        int(np.isfinite(index.columns.amounts[found.rows]).sum()),
    )


def _ranked(index: SearchIndex, question: Question, filters: Filters) -> Ranking:
    if not question.text.strip():
        return index.every(filters)
    exact, expand = question.mode == "exact", question.mode == "meaning"
    return index.without_copies(index.rank(question.text, filters, exact, expand))


def _sorted(index: SearchIndex, entries: Ranking, sort: Sort) -> Ranking:
    """In the order asked for; equal ones stay in the order of relevance, missing values last."""
    if sort == "relevance":
        return entries

    def key(place: int) -> tuple[object, ...]:
        a: Activity = index.activities[rows[place]]
        if sort == "plan":
            return (a.document, a.first_line)
        if sort == "region":
            return (a.region,)
        if sort == "deadline":
            return (a.deadline is None, a.deadline or 0)
        return (a.amount_eur is None, -(a.amount_eur or 0))

    rows = entries.rows.tolist()
    return entries.take(np.asarray(sorted(range(len(rows)), key=key), dtype=np.int64))


def _relax(index: SearchIndex, question: Question) -> tuple[tuple[str, int], ...]:
    active = question.filters.active()
    out = [(name, len(_ranked(index, question, question.filters.without(name)))) for name in active]
    if len(active) > 1:
        out.append(("filters", len(_ranked(index, question, Filters()))))
    if question.mode != "meaning" and question.text.strip():
        freer = replace(question, mode="meaning")
        out.append(("mode", len(_ranked(index, freer, question.filters))))
    return tuple(sorted((found for found in out if found[1]), key=lambda found: -found[1]))
