from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from indexes import user_data
from indexes.baskets import BasketLog
from indexes.corrections import CorrectionLog
from indexes.record_log import RecordLog
from indexes.theme_log import ThemeLog
from indexes.user_data import FILE, TICK, UntilChanged, stamps
from nlp.errors import RegioplanError
from nlp.records import Activity


def decide(store: Path, new: str) -> None:
    CorrectionLog(store).add(
        person="Anna", scheme="priorities", label="climate", text="Skola", old="review", new=new
    )


ACTIVITY = Activity("a" * 16, "Vidzeme", "doc", "Plāns", "2022", "planned", "Skola", 1, 1, 1)


def collect(store: Path) -> None:
    log = BasketLog(store)
    log.put(log.new("Skolām", "", "").number, [ACTIVITY], "")


def test_a_clock_that_goes_back_changes_no_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        jumps = 0

        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            cls.jumps += 1
            return datetime(2026, 1, 1, tzinfo=UTC) - timedelta(days=cls.jumps)

    monkeypatch.setattr(user_data, "datetime", Clock)
    log = CorrectionLog(tmp_path)
    for new in ("yes", "no", "borderline"):
        decide(tmp_path, new)
        assert log.decided("Skola", "priorities")["climate"].new == new
    times = [row.time for row in log.rows()]
    assert times == sorted(times, reverse=True)
    log.undo(3, "Anna")
    assert log.decided("Skola", "priorities")["climate"].new == "no"
    for name in ("Viens", "Divi"):
        ThemeLog(tmp_path).add("rename", "F01", "Anna", lv=name)
    assert [edit.lv for edit in ThemeLog(tmp_path).in_force()] == ["Viens", "Divi"]
    baskets = BasketLog(tmp_path)
    for name in ("Trīs", "Četri"):
        baskets.new(name, "", "")
    assert [basket.name for basket in baskets.all()] == ["Četri", "Trīs"]


def test_a_change_within_the_same_tick_of_the_clock_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = CorrectionLog(tmp_path)
    decide(tmp_path, "yes")
    changed = (tmp_path / FILE).stat().st_mtime_ns
    monkeypatch.setattr(user_data.time, "time_ns", lambda: changed + TICK // 10)
    assert [row.new for row in log.standing()] == ["yes"]
    before = stamps(tmp_path)
    decide(tmp_path, "no")
    os.utime(tmp_path / FILE, ns=(changed, changed))
    assert stamps(tmp_path) == before  # the file looks as it did
    assert [row.new for row in log.standing()] == ["no"]


def test_what_is_settled_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    decide(tmp_path, "yes")
    changed = (tmp_path / FILE).stat().st_mtime_ns
    monkeypatch.setattr(user_data.time, "time_ns", lambda: changed + 2 * TICK)
    reads = iter(range(9))
    kept = UntilChanged(tmp_path, lambda: next(reads))
    assert [kept.get(), kept.get()] == [0, 0]
    os.utime(tmp_path / FILE, ns=(changed + 1, changed + 1))
    assert kept.get() == 1


def test_another_table_changes_nothing_that_was_made_of_this_one(tmp_path: Path) -> None:
    decide(tmp_path, "yes")
    log, edits = CorrectionLog(tmp_path), ThemeLog(tmp_path)
    edits.add("rename", "F01", "Anna", lv="Ēkas")
    before = log.in_force("priorities").by_text, edits.in_force()
    collect(tmp_path)
    assert log.in_force("priorities").by_text is before[0]
    assert edits.in_force() is before[1]
    decide(tmp_path, "no")
    assert log.in_force("priorities").by_text is not before[0]
    assert edits.in_force() is before[1]


@examples(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_in_the_log_is_rows_or_one_line(tmp_path: Path, place: int, bit: int) -> None:
    store = tmp_path / "store"
    if not store.exists():
        for new in ("yes", "no"):
            decide(store, new)
        ThemeLog(store).add("rename", "F01", "Anna", lv="Ēkas")
        collect(store)
        RecordLog(store).write(["0" * 16], [ACTIVITY])
        (tmp_path / "whole").write_bytes((store / FILE).read_bytes())
    raw = bytearray((tmp_path / "whole").read_bytes())
    raw[place % len(raw)] ^= 1 << bit
    for left in store.glob(f"{FILE}*"):
        left.unlink()
    (store / FILE).write_bytes(bytes(raw))
    for read in (
        CorrectionLog(store).standing,
        CorrectionLog(store).rows,
        ThemeLog(store).in_force,
        lambda: RecordLog(store).applied([]),
        lambda: [BasketLog(store).records(basket) for basket in BasketLog(store).all()],
    ):
        try:
            read()
        except RegioplanError as error:
            assert str(error).startswith("expected ")


def test_a_log_of_an_earlier_version_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(user_data, "MIGRATIONS", user_data.MIGRATIONS[:1])
        decide(tmp_path, "yes")
    ThemeLog(tmp_path).add("rename", "F01", "Anna", lv="Ēkas")
    collect(tmp_path)
    assert [row.new for row in CorrectionLog(tmp_path).rows()] == ["yes"]
    assert [edit.lv for edit in ThemeLog(tmp_path).in_force()] == ["Ēkas"]
    assert [basket.name for basket in BasketLog(tmp_path).all()] == ["Skolām"]
