from __future__ import annotations

import re

from app import compare_view
from app.i18n import translator
from indexes.comparison import compare
from indexes.engine import SearchIndex

LV = translator("lv")


def test_the_closest_region_comes_first_and_empty_ones_are_named(tiny_index: SearchIndex) -> None:
    groups = tiny_index.similar("Daudzdzīvokļu māju siltināšana", "Vidzeme", 2)
    html = compare_view.counterparts("Siltināšana", "Vidzeme", {"Nekur": [], **groups}, LV)
    names = re.findall(r"<h2>(.*?)</h2>", html)
    best = {name: hits[0].score for name, hits in groups.items()}
    assert names == sorted(best, key=lambda name: -best[name])
    assert LV("none_there", regions="Nekur") in html


def test_a_pasted_text_is_shown_as_text(tiny_index: SearchIndex) -> None:
    html = compare_view.counterparts("<script>x</script>", "<b>", {}, LV)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html


def test_only_an_activity_can_be_collected(tiny_index: SearchIndex) -> None:
    activity = tiny_index.activities[0]
    assert "data-basket" not in compare_view.counterparts(activity.text, None, {}, LV)
    with_it = compare_view.counterparts(activity.text, None, {}, LV, activity)
    assert f'data-basket="{activity.id}"' in with_it


def test_shared_items_are_marked(tiny_index: SearchIndex) -> None:
    ids = [a.id for a in tiny_index.activities if "siltināšan" in a.text][:2]
    found = compare(tiny_index, ids, lambda _: "F1")
    html = compare_view.side_by_side(found, {"F1": "Ēkas", "insulation": "siltināšana"}, LV)
    assert html.count("<mark>Ēkas</mark>") == 2
    assert "<mark>siltināšana</mark>" in html
    same = f' <span class="rp-note">({LV("the_same")})'
    assert LV("stage") + same in html
    assert '<mark class="rp-related">siltināšan' in html
    assert html.count('scope="col"') == 2
