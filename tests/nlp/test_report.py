from __future__ import annotations

from pathlib import Path

import pytest

from nlp.corpus import ParsedPlan, parse_plan, parse_plans
from nlp.plans import Plan
from nlp.report import as_html, as_text, make_report

PLANS = Path(__file__).parents[2] / "data" / "plans"


@pytest.fixture(scope="module")
def parsed() -> list[ParsedPlan]:
    return parse_plans(PLANS)


def test_every_line_of_every_plan_is_accounted_for(parsed: list[ParsedPlan]) -> None:
    for plan in parsed:
        report = make_report(plan)
        assert report.unaccounted == 0, plan.plan.document
        assert sum(report.lines.values()) == len(plan.lines)


def test_doubtful_values_of_zemgale_are_named(parsed: list[ParsedPlan]) -> None:
    plan = next(p for p in parsed if p.plan.layout == "zemgale-action-plan")
    said = " / ".join(note.message for note in make_report(plan).notes)
    assert "A 4.9: amount '8 000 0000'" in said
    assert "A 1.5: nobody is responsible" in said
    assert "A 2.7: there is no priority P7" in said
    assert "A 2.1: indicators are numbered 1, 3" in said


def test_report_of_a_table(tmp_path: Path) -> None:
    file = tmp_path / "plan.csv"
    file.write_text(
        "Nr.,Rīcība,Atbildīgais\n1.1,Siltināt <skolu> Cēsīs,VPR\n1.3,Labot ceļu,\n,,VPR\n",
        encoding="utf-8",
    )
    plan = Plan("plan", file, ("Kurzeme",), "<b>Plāns</b>", "2022-2027", "", "", "table")
    parsed = parse_plan(plan)
    report = make_report(parsed)
    assert parsed.activities[0].municipalities == ("Cēsis",)
    assert report.filled["responsible"] == 0.5
    assert [(s.first, s.last) for s in report.leftover] == [(4, 4)]
    messages = [note.message for note in report.notes]
    assert messages == ["nobody is responsible", "1.3 follows, 1.2 is missing"]
    assert "left over, please look: lines 4-4" in as_text(report)
    assert "'Nr.' as code, 'Rīcība' as text, 'Atbildīgais' as responsible" in as_text(report)
    html = as_html([report])
    assert "&lt;b&gt;Plāns" in html
    assert "<b>" not in html
    assert "http" not in html
