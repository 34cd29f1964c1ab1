"""What a search can be narrowed by: filters before top-k, and how many activities each leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from indexes.legs import Rows
from indexes.tags import TagBoard
from indexes.theme_log import ThemeLog
from indexes.themes import Themes
from indexes.user_data import UntilChanged
from nlp.errors import UsageError
from nlp.funding import funding_kinds
from nlp.places import municipality_of
from nlp.records import Activity
from nlp.themes import UNCLASSIFIED, edited


@dataclass(frozen=True, slots=True)
class Filters:
    """What a hit must satisfy; an empty tuple or None asks nothing.

    Within a field one value is enough, but every one of ``tags`` must hold, as an activity has
    several. ``themes`` are ids, fine or broad; ``municipalities`` those of today; ``funding`` kinds
    of :mod:`nlp.funding`; amounts are in euro, both ends included.
    """

    regions: tuple[str, ...] = ()
    not_regions: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    periods: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    deadlines: tuple[str, ...] = ()
    funding: tuple[str, ...] = ()
    amount_from: int | None = None
    amount_to: int | None = None

    def active(self) -> tuple[str, ...]:
        """Names of the fields that ask for something."""
        return tuple(f.name for f in fields(self) if getattr(self, f.name) not in ((), None))

    def without(self, name: str) -> Filters:
        """The same, but for one field that asks nothing any more."""
        nothing: dict[str, Any] = {f.name: f.default for f in fields(self) if f.name == name}
        return replace(self, **nothing)


# What a facet is called, and the field of the filters that its values fill.
FACETS: Mapping[str, str] = {
    "region": "regions",
    "plan": "documents",
    "period": "periods",
    "stage": "stages",
    "priority": "tags",
    "theme": "themes",
    "municipality": "municipalities",
    "deadline": "deadlines",
    "funding": "funding",
}
_EVERY = ("priority",)  # facets of which every chosen value must hold
_CHANGING = ("priority", "theme")  # people's decisions and edits change these


@dataclass(frozen=True)
class _Column:
    """Which activities have which value.

    ``places`` holds numbers of values, those of activity ``i`` from ``ends[i]`` to ``ends[i + 1]``.
    """

    values: tuple[str, ...]
    places: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], values: Iterable[str] | None = None) -> _Column:
        known = tuple(values or sorted({value for row in rows for value in row}))
        place = {value: i for i, value in enumerate(known)}
        places = np.asarray([place[value] for row in rows for value in row], dtype=np.int64)
        return cls(known, places, np.cumsum([0, *(len(row) for row in rows)]))

    def counts(self, rows: Rows | None) -> npt.NDArray[np.int64]:
        """How many of some activities, or of all, have each value."""
        places = self.places
        if rows is not None:
            starts, sizes = self.ends[rows], self.ends[rows + 1] - self.ends[rows]
            before = np.cumsum(sizes) - sizes
            places = places[np.repeat(starts - before, sizes) + np.arange(sizes.sum())]
        return np.bincount(places, minlength=len(self.values))

    def has_any(self, wanted: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Which activities have one of some values."""
        out = np.zeros(len(self.ends) - 1, dtype=bool)
        owners = np.repeat(np.arange(len(out)), np.diff(self.ends))
        out[owners[np.isin(self.places, wanted)]] = True
        return out


class Facets:
    """Facets of the activities of an index."""

    def __init__(
        self, activities: Sequence[Activity], tags: TagBoard, themes: Themes, edits: ThemeLog
    ) -> None:
        self._activities = activities
        self._tags = tags
        self._themes = themes
        self._edits = edits
        self._columns: dict[str, _Column] = {}
        self._changing = UntilChanged(edits.store, dict[str, _Column])

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of a facet, in alphabetical order (themes: as the registry has them)."""
        return self._column(name).values

    def counts(self, name: str, rows: Rows | None) -> dict[str, int]:
        """How many of some activities (None: of all) have each value of a facet, zeros too."""
        column = self._column(name)
        return dict(zip(column.values, column.counts(rows).tolist(), strict=True))

    def rows(self, filters: Filters) -> Rows | None:
        """Rows that pass the filters, or None for all of them.

        :raises UsageError: a filter names a value that no activity has.
        """
        keep = np.ones(len(self._activities), dtype=bool)
        for name, field_name in FACETS.items():
            wanted = getattr(filters, field_name)
            if name in _EVERY:
                for tag in wanted:  # of any scheme of labels, so beyond the facet's own values
                    keep &= self._tags.mask(tag)
            elif wanted:
                keep &= self._any(name, wanted)
        if filters.not_regions:
            keep &= ~self._any("region", filters.not_regions)
        if filters.amount_from is not None:
            keep &= self._amounts >= filters.amount_from  # a missing amount is no number
        if filters.amount_to is not None:
            keep &= self._amounts <= filters.amount_to
        return None if keep.all() else np.flatnonzero(keep).astype(np.int64)

    def _any(self, name: str, wanted: Sequence[str]) -> npt.NDArray[np.bool_]:
        column = self._column(name)
        for value in wanted:
            if value not in column.values:
                raise UsageError.choice(name, value, column.values)
        return column.has_any([column.values.index(value) for value in wanted])

    def _column(self, name: str) -> _Column:
        columns = self._changing.get() if name in _CHANGING else self._columns
        if name not in columns:
            columns[name] = self._make(name)
        return columns[name]

    def _make(self, name: str) -> _Column:
        if name == "theme":
            return self._theme_column()
        if name == "priority":
            labels = self._tags.tagger().labels
            masks = np.stack([self._tags.mask(label) for label in labels], axis=1)
            ends = np.cumsum([0, *masks.sum(axis=1).tolist()])
            return _Column(labels, np.nonzero(masks)[1], ends)
        return _Column.of([_values(name, activity) for activity in self._activities])

    def _theme_column(self) -> _Column:
        themes = edited(self._themes.registry, self._edits.in_force())
        names: list[tuple[str, ...]] = []
        for number in self._themes.where.tolist():
            if number == UNCLASSIFIED:
                names.append(())
                continue
            fine = themes.fine[themes.place[number]]
            names.append((fine.id, str(fine.parent)))
        return _Column.of(names, [theme.id for theme in (*themes.broad, *themes.fine)])

    @cached_property
    def _amounts(self) -> npt.NDArray[np.float64]:
        return np.asarray(
            [np.nan if a.amount_eur is None else a.amount_eur for a in self._activities],
            dtype=np.float64,
        )


def _values(name: str, a: Activity) -> tuple[str, ...]:
    """What an activity has of a facet that only its record decides."""
    if name == "municipality":
        return tuple(dict.fromkeys(municipality_of(place) or place for place in a.municipalities))
    if name == "funding":
        return funding_kinds(a.funding)
    if name == "deadline":
        return () if a.deadline is None else (str(a.deadline),)
    return (str(getattr(a, "document" if name == "plan" else name)),)
