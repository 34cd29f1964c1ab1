"""Themes over one opened index: members, tables, gaps and peers, with people's edits applied."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from indexes.engine import SearchIndex
from indexes.theme_log import ThemeLog
from indexes.theme_words import theme_words
from nlp.errors import UsageError
from nlp.records import Activity
from nlp.theme_tables import (
    SIGNIFICANT,
    Change,
    Matrix,
    Shortfall,
    changes,
    count,
    peers,
    shortfalls,
)
from nlp.themes import UNCLASSIFIED, EditedThemes, Numbers, Theme, edited

Level = Literal["fine", "broad"]
By = Literal["region", "period", "stage", "priority"]
State = Literal["covered", "near match", "gap"]
NEAR = 0.4  # cosine of an activity with a theme's centroid from which it comes near the theme
WARNING = theme_words("en")("warning")


@dataclass(frozen=True)
class Gap:
    """One theme others have: how much of it the region has, and what comes nearest."""

    theme: Theme
    state: State
    shortfall: Shortfall
    evidence: tuple[Activity, ...]  # what the others do, one or two per region
    nearest: tuple[tuple[Activity, float], ...]  # the region's own nearest, with their cosine


class ThemeBoard:
    """Themes of an index as they stand when the board is made."""

    def __init__(self, index: SearchIndex, log: ThemeLog) -> None:
        self._index = index
        self._themes = index.themes
        self.edited: EditedThemes = edited(self._themes.registry, log.in_force())

    @property
    def version(self) -> str:
        """Version of the fitted registry and, where there are any, of the edits on it."""
        registry = self._themes.registry.version
        names, fitted = (_names(fine) for fine in (self.edited.fine, self._themes.registry.fine))
        if names == fitted:
            return registry
        return f"{registry}+{hashlib.sha256(names.encode()).hexdigest()[:6]}"

    @property
    def unclassified(self) -> float:
        """Share of the activities without a theme."""
        return float((self._themes.where == UNCLASSIFIED).mean())

    def themes(self, level: Level = "fine") -> tuple[Theme, ...]:
        """All themes of a level."""
        return self.edited.fine if level == "fine" else self.edited.broad

    def get(self, theme_id: str) -> Theme:
        """The theme with an id.

        :raises UsageError: there is none.
        """
        for theme in (*self.edited.fine, *self.edited.broad):
            if theme.id == theme_id:
                return theme
        raise UsageError(
            "the id of a theme", f"'{theme_id[:40]}'", "take an id from 'regioplan themes'"
        )

    def theme_of(self, row: int, level: Level = "fine") -> Theme | None:
        """Theme of an activity."""
        number = int(self._themes.where[row])
        if number == UNCLASSIFIED:
            return None
        fine = self.edited.fine[self.edited.place[number]]
        return fine if level == "fine" else self._broad[str(fine.parent)]

    def members(self, theme_id: str) -> list[int]:
        """Rows of the activities of a theme, the most typical first.

        :raises UsageError: there is no such theme.
        """
        self.get(theme_id)
        level: Level = "broad" if theme_id in self._broad else "fine"
        ids = [theme.id for theme in self.themes(level)]
        rows = np.flatnonzero(self._numbers(level) == ids.index(theme_id))
        order = np.lexsort((rows, -self._themes.similarity[rows]))
        return [int(row) for row in rows[order]]

    def matrix(
        self, by: By = "region", level: Level = "fine", within: str | None = None,
        stage: str | None = None,
    ) -> Matrix:  # fmt: skip
        """Themes by region, period, stage or horizontal priority, with all its zeros.

        :param within: count one region only.
        :param stage: count one stage only.
        """
        facets = self._index.facets
        column = facets.column(by)
        counted = self._counted
        used = np.unique(column.places.take(counted).flat)
        known = sorted(column.values[i] for i in used.tolist())
        place = np.full(len(column.values), -1, dtype=np.int64)
        place[[column.values.index(name) for name in known]] = np.arange(len(known))
        rows = counted
        for name, wanted in (("region", within), ("stage", stage)):
            if wanted is not None:
                one = facets.column(name)
                has = one.has_any([i for i, value in enumerate(one.values) if value == wanted])
                rows = rows[has[rows]]
        held = column.places.take(rows)
        themes = np.repeat(self._numbers(level)[rows], np.diff(held.ends))
        return count([t.id for t in self.themes(level)], known, themes, place[held.flat])

    def gaps(self, region: str, level: Level = "fine") -> list[Gap]:
        """Themes other regions have, the largest shortfall of the region first.

        :raises UsageError: no such region.
        """
        matrix = self.matrix("region", level)
        self._require_region(region)
        return [self._gap(region, found) for found in shortfalls(matrix, region)]

    def peers(self, region: str, level: Level = "fine") -> list[tuple[str, float]]:
        """Other regions by likeness of their themes.

        :raises UsageError: no such region.
        """
        self._require_region(region)
        return peers(self.matrix("region", level), region)

    def only_planned(self, region: str | None = None) -> list[Theme]:
        """Themes with planned activities of which none was performed, as far as reports are in.

        :param region: count one region only.
        """
        matrix = self.matrix("stage", within=region)
        stages = dict(zip(matrix.columns, matrix.counts.T, strict=True))
        planned = stages.get("planned", np.zeros(len(matrix.rows), np.int64))
        done = stages.get("done", np.zeros(len(matrix.rows), np.int64))
        return [
            self.get(name)
            for name, p, d in zip(matrix.rows, planned, done, strict=True)
            if p and not d
        ]

    def change(self, before: str, after: str, level: Level = "broad") -> list[Change]:
        """How the shares of themes differ between two periods.

        :raises UsageError: no such period.
        """
        matrix = self.matrix("period", level)
        for name in (before, after):
            if name not in matrix.columns:
                raise UsageError.choice("period", name, matrix.columns)
        return changes(matrix, before, after)

    def _gap(self, region: str, found: Shortfall) -> Gap:
        theme = self.get(found.theme)
        nearest = self._nearest(theme, region)
        state: State = "gap"
        if found.own and found.q >= SIGNIFICANT:
            state = "covered"
        elif found.own or (nearest and nearest[0][1] >= NEAR):
            state = "near match"
        seen: dict[str, int] = {}
        evidence = []
        for row in self.members(theme.id):
            activity = self._index.activities[row]
            if activity.region != region and seen.get(activity.region, 0) < 2:
                seen[activity.region] = seen.get(activity.region, 0) + 1
                evidence.append(activity)
        return Gap(theme, state, found, tuple(evidence), tuple(nearest))

    def _nearest(self, theme: Theme, region: str, top: int = 3) -> list[tuple[Activity, float]]:
        """The region's activities closest to a theme, whether of it or not."""
        numbers = [
            i
            for i, place in enumerate(self.edited.place)
            if theme.id in (self.edited.fine[place].id, self.edited.fine[place].parent)
        ]
        rows, vectors = self._index.themed(region)
        scores = (vectors @ self._themes.registry.centroids[numbers].T).max(axis=1)
        best = np.lexsort((rows, -scores))[:top].tolist()
        return [(self._index.activities[rows[i]], round(float(scores[i]), 3)) for i in best]

    def counts_in(self, row: int, by: By) -> Sequence[str]:
        """The columns of a matrix that an activity counts in."""
        column = self._index.facets.column(by)
        return [column.values[i] for i in column.places[row].tolist()]

    def _require_region(self, region: str) -> None:
        known = self._index.facets.values("region")
        if region not in known:
            raise UsageError.choice("region", region, known)

    @cached_property
    def _broad(self) -> dict[str, Theme]:
        return {theme.id: theme for theme in self.edited.broad}

    def _numbers(self, level: Level) -> Numbers:
        """Number, among the themes of a level, of the theme of every activity; or UNCLASSIFIED."""
        place = np.asarray(self.edited.place, dtype=np.int64)
        if level == "broad":
            names = list(self._broad)
            parents = [names.index(str(theme.parent)) for theme in self.edited.fine]
            place = np.asarray(parents, dtype=np.int64)[place]
        return np.append(place, UNCLASSIFIED)[self._themes.where]

    @cached_property
    def _counted(self) -> Numbers:
        """One row per group of near-copies."""
        return np.unique(self._index.groups)


def _names(themes: Sequence[Theme]) -> str:
    return ",".join(f"{t.id}{t.parent}{t.lv}{t.en}" for t in themes)
