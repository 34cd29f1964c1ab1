from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexes import dense, legs
from indexes.dense import DenseLeg, VectorWriter, read_vectors
from indexes.fusion import DEPTH, Asked
from indexes.legs import Legs
from indexes.terms import TermLeg

ROWS, WIDTH = 2000, 16


@pytest.fixture
def large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Legs:
    """Legs with a quick way; every row holds one of four words and one concept."""
    monkeypatch.setattr(dense, "FLAT", 1000)
    vectors = np.random.default_rng(3).normal(size=(ROWS, WIDTH)).astype(np.float32)
    writer = VectorWriter(WIDTH, ROWS)
    writer.add(vectors / np.linalg.norm(vectors, axis=1, keepdims=True))
    writer.save(tmp_path)
    stored, quick = read_vectors(tmp_path)
    words = TermLeg.build([[f"w{row % 4}"] for row in range(ROWS)])
    return Legs(DenseLeg([stored], [quick]), words, TermLeg.build([["c"]] * ROWS), None)


def asked(large: Legs, words: list[str]) -> Asked:
    return Asked(large.dense.vectors(np.zeros(1, dtype=np.int64))[0], words, [], None, False)


@pytest.mark.parametrize(
    ("rows", "depths", "wanted"),
    [
        (ROWS, (100, 200), 100),  # a thousandth would be two
        (ROWS, (1, 200), 2),
        (ROWS * 1000, (100, 200), 200),  # a thousandth would be two thousand
    ],
)
def test_the_quick_way_names_candidates_by_the_size_of_the_index(
    large: Legs,
    monkeypatch: pytest.MonkeyPatch,
    rows: int,
    depths: tuple[int, int],
    wanted: int,
) -> None:
    monkeypatch.setattr(legs, "QUICK_DEPTHS", depths)
    monkeypatch.setattr(DenseLeg, "__len__", lambda _: rows)
    unknown = Asked(np.eye(WIDTH, dtype=np.float32)[0], ["w1"], ["c"], None, whole=False)
    named = large.find(unknown, None, quick=True)
    dense_alone = large.dense.top(unknown.vector, None, wanted, quick=True)
    assert set(dense_alone.tolist()) <= set(named.rows.tolist())
    assert wanted <= len(named.rows) <= 3 * wanted
    assert len(large.find(unknown, None).rows) >= DEPTH


def test_every_candidate_has_the_score_of_every_leg(large: Legs) -> None:
    question = asked(large, ["w1"])
    found = large.find(question, np.arange(0, 400))
    assert found.rows.tolist() == sorted(set(found.rows.tolist()))
    assert found.rows.max() < 400
    assert np.allclose(found.dense, large.dense.vectors(found.rows) @ question.vector, atol=1e-6)
    assert ((found.words > 0) == (found.rows % 4 == 1)).all()
    assert not found.concepts.any()
    assert found.tokens is None
