from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nlp.corpus import ParsedPlan
from nlp.layouts.latgale import parse
from tests.nlp.layouts.conftest import as_lines, plain

LAYOUT = "latgale-programme"
HEAD = (
    "Stratēģiskie virzieni un prioritātes\nStratēģiskais virziens: Gudra izaugsme 3.1.\n"
    "3.1.1. Prioritāte Uzņēmējdarbība\n3.1.1.1. Atbalsts uzņēmējiem\n"
)


def test_only_the_tasks_are_activities() -> None:
    text = HEAD + (
        "3. Līdzšinējās darbības:\na. Veikts pētījums\n8. Uzdevumi:\na. Veicināt\nsadarbību;\n"
        "b. Attīstīt centrus.\n9. Finansējuma avoti:\na. ES fondi\n"
    )
    found = parse(as_lines(text)).activities
    assert [(a.code, a.text) for a in found] == [
        ("3.1.1.1.a", "Veicināt sadarbību;"),
        ("3.1.1.1.b", "Attīstīt centrus."),
    ]
    assert found[0].path == ("Gudra izaugsme", "Uzņēmējdarbība", "Atbalsts uzņēmējiem")
    assert found[0].funding == ("ES fondi",)


def test_a_repeated_letter_gets_a_code_of_its_own() -> None:
    text = HEAD + "8. Uzdevumi:\na. Pirmais\nb. Otrais\na. Trešais\n"
    assert [a.code for a in parse(as_lines(text)).activities] == [
        "3.1.1.1.a",
        "3.1.1.1.b",
        "3.1.1.1.a-2",
    ]


def test_sections_are_found_by_name_whatever_their_number() -> None:
    text = HEAD + "16. Uzdevumi:\na. Veicināt tūrismu\n"
    assert [a.text for a in parse(as_lines(text)).activities] == ["Veicināt tūrismu"]


def test_tasks_equal_the_gold(
    plans: dict[str, ParsedPlan], gold: Callable[[str], list[dict[str, Any]]]
) -> None:
    activities = plans[LAYOUT].parsed.activities
    assert len(activities) == 339
    assert len({a.section for a in activities}) == 44
    for row in gold("latgale"):
        mine = [plain(a.text) for a in activities if a.section == row["code"]]
        assert mine == [plain(task) for task in row["tasks"]], row["code"]


def test_every_line_is_accounted_for(plans: dict[str, ParsedPlan]) -> None:
    plan = plans[LAYOUT]
    covered = [n for s in plan.parsed.spans for n in range(s.first, s.last + 1)]
    assert covered == [line.number for line in plan.lines]
