from __future__ import annotations

import json
from pathlib import Path

from nlp.plans import Plan
from nlp.records import Activity, ParsedActivity, build_records, unique_codes

PLAN = Plan("doc", Path("doc.txt"), ("Vidzeme",), "Plan", "2021-2027", "", "", "")


def item(text: str, line: int, code: str | None = None) -> ParsedActivity:
    return ParsedActivity(text, "planned", 1, line, line, code=code)


def test_equal_texts_become_one_record_with_further_occurrences() -> None:
    records = build_records(
        PLAN, [item("Ceļu remonts", 1), item("Cits", 2), item("ceļu  remonts.", 9)]
    )
    assert [r.text for r in records] == ["Ceļu remonts", "Cits"]
    assert [p.first_line for p in records[0].places] == [1, 9]
    assert [p.first_line for p in records[0].occurrences] == [9]


def test_ids_survive_other_rows_and_orders() -> None:
    one = build_records(PLAN, [item("A darbs", 1), item("B darbs", 2)])
    two = build_records(PLAN, [item("C darbs", 1), item("B darbs", 7), item("A darbs", 8)])
    assert {r.text: r.id for r in one}.items() <= {r.text: r.id for r in two}.items()


def test_repeated_codes_are_made_unique() -> None:
    codes = [
        i.code
        for i in unique_codes([item("x", 1, "3.a"), item("y", 2, "3.b"), item("z", 3, "3.a")])
    ]
    assert codes == ["3.a", "3.b", "3.a-2"]


def test_json_round_trip() -> None:
    record = build_records(PLAN, [item("Darbs", 1, "A 1"), item("Darbs", 4)])[0]
    assert Activity.from_dict(json.loads(json.dumps(record.to_dict()))) == record
