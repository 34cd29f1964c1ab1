from __future__ import annotations

import pytest

from indexes.engine import SearchIndex
from indexes.facets import Filters
from indexes.query import MAX_QUERY
from nlp.errors import UsageError


def test_inflected_query_finds_the_activity(tiny_index: SearchIndex) -> None:
    hits = tiny_index.search("ēku siltināšanai")
    assert "siltināšan" in hits[0].activity.text
    assert [h.rank for h in hits] == list(range(1, len(hits) + 1))
    assert hits == sorted(hits, key=lambda h: -h.score)


def test_missing_diacritics_find_the_same(tiny_index: SearchIndex) -> None:
    with_marks = tiny_index.search("pašvaldību sadarbība")
    without = tiny_index.search("pasvaldibu sadarbiba")
    assert [h.activity.id for h in with_marks] == [h.activity.id for h in without]


def test_english_meets_latvian_through_the_glossary(tiny_index: SearchIndex) -> None:
    hits = tiny_index.search("building insulation")
    assert "siltināšan" in hits[0].activity.text


def test_filters_apply_before_top(tiny_index: SearchIndex) -> None:
    hits = tiny_index.search("siltināšana", Filters(regions=("Zemgale",)), top=1)
    assert [h.activity.region for h in hits] == ["Zemgale"]
    assert all(
        h.activity.region != "Zemgale"
        for h in tiny_index.search("siltināšana", Filters(not_regions=("Zemgale",)))
    )


def test_tag_filter_keeps_only_tagged(tiny_index: SearchIndex) -> None:
    hits = tiny_index.search("attīstība pašvaldībās", Filters(tags=("climate",)))
    assert all("climate" in h.tags for h in hits)


def test_exact_mode_is_literal(tiny_index: SearchIndex) -> None:
    assert len(tiny_index.search("LABĀS PRAKSES", exact=True)) == 1
    assert tiny_index.search("labo praksi", exact=True) == []


def test_nonsense_gives_no_close_match(tiny_index: SearchIndex) -> None:
    assert tiny_index.search("xqzw wvvk") == []


def test_similar_gives_every_other_region(tiny_index: SearchIndex) -> None:
    groups = tiny_index.similar("Ēku siltināšana", "Vidzeme", per_region=1)
    assert set(groups) == {"Latgale", "Zemgale"}
    assert all(len(hits) == 1 for hits in groups.values())
    assert "siltināšan" in groups["Zemgale"][0].activity.text


def test_similar_list_leaves_own_region_out(tiny_index: SearchIndex) -> None:
    hits = tiny_index.similar_list("Ēku siltināšana", "Latgale", 10)
    assert hits
    assert all(h.activity.region != "Latgale" for h in hits)


@pytest.mark.parametrize("query", ["", "  ", "?!", "a" * (MAX_QUERY + 1)])
def test_unusable_queries_are_refused(tiny_index: SearchIndex, query: str) -> None:
    with pytest.raises(UsageError, match="expected"):
        tiny_index.search(query)


def test_unknown_region_names_the_known_ones(tiny_index: SearchIndex) -> None:
    with pytest.raises(UsageError, match="Latgale, Vidzeme, Zemgale"):
        tiny_index.search("skola", Filters(regions=("Sēlija",)))


def test_matched_words_are_as_printed(tiny_index: SearchIndex) -> None:
    hit = tiny_index.search("sadarbība")[0]
    assert any(w.lower().startswith("sadarb") for w in hit.matched)


def test_a_warmed_index_opens_no_dictionary_any_more(tiny_index: SearchIndex) -> None:
    from simplemma.strategies.dictionaries import dictionary_factory

    before = tiny_index.search("siltināšana")
    tiny_index.warm()
    assert tiny_index.search("siltināšana") == before
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dictionary_factory, "_read_decompressed", None)
        assert tiny_index.search("hjkqz siltināšana")
