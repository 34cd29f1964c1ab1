from __future__ import annotations

import pytest

from indexes.engine import SearchIndex
from indexes.query import parse_query
from nlp.errors import UsageError
from nlp.normalise import stems


@pytest.mark.parametrize(
    ("query", "text", "phrases", "excluded"),
    [
        ("zaļā enerģija", "zaļā enerģija", (), ()),
        ('"zaļā enerģija" saules', "saules zaļā enerģija", ("zaļā enerģija",), ()),
        ("„Viedais ciems” skola", "skola Viedais ciems", ("Viedais ciems",), ()),
        ("enerģija -vēja", "enerģija", (), ("vēja",)),
        ("e-pakalpojumi 2021 - 2027", "e-pakalpojumi 2021 - 2027", (), ()),
    ],
)
def test_operators(
    query: str, text: str, phrases: tuple[str, ...], excluded: tuple[str, ...]
) -> None:
    parsed = parse_query(query)
    assert (parsed.text, parsed.phrases) == (text, phrases)
    assert parsed.excluded == {stem for word in excluded for stem in stems(word)}


@pytest.mark.parametrize("query", ["", "   ", "?!", "-vēja", '""', "un ar", "a" * 20_001])
def test_nothing_to_search_by_is_refused(query: str) -> None:
    with pytest.raises(UsageError):
        parse_query(query)


def test_phrases_must_stand_and_excluded_words_must_not(tiny_index: SearchIndex) -> None:
    texts = [h.activity.text for h in tiny_index.search("siltināšana -daudzdzīvokļu")]
    assert texts
    assert not any("Daudzdzīvokļu" in text for text in texts)
    hits = tiny_index.search('siltināšana "enerģijas patēriņu"')
    assert [h.activity.region for h in hits] == ["Zemgale"]
    assert tiny_index.search('"šādas frāzes nav" siltināšana') == []


def test_own_words_find_no_synonyms(tiny_index: SearchIndex) -> None:
    assert tiny_index.search("building insulation")
    assert tiny_index.search("building insulation", expand=False) == []
    assert tiny_index.search("siltināšana", expand=False)


def test_typing_errors_are_read_as_known_words(tiny_index: SearchIndex) -> None:
    assert tiny_index.corrections("siltināšana") == {}
    assert tiny_index.concepts_in("building insulation") == ("siltināšana",)
