"""Groups of texts that say nearly the same words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence

SAME = 0.8


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
    parent = list(range(len(token_sets)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    holding: dict[str, list[int]] = defaultdict(list)
    for i, tokens in enumerate(token_sets):
        shared: dict[int, int] = defaultdict(int)
        for token in tokens:
            for j in holding[token]:
                shared[j] += 1
            holding[token].append(i)
        for j, both in shared.items():
            if keys is not None and keys[i] != keys[j]:
                continue
            if both / (len(tokens) + len(token_sets[j]) - both) >= threshold:
                a, b = root(i), root(j)
                parent[max(a, b)] = min(a, b)
    return [root(i) for i in range(len(token_sets))]
