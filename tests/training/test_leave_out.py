from __future__ import annotations

from pathlib import Path

from nlp.corpus import ParsedPlan
from nlp.layouts import Parsed
from nlp.plans import Line, Plan
from nlp.records import ParsedActivity, build_records
from training.leave_out import without_region
from training.pairs import Pair


def plan_of(document: str, region: str, rows: list[tuple[str, str]]) -> ParsedPlan:
    """A plan that prints one (region, activity) per line."""
    plan = Plan(document, Path("none"), (region,), "", "", "", "", "")
    items = [
        ParsedActivity(text, "planned", 1, i, i, region=where)
        for i, (where, text) in enumerate(rows, start=1)
    ]
    lines = [Line(i, text, 1) for i, (_, text) in enumerate(rows, start=1)]
    return ParsedPlan(plan, lines, Parsed(tuple(items), ()), build_records(plan, items))


def test_nothing_of_the_region_stays() -> None:
    rows = [("Latgale", "Ceļu remonts"), ("Zemgale", "Skolu tīkls"), ("Latgale", "Ceļu remonts")]
    plans = [
        plan_of("own", "Latgale", [("Latgale", "Ezeru tīrīšana")]),
        plan_of("shared", "Latvija", rows),
    ]
    (lake,), (road, school) = (plan.activities for plan in plans)
    pairs = [
        Pair(lake.id, "", "q", "tīri ezeri", lake.text),
        Pair(school.id, "", "q", "skolas", school.text),
        Pair(school.id, "", "c", road.text, school.text),
    ]
    (own, shared), some = without_region(plans, pairs, "Latgale")
    assert (list(own.lines), list(own.activities)) == ([], [])
    assert [line.text for line in shared.lines] == ["Skolu tīkls"]
    assert [a.text for a in shared.activities] == ["Skolu tīkls"]
    assert some == [pairs[1]]
