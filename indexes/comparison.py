"""Up to three activities side by side, field by field: what they share and where they differ."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from indexes.engine import SearchIndex
from nlp.errors import UsageError
from nlp.normalise import stems
from nlp.records import Activity, fold

MOST = 3
_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: ``values`` holds the items of each activity, ``common`` those that all have.

    Items of ``priority`` are labels, of ``theme`` ids, of ``concepts`` ids of the glossary; all
    others are as the plan prints them. Items are common when only case, spaces or end marks differ.
    """

    name: str
    values: tuple[tuple[str, ...], ...]
    common: frozenset[str]

    def shared(self, item: str) -> bool:
        """Whether all activities have an item."""
        return fold(item) in self.common

    @property
    def same(self) -> bool:
        """Whether the activities have exactly the same items."""
        return len({frozenset(map(fold, items)) for items in self.values}) == 1


@dataclass(frozen=True, slots=True)
class Comparison:
    """``words``: of each activity's text, the words whose stem stands in every text."""

    activities: tuple[Activity, ...]
    fields: tuple[Field, ...]
    words: tuple[frozenset[str], ...]


def compare(
    index: SearchIndex, ids: Sequence[str], theme_of: Callable[[int], str | None]
) -> Comparison:
    """Set activities side by side; a field that none of them fills is left out.

    :param ids: one to three.
    :param theme_of: id of the theme of a row.
    :raises UsageError: too many, or no activity has one of the ids.
    """
    if not 1 <= len(ids) <= MOST:
        raise UsageError(f"1 to {MOST} activities", str(len(ids)), "choose fewer of them")
    activities = tuple(index.get(name) for name in ids)
    rows = [index.row_of(name) for name in ids]
    columns: dict[str, list[tuple[str, ...]]] = {
        "region": [(a.region,) for a in activities],
        "plan": [(a.plan,) for a in activities],
        "period": [(a.period,) for a in activities],
        "stage": [(a.stage,) for a in activities],
        "priority": [index.tags.yes(row) for row in rows],
        "theme": [(name,) if (name := theme_of(row)) else () for row in rows],
        "concepts": [tuple(index.finder.find(index.texts[row])) for row in rows],
        "responsible": [(a.responsible,) if a.responsible else () for a in activities],
        "partners": [a.partners for a in activities],
        "amount": [() if a.amount_eur is None else (str(a.amount_eur),) for a in activities],
        "funding": [a.funding for a in activities],
        "indicators": [a.indicators for a in activities],
        "deadline": [() if a.deadline is None else (str(a.deadline),) for a in activities],
        "places": [a.municipalities for a in activities],
    }
    fields = tuple(
        Field(name, tuple(values), _common(values))
        for name, values in columns.items()
        if any(values)
    )
    return Comparison(activities, fields, _shared_words([a.text for a in activities]))


def _common(values: Sequence[Sequence[str]]) -> frozenset[str]:
    if len(values) < 2:
        return frozenset()
    return frozenset.intersection(*(frozenset(map(fold, items)) for items in values))


def _shared_words(texts: Sequence[str]) -> tuple[frozenset[str], ...]:
    if len(texts) < 2:
        return tuple(frozenset() for _ in texts)
    common = frozenset.intersection(*(frozenset(stems(text)) for text in texts))
    return tuple(
        frozenset(
            word for word in _WORD.findall(text) if len(word) > 2 and common & set(stems(word))
        )
        for text in texts
    )
