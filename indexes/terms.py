"""The term legs: BM25 over stems, which is what was typed, and over glossary concepts.

Concepts are where synonyms and English meet Latvian. The variant is Lucene's (Kamphuis et al.
2020). A segment stores what a text gives a term, the inverse document frequency comes from all
segments together when a query is asked, so an added activity is scored as the others are; only the
mean length is of its segment, until that is compacted.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from indexes.arrays import Kept, Ragged, Rows, Scores, mapped, starts_of

K1, B = 1.2, 0.5
VOCABULARY = "terms.json"


@dataclass(frozen=True)
class Counts:
    """How often texts hold terms: those of text ``i`` are row ``i`` of ``terms`` and ``times``."""

    vocabulary: tuple[str, ...]
    terms: Ragged  # int32 numbers into the vocabulary, ascending and distinct in a row
    times: npt.NDArray[np.uint8]  # for each entry of ``terms.flat``

    @classmethod
    def of(cls, texts: Sequence[Sequence[str]]) -> Counts:
        """Count token lists; a term counts 255 times at most."""
        vocabulary = sorted({token for text in texts for token in text})
        place = {token: i for i, token in enumerate(vocabulary)}
        rows, times = [], []
        for text in texts:
            found, count = np.unique(
                np.asarray([place[token] for token in text], dtype=np.int32), return_counts=True
            )
            rows.append(found)
            times.append(np.minimum(count, 255))
        flat = np.concatenate(times) if times else np.zeros(0)
        return cls(tuple(vocabulary), Ragged.of(rows, np.int32), flat.astype(np.uint8))

    @classmethod
    def joined(cls, parts: Sequence[Counts]) -> Counts:
        """The texts of all parts, over one vocabulary."""
        vocabulary = sorted({term for part in parts for term in part.vocabulary})
        place = {term: i for i, term in enumerate(vocabulary)}
        renamed = []
        for part in parts:
            # Both vocabularies are sorted, so the terms of a text stay in ascending order.
            numbers = np.asarray([place[term] for term in part.vocabulary], dtype=np.int32)
            flat = numbers[part.terms.flat] if len(numbers) else part.terms.flat
            renamed.append(Ragged(flat.astype(np.int32), part.terms.ends))
        times = np.concatenate([part.times for part in parts])
        return cls(tuple(vocabulary), Ragged.joined(renamed), times)


class Postings:
    """The terms of one segment, by term: which rows hold it, how often, and what that is worth."""

    def __init__(
        self,
        vocabulary: Mapping[str, int],
        rows: Ragged,  # of each term, ascending
        times: npt.NDArray[np.uint8],
        weights: Scores,
        size: int,
    ) -> None:
        self.vocabulary = vocabulary
        self.rows = rows
        self.times = times
        self.weights = weights
        self.size = size

    @classmethod
    def of(cls, counts: Counts) -> Postings:
        """Turn counts by text into postings by term."""
        size = len(counts.terms)
        shape = (size, len(counts.vocabulary))
        entries = (counts.times, counts.terms.flat, counts.terms.ends)
        by_term = sp.csr_array(entries, shape=shape).tocsc()
        rows = by_term.indices.astype(np.int32)
        times = by_term.data.astype(np.uint8)
        lengths = np.bincount(rows, weights=times, minlength=size)
        mean = max(float(lengths.mean()), 1e-9) if size else 1.0
        norm = (K1 * (1 - B + B * lengths / mean)).astype(np.float32)
        weights = times / (times + norm[rows])
        vocabulary = {term: i for i, term in enumerate(counts.vocabulary)}
        ends = by_term.indptr.astype(np.int64)
        return cls(vocabulary, Ragged(rows, ends), times, weights.astype(np.float32), size)

    def counts(self, places: Rows | None = None) -> Counts:
        """What :meth:`of` took, of some rows."""
        entries = (self.times, self.rows.flat, self.rows.ends)
        by_text = sp.csc_array(entries, shape=(self.size, len(self.vocabulary))).tocsr()
        terms = Ragged(by_text.indices.astype(np.int32), by_text.indptr.astype(np.int64))
        times = by_text.data.astype(np.uint8)
        vocabulary = tuple(self.vocabulary)
        if places is None:
            return Counts(vocabulary, terms, times)
        chosen = Ragged(times, terms.ends).take(places).flat
        return Counts(vocabulary, terms.take(places), chosen)

    @cached_property
    def distinct(self) -> npt.NDArray[np.int64]:
        """How many different terms each row holds."""
        return np.bincount(self.rows.flat, minlength=self.size)

    def save(self, folder: Path) -> None:
        """Write npy files and the vocabulary as JSON."""
        folder.mkdir()
        self.rows.save(folder, "rows")
        np.save(folder / "times.npy", self.times)
        np.save(folder / "weights.npy", self.weights)
        content = {"rows": self.size, "terms": list(self.vocabulary)}
        text = json.dumps(content, ensure_ascii=False)
        (folder / VOCABULARY).write_text(text, encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Postings:
        """Map what :meth:`save` wrote."""
        content = json.loads((folder / VOCABULARY).read_text(encoding="utf-8"))
        return cls(
            {term: i for i, term in enumerate(content["terms"])},
            Ragged.load(folder, "rows"),
            mapped(folder / "times.npy"),
            mapped(folder / "weights.npy"),
            content["rows"],
        )


def query_weights(
    tokens: Sequence[str], total: int, held: Callable[[str], int]
) -> tuple[dict[str, float], float]:
    """Weight of each known token in a query, and the ceiling of a score.

    :param total: how many activities there are.
    :param held: how many of them hold a token.
    """
    weights: dict[str, float] = {}
    ceiling = 0.0
    for token in tokens:
        holding = held(token)
        idf = math.log1p((total - holding + 0.5) / (holding + 0.5))
        ceiling += idf
        if holding:
            weights[token] = weights.get(token, 0.0) + idf
    return weights, ceiling


class TermLeg:
    """BM25 over the postings of all segments, divided by the most a text could score.

    A query word no activity holds counts towards that ceiling, so a score near zero means that
    most of the query is missing: this keeps scores of different queries comparable.
    """

    def __init__(self, parts: Sequence[Postings], kept: Kept | None = None) -> None:
        self._parts = tuple(parts)
        self._starts = starts_of([part.size for part in parts])
        self._kept = kept or Kept(sum(part.size for part in parts))

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> TermLeg:
        """A leg over token lists in memory, one per row; empty lists are allowed."""
        return cls([Postings.of(Counts.of(documents))])

    def weights(self, tokens: Sequence[str]) -> tuple[dict[str, float], float]:
        """Weight of each known token in a query, and the ceiling of a score."""

        def held(token: str) -> int:
            return sum(len(self._of(part, token)) for part in self._parts)

        return query_weights(tokens, self._kept.total, held)

    def scores(self, tokens: Sequence[str]) -> Scores | None:
        """Scores of all rows in 0..1, or None where no token is known."""
        weights, ceiling = self.weights(tokens)
        if not weights:
            return None
        out = np.zeros(self._kept.total, dtype=np.float32)
        for part, start in zip(self._parts, self._starts, strict=True):
            mine = out[start : start + part.size]
            for token, weight in weights.items():
                number = part.vocabulary.get(token)
                if number is not None:
                    first, last = part.rows.ends[number : number + 2]
                    share = np.float32(weight / ceiling)
                    np.add.at(mine, part.rows.flat[first:last], part.weights[first:last] * share)
        return np.asarray(self._kept.of(out), dtype=np.float32)

    def holding(self, token: str) -> Rows:
        """Rows that hold a token."""
        held = [
            self._of(part, token).astype(np.int64) + start
            for part, start in zip(self._parts, self._starts, strict=True)
        ]
        places = np.concatenate(held)
        if self._kept.stored is not None:
            places = np.intersect1d(places, self._kept.stored)
        return self._kept.rows(places)

    def overlap(self, tokens: frozenset[str]) -> Scores:
        """Jaccard overlap of a set of tokens with the tokens of every row."""
        out = np.zeros(self._kept.total, dtype=np.float32)
        for part, start in zip(self._parts, self._starts, strict=True):
            mine = out[start : start + part.size]
            for token in tokens:
                np.add.at(mine, self._of(part, token), 1)
            mine /= np.maximum(part.distinct + len(tokens) - mine, 1)
        return np.asarray(self._kept.of(out), dtype=np.float32)

    @staticmethod
    def _of(part: Postings, token: str) -> Rows:
        number = part.vocabulary.get(token)
        return part.rows[number] if number is not None else np.zeros(0, dtype=np.int32)
