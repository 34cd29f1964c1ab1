from __future__ import annotations

from dataclasses import replace

import numpy as np

from indexes.dense import DenseLeg
from indexes.engine import SearchIndex
from indexes.health import problems


def test_a_whole_index_has_no_problems(tiny_index: SearchIndex) -> None:
    assert problems(tiny_index) == []


def test_a_part_of_another_size_is_named(tiny_index: SearchIndex) -> None:
    short = replace(tiny_index, groups=tiny_index.groups[:-1])
    assert problems(short) == ["14 groups of near-copies for 15 activities"]


def test_vectors_of_other_activities_are_noticed(tiny_index: SearchIndex) -> None:
    turned = DenseLeg.build(np.roll(tiny_index.legs.dense.vectors(), 7, axis=0))
    legs = replace(tiny_index.legs, dense=turned, tokens=None, words=tiny_index.legs.concepts)
    wrong = replace(tiny_index, legs=legs)
    assert any("is not found by its own text" in one for one in problems(wrong))
