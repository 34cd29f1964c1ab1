from __future__ import annotations

from indexes.engine import SearchIndex
from training.pairs import Pair
from training.unseen import found_again


def pair(kind: str, wording: str, activity: str) -> Pair:
    return Pair("1", "s", kind, wording, activity)


def test_an_activity_asked_for_in_its_own_words_comes_first(tiny_index: SearchIndex) -> None:
    texts = tiny_index.texts[:3]
    found = found_again(tiny_index, [pair("q", text, text) for text in texts])
    assert found is not None
    assert (found.pairs, found.mrr, found.recall20) == (3, 1.0, 1.0)


def test_what_is_not_found_counts_and_what_is_not_there_does_not(tiny_index: SearchIndex) -> None:
    text = tiny_index.texts[0]
    pairs = [
        pair("q", text, text),
        pair("q", "xqzw wvvk", text),
        pair("q", text, "no activity of this index"),
        pair("c", text, text),
    ]
    found = found_again(tiny_index, pairs)
    assert found is not None
    assert (found.pairs, found.mrr, found.recall20) == (2, 0.5, 0.5)
    assert found_again(tiny_index, pairs[2:]) is None
    few = found_again(tiny_index, pairs[:1] * 9, most=4)
    assert few is not None
    assert few.pairs == 4
