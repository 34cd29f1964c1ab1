from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from indexes.engine import SearchIndex
from indexes.many import answers

QUERIES = ["siltināšana", "velo", "e-pakalpojumi", "jauniešu centrs", "atkritumi"] * 8


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_answers_are_those_of_single_searches(tiny_index: SearchIndex, threads: int) -> None:
    found = list(answers(tiny_index.search, QUERIES, threads))
    assert found == [tiny_index.search(query) for query in QUERIES]


def test_several_are_worked_on_at_once() -> None:
    meeting = threading.Barrier(3, timeout=20)
    assert len(list(answers(lambda _: meeting.wait(), range(6), 3))) == 6


def test_questions_are_taken_as_answers_are() -> None:
    taken: list[int] = []

    def questions() -> Iterator[int]:
        for number in range(1000):
            taken.append(number)
            yield number

    some = answers(str, questions(), 2)
    assert [next(some) for _ in range(3)] == ["0", "1", "2"]
    assert len(taken) < 20
    some.close()
    assert len(taken) < 20


def test_an_error_ends_it() -> None:
    def ask(number: int) -> int:
        if number == 5:
            raise ValueError(number)
        return number

    found = answers(ask, range(100), 2)
    assert [next(found) for _ in range(5)] == [0, 1, 2, 3, 4]
    with pytest.raises(ValueError, match="5"):
        next(found)
    assert list(found) == []


def test_nothing_asked() -> None:
    assert list(answers(str, [])) == []
