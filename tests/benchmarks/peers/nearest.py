"""scikit-learn's NearestNeighbors over the vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.neighbors import NearestNeighbors
from threadpoolctl import threadpool_limits

from tests.benchmarks.inputs import Inputs, Narrow, Vectors
from tests.benchmarks.peers import Peer


class Nearest(Peer):
    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        threadpool_limits(limits=threads)

    def build(self, inputs: Inputs, folder: Path) -> None:
        # A brute-force model is its vectors: they are what has to be kept.
        np.save(folder / "vectors.npy", inputs.vectors)
        self.open(inputs, folder)

    def open(self, inputs: Inputs, folder: Path) -> None:
        self.model = NearestNeighbors(algorithm="brute").fit(np.load(folder / "vectors.npy"))

    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        return self.model.kneighbors(vector[None], k, return_distance=False)[0]

    def dense(self, text: str, vector: Vectors, k: int) -> list[int]:
        return self.rows(self.search(text, vector, Narrow(), k))

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> object:
        return self.model.kneighbors(vectors, k, return_distance=False)
