"""Arrays as the index keeps them: rows of different lengths, rows left out, files mapped."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]
Array = npt.NDArray[Any]
_LONG, _SAMPLE = 20_000, 1_000


@dataclass(frozen=True)
class Ragged:
    """Rows of different lengths: row ``i`` is ``flat[ends[i] : ends[i + 1]]``; ``ends[0]`` is 0."""

    flat: Array
    ends: Rows

    @classmethod
    def of(cls, rows: Sequence[Array], kind: npt.DTypeLike) -> Ragged:
        """Rows one after another, as numbers of a kind."""
        flat = np.concatenate(rows) if rows else np.zeros(0)
        ends = np.concatenate([[0], np.cumsum([len(row) for row in rows])])
        return cls(flat.astype(kind), ends.astype(np.int64))

    @classmethod
    def joined(cls, parts: Sequence[Ragged]) -> Ragged:
        """The rows of all parts."""
        sizes = [np.diff(part.ends) for part in parts]
        ends = np.concatenate([[0], np.cumsum(np.concatenate(sizes))]).astype(np.int64)
        return cls(np.concatenate([part.flat for part in parts]), ends)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def __getitem__(self, row: int) -> Array:
        return self.flat[self.ends[row] : self.ends[row + 1]]

    def take(self, rows: Rows) -> Ragged:
        """Some of the rows."""
        starts, sizes = self.ends[rows], self.ends[rows + 1] - self.ends[rows]
        ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        places = np.repeat(starts - ends[:-1], sizes) + np.arange(ends[-1])
        return Ragged(self.flat.take(places), ends)

    def save(self, folder: Path, name: str) -> None:
        """Write ``NAME.npy`` and ``NAME.ends.npy``."""
        np.save(folder / f"{name}.npy", self.flat)
        np.save(folder / f"{name}.ends.npy", self.ends)

    @classmethod
    def load(cls, folder: Path, name: str) -> Ragged:
        """Map what :meth:`save` wrote."""
        return cls(mapped(folder / f"{name}.npy"), mapped(folder / f"{name}.ends.npy"))


def mapped(path: Path) -> Array:
    """An array whose pages are read when they are looked at."""
    if not np.load(path, mmap_mode="r", allow_pickle=False).size:  # nothing cannot be mapped
        return np.asarray(np.load(path, allow_pickle=False))
    return np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))


@dataclass(frozen=True)
class Kept:
    """Which of the stored rows there still are.

    Segments never change, so what is deleted stays in them until they are compacted. Everybody
    else counts only the rows there are: row ``i`` of the index lies at ``stored[i]``.
    """

    total: int
    stored: Rows | None = None  # ascending; None: all of them

    def __len__(self) -> int:
        return self.total if self.stored is None else len(self.stored)

    def places(self, rows: Rows | None) -> Rows | None:
        """Where rows of the index are stored; None stands for all stored rows."""
        if self.stored is None:
            return rows
        return self.stored if rows is None else self.stored[rows]

    def place(self, row: int) -> int:
        """Where one row of the index is stored."""
        return row if self.stored is None else int(self.stored[row])

    def rows(self, places: Rows) -> Rows:
        """Rows of the index that lie at some places; none of them may be deleted."""
        if self.stored is None:
            return places
        return np.searchsorted(self.stored, places).astype(np.int64)

    def of(self, values: Array) -> Array:
        """Values of stored rows, for the rows of the index."""
        return values if self.stored is None else values[self.stored]


def fresh(ordered: Array) -> npt.NDArray[np.bool_]:
    """Where something stands that did not stand before, in an array in order."""
    out = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=out[1:])
    return out


def distinct(numbers: Array) -> Array:
    """Each number once, ascending; of a few hundred six times as fast as the library's."""
    ordered = np.sort(numbers)
    return np.asarray(ordered[fresh(ordered)])


def starts_of(sizes: Sequence[int]) -> list[int]:
    """Number of the first row of each part."""
    return [0, *np.cumsum(sizes).tolist()][:-1]


def located(place: int, starts: Sequence[int]) -> tuple[int, int]:
    """Number of the part that holds a place, and the place counted from its first row."""
    part = bisect_right(starts, place) - 1
    return part, place - starts[part]


def best(scores: Scores, rows: Rows | None, depth: int) -> Rows:
    """The ``depth`` rows with the highest scores above zero, among ``rows`` only where given."""
    values = scores if rows is None else scores[rows]
    # Long arrays: a sample tells a bound below which nothing can be among the best.
    if len(values) > _LONG:
        step = len(values) // _SAMPLE
        sample = values[::step]
        place = min(len(sample) - 1, 2 * depth // step + 8)
        bound = max(float(np.partition(sample, -place - 1)[-place - 1]), 0.0)
        pool = np.flatnonzero(values > bound)
        if len(pool) < depth:
            pool = np.flatnonzero(values > 0)
    else:
        pool = np.flatnonzero(values > 0)
    if len(pool) > depth:
        pool = pool[np.argpartition(-values[pool], depth)[:depth]]
    return np.asarray(pool if rows is None else rows[pool], dtype=np.int64)
