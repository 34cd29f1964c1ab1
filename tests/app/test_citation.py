from __future__ import annotations

from dataclasses import replace

from app.citation import citation, quotation
from app.i18n import translator
from indexes.engine import SearchIndex

LV = translator("lv")


def test_a_citation_names_plan_page_lines_and_headings(tiny_index: SearchIndex) -> None:
    first = tiny_index.activities[0]
    assert citation(first, LV) == "Vidzeme plan (2021-2027), 1. lpp., 1. rinda: Vidzeme goal"
    longer = replace(first, last_line=3, plan="Plan\nin two lines", path=())
    assert citation(longer, LV) == "Plan in two lines (2021-2027), 1. lpp., 1.–3. rinda"


def test_a_quotation_can_be_found_again(tiny_index: SearchIndex) -> None:
    first = tiny_index.activities[0]
    assert quotation(first, LV) == (
        f"„{first.text}” (A 1) – Vidzeme. {citation(first, LV)}. ID {first.id}"
    )
