from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes import user_last, user_schema
from indexes.backup import backup, restore
from indexes.baskets import BasketLog
from indexes.corrections import CorrectionLog
from indexes.record_log import RecordLog
from indexes.theme_log import ThemeLog
from indexes.user_check import ASIDE, salvage, verify
from indexes.user_data import FILE, reading
from nlp.errors import RegioplanError, UsageError
from tests.indexes.test_user_data import ACTIVITY
from tests.reliability.test_faults import read_only

WHOLE = {"corrections": 4, "theme_edits": 3, "record_changes": 3, "basket_changes": 5}


def filled(store: Path) -> None:
    """Rows of all kinds in every log."""
    decisions, edits = CorrectionLog(store), ThemeLog(store)
    for text in ("Skola", "Tilts", "Mežs"):
        decisions.add(
            person="Anna", scheme="priorities", label="climate", text=text, old="review", new="yes"
        )
    decisions.undo(2, "Anna")
    edits.add("rename", "F01", "Anna", lv="Ēkas")
    edits.add("merge", "F02", "Anna", target="F03")
    edits.undo(2, "Anna")
    RecordLog(store).write(["0" * 16], [ACTIVITY])
    RecordLog(store).write([], [ACTIVITY])
    baskets = BasketLog(store)
    for name in ("Skolām", "Ceļiem"):
        baskets.put(baskets.new(name, "anna", "").number, [ACTIVITY], "")
    baskets.rename(2, "Tiltiem", "")


def everything(store: Path) -> object:
    """What all logs say."""
    baskets = BasketLog(store)
    return (
        CorrectionLog(store).rows(),
        ThemeLog(store).in_force(),
        RecordLog(store).applied([]),
        [(basket, baskets.records(basket)) for basket in baskets.all()],
        [(basket, baskets.records(basket)) for basket in baskets.all("anna")],
    )


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("whole") / "store"
    filled(store)
    return store


@pytest.fixture(scope="module")
def crashed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a killed writer leaves: the rows lie in the journal."""
    folder = tmp_path_factory.mktemp("crashed")
    with closing(sqlite3.connect(folder / FILE)) as base:
        base.execute("PRAGMA journal_mode=WAL")
        base.execute("SELECT * FROM sqlite_master").fetchall()  # whoever has it open keeps the rows
        filled(folder)
        store = folder / "store"
        store.mkdir()
        for path in folder.glob("user.*"):
            if path.suffix != ".sqlite-shm":
                shutil.copyfile(path, store / path.name)
    assert (store / f"{FILE}-wal").stat().st_size > 10_000
    return store


def flipped(whole: Path, place: Path, name: str, position: int, bit: int) -> Path:
    """A copy of a store with a bit flipped."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(whole, place)
    raw = bytearray((place / name).read_bytes())
    raw[position % len(raw)] ^= 1 << bit
    (place / name).write_bytes(bytes(raw))
    return place


def noticed(store: Path) -> bool:
    """Whether verify tells of damage, in words."""
    try:
        verify(store)
    except RegioplanError as error:
        assert str(error).startswith("expected ")
        return True
    return False


def test_whole_logs_are_counted(whole: Path, crashed: Path, tmp_path: Path) -> None:
    assert verify(tmp_path) == {}
    assert verify(whole) == WHOLE
    shutil.copytree(crashed, tmp_path / "copy")
    assert verify(tmp_path / "copy") == WHOLE


def _flips(name: str) -> Callable[..., None]:
    @settings(max_examples=250, deadline=None)
    @given(position=st.integers(0, 10**6), bit=st.integers(0, 7))
    def flip(source: Path, place: Path, expected: object, position: int, bit: int) -> None:
        store = flipped(source, place, name, position, bit)
        # A byte may say nothing, as those between the rows; then all rows are as they were.
        assert noticed(store) or everything(store) == expected

    return flip


def test_every_flipped_bit_that_says_anything_is_noticed(whole: Path, tmp_path: Path) -> None:
    _flips(FILE)(source=whole, place=tmp_path / "store", expected=everything(whole))


def test_so_are_those_of_a_journal(whole: Path, crashed: Path, tmp_path: Path) -> None:
    expected = everything(whole)
    _flips(f"{FILE}-wal")(source=crashed, place=tmp_path / "store", expected=expected)


def test_every_letter_of_a_row_counts(whole: Path, tmp_path: Path) -> None:
    raw = (whole / FILE).read_bytes()
    for word in ("Anna", "climate", "Mežs", "Ēkas", "merge", "anna", "Tiltiem", '"text"', "2026-"):
        start = raw.find(word.encode())
        assert start > 0, word
        for position in range(start, start + len(word.encode())):
            store = flipped(whole, tmp_path / "store", FILE, position, position % 8)
            assert noticed(store), (word, position)


def test_every_bit_of_what_tells_of_the_rows_counts(whole: Path, tmp_path: Path) -> None:
    for position in range((whole / user_last.FILE).stat().st_size):
        store = flipped(whole, tmp_path / "store", user_last.FILE, position, position % 8)
        assert noticed(store), position
        assert everything(store) == everything(whole)  # the rows themselves are whole


@pytest.mark.parametrize("how", ["gone", "empty", "earlier"])
def test_lost_rows_are_noticed(whole: Path, tmp_path: Path, how: str) -> None:
    store = tmp_path / "store"
    shutil.copytree(whole, store)
    path = store / FILE
    if how == "gone":
        path.unlink()
    elif how == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        CorrectionLog(tmp_path / "other").add(
            person="A", scheme="s", label="l", text="t", old="no", new="yes"
        )
        (tmp_path / "other" / FILE).replace(path)
    assert noticed(store)
    with pytest.raises(RegioplanError, match=r"no such file|is missing"):
        CorrectionLog(store).rows()
    with pytest.raises(RegioplanError, match=r"no such file|is missing"):
        BasketLog(store).new("A", "", "")
    assert path.exists() == (how != "gone")


def test_a_missing_row_between_others_is_noticed(whole: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(whole, store)
    with closing(sqlite3.connect(store / FILE)) as base:
        base.execute("DROP TRIGGER corrections_never_vanish")
        base.execute("DELETE FROM corrections WHERE number = 2")
        base.commit()
    with pytest.raises(RegioplanError, match="row 2 of corrections is missing"):
        CorrectionLog(store).rows()
    with pytest.raises(RegioplanError, match="triggers"):
        verify(store)


def test_damage_is_not_saved_over_a_good_backup(whole: Path, tmp_path: Path) -> None:
    raw = (whole / FILE).read_bytes()
    store = flipped(whole, tmp_path / "store", FILE, raw.find("Mežs".encode()), 0)
    plans = tmp_path / "plans"
    plans.mkdir()
    backup(whole, plans, tmp_path / "good.zip")
    good = (tmp_path / "good.zip").read_bytes()
    with pytest.raises(RegioplanError, match="damaged row 3 of corrections"):
        backup(store, plans, tmp_path / "good.zip")
    assert (tmp_path / "good.zip").read_bytes() == good
    assert restore(tmp_path / "good.zip", store, plans) == [f"{FILE}.before-restore"]
    assert verify(store) == WHOLE
    assert everything(store) == everything(whole)


def test_whole_rows_are_salvaged(whole: Path, tmp_path: Path) -> None:
    raw = (whole / FILE).read_bytes()
    store = flipped(whole, tmp_path / "store", FILE, raw.find("Mežs".encode()), 0)
    damaged = (store / FILE).read_bytes()
    came = salvage(store)
    assert came.lost == {"corrections": [3]}
    assert came.kept == {**WHOLE, "corrections": 3}
    assert came.left_out == 0
    assert (store / came.aside).read_bytes() == damaged
    assert verify(store) == {**WHOLE, "corrections": 3}
    assert [row.number for row in CorrectionLog(store).rows()] == [1, 2, 4]
    CorrectionLog(store).undo(1, "Anna")
    assert verify(store) == WHOLE
    with pytest.raises(UsageError, match="nothing to salvage"):
        salvage(store)


def test_a_basket_without_its_first_row_is_left_out(whole: Path, tmp_path: Path) -> None:
    raw = (whole / FILE).read_bytes()
    store = flipped(whole, tmp_path / "store", FILE, raw.find("Skolām".encode()), 1)
    came = salvage(store)
    assert came.lost == {"basket_changes": [1]}
    assert came.left_out == 1
    assert [basket.name for basket in BasketLog(store).all()] == ["Tiltiem"]
    assert not list(store.glob("tmp*"))
    raw = (store / FILE).read_bytes()
    (store / FILE).write_bytes(raw.replace(b"Tiltiem", b"Tiltuem"))
    assert salvage(store).aside == f"{FILE}{ASIDE}-2"


def test_rows_of_a_journal_are_salvaged_too(crashed: Path, tmp_path: Path) -> None:
    store = flipped(crashed, tmp_path / "store", user_last.FILE, 10, 0)
    came = salvage(store)
    assert (came.kept, came.lost) == (WHOLE, {})


def test_what_is_no_database_cannot_be_salvaged(whole: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(whole, store)
    (store / FILE).write_bytes(b"no database at all" * 500)
    with pytest.raises(RegioplanError, match="not a database"):
        salvage(store)
    (store / FILE).unlink()
    with pytest.raises(RegioplanError, match="no such file"):
        salvage(store)


@pytest.mark.parametrize("version", range(1, len(user_schema.MIGRATIONS)))
def test_rows_of_an_earlier_version_get_their_checksums(tmp_path: Path, version: int) -> None:
    store = tmp_path / "store"
    store.mkdir()
    with closing(sqlite3.connect(store / FILE)) as base:
        for migration in user_schema.MIGRATIONS[:version]:
            base.executescript(migration)
        for number in (1, 2, 5):  # earlier versions could leave numbers out
            base.execute(
                "INSERT INTO corrections VALUES (?, '', 'Anna', 's', 'l', NULL, '', ?, '', 'yes', "
                "'', NULL)",
                (number, f"Teksts {number}"),
            )
        base.execute(f"PRAGMA user_version = {version}")
        base.commit()
    assert [row.number for row in CorrectionLog(store).rows()] == [1, 2, 5]
    CorrectionLog(store).undo(5, "Anna")
    assert verify(store)["corrections"] == 4
    with reading(store) as base, pytest.raises(sqlite3.IntegrityError, match="append-only"):
        base.execute("DELETE FROM corrections")


def test_an_earlier_schema_where_nothing_may_be_written_is_named() -> None:
    with tempfile.TemporaryDirectory(prefix="earlier-") as folder:  # others may enter this one
        Path(folder).chmod(0o755)
        store = Path(folder) / "store"
        store.mkdir()
        with closing(sqlite3.connect(store / FILE)) as base:
            base.executescript(user_schema.MIGRATIONS[0])
            base.execute("PRAGMA user_version = 1")
        with read_only(store), pytest.raises(RegioplanError, match="earlier schema"):
            CorrectionLog(store).rows()
