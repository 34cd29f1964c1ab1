from __future__ import annotations

import pytest

from training import metrics

GRADES = {"a": 2, "b": 1, "c": 1}


def test_the_ideal_order_scores_one() -> None:
    assert metrics.ndcg(["a", "b", "c"], GRADES) == pytest.approx(1.0)
    assert metrics.ndcg(["c", "b", "a"], GRADES) < 1
    assert metrics.ndcg([], GRADES) == 0
    assert metrics.ndcg(["a"], {}) == 0


def test_ndcg_by_hand() -> None:
    # gains 3, 0, 1 at ranks 1..3 over the ideal 3, 1, 1
    expected = (3 + 0.5) / (3 + 0.63093 + 0.5)
    assert metrics.ndcg(["a", "x", "b"], GRADES) == pytest.approx(expected, abs=1e-4)


def test_recall_precision_and_rank() -> None:
    assert metrics.recall(["a", "x", "b"], GRADES) == pytest.approx(2 / 3)
    assert metrics.precision(["a", "x", "b"], GRADES) == pytest.approx(2 / 5)
    assert metrics.reciprocal_rank(["b", "a"], GRADES) == 0.5
    assert metrics.reciprocal_rank(["b"], GRADES) == 0


def test_interval_holds_the_mean_and_is_repeatable() -> None:
    values = [0.1, 0.5, 0.9, 0.4]
    low, high = metrics.interval(values)
    assert low < 0.475 < high
    assert metrics.interval(values) == (low, high)


def test_paired_test_tells_equal_from_different() -> None:
    assert metrics.paired_p([0.5] * 8, [0.5] * 8) == 1.0
    assert metrics.paired_p([0.9] * 12, [0.1] * 12) < 0.01
    assert metrics.paired_p([0.9, 0.1], [0.1, 0.9]) == 1.0


def test_classification() -> None:
    assert metrics.precision_recall_f1([True, True, False], [True, False, True]) == (0.5, 0.5, 0.5)
    assert metrics.precision_recall_f1([False], [False]) == (0.0, 0.0, 0.0)
    assert metrics.average_precision([True, False, True], [0.9, 0.8, 0.7]) == pytest.approx(5 / 6)
