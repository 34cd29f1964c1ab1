from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nlp.corpus import ParsedPlan
from tests.nlp.layouts.conftest import all_texts, plain


@pytest.mark.parametrize(
    ("name", "layout"), [("deck", "ministry-deck"), ("brochure", "results-brochure")]
)
def test_activities_of_the_gold_are_found(
    plans: dict[str, ParsedPlan],
    gold: Callable[[str], list[dict[str, Any]]],
    name: str,
    layout: str,
) -> None:
    have = all_texts(plans[layout].activities)
    wanted = [plain(row["text"]) for row in gold(name)]
    near = [w for w in wanted if not any(w in h or h in w for h in have if len(h) > 15)]
    assert not near


@pytest.mark.parametrize("layout", ["ministry-deck", "results-brochure"])
def test_spans_cover_every_line_once(plans: dict[str, ParsedPlan], layout: str) -> None:
    plan = plans[layout]
    covered = [n for s in plan.parsed.spans for n in range(s.first, s.last + 1)]
    assert sorted(covered) == [line.number for line in plan.lines]


def test_stories_and_link_lists_are_no_activities(plans: dict[str, ParsedPlan]) -> None:
    for activity in plans["results-brochure"].activities:
        assert "http" not in activity.text
        assert not activity.text.startswith("Es ")
