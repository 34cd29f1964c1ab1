"""What every system of a benchmark is given: the same texts, vectors, fields and queries.

Written once per corpus (:mod:`tests.benchmarks.prepare`), read by every worker. Needs numpy alone,
as the peers run in an environment without regioplan.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
FIELDS = ("region", "stage")


@dataclass(frozen=True)
class Narrow:
    """A filter every system can say: one of some regions, one of some stages; empty asks nothing.

    ``kind`` names it in the results.
    """

    kind: str = "none"
    region: tuple[str, ...] = ()
    stage: tuple[str, ...] = ()

    def asked(self) -> dict[str, tuple[str, ...]]:
        """The values of each field that asks for something."""
        return {name: getattr(self, name) for name in FIELDS if getattr(self, name)}


@dataclass(frozen=True)
class Query:
    """One query; ``judged`` names the judgements it has, where it has any."""

    id: str
    text: str
    judged: str
    narrow: Narrow


class Inputs:
    """The inputs of one corpus; rows are in the order of regioplan's own index."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @cached_property
    def vectors(self) -> Vectors:
        """``(n, dimension)`` unit float32, mapped."""
        return np.load(self.folder / "vectors.npy", mmap_mode="r")

    @cached_property
    def texts(self) -> list[str]:
        """The text of every row."""
        return json.loads((self.folder / "texts.json").read_text(encoding="utf-8"))

    @cached_property
    def codes(self) -> Mapping[str, npt.NDArray[np.int16]]:
        """The number of every row's value of each field."""
        with np.load(self.folder / "codes.npz", allow_pickle=False) as arrays:
            return dict(arrays)

    @cached_property
    def values(self) -> Mapping[str, Sequence[str]]:
        """The values of each field."""
        return json.loads((self.folder / "values.json").read_text(encoding="utf-8"))

    @cached_property
    def queries(self) -> list[Query]:
        """All queries, in the order in which they are asked."""
        rows = json.loads((self.folder / "queries.json").read_text(encoding="utf-8"))
        out = []
        for row in rows:
            narrow = {name: tuple(row["narrow"][name]) for name in FIELDS}
            kind = Narrow(row["narrow"]["kind"], **narrow)
            out.append(Query(row["id"], row["text"], row["judged"], kind))
        return out

    @cached_property
    def query_vectors(self) -> Vectors:
        """``(queries, dimension)`` unit float32."""
        return np.load(self.folder / "query_vectors.npy")

    def column(self, field: str) -> list[str]:
        """The value of every row of a field."""
        names = self.values[field]
        return [names[code] for code in self.codes[field].tolist()]

    def mask(self, narrow: Narrow) -> npt.NDArray[np.bool_]:
        """Which rows pass, for the systems that are told by mask."""
        keep = np.ones(len(self.codes[FIELDS[0]]), dtype=bool)
        for field, wanted in narrow.asked().items():
            names = self.values[field]
            passing = np.zeros(len(names), dtype=bool)
            passing[[names.index(value) for value in wanted]] = True
            keep &= passing[self.codes[field]]
        return keep
