"""The scoring legs of the hybrid search. Each scores any subset of rows for one query.

Dense: FAISS inner product of unit vectors. Words: BM25 over stems. Concepts: BM25 over glossary
concepts, which is where synonyms and English meet Latvian.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import bm25s
import faiss
import numpy as np
import numpy.typing as npt

Rows = npt.NDArray[np.int64]
Scores = npt.NDArray[np.float32]


class DenseLeg:
    """Exact inner-product search; FAISS Flat already runs at memory bandwidth to 1e5 rows."""

    file = "vectors.faiss"

    def __init__(self, index: faiss.Index) -> None:
        self.index = index

    @classmethod
    def build(cls, vectors: npt.NDArray[np.float32]) -> DenseLeg:
        """:param vectors: ``(n, dimension)`` unit float32."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(vectors)
        return cls(index)

    def vectors(self) -> npt.NDArray[np.float32]:
        """All vectors, ``(n, dimension)``."""
        return np.asarray(self.index.reconstruct_n(0, self.index.ntotal), dtype=np.float32)

    def top(self, vector: Scores, rows: Rows | None, depth: int) -> Rows:
        """The best ``depth`` row numbers, among ``rows`` only where given."""
        parameters = None
        if rows is not None:
            depth = min(depth, len(rows))
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(rows))  # type: ignore[call-arg]
        if depth == 0:
            return np.zeros(0, dtype=np.int64)
        _, found = self.index.search(vector[None, :], depth, params=parameters)
        return np.asarray(found[0][found[0] >= 0], dtype=np.int64)

    def score(self, vector: Scores, rows: Rows) -> Scores:
        """Cosine similarity of the rows, ``(len(rows),)``."""
        return np.asarray(self.index.reconstruct_batch(rows) @ vector, dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write the FAISS file."""
        faiss.write_index(self.index, str(folder / self.file))

    @classmethod
    def load(cls, folder: Path) -> DenseLeg:
        """Read the FAISS file."""
        return cls(faiss.read_index(str(folder / cls.file)))


class TermLeg:
    """BM25 over token lists (``bm25s``, Lucene variant), divided by the most a text could score.

    A query word no activity holds counts towards that ceiling, so a score near zero means that
    most of the query is missing: this keeps scores of different queries comparable.
    """

    def __init__(self, engine: bm25s.BM25, vocabulary: dict[str, int], idf: Scores) -> None:
        self._engine = engine
        self._vocabulary = vocabulary
        self._idf = idf  # (vocabulary,), its last entry for unknown tokens

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.5) -> TermLeg:
        """:param documents: one token list per row; empty lists are allowed."""
        vocabulary: dict[str, int] = {}
        ids = [[vocabulary.setdefault(t, len(vocabulary)) for t in doc] for doc in documents]
        # bm25s needs one token somewhere to size its matrix; the same entry stands for unknowns.
        vocabulary.pop("", None)
        vocabulary[""] = len(vocabulary)
        engine = bm25s.BM25(k1=k1, b=b, method="lucene")
        engine.index((ids, vocabulary), show_progress=False, create_empty_token=True)
        seen = np.zeros(len(vocabulary))
        for row in ids:
            seen[list(set(row))] += 1
        idf = np.log1p((len(ids) - seen + 0.5) / (seen + 0.5)).astype(np.float32)
        return cls(engine, vocabulary, idf)

    def scores(self, tokens: Sequence[str]) -> Scores | None:
        """Scores of all rows in 0..1, or None where no token is known."""
        unknown = len(self._idf) - 1
        ids = [self._vocabulary.get(t, unknown) for t in tokens]
        known = [i for i in ids if i != unknown]
        if not known:
            return None
        ceiling = float(self._idf[ids].sum())
        return np.asarray(self._engine.get_scores_from_ids(known), dtype=np.float32) / ceiling

    def save(self, folder: Path) -> None:
        """Write the sparse matrix, weights and vocabulary as npy and JSON."""
        self._engine.save(str(folder), show_progress=False)
        np.save(folder / "term_idf.npy", self._idf)
        text = json.dumps(self._vocabulary, ensure_ascii=False)
        (folder / "terms.json").write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> TermLeg:
        """Read what :meth:`save` wrote."""
        engine = bm25s.BM25.load(str(folder), load_corpus=False, show_progress=False)
        vocabulary = json.loads((folder / "terms.json").read_text(encoding="utf-8"))
        return cls(engine, vocabulary, np.load(folder / "term_idf.npy", allow_pickle=False))
