from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from nlp.corpus import ParsedPlan
from nlp.layouts.zemgale import _HEADER, parse
from tests.nlp.layouts.conftest import as_lines, plain

LAYOUT = "zemgale-action-plan"
TABLE = "4. ZEMGALES PLĀNOŠANAS REĢIONA AKTIVITĀŠU PLĀNS\n" + "\n".join(_HEADER)


def test_a_row_is_cut_into_its_cells() -> None:
    row = (
        "A 1.1.\nSakārtot ceļu tīklu\nreģionā\nZPR\n(ZUC)\nPašvaldības, SM,\nLVC\n1 200 000\n"
        "ETS, LIFE\n1. Sakārtots tīkls\n2.Izstrādāts plāns\nP3\nP1 2020"
    )
    (activity,) = parse(as_lines(f"{TABLE}\n{row}")).activities
    assert activity.code == "A 1.1"
    assert activity.text == "Sakārtot ceļu tīklu reģionā"
    assert activity.responsible == "ZPR (ZUC)"
    assert activity.partners == ("Pašvaldības", "SM", "LVC")
    assert activity.amount_eur == 1_200_000
    assert activity.funding == ("ETS", "LIFE")
    assert activity.indicators == ("Sakārtots tīkls", "Izstrādāts plāns")
    assert activity.priorities == ("P3", "P1")
    assert activity.deadline == 2020


def test_cells_that_share_lines() -> None:
    row = "A 1.2. Veikt izpēti\nZPR Pašvaldības, SM\n82 000 ETS 1.Izstrādāts\nplāns P3 2018"
    (activity,) = parse(as_lines(f"{TABLE}\n{row}")).activities
    assert (activity.text, activity.responsible) == ("Veikt izpēti", "ZPR")
    assert (activity.amount_eur, activity.funding) == (82_000, ("ETS",))
    assert (activity.indicators, activity.deadline) == (("Izstrādāts plāns",), 2018)


def test_an_amount_with_odd_grouping_is_no_number() -> None:
    row = "A 1.3.\nAttīstīt centrus\nZPR\nNVO\n8 000 0000\nETS\n1.Izveidoti centri\nP4 2020"
    (activity,) = parse(as_lines(f"{TABLE}\n{row}")).activities
    assert activity.amount_eur is None


def test_a_row_cut_by_the_page_goes_on_after_the_header() -> None:
    row = (
        "A 1.4.\nOrganizēt pasākumus\nskolās un\nZPR\nLM\n10 000\nETS\n1.Notikuši pasākumi\nP5 2020"
    )
    rest = "bērnudārzos reģiona pilsētās\n2. Veikta aptauja"
    header = "\n".join(_HEADER)
    (activity,) = parse(as_lines(f"{TABLE}\n{row}\n{header}\n{rest}")).activities
    assert activity.text == "Organizēt pasākumus skolās un bērnudārzos reģiona pilsētās"
    assert activity.indicators == ("Notikuši pasākumi", "Veikta aptauja")


def test_all_rows_of_the_plan(plans: dict[str, ParsedPlan]) -> None:
    codes = [a.code for a in plans[LAYOUT].activities]
    groups = [sum(str(c).startswith(f"A {n}.") for c in codes) for n in range(1, 7)]
    assert groups == [17, 11, 7, 16, 18, 12]
    assert all(a.path[0].startswith("P") for a in plans[LAYOUT].activities)


@pytest.mark.parametrize(
    "name", ["text", "responsible", "amount_eur", "deadline", "priorities", "indicators"]
)
def test_fields_equal_the_gold(
    plans: dict[str, ParsedPlan], gold: Callable[[str], list[dict[str, Any]]], name: str
) -> None:
    found = {a.code: a for a in plans[LAYOUT].activities}
    rows = gold("zemgale")
    wrong = []
    for row in rows:
        have, want = getattr(found[row["id"]], name), row[name]
        if isinstance(want, list):
            equal = [plain(v) for v in have] == [plain(v) for v in want]
        elif isinstance(want, str):
            equal = plain(have or "") == plain(want)
        else:
            equal = have == want
        if not equal:
            wrong.append((row["id"], have, want))
    assert not wrong


def test_every_line_is_accounted_for(plans: dict[str, ParsedPlan]) -> None:
    plan = plans[LAYOUT]
    covered = [n for s in plan.parsed.spans for n in range(s.first, s.last + 1)]
    assert covered == [line.number for line in plan.lines]
