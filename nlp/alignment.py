"""Late interaction over static token vectors: how well each query word is met by a text.

Mean pooling blurs a long text; here every query token looks for its best token in the text
(MaxSim, Khattab and Zaharia 2020), weighted by the token's own length, which holds its SIF weight.
Works for static encoders only; their token vectors do not depend on the context.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
Tokens = npt.NDArray[np.integer]


# How much of the alignment asks from the text back to the other one. A whole activity should be
# matched on both sides; a few typed words should not count against a text that says more.
SYMMETRIC = 0.3
ONE_WAY = 0.0
_ALONE = 1 << 18  # multiplications up to which OpenBLAS works in one thread
_LEAST = 64  # tokens in a block, so that the blocks are not too many


@dataclass(frozen=True)
class TokenVectors:
    """Unit vectors and weights of a static encoder's vocabulary."""

    tokenizer: Any
    rows: Floats  # (vocabulary, dimension), as the encoder adds them up
    units: Floats  # the same, each of length one
    weights: Floats  # (vocabulary,)

    @classmethod
    def of(cls, model: Any) -> TokenVectors | None:
        """The token vectors of a model, or None where it has no static embedding."""
        embedding = getattr(model[0], "embedding", None)
        if embedding is None:
            return None
        rows = embedding.weight.detach().cpu().float().numpy()
        weights = np.linalg.norm(rows, axis=1)
        tokenizer = getattr(model.tokenizer, "backend_tokenizer", model.tokenizer)
        units = rows / np.maximum(weights, 1e-9)[:, None]
        return cls(tokenizer, rows, units.astype(np.float32), weights.astype(np.float32))

    def ids(self, texts: Sequence[str]) -> list[Numbers]:
        """Distinct known tokens of each text, sorted."""
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [self._distinct(np.asarray(e.ids, dtype=np.int64)) for e in encoded]

    def ids_of(self, text: str) -> Numbers:
        """As :meth:`ids`, of a single text."""
        return self._distinct(self.said(text))

    @cached_property
    def said(self) -> Callable[[str], Numbers]:
        """Every token of a text, in order; the latest few are remembered."""

        def read(text: str) -> Numbers:
            encoded = self.tokenizer.encode(text, add_special_tokens=False)
            return np.asarray(encoded.ids, dtype=np.int64)

        return lru_cache(maxsize=16)(read)

    def _distinct(self, tokens: Numbers) -> Numbers:
        rows = np.unique(tokens)
        return rows[self.weights[rows] > 0]


def alignment(
    tokens: TokenVectors, query: Numbers, flat: Tokens, ends: Numbers, symmetric: float
) -> Floats:
    """Weighted mean of the best cosine per query token, one for each text.

    :param flat: tokens of all texts, those of text ``i`` from ``ends[i]`` to ``ends[i + 1]``.
    :param symmetric: share of the score that asks the other way round, how much of the text the
        query covers.
    """
    out = np.zeros(len(ends) - 1, dtype=np.float32)
    if len(query) == 0 or len(flat) == 0:
        return out
    filled = np.flatnonzero(ends[1:] > ends[:-1])
    starts = ends[filled]
    # Texts share most of their tokens: each is compared once.
    seen = np.zeros(len(tokens.weights), dtype=bool)
    seen[flat] = True
    used = np.flatnonzero(seen)
    place = np.empty(len(seen), dtype=np.int32)
    place[used] = np.arange(len(used))
    cosines = _cosines(tokens.units, used, query).take(place[flat], axis=0)
    asked = tokens.weights[query]
    score = np.maximum.reduceat(cosines, starts, axis=0) @ asked / asked.sum()
    if symmetric:
        weights = tokens.weights[flat]
        covered = np.add.reduceat(cosines.max(axis=1) * weights, starts)
        covered /= np.maximum(np.add.reduceat(weights, starts), 1e-9)
        score = (1 - symmetric) * score + symmetric * covered
    out[filled] = score
    return out


def _cosines(units: Floats, used: Numbers, query: Numbers) -> Floats:
    """Cosine of each token used with each of the query, ``(len(used), len(query))``.

    Of a few typed words block by block: a larger product the linear algebra would share between
    threads, which on a busy machine takes as long as all else of a search.
    """
    asked = np.ascontiguousarray(units[query].T)
    step = _ALONE // asked.size
    if step < _LEAST:
        return np.asarray(units.take(used, axis=0) @ asked)
    out = np.empty((len(used), len(query)), dtype=np.float32)
    for start in range(0, len(used), step):
        block = used[start : start + step]
        np.matmul(units.take(block, axis=0), asked, out=out[start : start + step])
    return out
