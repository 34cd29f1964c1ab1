"""What a search can be narrowed by: filters before top-k, and how many activities each leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from indexes.arrays import Ragged, Rows
from indexes.columns import Column, Columns
from indexes.tags import TagBoard
from indexes.theme_log import ThemeLog
from indexes.themes import Themes
from nlp.errors import UsageError
from nlp.tagger import PRIORITIES
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


_ANYTHING = Filters()
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


class Facets:
    """Facets of the activities of an index."""

    def __init__(self, columns: Columns, tags: TagBoard, themes: Themes, edits: ThemeLog) -> None:
        self._stored = columns
        self._tags = tags
        self._themes = themes
        self._edits = edits
        # What the columns were made from, and they themselves.
        self._changing: tuple[object, object, dict[str, Column]] = (None, None, {})

    def values(self, name: str) -> tuple[str, ...]:
        """Every value of a facet, in alphabetical order (themes: as the registry has them)."""
        return self.column(name).values

    def counts(self, name: str, rows: Rows | None) -> dict[str, int]:
        """How many of some activities (None: of all) have each value of a facet, zeros too."""
        column = self.column(name)
        return dict(zip(column.values, column.counts(rows).tolist(), strict=True))

    def rows(self, filters: Filters) -> Rows | None:
        """Rows that pass the filters, or None for all of them.

        :raises UsageError: a filter names a value that no activity has.
        """
        if filters == _ANYTHING:
            return None
        keep = np.ones(len(self._stored.amounts), dtype=bool)
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
            keep &= self._stored.amounts >= filters.amount_from  # a missing amount is no number
        if filters.amount_to is not None:
            keep &= self._stored.amounts <= filters.amount_to
        return None if keep.all() else np.flatnonzero(keep).astype(np.int64)

    def _any(self, name: str, wanted: Sequence[str]) -> npt.NDArray[np.bool_]:
        column = self.column(name)
        for value in wanted:
            if value not in column.values:
                raise UsageError.choice(name, value, column.values)
        return column.has_any([column.values.index(value) for value in wanted])

    def column(self, name: str) -> Column:
        """Which activities have which value of a facet."""
        if name not in _CHANGING:
            return self._stored.facets[name]
        decisions = self._tags.log.in_force(PRIORITIES).by_text
        edits = self._edits.in_force()
        of_decisions, of_edits, columns = self._changing
        if decisions is not of_decisions or edits is not of_edits:
            columns = {}
            self._changing = (decisions, edits, columns)
        if name not in columns:
            columns[name] = self._theme_column() if name == "theme" else self._tag_column()
        return columns[name]

    def _tag_column(self) -> Column:
        labels = self._tags.tagger().labels
        masks = np.stack([self._tags.mask(label) for label in labels], axis=1)
        ends = np.concatenate([[0], np.cumsum(masks.sum(axis=1))])
        return Column(labels, Ragged(np.nonzero(masks)[1], ends))

    def _theme_column(self) -> Column:
        themes = edited(self._themes.registry, self._edits.in_force())
        known = [theme.id for theme in (*themes.broad, *themes.fine)]
        place = {name: i for i, name in enumerate(known)}
        fine = [themes.fine[number] for number in themes.place]
        pairs = np.asarray([(place[t.id], place[str(t.parent)]) for t in fine], dtype=np.int32)
        where = self._themes.where
        has = where != UNCLASSIFIED
        ends = np.concatenate([[0], np.cumsum(2 * has)])
        return Column(tuple(known), Ragged(pairs.reshape(-1, 2)[where[has]].ravel(), ends))
