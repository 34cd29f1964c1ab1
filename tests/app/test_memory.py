from __future__ import annotations

import gc
import shutil
import weakref
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from app.live import LiveIndex
from app.memory import replaced, settle, tidy
from indexes.store import Contents, write_generation


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    """By itself the collector frees nothing in these tests; afterwards it is as it was."""
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        gc.enable()


def opened() -> weakref.ref[object]:
    """A Word file nobody holds any more, but it itself."""
    return weakref.ref(docx.Document().part)


def test_what_refers_to_itself_goes_once_the_server_has_settled() -> None:
    settle()
    file = opened()
    assert file() is not None
    tidy()
    assert file() is None


def test_outside_of_a_server_nothing_is_done() -> None:
    gc.collect()
    gc.unfreeze()
    file = opened()
    tidy()
    replaced()
    assert file() is not None
    assert gc.get_freeze_count() == 0


def test_an_index_that_was_replaced_is_freed(
    tiny_store: Path, tmp_path: Path, contents: Contents
) -> None:
    store = tmp_path / "store"
    shutil.copytree(tiny_store, store)
    live = LiveIndex(store)
    settle()
    held = gc.get_freeze_count()
    before = weakref.ref(live.index)
    write_generation(store, contents)
    live.refresh()
    assert before() is None
    assert gc.get_freeze_count() < 1.5 * held
