from __future__ import annotations

import numpy as np

from indexes.fusion import Entry, Ranking


def ranking() -> Ranking:
    rows = np.asarray([7, 3, 9, 1, 4])
    score = np.linspace(0.9, 0.5, 5).astype(np.float32)
    return Ranking(rows, score, score / 2, score / 4, np.zeros(5, dtype=np.int64))


def test_a_ranking_is_a_sequence_of_entries() -> None:
    made = ranking()
    assert len(made) == 5
    assert [entry.row for entry in made] == [7, 3, 9, 1, 4]
    assert made[1] == list(made)[1]
    assert isinstance(made[1], Entry)
    assert made[1:3].rows.tolist() == [3, 9]
    assert made.take(np.asarray([4, 0])).rows.tolist() == [4, 7]
    assert list(made[:0]) == []


def test_the_best_of_each_group_stands_for_the_others() -> None:
    folded = ranking().without_copies(np.asarray([5, 2, 5, 1, 2]))
    assert [(entry.row, entry.copies) for entry in folded] == [(7, 1), (3, 1), (1, 0)]
    assert folded.score.tolist() == ranking().score[[0, 1, 3]].tolist()
    nothing = ranking()[:0].without_copies(np.zeros(0, dtype=np.int64))
    assert len(nothing) == 0


def test_level_activities() -> None:
    made = Ranking.level(np.asarray([2, 5]), score=1.0, lexical=1.0)
    assert list(made) == [Entry(2, 1.0, 0.0, 1.0, 0), Entry(5, 1.0, 0.0, 1.0, 0)]
