"""bm25s: words alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import bm25s
import numpy as np

from tests.benchmarks.inputs import Inputs, Narrow, Vectors
from tests.benchmarks.peers import Peer


class Words(Peer):
    def build(self, inputs: Inputs, folder: Path) -> None:
        model = bm25s.BM25()
        model.index(_tokens(inputs.texts), show_progress=False)
        model.save(str(folder))

    def open(self, inputs: Inputs, folder: Path) -> None:
        self.model = bm25s.BM25.load(str(folder), mmap=True)
        self.inputs = inputs

    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        mask = self.inputs.mask(narrow).astype(np.float32) if narrow.asked() else None
        found = self.model.retrieve(
            _tokens([text]), k=k, show_progress=False, n_threads=0, weight_mask=mask
        )
        # It fills up with rows that score nothing.
        return found.documents[0][found.scores[0] > 0]

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> object:
        return self.model.retrieve(
            _tokens(list(texts)), k=k, show_progress=False, n_threads=self.threads
        )


def _tokens(texts: list[str]) -> list[list[str]]:
    return bm25s.tokenize(texts, stopwords=None, return_ids=False, show_progress=False)
