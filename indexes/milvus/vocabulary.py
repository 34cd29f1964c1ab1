"""The terms of an index under one numbering, as sparse vectors of Milvus know them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from indexes.arrays import Array
from indexes.terms import Postings, query_weights

Sparse = dict[int, float]  # weights by the number of the term
# What a text without terms holds: Milvus Lite takes no empty vector. No query asks for it.
NOTHING: Sparse = {0: 1.0}


@dataclass(frozen=True)
class Vocabulary:
    """Number of every term from 1 on, how many stored activities hold it, and how many are stored.

    Deleted activities count until they are merged away, as they do in the index that was copied.
    """

    numbers: Mapping[str, int]
    held: npt.NDArray[np.int64]
    total: int

    @classmethod
    def of(cls, parts: Sequence[Postings]) -> Vocabulary:
        """The terms of all segments."""
        terms = sorted({term for part in parts for term in part.vocabulary})
        numbers = {term: i for i, term in enumerate(terms, start=1)}
        held = np.zeros(len(terms) + 1, dtype=np.int64)
        for part in parts:
            places = [numbers[term] for term in part.vocabulary]
            held[places] += np.diff(part.rows.ends)
        return cls(numbers, held, sum(part.size for part in parts))

    def of_segment(self, part: Postings) -> Array:
        """Our number of each term of a segment."""
        return np.asarray([self.numbers[term] for term in part.vocabulary], dtype=np.int64)

    def asked(self, tokens: Sequence[str]) -> Sparse:
        """What a query asks for: its inner product with a text is the score, 0..1."""
        weights, ceiling = query_weights(tokens, self.total, self._held)
        return {self.numbers[token]: weight / ceiling for token, weight in weights.items()}

    def known(self, tokens: Sequence[str]) -> list[int]:
        """Numbers of those tokens that any activity holds."""
        return [self.numbers[token] for token in tokens if token in self.numbers]

    def save(self, folder: Path, name: str) -> None:
        """Write ``NAME.json`` and ``NAME.npy``."""
        text = json.dumps({"total": self.total, "terms": list(self.numbers)}, ensure_ascii=False)
        (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
        np.save(folder / f"{name}.npy", self.held)

    @classmethod
    def load(cls, folder: Path, name: str) -> Vocabulary:
        """Read what :meth:`save` wrote."""
        content = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
        numbers = {term: i for i, term in enumerate(content["terms"], start=1)}
        held = np.load(folder / f"{name}.npy", allow_pickle=False)
        return cls(numbers, held, content["total"])

    def _held(self, token: str) -> int:
        number = self.numbers.get(token)
        return 0 if number is None else int(self.held[number])
