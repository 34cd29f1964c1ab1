from __future__ import annotations

from dataclasses import replace

import pytest

from indexes.comparison import compare
from indexes.engine import SearchIndex
from nlp.errors import UsageError


def ids(index: SearchIndex, *parts: str) -> list[str]:
    return [next(a.id for a in index.activities if part in a.text) for part in parts]


def test_what_is_shared_and_what_differs(tiny_index: SearchIndex) -> None:
    found = compare(tiny_index, ids(tiny_index, "māju siltināšana", "Veikt ēku"), lambda _: "F1")
    fields = {field.name: field for field in found.fields}
    assert fields["region"].values == (("Vidzeme",), ("Zemgale",))
    assert not fields["region"].same
    assert fields["stage"].same
    assert fields["concepts"].shared("insulation")
    assert fields["theme"].same
    assert "amount" not in fields  # nobody gives one
    assert "siltināšana" in found.words[0]
    assert "siltināšanu" in found.words[1]


def test_items_are_compared_without_case_and_end_marks(tiny_index: SearchIndex) -> None:
    first, second = ids(tiny_index, "māju siltināšana", "Veikt ēku")
    changed = replace(
        tiny_index,
        activities=tuple(
            replace(a, funding=("ES fondi;", "Valsts")) if a.id == first
            else replace(a, funding=("es fondi",)) if a.id == second else a
            for a in tiny_index.activities
        ),
    )  # fmt: skip
    (funding,) = [
        f for f in compare(changed, [first, second], lambda _: None).fields if f.name == "funding"
    ]
    assert funding.shared("ES fondi;")
    assert not funding.shared("Valsts")
    assert not funding.same


def test_one_alone_shares_nothing(tiny_index: SearchIndex) -> None:
    found = compare(tiny_index, ids(tiny_index, "Veikt ēku"), lambda _: None)
    assert found.words == (frozenset(),)
    assert all(not field.common for field in found.fields)


def test_more_than_three_or_unknown_are_refused(tiny_index: SearchIndex) -> None:
    four = [a.id for a in tiny_index.activities[:4]]
    with pytest.raises(UsageError, match="1 to 3"):
        compare(tiny_index, four, lambda _: None)
    with pytest.raises(UsageError, match="id of an activity"):
        compare(tiny_index, ["0" * 16], lambda _: None)
