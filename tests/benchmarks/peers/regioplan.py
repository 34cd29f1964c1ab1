"""regioplan as a program uses it; `regioplan build --records` makes its index."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import faiss
import torch

from indexes.dense import probes
from indexes.engine import SearchIndex
from indexes.facets import Filters
from tests.benchmarks.inputs import Inputs, Narrow, Vectors
from tests.benchmarks.peers import Peer

_ROUNDS = 3


class _Regioplan(Peer):
    quick = True

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        torch.set_num_threads(1)
        faiss.omp_set_num_threads(1)

    def build(self, inputs: Inputs, folder: Path) -> None:
        raise NotImplementedError("the runner times 'regioplan build --records' instead")

    def open(self, inputs: Inputs, folder: Path) -> None:
        self.index = SearchIndex.open(folder)
        self.index.quick = self.quick
        self.index.warm()

    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        self._forget()
        return self.index.search(text, Filters(regions=narrow.region, stages=narrow.stage), k)

    def _forget(self) -> None:
        """Every query is read and encoded: none may come from what an earlier round left."""
        self.index.query_vector.cache_clear()
        self.index.speller._found.cache_clear()

    def rows(self, found: Sequence[Any]) -> list[int]:
        return [self.index.row_of(hit.activity.id) for hit in found]

    def dense(self, text: str, vector: Vectors, k: int) -> list[int]:
        return self.index.legs.dense.top(vector, None, k, quick=self.quick).tolist()

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> object:
        self._forget()
        # There is no quicker call for many queries, and threads gain nothing on two processors.
        return [self.index.search(text, None, k) for text in texts]

    def pairs(self, inputs: Inputs, k: int) -> dict[str, Any]:
        """The dense leg and the FAISS index inside it, one after the other on every query."""
        leg = self.index.legs.dense
        index, parameters = leg._parts[0], None
        if self.quick and leg.has_quick:
            index = leg._quick[0]
            parameters = faiss.SearchParametersIVF(nprobe=probes(index))

        def raw(vector: Vectors) -> object:
            return index.search(vector[None], k, params=parameters)

        def own(vector: Vectors) -> object:
            return leg.top(vector, None, k, quick=self.quick)

        return _paired(own, raw, inputs.query_vectors)


class Fast(_Regioplan):
    pass


class Exact(_Regioplan):
    quick = False


def _paired(
    own: Callable[[Vectors], object], raw: Callable[[Vectors], object], vectors: Vectors
) -> dict[str, Any]:
    """Ratios of two ways, taken in turn so that whatever else the machine does falls on both."""
    ratios, ours, theirs = [], [], []
    for round_ in range(_ROUNDS):
        for i, vector in enumerate(vectors):
            first, second = (own, raw) if (i + round_) % 2 else (raw, own)
            start = time.perf_counter()
            first(vector)
            middle = time.perf_counter()
            second(vector)
            end = time.perf_counter()
            taken = (middle - start, end - middle)
            mine, other = taken if first is own else taken[::-1]
            ours.append(mine)
            theirs.append(other)
            ratios.append(mine / other)
    return {
        "ratio": median(ratios),
        "own_ms": 1000 * median(ours),
        "raw_ms": 1000 * median(theirs),
        "pairs": len(ratios),
    }
