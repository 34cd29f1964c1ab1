"""Baskets as HTML."""

from __future__ import annotations

from dataclasses import replace

from app import basket_view
from app.i18n import translator
from indexes.baskets import Basket
from indexes.engine import SearchIndex

LV = translator("lv")
FIRST = Basket(1, "", "Skolas", "2026-01-01T00:00:00+00:00", "2026-01-02T00:00:00+00:00", ("a",))
SECOND = replace(FIRST, number=2, name="<b>Tilti", ids=())


def test_the_basket_offers_a_dossier_and_escapes(tiny_index: SearchIndex) -> None:
    hostile = replace(tiny_index.activities[0], text="=1+1 <img onerror=x>")
    html = basket_view.contents([hostile], [], LV)
    assert f"/api/v1/dossier?id={hostile.id}&amp;format=docx&amp;lang=lv" in html
    assert f'data-basket="{hostile.id}"' in html
    assert "<img" not in html


def test_what_no_plan_has_any_more_is_shown_but_not_asked_for(tiny_index: SearchIndex) -> None:
    present, gone = tiny_index.activities[0], replace(tiny_index.activities[1], id="0" * 16)
    html = basket_view.contents([present], [gone], LV)
    assert f"id={gone.id}" not in html
    assert gone.text in html
    assert LV("basket_gone") in html
    assert f'data-basket="{gone.id}" aria-pressed="true"' in html  # so it can be taken out
    assert basket_view.contents([], [gone], LV).count("dossier") == 0


def test_one_basket_is_named_and_several_can_be_chosen_from() -> None:
    assert basket_view.baskets(None, [], LV) == ""
    alone = basket_view.baskets(FIRST, [FIRST], LV)
    assert "<select" not in alone
    assert 'value="Skolas"' in alone
    assert all(f'data-do="{what}"' in alone for what in ("rename", "new", "delete"))
    both = basket_view.baskets(SECOND, [FIRST, SECOND], LV)
    assert '<option value="2" selected>&lt;b&gt;Tilti (0)' in both
    assert 'data-do="new"' not in both  # an empty one is new enough
    kept_here = basket_view.baskets(None, [FIRST], LV)
    assert LV("basket_here") in kept_here
    assert "data-do" not in kept_here


def test_a_deleted_basket_says_how_to_bring_it_back() -> None:
    html = basket_view.deleted(SECOND, LV)
    assert "&lt;b&gt;Tilti" in html
    assert 'data-do="restore" data-number="2"' in html
