"""txtai: its hybrid index, with vectors from outside."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from txtai import Embeddings

from tests.benchmarks.inputs import Inputs, Narrow, Vectors
from tests.benchmarks.peers import Peer

_INDEX = "index"


class Index(Peer):
    content = False

    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        faiss.omp_set_num_threads(threads)

    def build(self, inputs: Inputs, folder: Path) -> None:
        given, at = inputs.vectors, 0

        # Texts come in order and all of them once; some occur twice with different vectors.
        def transform(texts: Sequence[str]) -> Vectors:
            nonlocal at
            at += len(texts)
            return np.asarray(given[at - len(texts) : at])

        embeddings = Embeddings(
            method="external", transform=transform, hybrid=True, content=self.content
        )
        embeddings.index(self._documents(inputs))
        if at != len(given):
            raise RuntimeError(f"txtai asked for {at} vectors of {len(given)}")
        embeddings.config.pop("transform")  # a function cannot be stored
        embeddings.save(str(folder / _INDEX))

    def _documents(self, inputs: Inputs) -> Iterator[Any]:
        yield from enumerate(inputs.texts)

    def open(self, inputs: Inputs, folder: Path) -> None:
        known = {q.text: v for q, v in zip(inputs.queries, inputs.query_vectors, strict=True)}

        def transform(texts: Sequence[str]) -> Vectors:
            return np.stack([known[text] for text in texts])

        self.embeddings = Embeddings().load(str(folder / _INDEX), config={"transform": transform})

    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        return self.embeddings.search(text, k)

    def rows(self, found: Sequence[Any]) -> list[int]:
        return [int(row) for row, _ in found]

    def dense(self, text: str, vector: Vectors, k: int) -> list[int]:
        return [row for row, _ in self.embeddings.ann.search(vector[None], k)[0]]

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> object:
        return self.embeddings.batchsearch(list(texts), k)


class Content(Index):
    content = True

    def _documents(self, inputs: Inputs) -> Iterator[Any]:
        rows = zip(inputs.texts, inputs.column("region"), inputs.column("stage"), strict=True)
        for i, (text, region, stage) in enumerate(rows):
            yield i, {"text": text, "region": region, "stage": stage}

    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        if not narrow.asked():
            return self.embeddings.search(text, k)
        given = {"q": text}
        clauses = ["similar(:q)"]
        for field, wanted in narrow.asked().items():
            names = [f"{field}{i}" for i in range(len(wanted))]
            given |= dict(zip(names, wanted, strict=True))
            clauses.append(f"{field} in ({', '.join(f':{name}' for name in names)})")
        query = f"select id, text, score from txtai where {' and '.join(clauses)}"  # noqa: S608
        return self.embeddings.search(query, k, parameters=given)

    def rows(self, found: Sequence[Any]) -> list[int]:
        return [int(hit["id"]) for hit in found]
