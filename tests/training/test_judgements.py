from __future__ import annotations

from pathlib import Path

import pytest

from nlp.errors import RegioplanError
from training.judgements import Pool, Query, read_judgements

ROWS = [
    ("p1", "Vidzeme", "Organizēts seminārs par ēku siltināšanu pašvaldībās (2)"),
    ("p2", "Vidzeme", "Organizēts seminārs par ēku siltināšanu pašvaldībās"),
    ("p3", "Zemgale", "Organizēts seminārs par ēku siltināšanu pašvaldībās"),
    ("p4", "Vidzeme", "Veloceliņu tīkla attīstība"),
]


def test_near_copies_of_a_region_are_one() -> None:
    pool = Pool(ROWS)
    assert pool.group("p1") == pool.group("p2") != pool.group("p3")


def test_hits_are_known_by_text_and_region() -> None:
    pool = Pool(ROWS)
    assert pool.of("veloceliņu tīkla attīstība;", "Vidzeme") == "p4"
    assert pool.of("Veloceliņu tīkla attīstība", "Latgale") is None
    assert pool.of("Kaut kas cits", "Vidzeme") is None
    texts = [(ROWS[1][2], "Vidzeme"), ("cits", "Vidzeme"), (ROWS[0][2], "Vidzeme")]
    assert pool.run(texts) == [pool.group("p1")]


def test_a_query_within_a_region_keeps_its_answers_there() -> None:
    pool = Pool(ROWS)
    assert pool.regions == ("Vidzeme", "Zemgale")
    query = Query("q", "lv", "siltināšana", {"p1": 2, "p3": 1}, frozenset({"p4"}))
    assert pool.within(query, "Zemgale").grades == {"p3": 1}
    assert pool.within(query, "Zemgale").forbidden == frozenset()
    assert pool.within(query, "Vidzeme").grades == {"p1": 2}
    assert pool.within(query, "Vidzeme").forbidden == {"p4"}


def test_queries_without_judgements_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "pool.tsv").write_text("\n".join("\t".join(r) for r in ROWS), encoding="utf-8")
    (tmp_path / "q.tsv").write_text("d1\tlv\tsiltināšana\nd2\tlv\tskola\n", encoding="utf-8")
    (tmp_path / "g.tsv").write_text("d1\tp2\t1\nd1\tp1\t2\n", encoding="utf-8")
    (tmp_path / "f.tsv").write_text("d1\tp4\n", encoding="utf-8")
    _, (query,) = read_judgements(tmp_path, "q.tsv", "g.tsv", "f.tsv")
    assert list(query.grades.values()) == [2]
    assert query.forbidden == {"p4"}
    with pytest.raises(RegioplanError, match="none\\.tsv"):
        read_judgements(tmp_path, "none.tsv", "g.tsv")
