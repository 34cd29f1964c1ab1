"""A full disk, a folder that may not be written, and any byte of an index flipped."""

from __future__ import annotations

import os
import resource
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexes.backup import backup, check
from indexes.corrections import CorrectionLog
from indexes.engine import SearchIndex
from indexes.store import (
    CURRENT,
    SEAL,
    Contents,
    current_folder,
    open_current,
    previous,
    verify,
    write_generation,
)
from nlp import encoder as encoders
from nlp.errors import IndexDamaged, RegioplanError
from tests.reliability.operations import OPERATIONS, Change, Operation, Place, make_place

NOBODY = 65534
# Largest file there is room for. The smallest index file has hundreds of bytes, a pointer a few.
ROOM = (10, 300, 3_000, 30_000)


@pytest.fixture(scope="module")
def fresh(contents: Contents) -> Iterator[Place]:
    """A place to copy; others may enter its folder, which those of pytest do not allow."""
    with tempfile.TemporaryDirectory(prefix="faults-") as folder:
        Path(folder).chmod(0o755)
        yield make_place(Path(folder) / "fresh", contents)


@pytest.fixture
def place(fresh: Place) -> Iterator[Place]:
    """A place of the test's own."""
    root = fresh.root.with_name("own")
    shutil.copytree(fresh.root, root)
    yield Place(root, fresh.contents, dict(fresh.seen))
    shutil.rmtree(root)


@contextmanager
def full_disk(room: int) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def read_only(root: Path) -> Iterator[None]:
    """Nothing under a folder may be written, and nobody is an administrator meanwhile."""
    everything = [root, *root.rglob("*")]
    administrator = os.geteuid() == 0
    for path in everything:
        if administrator:
            os.chown(path, NOBODY, NOBODY)
        path.chmod(0o555 if path.is_dir() else 0o444)
    if administrator:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if administrator:
            os.seteuid(0)
        for path in everything:
            path.chmod(0o755 if path.is_dir() else 0o644)


def refused(operation: Operation, place: Place, number: int) -> bool:
    """Whether an operation was refused, in words."""
    try:
        operation.run(place, number)
    except RegioplanError as error:
        assert str(error).startswith("expected ")
        return True
    return False


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_on_a_full_disk_nothing_is_half_done(operation: Operation, place: Place) -> None:
    times = 0
    for number, room in enumerate(ROOM, start=1):
        operation.ready(place, number)
        before, older = place.state(), dict(place.seen)
        with full_disk(room):
            failed = refused(operation, place, number)
        times += failed
        after = place.state()
        if failed:
            assert after == before, room
            assert not place.litter(), room
        else:
            assert operation.done(Change(before, after, number, older)), room
    assert times
    number = len(ROOM) + 1
    operation.ready(place, number)
    before, older = place.state(), dict(place.seen)
    operation.run(place, number)
    assert operation.done(Change(before, place.state(), number, older))


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda one: one.name)
def test_where_nothing_may_be_written_it_is_said(operation: Operation, place: Place) -> None:
    operation.ready(place, 1)
    before = place.state()
    with read_only(place.root):
        assert refused(operation, place, 1)
    assert place.state() == before


@pytest.mark.parametrize("fault", ["full", "read-only"])
def test_readers_go_on_where_nothing_can_be_written(place: Place, fault: str) -> None:
    before = place.state()
    with full_disk(0) if fault == "full" else read_only(place.root):
        index = SearchIndex.open(place.store)
        assert index.search("siltināšana")
        assert [row.new for row in CorrectionLog(place.store).standing()] == ["yes"]
        assert place.state() == before


def test_a_store_that_may_not_be_written_can_be_saved(place: Place) -> None:
    place.root.chmod(0o777)
    target = place.root / "elsewhere.zip"
    with read_only(place.store):
        assert backup(place.store, place.plans, target) == check(target)
    assert "user.sqlite" in check(target)


@pytest.fixture(scope="module")
def whole(tiny_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tiny store to damage and mend again."""
    store = tmp_path_factory.mktemp("flips") / "store"
    shutil.copytree(tiny_store, store)
    return store


@settings(max_examples=400, deadline=None)
@given(data=st.data())
def test_any_flipped_bit_of_a_generation_is_noticed(whole: Path, data: st.DataObject) -> None:
    folder = current_folder(whole)
    files = [whole / CURRENT, *sorted(p for p in folder.rglob("*") if p.is_file())]
    # Every file as often, whatever its size; then any byte, and any bit of it.
    path = data.draw(st.sampled_from(files), "file")
    raw = path.read_bytes()
    position = data.draw(st.integers(0, len(raw) - 1), "byte")
    changed = bytearray(raw)
    changed[position] ^= 1 << data.draw(st.integers(0, 7), "bit")
    path.write_bytes(bytes(changed))
    try:
        with pytest.raises(IndexDamaged):
            verify(whole)
        with pytest.raises(IndexDamaged):
            open_current(whole)
    finally:
        path.write_bytes(raw)
    verify(whole)


def test_every_bit_of_pointer_and_seal_counts(whole: Path) -> None:
    for path in (whole / CURRENT, current_folder(whole) / SEAL):
        raw = path.read_bytes()
        for position in range(len(raw)):
            changed = bytearray(raw)
            changed[position] ^= 1 << position % 8
            path.write_bytes(bytes(changed))
            with pytest.raises(IndexDamaged):
                verify(whole)
        path.write_bytes(raw)
    verify(whole)


def test_a_file_that_nobody_built_is_noticed(whole: Path) -> None:
    strange = current_folder(whole) / "kept.npy"
    np.save(strange, np.arange(3))
    with pytest.raises(IndexDamaged, match=r"kept\.npy"):
        open_current(whole)
    strange.unlink()


def test_going_back_on_a_full_disk_is_refused_in_words(contents: Contents, tmp_path: Path) -> None:
    for _ in range(2):
        write_generation(tmp_path, contents)
    with full_disk(0), pytest.raises(RegioplanError, match="free space"):
        previous(tmp_path)
    assert open_current(tmp_path).generation == "gen-2"


def test_a_reader_goes_on_with_what_came_while_it_was_reading(
    contents: Contents, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_generation(tmp_path, contents)
    load, swapped = encoders.load, []

    def slow(name: str) -> encoders.Encoder:
        if not swapped:
            swapped.extend(write_generation(tmp_path, contents) for _ in range(3))
        return load(name)

    monkeypatch.setattr(encoders, "load", slow)
    assert open_current(tmp_path).generation == "gen-4"


@pytest.mark.parametrize("change", ["longer", "shorter", "empty", "gone"])
def test_a_file_of_another_length_is_noticed(whole: Path, change: str) -> None:
    folder = current_folder(whole)
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        raw = path.read_bytes()
        if change == "gone":
            path.unlink()
        else:
            path.write_bytes({"longer": raw + b"\0", "shorter": raw[:-1], "empty": b""}[change])
        try:
            with pytest.raises(IndexDamaged):
                open_current(whole)
        finally:
            path.write_bytes(raw)
    verify(whole)
