"""Groups of texts that say nearly the same words.

All pairs above a Jaccard overlap are found exactly, by prefix filtering (Chaudhuri, Ganti and
Kaushik 2006; Bayardo, Ma and Srikant 2007): with the tokens of every set in one order, rarest
first, two sets that overlap enough share one of their first few tokens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.sparse.csgraph import connected_components

SAME = 0.8
Numbers = npt.NDArray[np.int64]
_BLOCK = 20_000  # rows compared with all others of their key at a time


def jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    """Overlap of two sets over their union; 0 for two empty ones."""
    return len(a & b) / max(1, len(a | b))


def near_copy_groups(
    token_sets: Sequence[frozenset[str]],
    keys: Sequence[Hashable] | None = None,
    threshold: float = SAME,
) -> list[int]:
    """For each text the number of the first text of its group; a lone text is its own group.

    Two texts are near-copies from a Jaccard overlap of ``threshold``; groups are closed under it.

    :param keys: only texts with equal keys (e.g. regions) may share a group.
    """
    number: dict[str, int] = {}
    rows = [sorted(number.setdefault(t, len(number)) for t in sorted(s)) for s in token_sets]
    ends = np.cumsum([0, *map(len, rows)])
    flat = np.asarray([token for row in rows for token in row], dtype=np.int64)
    places: dict[Hashable, int] = {}
    given = [places.setdefault(key, len(places)) for key in keys or [0] * len(rows)]
    groups = copy_groups(flat, ends, np.asarray(given, dtype=np.int64), threshold)
    return [int(group) for group in groups]


def copy_groups(
    tokens: npt.NDArray[np.integer], ends: Numbers, keys: Numbers, threshold: float = SAME
) -> Numbers:
    """As :func:`near_copy_groups`, for any number of texts.

    :param tokens: numbers of the distinct tokens of all texts, one text after another.
    :param ends: ``tokens[ends[i] : ends[i + 1]]`` are those of text ``i``.
    :param keys: one number for each text.
    """
    size = len(ends) - 1
    if not size:
        return np.zeros(0, dtype=np.int64)
    held = np.bincount(tokens, minlength=1)
    rarity = np.argsort(np.argsort(held, kind="stable"), kind="stable")
    ones = np.ones(len(tokens), dtype=np.int32)
    sets = sp.csr_array((ones, rarity[tokens], ends), shape=(size, len(held)))
    sets.sort_indices()
    left, right = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for rows in _by_key(keys):
        mine = sets[rows]
        same, first = _equal(mine)
        left.append(rows[same])
        right.append(rows[first])
        lone = np.setdiff1d(np.arange(len(rows)), same)
        i, j = _pairs(mine[lone], threshold)
        left.append(rows[lone[i]])
        right.append(rows[lone[j]])
    return closed(np.concatenate(left), np.concatenate(right), size)


def closed(left: Numbers, right: Numbers, size: int) -> Numbers:
    """The first row of the group of each of ``size`` rows, of which some pairs belong together."""
    links = sp.coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(size, size))
    _, group = connected_components(links.tocsr(), directed=False)
    first = np.full(int(group.max()) + 1, size, dtype=np.int64)
    np.minimum.at(first, group, np.arange(size))
    return np.asarray(first[group], dtype=np.int64)


def _by_key(keys: Numbers) -> list[Numbers]:
    order = np.argsort(keys, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(keys[order])) + 1)


def _equal(sets: sp.csr_array) -> tuple[Numbers, Numbers]:
    """Rows that are equal to an earlier one, and that one; empty rows are equal to none."""
    first: dict[bytes, int] = {}
    same, earlier = [], []
    for row, (start, end) in enumerate(zip(sets.indptr[:-1], sets.indptr[1:], strict=True)):
        if start == end:
            continue
        held = sets.indices[start:end].tobytes()
        known = first.setdefault(hashlib.sha256(held).digest(), row)
        if known != row:
            same.append(row)
            earlier.append(known)
    return np.asarray(same, dtype=np.int64), np.asarray(earlier, dtype=np.int64)


def _pairs(sets: sp.csr_array, threshold: float) -> tuple[Numbers, Numbers]:
    """Pairs of different rows whose overlap reaches the threshold."""
    sizes = np.diff(sets.indptr)
    # A row shares at least ceil(threshold * size) tokens with any near-copy.
    reach = np.where(sizes, sizes - np.ceil(threshold * sizes - 1e-9) + 1, 0).astype(np.int64)
    place = np.arange(sets.nnz) - np.repeat(sets.indptr[:-1], sizes)
    kept = place < np.repeat(reach, sizes)
    ends = np.concatenate([[0], np.cumsum(reach)])
    prefixes = sp.csr_array((sets.data[kept], sets.indices[kept], ends), shape=sets.shape)
    turned = prefixes.T.tocsr()
    left, right = [np.zeros(0, dtype=np.int64)], [np.zeros(0, dtype=np.int64)]
    for start in range(0, sets.shape[0], _BLOCK):
        met = (prefixes[start : start + _BLOCK] @ turned).tocoo()
        i, j = met.row.astype(np.int64) + start, met.col.astype(np.int64)
        small, large = np.minimum(sizes[i], sizes[j]), np.maximum(sizes[i], sizes[j])
        likely = (i < j) & (small >= threshold * large)
        i, j = i[likely], j[likely]
        for at in range(0, len(i), _BLOCK * 10):
            a, b = i[at : at + _BLOCK * 10], j[at : at + _BLOCK * 10]
            both = np.asarray(sets[a].multiply(sets[b]).sum(axis=1)).ravel()
            alike = both / (sizes[a] + sizes[b] - both) >= threshold
            left.append(a[alike])
            right.append(b[alike])
    return np.concatenate(left), np.concatenate(right)
