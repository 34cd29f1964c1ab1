from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from app.live import LiveIndex
from indexes.store import Contents, write_generation
from nlp.errors import IndexDamaged


@pytest.fixture
def live(tiny_store: Path, tmp_path: Path) -> LiveIndex:
    store = tmp_path / "store"
    shutil.copytree(tiny_store, store)
    return LiveIndex(store)


def test_a_new_generation_is_opened_in_the_background(live: LiveIndex, contents: Contents) -> None:
    before = live.index
    write_generation(live.store, contents)
    assert live.index is before  # nobody waits
    deadline = time.monotonic() + 30
    while live.index is before:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    assert len(live.index.activities) == len(before.activities)


def test_refresh_opens_it_at_once(live: LiveIndex, contents: Contents) -> None:
    before = live.index
    assert live.refresh() is before  # nothing new, nothing opened
    write_generation(live.store, contents)
    assert live.refresh() is not before


def test_the_quick_way_stays_off_where_it_was_turned_off(
    live: LiveIndex, contents: Contents
) -> None:
    assert live.index.quick
    thorough = LiveIndex(live.store, thorough=True)
    assert not thorough.index.quick
    write_generation(live.store, contents)
    assert not thorough.refresh().quick


def test_a_damaged_generation_leaves_the_old_one_answering(
    live: LiveIndex, contents: Contents
) -> None:
    before = live.index
    folder = write_generation(live.store, contents)
    (folder / "seg-1" / "records.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(IndexDamaged):
        live.refresh()
    assert live.index is before
