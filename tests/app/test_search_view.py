from __future__ import annotations

import re
from dataclasses import replace

import pytest

from app.i18n import translator
from app.search_view import failed_view, search_view
from indexes.engine import SearchIndex
from indexes.facets import FACETS, Filters
from indexes.question import Question, ask

LV, EN = translator("lv"), translator("en")


def shown(index: SearchIndex, question: Question, limit: int = 10) -> str:
    return search_view(ask(index, question, limit), {"stage": {"planned": "plānots"}}, LV)


def test_facets_hold_every_value_with_its_count(tiny_index: SearchIndex) -> None:
    html = shown(tiny_index, Question("siltināšana"))
    counts = ask(tiny_index, Question("siltināšana")).facets["region"]
    for region, n in counts.items():
        pattern = rf'name="region" value="{region}">.*?{region}</span> <span class="rp-n">{n}<'
        assert re.search(pattern, html)
    assert "plānots</span>" in html
    assert 'name="deadline"' not in html  # no activity has one, so there is nothing to choose


def test_what_is_chosen_is_checked_and_has_a_chip(tiny_index: SearchIndex) -> None:
    filters = Filters(regions=("Zemgale",), amount_from=5)
    html = shown(tiny_index, Question("", filters, "words", "region"))
    assert 'name="region" value="Zemgale" checked' in html
    assert 'data-drop="region" data-value="Zemgale"' in html
    assert 'data-drop="amount_from"' in html
    assert 'value="words" checked' in html
    assert '<option value="region" selected>' in html
    assert 'data-address="region=Zemgale&amp;amount_from=5&amp;mode=words&amp;sort=region"' in html


def test_the_search_can_be_taken_along(tiny_index: SearchIndex) -> None:
    html = shown(tiny_index, Question("ēku siltināšana", Filters(regions=("Zemgale",))))
    asked = "q=%C4%93ku+siltin%C4%81%C5%A1ana&amp;region=Zemgale&amp;lang=lv"
    for kind in ("xlsx", "csv", "docx"):
        assert f'href="/api/v1/export?{asked}&amp;format={kind}"' in html


def test_more_is_offered_only_where_there_is_more(tiny_index: SearchIndex) -> None:
    assert "data-more" in shown(tiny_index, Question(filters=Filters(regions=("Zemgale",))), 2)
    assert "data-more" not in shown(tiny_index, Question(filters=Filters(regions=("Zemgale",))))


def test_nothing_found_offers_what_to_relax(tiny_index: SearchIndex) -> None:
    filters = Filters(regions=("Latgale",), tags=("digitalisation",))
    html = shown(tiny_index, Question("veloceliņu tīkls", filters))
    assert LV("no_match_here") in html
    assert 'data-drop="region"' in html
    hopeless = shown(tiny_index, Question("xqzw wvvk"))
    assert LV("no_match") in hopeless
    assert "rp-relax" not in hopeless


def test_without_words_and_filters_nothing_is_listed(tiny_index: SearchIndex) -> None:
    html = shown(tiny_index, Question())
    assert LV("empty_query") in html
    assert "rp-card" not in html
    filled = [name for name in FACETS if any(ask(tiny_index, Question()).facets[name].values())]
    assert all(f'data-key="{name}"' in html for name in filled)


@pytest.mark.parametrize("hostile", ['"><script>alert(1)</script>', "${alert(1)}", "{{value}}"])
def test_plans_and_people_cannot_write_html(tiny_index: SearchIndex, hostile: str) -> None:
    activities = tuple(replace(a, region=hostile, plan=hostile) for a in tiny_index.activities)
    index = replace(tiny_index, activities=activities)
    html = search_view(ask(index, Question(f"siltināšana {hostile}")), {}, EN)
    assert "<script>" not in html
    assert "rp-card" in html
    assert "<script>" not in failed_view(Question(hostile), "", EN)
