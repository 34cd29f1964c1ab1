"""How the scores of the legs become one: a convex combination and the words for its strength."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from indexes.arrays import Array, Rows, Scores
from nlp.alignment import ONE_WAY, SYMMETRIC, Numbers, TokenVectors, alignment

DEPTH = 300  # candidates each leg may name


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the convex combination and where strength words begin.

    Judged hits of the development queries: from ``strong`` on four in five are relevant, from
    ``good`` on one in two, below ``floor`` one in thirty-five.
    """

    dense: float = 0.55
    alignment: float = 0.25
    words: float = 0.03
    concepts: float = 0.17
    floor: float = 0.24
    floor_similar: float = 0.16  # a whole activity shares less with another than a query does
    good: float = 0.35
    strong: float = 0.45

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
    tokens: Sequence[Array]  # of each candidate; empty where the encoder is not static


class Entry(NamedTuple):
    """A row of a ranking; ``copies`` counts the near-copies of its region it stands for."""

    row: int
    score: float
    dense: float
    lexical: float
    copies: int = 0


def fused(asked: Asked, found: Found, fusion: Fusion, tokens: TokenVectors | None) -> list[Entry]:
    """Candidates whose fused score reaches the floor, best first."""
    if len(found.rows) == 0:
        return []
    total = fusion.dense * found.dense
    if tokens is not None and asked.tokens is not None and fusion.alignment:
        symmetric = SYMMETRIC if asked.whole else ONE_WAY
        total = total + fusion.alignment * alignment(tokens, asked.tokens, found.tokens, symmetric)
    total = total + fusion.words * found.words + fusion.concepts * found.concepts
    floor = fusion.floor_similar if asked.whole else fusion.floor
    order = np.lexsort((found.rows, -total))
    order = order[total[order] >= floor]
    columns = (found.rows, total, found.dense, found.words)
    return [Entry(*row) for row in zip(*(c[order].tolist() for c in columns), strict=True)]
