from __future__ import annotations

from urllib.parse import parse_qsl

from hypothesis import given
from hypothesis import strategies as st

from app.address import from_address, to_address
from indexes.facets import FACETS, Filters
from indexes.question import MODES, SORTS, Question

values = st.lists(st.text(min_size=1, max_size=20), unique=True, max_size=4).map(tuple)
amounts = st.none() | st.integers(0, 10**12)


@given(
    st.text(max_size=200), st.fixed_dictionaries(dict.fromkeys(FACETS.values(), values)),
    amounts, amounts, st.sampled_from(MODES), st.sampled_from(SORTS),
)  # fmt: skip
def test_a_question_survives_its_address(text, facets, least, most, mode, sort) -> None:  # type: ignore[no-untyped-def]
    question = Question(text, Filters(**facets, amount_from=least, amount_to=most), mode, sort)
    parts = parse_qsl(to_address(question), keep_blank_values=True)
    assert from_address(parts) == question


def test_a_plain_question_is_a_short_address() -> None:
    assert to_address(Question("zaļā enerģija")) == "q=za%C4%BC%C4%81+ener%C4%A3ija"
    assert to_address(Question()) == ""


def test_what_a_link_should_not_say_is_passed_over() -> None:
    parts = [("mode", "magic"), ("amount_from", "-5"), ("sort", ""), ("x", "y"), ("q", "a")]
    assert from_address(parts) == Question("a")
