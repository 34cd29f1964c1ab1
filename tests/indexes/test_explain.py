from __future__ import annotations

import pytest

from indexes.engine import SearchIndex
from indexes.explain import explain
from nlp.errors import UsageError

QUERY = "ēku siltināšana"


def test_words_headings_and_glossary_add_up_to_the_dense_score(tiny_index: SearchIndex) -> None:
    for hit in tiny_index.search(QUERY):
        found = explain(tiny_index, QUERY, hit.activity.id)
        total = sum(share for _, share in found.words) + found.headings + found.glossary
        assert total == pytest.approx(hit.dense, abs=2e-3)


def test_parts_add_up_to_the_score(tiny_index: SearchIndex) -> None:
    for hit in tiny_index.search(QUERY):
        found = explain(tiny_index, QUERY, hit.activity.id)
        assert sum(found.parts.values()) == pytest.approx(hit.score, abs=1e-3)


def test_concepts_and_words_name_the_reason(tiny_index: SearchIndex) -> None:
    hit = tiny_index.search("building insulation")[0]
    found = explain(tiny_index, "building insulation", hit.activity.id)
    assert found.concepts == ("siltināšana",)
    assert any("siltināšan" in word.lower() for word in found.strongest())


def test_an_unknown_activity_is_refused(tiny_index: SearchIndex) -> None:
    with pytest.raises(UsageError):
        explain(tiny_index, QUERY, "none")
