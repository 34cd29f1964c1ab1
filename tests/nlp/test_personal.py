from __future__ import annotations

from pathlib import Path

import pytest

from nlp.personal import contains_personal, redact

PLANS = Path(__file__).parents[2] / "data" / "plans"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("E-pasts: jana.berzina@vards.gov.lv", "E-pasts: [e-pasts]"),
        ("mailto:jana@vards.lv", "[e-pasts]"),
        ("Mob. +371 21234567", "Mob. [tālrunis]"),
        ("+37161234567;", "[tālrunis];"),
        ("Tālr. 6 123 45 67", "Tālr. [tālrunis]"),
        ("https://x-my.sharepoint.com/:f:/g/personal/jana_lv/abc?e=1", "[saite]"),
    ],
)
def test_contact_data_is_replaced(text: str, clean: str) -> None:
    assert redact(text) == clean
    assert contains_personal(text)
    assert not contains_personal(clean)


@pytest.mark.parametrize(
    "text",
    ["1 195 823,32 EUR", "8 000 0000", "Nr. 3.1.1.2.i.0/1/22/I/VARAM/001", "2015.-2020.gadam",
     "26 800 000 eiro", "https://www.vidzeme.lv/jaunumi/"],
)  # fmt: skip
def test_amounts_years_and_public_links_stay(text: str) -> None:
    assert redact(text) == text


def test_committed_plans_hold_none() -> None:
    for path in PLANS.glob("*.txt"):
        assert not contains_personal(path.read_text(encoding="utf-8")), path.name
