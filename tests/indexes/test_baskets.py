from __future__ import annotations

import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from indexes import baskets
from indexes.baskets import MOST, BasketLog
from indexes.user_data import FILE
from nlp.errors import UsageError
from nlp.records import Activity

ONE = Activity(
    "1" * 16, "Vidzeme", "doc", "Plāns", "2022", "planned", "Skola", 1, 1, 1, path=("A",)
)


def other(number: int) -> Activity:
    return replace(ONE, id=f"{number:016x}", text=f"Skola {number}")


@pytest.fixture
def log(tmp_path: Path) -> BasketLog:
    return BasketLog(tmp_path)


def test_a_basket_keeps_whole_records_in_the_order_they_came(log: BasketLog) -> None:
    number = log.new("  Siltas \n skolas ", "anna", "anna").number
    log.put(number, [other(2), ONE], "anna")
    log.put(number, [ONE, other(3)], "anna")
    basket = log.take(number, [other(2).id, "unknown"], "anna")
    assert basket.name == "Siltas skolas"
    assert log.records(basket) == [ONE, other(3)]
    assert log.get(number) == basket
    assert log.put(number, [other(2)], "anna").ids[-1] == other(2).id


def test_the_record_is_that_of_the_last_time_it_was_put_in(log: BasketLog) -> None:
    number = log.new("A", "", "").number
    log.put(number, [ONE], "")
    log.take(number, [ONE.id], "")
    fresh = replace(ONE, page=7)
    assert log.records(log.put(number, [fresh], "")) == [fresh]


def test_nothing_collected_yet_reads_as_nothing(log: BasketLog, tmp_path: Path) -> None:
    assert log.all() == []
    with pytest.raises(UsageError, match="number of a basket"):
        log.get(1)
    assert not (tmp_path / FILE).exists()


def test_the_one_changed_last_comes_first(log: BasketLog) -> None:
    first, second = (log.new(name, "anna", "anna").number for name in "AB")
    assert [b.number for b in log.all("anna")] == [second, first]
    log.put(first, [ONE], "anna")
    assert [b.number for b in log.all("anna")] == [first, second]


def test_others_neither_see_nor_change_it(log: BasketLog) -> None:
    number = log.new("A", "anna", "anna").number
    log.put(number, [ONE], "anna", "anna")
    assert log.all("bruno") == []
    for change in (
        lambda: log.get(number, "bruno"),
        lambda: log.put(number, [ONE], "bruno", "bruno"),
        lambda: log.take(number, [ONE.id], "bruno", "bruno"),
        lambda: log.rename(number, "B", "bruno", "bruno"),
        lambda: log.delete(number, "bruno", "bruno"),
        lambda: log.get(number, ""),
    ):
        with pytest.raises(UsageError, match="number of a basket"):
            change()
    log.delete(number, "anna", "anna")
    with pytest.raises(UsageError, match="deleted basket"):
        log.restore(number, "bruno", "bruno")
    assert log.restore(number, "anna", "anna").ids == (ONE.id,)


def test_what_is_deleted_comes_back_whole(log: BasketLog) -> None:
    number = log.new("A", "", "").number
    log.put(number, [ONE], "")
    assert log.rename(number, "B", "").name == "B"
    assert log.delete(number, "").deleted
    assert log.all() == []
    assert [b.number for b in log.all(deleted=True)] == [number]
    with pytest.raises(UsageError):
        log.delete(number, "")
    assert log.new("C", "", "").number != number  # its number is not given to another
    back = log.restore(number, "")
    assert (back.name, back.ids, back.deleted) == ("B", (ONE.id,), False)
    with pytest.raises(UsageError, match="deleted basket"):
        log.restore(number, "")


def test_too_many_are_refused_and_none_is_put_in(
    log: BasketLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = log.new("A", "", "").number
    log.put(number, [other(i) for i in range(MOST - 1)], "")
    with pytest.raises(UsageError, match=f"at most {MOST} activities; found {MOST + 1}"):
        log.put(number, [other(MOST), other(MOST + 1)], "")
    assert len(log.get(number).ids) == MOST - 1
    monkeypatch.setattr(baskets, "MOST_BASKETS", 2)
    log.new("B", "", "")
    log.new("A", "anna", "anna")  # each has a number of their own
    with pytest.raises(UsageError, match="at most 2 baskets"):
        log.new("C", "", "")
    log.delete(number, "")
    log.new("C", "", "")
    with pytest.raises(UsageError, match="at most 2 baskets"):
        log.restore(number, "")


@pytest.mark.parametrize("name", ["", " \n", "x" * 101, "a\x00b", "a\u202eb"])
def test_a_name_that_is_none_is_refused(log: BasketLog, name: str) -> None:
    with pytest.raises(UsageError, match="name"):
        log.new(name, "", "")
    number = log.new("A", "", "").number
    with pytest.raises(UsageError, match="name"):
        log.rename(number, name, "")
    assert log.get(number).name == "A"


def test_nothing_in_the_log_can_be_changed(log: BasketLog, tmp_path: Path) -> None:
    log.new("A", "", "")
    base = sqlite3.connect(tmp_path / FILE)
    for statement in ("UPDATE basket_changes SET name = 'B'", "DELETE FROM basket_changes"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            base.execute(statement)
    base.close()


def test_many_at_once_lose_nothing(log: BasketLog) -> None:
    number = log.new("A", "", "").number

    def collect(of: int) -> None:
        for i in range(5):
            log.put(number, [other(10 * of + i)], "")

    threads = [threading.Thread(target=collect, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(log.get(number).ids) == 40
