"""What the records alone say of every activity, as columns: facets and amounts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from indexes.arrays import Array, Ragged, Rows
from nlp.funding import funding_kinds
from nlp.places import municipality_of
from nlp.records import Activity

STORED = ("region", "plan", "period", "stage", "municipality", "deadline", "funding")
ARRAYS, NAMES = "columns.npz", "columns.json"
_AMOUNT = "amount"


@dataclass(frozen=True)
class Column:
    """Which activities have which value: row ``i`` of ``places`` holds numbers of ``values``."""

    values: tuple[str, ...]
    places: Ragged

    @classmethod
    def of(cls, rows: Sequence[Sequence[str]], values: Iterable[str] | None = None) -> Column:
        """:param values: every value there may be, in order; else those found, sorted."""
        known = tuple(values or sorted({value for row in rows for value in row}))
        place = {value: i for i, value in enumerate(known)}
        numbers = [np.asarray([place[v] for v in row], dtype=np.int32) for row in rows]
        return cls(known, Ragged.of(numbers, np.int32))

    @classmethod
    def joined(cls, parts: Sequence[Column]) -> Column:
        """The rows of all parts, over the values of all."""
        values = tuple(sorted({value for part in parts for value in part.values}))
        place = {value: i for i, value in enumerate(values)}
        rows = []
        for part in parts:
            numbers = np.asarray([place[value] for value in part.values], dtype=np.int32)
            flat = numbers[part.places.flat] if len(numbers) else part.places.flat
            rows.append(Ragged(flat, part.places.ends))
        return cls(values, Ragged.joined(rows))

    def take(self, rows: Rows) -> Column:
        """Some of the rows, and only the values they have."""
        places = self.places.take(rows)
        used = np.unique(places.flat)
        flat = np.searchsorted(used, places.flat).astype(np.int32)
        values = tuple(self.values[i] for i in used.tolist())
        return Column(values, Ragged(flat, places.ends))

    @cached_property
    def _one_each(self) -> bool:
        """Whether every activity has exactly one value."""
        return bool((np.diff(self.places.ends) == 1).all())

    def counts(self, rows: Rows | None) -> npt.NDArray[np.int64]:
        """How many of some activities, or of all, have each value."""
        places = self.places if rows is None else self.places.take(rows)
        return np.bincount(places.flat, minlength=len(self.values))

    def has_any(self, wanted: Sequence[int]) -> npt.NDArray[np.bool_]:
        """Which activities have one of some values."""
        chosen = np.zeros(len(self.values), dtype=bool)
        chosen[list(wanted)] = True
        held = chosen[self.places.flat]
        if self._one_each:
            return held
        ends = self.places.ends
        total = np.concatenate([[0], np.cumsum(held)])
        return np.asarray(total[ends[1:]] > total[ends[:-1]])


@dataclass(frozen=True)
class Columns:
    """Every stored facet, and the amounts in euro, NaN where the plan gives none."""

    facets: Mapping[str, Column]
    amounts: npt.NDArray[np.float64]

    @classmethod
    def joined(cls, parts: Sequence[Columns]) -> Columns:
        """The rows of all parts."""
        return cls(
            {name: Column.joined([part.facets[name] for part in parts]) for name in STORED},
            np.concatenate([part.amounts for part in parts]),
        )

    def take(self, rows: Rows) -> Columns:
        """Some of the rows."""
        facets = {name: column.take(rows) for name, column in self.facets.items()}
        return Columns(facets, self.amounts[rows])

    def names(self) -> dict[str, tuple[str, ...]]:
        """The values of every facet."""
        return {name: column.values for name, column in self.facets.items()}

    def arrays(self) -> dict[str, Array]:
        """The numbers of every facet."""
        out: dict[str, Array] = {_AMOUNT: self.amounts}
        for name, column in self.facets.items():
            out[f"{name}.flat"] = column.places.flat
            out[f"{name}.ends"] = column.places.ends
        return out

    @classmethod
    def of_arrays(cls, names: Mapping[str, Sequence[str]], arrays: Mapping[str, Any]) -> Columns:
        """Inverse of :meth:`names` and :meth:`arrays`."""
        facets = {
            name: Column(tuple(values), Ragged(arrays[f"{name}.flat"], arrays[f"{name}.ends"]))
            for name, values in names.items()
        }
        return cls(facets, arrays[_AMOUNT])

    def save(self, folder: Path) -> None:
        """Write ``columns.npz`` and ``columns.json``."""
        np.savez(folder / ARRAYS, **self.arrays())  # type: ignore[arg-type]
        text = json.dumps(self.names(), ensure_ascii=False)
        (folder / NAMES).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Columns:
        """Read what :meth:`save` wrote."""
        names = json.loads((folder / NAMES).read_text(encoding="utf-8"))
        with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
            return cls.of_arrays(names, dict(arrays))


def columns_of(activities: Sequence[Activity]) -> Columns:
    """The columns of some activities."""
    amounts = [np.nan if a.amount_eur is None else a.amount_eur for a in activities]
    return Columns(
        {name: Column.of([_values(name, a) for a in activities]) for name in STORED},
        np.asarray(amounts, dtype=np.float64),
    )


def _values(name: str, a: Activity) -> tuple[str, ...]:
    if name == "municipality":
        return tuple(dict.fromkeys(municipality_of(place) or place for place in a.municipalities))
    if name == "funding":
        return funding_kinds(a.funding)
    if name == "deadline":
        return () if a.deadline is None else (str(a.deadline),)
    return (str(getattr(a, "document" if name == "plan" else name)),)
