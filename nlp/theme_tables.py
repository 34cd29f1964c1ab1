"""What regions do and leave out, counted over themes. Pure functions over counts.

Counts are of different activities: near-copies within a region count once. Every cell is there,
also where it is zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

SEED = 13
DRAWS = 2000
SIGNIFICANT = 0.05
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Matrix:
    """Themes by columns: ``counts[i, j]`` activities of theme ``rows[i]`` in ``columns[j]``.

    ``totals[j]``: all activities of a column, classified or not.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: Counts
    totals: Counts

    @property
    def shares(self) -> npt.NDArray[np.float64]:
        """Share of a column's activities."""
        return np.asarray(self.counts / np.maximum(self.totals, 1))

    @property
    def lifts(self) -> npt.NDArray[np.float64]:
        """Share over the share in all columns together; 1 is as usual, 0 where there is none."""
        usual = self.counts.sum(axis=1, keepdims=True) / max(1, int(self.totals.sum()))
        return np.asarray(self.shares / np.where(usual > 0, usual, 1))


def count(
    rows: Sequence[str],
    columns: Sequence[str],
    themes: npt.NDArray[np.integer],
    values: npt.NDArray[np.integer],
) -> Matrix:
    """Count pairs of a theme and a column, one for every column an activity counts in.

    :param themes: numbers of themes; below zero where an activity has none.
    :param values: numbers of columns.
    """
    counts = np.zeros((len(rows), len(columns)), np.int64)
    has = themes >= 0
    np.add.at(counts, (themes[has], values[has]), 1)
    totals = np.bincount(values, minlength=len(columns)).astype(np.int64)
    return Matrix(tuple(rows), tuple(columns), counts, totals)


@dataclass(frozen=True, slots=True)
class Shortfall:
    """How much less of a theme one column has than the others lead to expect.

    ``expected``: its total times the others' share. ``p``: hypergeometric chance of so few;
    ``q``: the same after Benjamini and Hochberg. ``others``: columns that have the theme.
    """

    theme: str
    own: int
    expected: float
    p: float
    q: float
    others: tuple[str, ...]


def shortfalls(matrix: Matrix, column: str) -> list[Shortfall]:
    """Themes the others have, most expected first."""
    from scipy.stats import false_discovery_control, hypergeom

    j = matrix.columns.index(column)
    rest = [i for i in range(len(matrix.columns)) if i != j]
    own_total, all_total = int(matrix.totals[j]), int(matrix.totals.sum())
    rest_total = int(matrix.totals[rest].sum())
    found = []
    for i, theme in enumerate(matrix.rows):
        elsewhere = int(matrix.counts[i, rest].sum())
        if not elsewhere:
            continue
        own = int(matrix.counts[i, j])
        p = float(hypergeom.cdf(own, all_total, own + elsewhere, own_total))
        others = tuple(matrix.columns[k] for k in rest if matrix.counts[i, k])
        found.append((theme, own, own_total * elsewhere / max(1, rest_total), p, others))
    if not found:
        return []
    corrected = false_discovery_control([min(1.0, row[3]) for row in found])
    out = [
        Shortfall(theme, own, round(expected, 2), round(p, 4), round(float(q), 4), others)
        for (theme, own, expected, p, others), q in zip(found, corrected, strict=True)
    ]
    return sorted(out, key=lambda s: (s.own - s.expected, s.theme))


def peers(matrix: Matrix, column: str) -> list[tuple[str, float]]:
    """Other columns by likeness of their profiles: 1 minus the Jensen-Shannon distance, 0..1."""
    from scipy.spatial.distance import jensenshannon

    j = matrix.columns.index(column)
    mine = matrix.counts[:, j].astype(float)
    out = []
    for k, name in enumerate(matrix.columns):
        theirs = matrix.counts[:, k].astype(float)
        if k != j and theirs.sum() and mine.sum():
            out.append((name, round(1 - float(jensenshannon(mine, theirs, base=2)), 3)))
    return sorted(out, key=lambda item: (-item[1], item[0]))


@dataclass(frozen=True, slots=True)
class Change:
    """Share of a theme before and after, and a 95 % bootstrap interval of the difference."""

    theme: str
    before: float
    after: float
    low: float
    high: float


def changes(matrix: Matrix, before: str, after: str) -> list[Change]:
    """How shares moved from one column to another, the largest move first."""
    generator = np.random.default_rng(SEED)
    drawn, shares = [], []
    for name in (before, after):
        j = matrix.columns.index(name)
        total = max(1, int(matrix.totals[j]))
        share = matrix.counts[:, j] / total
        rest = max(0.0, 1 - float(share.sum()))
        weights = np.append(share, rest)
        drawn.append(generator.multinomial(total, weights / weights.sum(), DRAWS)[:, :-1] / total)
        shares.append(share)
    low, high = np.percentile(drawn[1] - drawn[0], [2.5, 97.5], axis=0)
    out = [
        Change(
            theme, round(float(shares[0][i]), 4), round(float(shares[1][i]), 4),
            round(float(low[i]), 4), round(float(high[i]), 4),
        )
        for i, theme in enumerate(matrix.rows)
    ]  # fmt: skip
    return sorted(out, key=lambda c: (-abs(c.after - c.before), c.theme))
