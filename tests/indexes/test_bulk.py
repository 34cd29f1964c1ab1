"""Building from a file of records: the same index, however it was stopped and gone on with."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexes import bulk, reading
from indexes.bulk import WORK, build_from_records
from indexes.engine import SearchIndex
from indexes.health import problems
from indexes.record_file import read_records
from indexes.records import line_of
from nlp.errors import RegioplanError, UsageError


@pytest.fixture
def records(tiny_index: SearchIndex, tmp_path: Path) -> Path:
    file = tmp_path / "records.jsonl"
    file.write_bytes(b"".join(map(line_of, tiny_index.activities)))
    return file


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BLOCK", 4)


@pytest.mark.usefixtures("small_blocks")
def test_it_is_the_index_the_records_came_from(
    records: Path, tiny_store: Path, tiny_index: SearchIndex, tmp_path: Path
) -> None:
    told: list[tuple[str, int, int]] = []
    build_from_records(records, tmp_path / "store", tiny_store, 1, lambda *seen: told.append(seen))
    index = SearchIndex.open(tmp_path / "store")
    assert list(index.activities) == list(tiny_index.activities)
    assert np.array_equal(index.legs.dense.vectors(), tiny_index.legs.dense.vectors())
    assert index.themes.where.tolist() == tiny_index.themes.where.tolist()
    assert problems(index) == []
    assert told[-1] == ("putting together", 4, 4)
    assert not list((tmp_path / "store").glob(f"{WORK}*"))


@pytest.mark.usefixtures("small_blocks")
def test_what_was_read_before_a_stop_is_not_read_again(
    records: Path, tiny_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, read = tmp_path / "store", reading.read_block
    calls = []

    def stopped(models: reading.Models, activities: list[object]) -> reading.Block:
        calls.append(len(activities))
        if len(calls) == 3:
            raise KeyboardInterrupt
        return read(models, activities)  # type: ignore[arg-type]

    monkeypatch.setattr(bulk, "read_block", stopped)
    with pytest.raises(KeyboardInterrupt):
        build_from_records(records, store, tiny_store, 1)
    (work,) = store.glob(f"{WORK}*")
    assert len(list(work.glob("*.npz"))) == 2
    build_from_records(records, store, tiny_store, 1)
    assert calls == [4, 4, 4, 4, 3]
    assert len(SearchIndex.open(store).activities) == 15


@pytest.mark.usefixtures("small_blocks")
def test_a_torn_block_is_read_again(
    records: Path, tiny_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = tmp_path / "store"
    with monkeypatch.context() as patched:
        patched.setattr(bulk, "write_blocks", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            build_from_records(records, store, tiny_store, 1)
    (work,) = store.glob(f"{WORK}*")
    torn = work / "000001.npz"
    torn.write_bytes(torn.read_bytes()[:-40])
    with pytest.raises(RegioplanError, match="run the same build again"):
        build_from_records(records, store, tiny_store, 1)
    build_from_records(records, store, tiny_store, 1)
    assert len(SearchIndex.open(store).activities) == 15


@pytest.mark.usefixtures("small_blocks")
def test_another_file_begins_anew(records: Path, tiny_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    left = store / f"{WORK}0123456789abcdef"
    left.mkdir(parents=True)
    (left / "000000.npz").write_bytes(b"of another file")
    build_from_records(records, store, tiny_store, 1)
    assert len(SearchIndex.open(store).activities) == 15


def test_blocks_come_back_from_bytes(tiny_index: SearchIndex, tiny_store: Path) -> None:
    from indexes.store import current_folder, models_of, verify

    models = models_of(current_folder(tiny_store), verify(tiny_store))
    block = reading.read_block(models, list(tiny_index.activities))
    again = reading.from_bytes(reading.to_bytes(block))
    assert (again.records, again.folded) == (block.records, block.folded)
    assert np.array_equal(again.vectors, block.vectors)
    assert again.words.vocabulary == block.words.vocabulary
    assert again.columns.names() == {k: tuple(v) for k, v in block.columns.names().items()}


def test_two_processes_make_the_same_as_one(
    records: Path, tiny_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BLOCK", 8)
    for processes in (1, 2):
        build_from_records(records, tmp_path / f"store{processes}", tiny_store, processes)
    one, two = (SearchIndex.open(tmp_path / f"store{n}") for n in (1, 2))
    assert list(one.activities) == list(two.activities)
    assert np.array_equal(one.legs.dense.vectors(), two.legs.dense.vectors())


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"{", "no JSON in line 2"),
        (b"[]", "no JSON object in line 2"),
        (b'{"id": "a", "colour": "red"}', "unknown field 'colour' in line 2"),
        (b'{"id": "a"}', "Field required"),
        (b'{"id": " "}', "line 2"),
    ],
)
def test_a_line_that_is_no_record_is_named(
    records: Path, tiny_store: Path, tmp_path: Path, line: bytes, found: str
) -> None:
    first, *_ = records.read_bytes().splitlines()
    records.write_bytes(first + b"\n" + line + b"\n")
    with pytest.raises(UsageError, match=found):
        read_records(records)
    with pytest.raises(UsageError, match=found):
        build_from_records(records, tmp_path / "store", tiny_store, 1)


def test_a_file_without_records_or_with_one_twice_is_refused(
    records: Path, tiny_store: Path, tmp_path: Path
) -> None:
    records.write_bytes(records.read_bytes() * 2)
    with pytest.raises(UsageError, match="several with one id"):
        build_from_records(records, tmp_path / "store", tiny_store, 1)
    records.write_bytes(b"\n")
    with pytest.raises(UsageError, match="at least one record"):
        build_from_records(records, tmp_path / "store", tiny_store, 1)
    with pytest.raises(UsageError, match="JSON lines"):
        build_from_records(tmp_path / "nothing.jsonl", tmp_path / "store", tiny_store, 1)
