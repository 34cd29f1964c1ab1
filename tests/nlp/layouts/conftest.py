"""The shipped plans, parsed once, beside the development gold."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nlp.corpus import ParsedPlan, parse_plans
from nlp.plans import Line
from nlp.records import Activity

DATA = Path(__file__).parents[3] / "data"


@pytest.fixture(scope="session")
def plans() -> dict[str, ParsedPlan]:
    """Parsed plans by layout."""
    return {p.plan.layout: p for p in parse_plans(DATA / "plans")}


@pytest.fixture(scope="session")
def gold() -> Callable[[str], list[dict[str, Any]]]:
    """Rows of a development gold file without those marked optional."""

    def read(name: str) -> list[dict[str, Any]]:
        path = DATA / "gold" / f"extract_{name}.jsonl"
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        return [row for row in rows if not row.get("optional")]

    return read


def as_lines(text: str) -> list[Line]:
    """Lines of one page."""
    return [Line(n, t, 1) for n, t in enumerate(text.split("\n"), start=1)]


def plain(text: str) -> str:
    """A text as the gold compares it: spaces and end marks aside."""
    return " ".join(text.split()).strip(" .;,").casefold()


def all_texts(activities: list[Activity] | tuple[Activity, ...]) -> set[str]:
    return {plain(a.text) for a in activities}
