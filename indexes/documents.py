"""The documents of an index, counted from its columns: no record is read but one for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from indexes.columns import Columns
from nlp.records import Activity


@dataclass(frozen=True, slots=True)
class Document:
    """One document: ``title`` is the first line of its plan's; counts are of activities."""

    name: str
    plan: str
    period: str
    activities: int
    regions: Mapping[str, int]
    stages: Mapping[str, int]

    @property
    def title(self) -> str:
        """The title without what may stand below it."""
        return self.plan.split("\n")[0]


def documents(columns: Columns, activities: Sequence[Activity]) -> list[Document]:
    """All documents, in the order of their first activities."""
    column = columns.facets["plan"]
    used, first, sizes = np.unique(column.places.flat, return_index=True, return_counts=True)
    regions, stages = (_by_document(columns, name) for name in ("region", "stage"))
    out = []
    for i in np.argsort(first).tolist():
        one = activities[int(first[i])]
        number = int(used[i])
        out.append(
            Document(
                column.values[number], one.plan, one.period, int(sizes[i]),
                regions.get(number, {}), stages.get(number, {}),
            )
        )  # fmt: skip
    return out


def _by_document(columns: Columns, name: str) -> dict[int, dict[str, int]]:
    """How many activities of each document, by its number, have each value of a facet."""
    other = columns.facets[name]
    # A document and a region or stage are one value each, so rows of both columns are one long.
    pairs = columns.facets["plan"].places.flat.astype(np.int64) * len(other.values)
    found, sizes = np.unique(pairs + other.places.flat, return_counts=True)
    out: dict[int, dict[str, int]] = {}
    for pair, size in zip(found.tolist(), sizes.tolist(), strict=True):
        document, value = divmod(pair, len(other.values))
        out.setdefault(document, {})[other.values[value]] = size
    return out
