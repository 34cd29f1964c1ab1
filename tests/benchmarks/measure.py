"""From single measurements to figures. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

Rows = Sequence[Sequence[int]]


def summary(milliseconds: Sequence[float]) -> dict[str, float]:
    """Middle, slow end and rate of single calls.

    :raises ValueError: there is none.
    """
    if not milliseconds:
        raise ValueError("no measurement")
    p50, p95 = np.percentile(milliseconds, [50, 95])
    return {
        "p50_ms": round(float(p50), 3),
        "p95_ms": round(float(p95), 3),
        "per_second": round(1000 * len(milliseconds) / float(np.sum(milliseconds)), 2),
        "searches": len(milliseconds),
    }


def by_kind(milliseconds: Sequence[float], kinds: Sequence[str]) -> dict[str, dict[str, float]]:
    """A summary for each kind of call."""
    out = {}
    for kind in sorted(set(kinds)):
        out[kind] = summary([t for t, k in zip(milliseconds, kinds, strict=True) if k == kind])
    return out


def recall(found: Rows, truth: Rows, k: int = 10) -> float | None:
    """Mean share of the first ``k`` true rows that the first ``k`` found ones hold.

    Queries without any true row say nothing and are left out; None where that leaves none.
    """
    shares = [
        len(set(mine[:k]) & set(right[:k])) / len(set(right[:k]))
        for mine, right in zip(found, truth, strict=False)
        if len(right)
    ]
    return round(float(np.mean(shares)), 4) if shares else None


def rounded(value: Any, digits: int = 4) -> Any:
    """The same content with floats rounded, for a file people read."""
    if isinstance(value, float):
        return round(value, digits)
    if isinstance(value, Mapping):
        return {key: rounded(one, digits) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [rounded(one, digits) for one in value]
    return value
