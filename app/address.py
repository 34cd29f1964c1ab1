"""A question as the query part of an address, so that a search can be shared and asked again.

The REST API takes the same names: ``q``, ``mode``, ``sort``, a repeated name per facet value,
``amount_from`` and ``amount_to``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from indexes.facets import FACETS, Filters
from indexes.query import MAX_QUERY
from indexes.question import MODES, SORTS, Question

API = "/api/v1"  # where the REST API stands on the server
_AMOUNTS = ("amount_from", "amount_to")
_MOST = 200  # values of one address


def to_address(question: Question, **others: str) -> str:
    """The query part without its question mark; what asks nothing is left out."""
    parts: list[tuple[str, str]] = []
    if question.text:
        parts.append(("q", question.text))
    for name, field_name in FACETS.items():
        parts += [(name, value) for value in getattr(question.filters, field_name)]
    for name in _AMOUNTS:
        value = getattr(question.filters, name)
        if value is not None:
            parts.append((name, str(value)))
    if question.mode != "meaning":
        parts.append(("mode", question.mode))
    if question.sort != "relevance":
        parts.append(("sort", question.sort))
    return urlencode([*parts, *others.items()])


def from_address(parameters: Iterable[tuple[str, str]]) -> Question:
    """The question of an address. What it does not know is passed over: links grow old."""
    values: dict[str, list[str]] = {}
    for name, value in list(parameters)[:_MOST]:
        values.setdefault(name, []).append(value)
    filters: dict[str, Any] = {
        field_name: tuple(dict.fromkeys(values.get(name, ())))
        for name, field_name in FACETS.items()
    }
    for name in _AMOUNTS:
        (given, *_) = values.get(name, [""])
        filters[name] = int(given) if given.isdecimal() and len(given) < 16 else None
    mode, sort = values.get("mode", [""])[0], values.get("sort", [""])[0]
    return Question(
        values.get("q", [""])[0][:MAX_QUERY],
        Filters(**filters),
        mode if mode in MODES else "meaning",
        sort if sort in SORTS else "relevance",
    )
