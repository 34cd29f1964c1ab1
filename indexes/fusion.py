"""How the scores of the legs become one: a convex combination and the words for its strength."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple, overload

import numpy as np

from indexes.arrays import Ragged, Rows, Scores, fresh
from nlp.alignment import ONE_WAY, SYMMETRIC, Numbers, TokenVectors, alignment

DEPTH = 300  # candidates each leg may name


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the convex combination and where strength words begin.

    Judged hits of the development queries: from ``strong`` on four in five are relevant, from
    ``good`` on one in two, below ``floor`` one in forty.
    """

    dense: float = 0.55
    alignment: float = 0.25
    words: float = 0.03
    concepts: float = 0.17
    floor: float = 0.28
    floor_similar: float = 0.16  # a whole activity shares less with another than a query does
    good: float = 0.41
    strong: float = 0.53

    def strength(self, score: float) -> str:
        """A fused score in a word."""
        if score >= self.strong:
            return "strong"
        return "good" if score >= self.good else "weak"


# The query's own words and nothing else; also the baseline of `regioplan evaluate`.
OWN_WORDS = Fusion(
    dense=0.0, alignment=0.0, words=1.0, concepts=0.0, floor=0.01, floor_similar=0.01
)


@dataclass(frozen=True)
class Asked:
    """A query as the legs take it: unit vector, stems, ids of concepts, tokens of the encoder.

    ``whole``: it is a whole activity rather than a few words somebody typed.
    """

    vector: Scores
    stems: Sequence[str]
    concepts: Sequence[str]
    tokens: Numbers | None
    whole: bool


@dataclass(frozen=True)
class Found:
    """Candidates that any leg named, ascending, with what every leg says of each."""

    rows: Rows
    dense: Scores
    words: Scores
    concepts: Scores
    tokens: Ragged | None  # of each candidate, where the encoder is static


class Entry(NamedTuple):
    """A row of a ranking; ``copies`` counts the near-copies of its region it stands for."""

    row: int
    score: float
    dense: float
    lexical: float
    copies: int


@dataclass(frozen=True, eq=False)
class Ranking(Sequence[Entry]):
    """Activities in an order, best first; arrays with a place for each, see :class:`Entry`."""

    rows: Rows
    score: Scores
    dense: Scores
    lexical: Scores
    copies: Rows

    @classmethod
    def level(cls, rows: Rows, score: float = 0.0, lexical: float = 0.0) -> Ranking:
        """Activities of which none is better than another."""
        size = len(rows)
        return cls(
            rows,
            np.full(size, score, dtype=np.float32),
            np.zeros(size, dtype=np.float32),
            np.full(size, lexical, dtype=np.float32),
            np.zeros(size, dtype=np.int64),
        )

    def take(self, places: Rows | slice) -> Ranking:
        """Some of them, in the order given."""
        return Ranking(
            self.rows[places],
            self.score[places],
            self.dense[places],
            self.lexical[places],
            self.copies[places],
        )

    def without_copies(self, groups: Rows) -> Ranking:
        """The best of each group, which stands for the others.

        :param groups: of each activity, in the same order.
        """
        order = np.argsort(groups, kind="stable")
        starts = np.flatnonzero(fresh(groups[order]))
        if len(starts) == len(groups):
            return self
        first = order[starts]
        place = np.argsort(first)
        size = np.diff(starts, append=len(groups))
        return replace(self.take(first[place]), copies=size[place] - 1)

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, place: int) -> Entry: ...
    @overload
    def __getitem__(self, place: slice) -> Ranking: ...
    def __getitem__(self, place: int | slice) -> Entry | Ranking:
        if isinstance(place, slice):
            return self.take(place)
        columns = (self.rows, self.score, self.dense, self.lexical, self.copies)
        return Entry(*(column[place].item() for column in columns))

    def __iter__(self) -> Iterator[Entry]:
        columns = (self.rows, self.score, self.dense, self.lexical, self.copies)
        return map(Entry, *(column.tolist() for column in columns))


def fused(asked: Asked, found: Found, fusion: Fusion, tokens: TokenVectors | None) -> Ranking:
    """Candidates whose fused score reaches the floor, best first."""
    total = fusion.dense * found.dense
    theirs = found.tokens
    if tokens is not None and asked.tokens is not None and theirs is not None and fusion.alignment:
        symmetric = SYMMETRIC if asked.whole else ONE_WAY
        met = alignment(tokens, asked.tokens, theirs.flat, theirs.ends, symmetric)
        total = total + fusion.alignment * met
    total = total + fusion.words * found.words + fusion.concepts * found.concepts
    floor = fusion.floor_similar if asked.whole else fusion.floor
    close = np.flatnonzero(total >= floor)
    order = close[np.argsort(-total[close], kind="stable")]  # rows ascend, so equals stay in order
    copies = np.zeros(len(found.rows), dtype=np.int64)
    return Ranking(found.rows, total, found.dense, found.words, copies).take(order)
