"""Raw FAISS: an exact index over the vectors, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from tests.benchmarks.inputs import Inputs, Narrow, Vectors
from tests.benchmarks.peers import Peer

_FILE = "flat.faiss"


class Flat(Peer):
    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        faiss.omp_set_num_threads(threads)

    def build(self, inputs: Inputs, folder: Path) -> None:
        index = faiss.IndexFlatIP(inputs.vectors.shape[1])
        index.add(np.ascontiguousarray(inputs.vectors))
        faiss.write_index(index, str(folder / _FILE))

    def open(self, inputs: Inputs, folder: Path) -> None:
        self.index = faiss.read_index(str(folder / _FILE), faiss.IO_FLAG_MMAP_IFC)
        self.inputs = inputs

    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        parameters = None
        if narrow.asked():
            bits = np.packbits(self.inputs.mask(narrow), bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bits))
        found = self.index.search(vector[None], k, params=parameters)[1][0]
        return found[found >= 0]

    def dense(self, text: str, vector: Vectors, k: int) -> list[int]:
        return self.rows(self.search(text, vector, Narrow(), k))

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> object:
        return self.index.search(vectors, k)
