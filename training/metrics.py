"""Ranking and classification measures, and how sure one can be of them. Pure functions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

SEED = 7


def ndcg(run: Sequence[str], grades: Mapping[str, int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002), gain 2**grade - 1."""
    gained = sum(
        (2 ** grades.get(key, 0) - 1) / math.log2(rank + 2) for rank, key in enumerate(run[:depth])
    )
    ideal = sum(
        (2**grade - 1) / math.log2(rank + 2)
        for rank, grade in enumerate(sorted(grades.values(), reverse=True)[:depth])
    )
    return gained / ideal if ideal else 0.0


def recall(run: Sequence[str], grades: Mapping[str, int], depth: int = 20) -> float:
    """Share of the relevant among the first ``depth``, of those that fit there."""
    return sum(key in grades for key in run[:depth]) / max(1, min(depth, len(grades)))


def precision(run: Sequence[str], grades: Mapping[str, int], depth: int = 5) -> float:
    """Share of the first ``depth`` that is relevant."""
    return sum(key in grades for key in run[:depth]) / depth


def reciprocal_rank(run: Sequence[str], grades: Mapping[str, int]) -> float:
    """One over the rank of the first activity of the best grade."""
    top = max(grades.values(), default=0)
    return next((1 / rank for rank, key in enumerate(run, 1) if grades.get(key, 0) == top), 0.0)


def interval(values: Sequence[float], draws: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval of the mean (Efron 1979)."""
    if not values:
        return 0.0, 0.0
    generator = np.random.default_rng(SEED)
    sample = np.asarray(values)[generator.integers(0, len(values), (draws, len(values)))]
    low, high = np.quantile(sample.mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def paired_p(a: Sequence[float], b: Sequence[float], draws: int = 5000) -> float:
    """Two-sided p of a paired randomisation test (Fisher 1935) that the means are equal."""
    differences = np.asarray(a) - np.asarray(b)
    if not len(differences) or not differences.any():
        return 1.0
    signs = np.random.default_rng(SEED).choice([-1.0, 1.0], (draws, len(differences)))
    extreme = np.abs((signs * differences).mean(axis=1)) >= abs(differences.mean()) - 1e-12
    return float((extreme.sum() + 1) / (draws + 1))


def average_precision(truth: Sequence[bool], scores: Sequence[float]) -> float:
    """Mean of the precisions at each true row, rows sorted by falling score."""
    hits, total = 0, 0.0
    order = sorted(range(len(truth)), key=lambda i: -scores[i])
    for rank, i in enumerate(order, 1):
        if truth[i]:
            hits += 1
            total += hits / rank
    return total / max(1, hits)


def f1(truth: npt.NDArray[Any], predicted: npt.NDArray[Any]) -> float:
    """F1 of yes decisions; 0 where nothing is right."""
    both = float(np.sum((truth == 1) & predicted))
    return 2 * both / max(1.0, float(np.sum(truth) + np.sum(predicted)))


def precision_recall_f1(
    truth: Sequence[bool], predicted: Sequence[bool]
) -> tuple[float, float, float]:
    """Precision, recall and F1 of yes decisions."""
    both = sum(t and p for t, p in zip(truth, predicted, strict=True))
    exact, found = both / max(1, sum(predicted)), both / max(1, sum(truth))
    return exact, found, f1(np.asarray(truth, bool), np.asarray(predicted, bool))
