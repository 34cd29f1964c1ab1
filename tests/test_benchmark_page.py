"""The pure parts of the benchmark: the recipe of its corpora, its figures and its page.

What `make bench` measures is in tests/benchmarks and takes minutes; none of it is asserted here.
"""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from nlp.records import Activity
from tests.benchmarks import page
from tests.benchmarks.corpus import clauses, recombined
from tests.benchmarks.inputs import Narrow
from tests.benchmarks.measure import by_kind, recall, summary
from tests.benchmarks.peers import SYSTEMS, system
from tests.benchmarks.processes import memory, watched
from tests.benchmarks.session import Session, WorkerFailed

TEXTS = (
    "Skolu siltināšana, ceļu remonts un tiltu remonts",
    "Jauniešu nometņu rīkošana; pieredzes apmaiņa ar Igauniju",
    "Seminārs",
)


def activities() -> list[Activity]:
    return [
        Activity(str(i), "Zemgale", "plan", "Plan", "2021-2027", "planned", text, i, i, i)
        for i, text in enumerate(TEXTS)
    ]


def results(**changes: Any) -> dict[str, Any]:
    """Results in which every claim about 100,000 holds but for what is changed."""
    search = {"run": "one", "plain": {"per_second": 100.0, "p50_ms": 10.0, "p95_ms": 12.0}}
    found: dict[str, Any] = {
        "regioplan": {"search": {**search, "tree_mb": 900.0}},
        "regioplan-exact": {"search": {**search, "pairs": {"ratio": 1.1}}},
        "txtai": {"search": {**search, "plain": {**search["plain"], "per_second": 20.0}}},
        "milvus": {"search": {**search, "plain": {**search["plain"], "per_second": 25.0}}},
    }
    for name, change in changes.items():
        found[name]["search"] |= change
    machine = {"processor": "P", "cores_used": 2, "cores": 4, "memory_gb": 8.0}
    machine |= {"system": "Linux", "python": "3.11"}
    return {"machine": machine, "corpora": {"100000": found}}


def verdicts(of: dict[str, Any], words: str) -> list[str]:
    return [claim.verdict for claim in page.claims(of) if words in claim.text]


def test_a_clause_is_cut_at_commas_semicolons_and_un_and_has_two_words() -> None:
    assert clauses(activities()) == [
        "Skolu siltināšana", "ceļu remonts", "tiltu remonts",
        "Jauniešu nometņu rīkošana", "pieredzes apmaiņa ar Igauniju",
    ]  # fmt: skip


def test_a_larger_corpus_begins_with_the_smaller_one() -> None:
    small = list(recombined(activities(), 20))
    assert small == list(islice(recombined(activities(), 60), 20))
    assert len({a.id for a in small}) == 20
    known = set(clauses(activities()))
    assert all(set(a.text.split(", ")) <= known for a in small)


def test_summary_tells_middle_slow_end_and_rate() -> None:
    found = summary([1.0] * 90 + [11.0] * 10)
    assert (found["p50_ms"], found["p95_ms"], found["per_second"]) == (1.0, 11.0, 500.0)
    assert by_kind([1.0, 3.0], ["a", "b"])["b"]["p50_ms"] == 3.0
    with pytest.raises(ValueError, match="no measurement"):
        summary([])


def test_recall_leaves_out_queries_without_an_answer() -> None:
    assert recall([[1, 2], [9]], [[2, 3], []], 2) == 0.5
    assert recall([[1]], [[]]) is None


def test_a_claim_is_ok_only_when_it_was_measured_and_holds() -> None:
    rate = "100,000: hybrid throughput over that of txtai hybrid"
    assert verdicts(results(), rate)[0] == page.OK
    slow = {"plain": {"per_second": 40.0, "p50_ms": 25.0, "p95_ms": 30.0}}
    assert verdicts(results(txtai=slow), rate)[0] == page.FAIL
    assert set(verdicts(results(), "1,000,000")) == {page.UNKNOWN}
    assert verdicts(results(), "100,000: dense leg") == [page.OK]
    wide = {"pairs": {"ratio": 1.2}}
    assert verdicts(results(**{"regioplan-exact": wide}), "100,000: dense leg") == [page.FAIL]


def test_figures_of_different_runs_are_not_compared() -> None:
    of = results(txtai={"run": "another"})
    assert page.ratio(of, "100000", "txtai", "plain") is None
    assert page.ratio(of, "100000", "milvus", "plain") == 4.0


def test_the_page_says_what_failed_and_what_is_missing() -> None:
    of = results()
    of["corpora"]["100000"]["milvus"]["search"] = {"error": "not installed: pymilvus"}
    text = page.render(of, None)
    assert "- Milvus Lite hybrid, search: not installed: pymilvus" in text
    assert "- bm25s alone: not measured" in text
    assert "[not measured]" in text
    of["corpora"]["100000"]["regioplan"]["search"]["others_cores"] = 1.5
    assert "Provisional" in page.render(of, None)


def test_a_bar_does_not_end_a_cell() -> None:
    assert page.table(("a",), [("b|c",)]).splitlines()[-1] == "| b\\|c |"


def test_every_system_is_described_and_found_by_name() -> None:
    assert all(system(what.name) is what and what.settings and what.packages for what in SYSTEMS)
    assert Narrow("region", ("Zemgale",)).asked() == {"region": ("Zemgale",)}


def test_a_peer_that_is_not_installed_is_said_to_be_so(tmp_path: Path) -> None:
    with pytest.raises(WorkerFailed, match="not installed"):
        Session(system("txtai"), tmp_path / "python", tmp_path, tmp_path, 1, tmp_path / "log")


def test_memory_of_a_tree_of_processes_is_seen() -> None:
    with watched(os.getpid(), every=0.01) as peak:
        assert memory()["whole_mb"] > 1
    assert peak.mb > 1
