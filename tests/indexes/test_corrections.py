from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from indexes.corrections import Correction, CorrectionLog
from indexes.user_data import FILE
from nlp.errors import RegioplanError, UsageError


def decide(log: CorrectionLog, new: str, text: str = "Skolas siltināšana") -> Correction:
    return log.add(
        person="Anna", scheme="priorities", label="climate", text=text, old="review", new=new
    )


def test_the_newest_decision_stands_and_undo_brings_back_the_one_before(tmp_path: Path) -> None:
    log = CorrectionLog(tmp_path)
    decide(log, "no")
    second = decide(log, "yes")
    assert log.decided("skolas  SILTINĀŠANA", "priorities")["climate"].new == "yes"
    undone = log.undo(second.number, "Pēteris")
    assert undone.undoes == second.number
    assert log.decided("Skolas siltināšana", "priorities")["climate"].new == "no"
    assert [row.new for row in log.standing()] == ["no"]
    assert len(log.rows()) == 3


def test_a_decision_is_taken_back_once(tmp_path: Path) -> None:
    log = CorrectionLog(tmp_path)
    first = decide(log, "yes")
    back = log.undo(first.number, "Anna")
    for number in (first.number, back.number, 99):
        with pytest.raises(UsageError):
            log.undo(number, "Anna")


def test_nothing_in_the_log_can_be_changed(tmp_path: Path) -> None:
    log = CorrectionLog(tmp_path)
    decide(log, "yes")
    base = sqlite3.connect(tmp_path / FILE)
    for statement in ("UPDATE corrections SET new = 'no'", "DELETE FROM corrections"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            base.execute(statement)
    base.close()
    assert [row.new for row in log.rows()] == ["yes"]


def test_what_another_process_wrote_is_seen(tmp_path: Path) -> None:
    mine, other = CorrectionLog(tmp_path), CorrectionLog(tmp_path)
    assert mine.standing() == []
    decide(other, "no")
    assert [row.new for row in mine.standing()] == ["no"]
    decide(other, "yes")
    assert [row.new for row in mine.standing()] == ["yes"]


def test_many_writers_lose_nothing(tmp_path: Path) -> None:
    def write(n: int) -> None:
        for i in range(10):
            decide(CorrectionLog(tmp_path), "yes", f"{n} {i}")

    threads = [threading.Thread(target=write, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(CorrectionLog(tmp_path).standing()) == 60


def test_bad_decisions_are_refused_and_a_broken_log_is_named(tmp_path: Path) -> None:
    log = CorrectionLog(tmp_path)
    with pytest.raises(UsageError, match="borderline"):
        decide(log, "maybe")
    with pytest.raises(UsageError, match="name"):
        log.add(person=" ", scheme="s", label="l", text="t", old="no", new="yes")
    with pytest.raises(UsageError, match="2000"):
        log.add(person="A", scheme="s", label="l", text="t", old="no", new="yes", note="x" * 2001)
    (tmp_path / FILE).write_bytes(b"no database at all, but long enough to be read" * 50)
    with pytest.raises(RegioplanError, match=FILE):
        log.rows()
    with sqlite3.connect(tmp_path / "new") as base:
        base.execute("PRAGMA user_version = 99")
    base.close()
    (tmp_path / "new").replace(tmp_path / FILE)
    with pytest.raises(RegioplanError, match="newer version"):
        log.rows()
