"""Training material without one region: how does the search do on a region it never read?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from nlp.corpus import ParsedPlan
from training.pairs import Pair


def without_region(
    parsed: Sequence[ParsedPlan], pairs: Sequence[Pair], region: str
) -> tuple[list[ParsedPlan], list[Pair]]:
    """Plans and pairs that hold nothing of a region.

    Its activities go with the lines they are printed on, and so does every line of a plan that is
    the region's own. A pair goes when either side is an activity of the region.
    """
    gone = [a for plan in parsed for a in plan.activities if a.region == region]
    ids, texts = {a.id for a in gone}, {a.text for a in gone}
    return (
        [_without(plan, region) for plan in parsed],
        [p for p in pairs if p.id not in ids and not texts & {p.wording, p.activity}],
    )


def _without(plan: ParsedPlan, region: str) -> ParsedPlan:
    kept = [a for a in plan.activities if a.region != region]
    if plan.plan.regions == (region,):
        return replace(plan, lines=[], activities=kept)
    printed = {
        number
        for activity in plan.activities
        if activity.region == region
        for place in activity.places
        for number in range(place.first_line, place.last_line + 1)
    }
    lines = [line for line in plan.lines if line.number not in printed]
    return replace(plan, lines=lines, activities=kept)
