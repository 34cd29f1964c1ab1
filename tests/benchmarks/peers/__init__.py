"""The systems a benchmark compares, each in a module of its own behind one narrow interface."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.benchmarks.inputs import Inputs, Narrow, Vectors


class Peer(ABC):
    """One system. Results are lists of row numbers, best first; ``k`` is how many at most."""

    def __init__(self, threads: int) -> None:
        """:param threads: how many each library may use."""
        self.threads = threads

    @abstractmethod
    def build(self, inputs: Inputs, folder: Path) -> None:
        """Index all texts and vectors into a folder that is there and empty."""

    @abstractmethod
    def open(self, inputs: Inputs, folder: Path) -> None:
        """Get ready to search what :meth:`build` wrote."""

    @abstractmethod
    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        """The best of what the system is for: hybrid where it can be, dense or words otherwise.

        Returns what the system gives; :meth:`rows` turns that into row numbers.
        """

    def rows(self, found: Sequence[Any]) -> list[int]:
        """Row numbers of what :meth:`search` returned; not timed."""
        return [int(row) for row in found]

    def dense(self, text: str, vector: Vectors, k: int) -> list[int] | None:
        """The nearest vectors alone, or None where the system has no vectors."""
        return None

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> object:
        """All queries at once, in the system's own way of doing so."""
        return [
            self.search(text, vector, Narrow(), k)
            for text, vector in zip(texts, vectors, strict=True)
        ]

    def pairs(self, inputs: Inputs, k: int) -> dict[str, Any]:
        """Measurements of the system against a part of itself; most have none."""
        return {}


@dataclass(frozen=True)
class System:
    """A system as runner and page know it; its libraries are imported in its own process only."""

    name: str
    label: str
    module: str  # in this package
    maker: str  # its class there
    packages: tuple[str, ...]
    settings: str
    kind: str  # what it searches by: hybrid, dense or words
    filters: bool = True
    ours: bool = False  # runs in regioplan's environment; its index is made by `regioplan build`

    def make(self, threads: int) -> Peer:
        """The system itself; imports its libraries."""
        made: Peer = getattr(import_module(f"{__name__}.{self.module}"), self.maker)(threads)
        return made


SYSTEMS: tuple[System, ...] = (
    System(
        "regioplan", "regioplan, fast", "regioplan", "Fast", ("regioplan", "faiss-cpu"),
        "As installed. The query is encoded, read and corrected, all four legs are fused, "
        "near-copies folded, and whole records with tags, strength and matched words returned. "
        "From 100,000 rows the dense leg looks at one list in 32 of its quick index.",
        "hybrid", ours=True,
    ),
    System(
        "regioplan-exact", "regioplan, exact", "regioplan", "Exact", ("regioplan", "faiss-cpu"),
        "The same index, the query compared with every vector.",
        "hybrid", ours=True,
    ),
    System(
        "faiss", "FAISS Flat (the limit)", "flat", "Flat", ("faiss-cpu",),
        "IndexFlatIP over float32, filters as IDSelectorBitmap made from the same fields. "
        "Vectors alone: row numbers are all it returns.",
        "dense",
    ),
    System(
        "txtai", "txtai hybrid", "txtai_index", "Index", ("txtai", "faiss-cpu"),
        "hybrid=True with its defaults (BM25 in SQLite, IVF-Flat in FAISS with the lists and "
        "probes it derives, weights 0.5 and 0.5), vectors from an external transform, content off: "
        "the quickest way it offers, ids and scores are all it returns.",
        "hybrid", filters=False,
    ),
    System(
        "txtai-sql", "txtai hybrid with content", "txtai_index", "Content", ("txtai", "faiss-cpu"),
        "The same with content=True, as its filters need it: fields in SQLite, searched by "
        "SQL with similar(); its default number of candidates (ten times the limit).",
        "hybrid",
    ),
    System(
        "milvus", "Milvus Lite hybrid", "milvus", "Lite", ("milvus-lite", "pymilvus", "faiss-cpu"),
        "MilvusClient on a local file: HNSW (M 16, efConstruction 200, ef 64, inner product), its "
        "own BM25 function over its standard analyzer, INVERTED on the fields, hybrid_search with "
        "RRFRanker(60), 100 candidates a route, ids returned.",
        "hybrid",
    ),
    System(
        "sklearn", "scikit-learn NearestNeighbors", "nearest", "Nearest", ("scikit-learn",),
        "algorithm='brute', Euclidean over the unit vectors (the same order as the cosine). No "
        "filters.",
        "dense", filters=False,
    ),
    System(
        "bm25s", "bm25s alone", "words", "Words", ("bm25s",),
        "Lucene's BM25 (its default), its own tokenizer without stop words or stemmer, index "
        "mapped, filters as weight_mask. Words alone.",
        "words",
    ),
)  # fmt: skip


def system(name: str) -> System:
    """The system of a name. :raises KeyError: there is none."""
    return {one.name: one for one in SYSTEMS}[name]
