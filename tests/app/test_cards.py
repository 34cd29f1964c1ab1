from __future__ import annotations

import re
from dataclasses import replace
from string import Formatter

import pytest

from app import cards
from app.i18n import _TEXTS, translator
from indexes.engine import SearchIndex
from nlp.languages import LANGUAGES

LV = translator("lv")


def test_a_card_shows_text_source_and_tags(tiny_index: SearchIndex) -> None:
    hit = tiny_index.search("ēku siltināšana")[0]
    html = cards.card(hit, LV)
    assert hit.activity.region in html
    assert hit.activity.plan in html
    assert f"?tab=similar&amp;id={hit.activity.id}" in html
    assert "1. lpp." in html
    assert re.sub(r"</?mark>", "", html).count(hit.activity.text) == 2  # and in the citation


def test_what_a_plan_says_is_escaped(tiny_index: SearchIndex) -> None:
    hit = tiny_index.search("sadarbība")[0]
    evil = replace(
        hit.activity,
        text="<script>alert(1)</script> & co",
        region="<b>R</b>",
        path=("<i>goal</i>",),
        responsible='"><img src=x>',
        code="<u>1</u>",
    )
    html = cards.card(replace(hit, activity=evil, matched=("script", "co")), LV)
    for raw in ("<script", "<b>", "<i>", "<img", "<u>"):
        assert raw not in html
    assert "&lt;<mark>script</mark>&gt;" in html


def test_places_of_before_2021_name_their_municipality(tiny_index: SearchIndex) -> None:
    hit = tiny_index.search("sadarbība")[0]
    placed = replace(hit.activity, municipalities=("Mazsalaca", "Cēsis"))
    html = cards.card(replace(hit, activity=placed), LV)
    assert "Mazsalaca (→ Valmiera), Cēsis" in html


def test_matched_words_are_marked_whole() -> None:
    html = cards.marked("Skolu tīkls un skolas", {"Skolu"})
    assert html == "<mark>Skolu</mark> tīkls un skolas"


def test_what_is_there_already_is_shown(tiny_index: SearchIndex) -> None:
    text = "Daudzdzīvokļu māju siltināšana un energoefektivitātes uzlabošana"
    same = tiny_index.duplicates(text.upper())
    assert [a.region for a in same] == ["Vidzeme"]
    html = cards.neighbours(same, tiny_index.similar_list(text, "", 2), LV)
    assert html.count('<li class="rp-card"') == 2
    assert LV("duplicates") in html
    assert cards.neighbours([], [], LV) == ""


def test_decisions_as_a_table(tiny_index: SearchIndex) -> None:
    names = {label: LV(label) for label in tiny_index.tagger.labels}
    html = cards.decisions(tiny_index.tagger.tag(["Ēku siltināšana"])[0], LV, names, {})
    assert html.count("<tr class=") == 3
    assert LV("climate") in html


@pytest.mark.parametrize("key", sorted(_TEXTS))
def test_both_languages_say_it_with_the_same_values(key: str) -> None:
    fields = [
        sorted(name for _, name, *_ in Formatter().parse(text) if name) for text in _TEXTS[key]
    ]
    assert len(_TEXTS[key]) == len(LANGUAGES)
    assert fields[0] == fields[1]
    assert all(text.strip() for text in _TEXTS[key])
