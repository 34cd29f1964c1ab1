"""Added, changed and deleted activities: found or gone at once, and the same after a merge."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from indexes import changes
from indexes.changes import append, compact, remove, update
from indexes.engine import SearchIndex
from indexes.facets import Filters
from indexes.health import problems
from indexes.record_log import RecordLog
from indexes.store import Contents, verify, write_generation
from nlp.errors import RegioplanError, UsageError
from nlp.records import Activity, activity_id

NEW = "Izbūvēt saules paneļu parku pašvaldības ēku energoapgādei"


@pytest.fixture
def store(tiny_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_store, tmp_path / "store"))


def fresh(model: Activity, text: str = NEW) -> Activity:
    name = activity_id("jauns", model.region, model.stage, text)
    return replace(model, id=name, text=text, document="jauns", occurrences=())


def ids(index: SearchIndex) -> list[str]:
    return [activity.id for activity in index.activities]


def ranking(index: SearchIndex, query: str, filters: Filters | None = None) -> list[str]:
    return [hit.activity.id for hit in index.search(query, filters)]


def test_an_added_activity_is_a_segment_of_its_own(store: Path, tiny_index: SearchIndex) -> None:
    model = tiny_index.activities[0]
    append(store, [fresh(model)])
    index = SearchIndex.open(store)
    assert verify(store)["segments"] == [15, 1]
    assert ids(index) == [*ids(tiny_index), fresh(model).id]
    hits = index.search("saules paneļi", Filters(regions=(model.region,)))
    assert hits[0].activity == fresh(model)
    assert hits[0].tags == tuple(
        label
        for label, found in zip(index.tagger.labels, index.tagger.tag([NEW])[0], strict=True)
        if found.decision == "yes"
    )
    assert index.search("saules paneļu parku", exact=True)[0].activity == fresh(model)
    assert "jauns" in index.facets.values("plan")
    assert problems(index) == []


def test_what_is_shared_is_not_written_again(store: Path, tiny_index: SearchIndex) -> None:
    old = store / "gen-1" / "seg-1" / "vectors.faiss"
    folder = append(store, [fresh(tiny_index.activities[0])])
    assert (folder / "seg-1" / "vectors.faiss").stat().st_ino == old.stat().st_ino


def test_a_deleted_activity_is_nowhere(store: Path, tiny_index: SearchIndex) -> None:
    gone = tiny_index.activities[1]
    remove(store, [gone.id])
    index = SearchIndex.open(store)
    assert ids(index) == [name for name in ids(tiny_index) if name != gone.id]
    assert index.find(gone.id) is None
    assert gone.id not in ranking(index, gone.text)
    assert index.search(gone.text[:30], exact=True) == []
    assert len(index.themes.where) == len(index.groups) == len(index.activities) == 14
    assert sum(index.facets.counts("region", None).values()) == 14
    assert problems(index) == []


def test_an_update_takes_the_place_of_the_old_one(store: Path, tiny_index: SearchIndex) -> None:
    old = tiny_index.activities[2]
    update(store, [replace(old, text=NEW)])
    index = SearchIndex.open(store)
    assert index.get(old.id).text == NEW
    assert len(index.activities) == len(tiny_index.activities)
    assert ranking(index, "saules paneļu parks")[0] == old.id


def test_merging_changes_no_answer(store: Path, tiny_index: SearchIndex) -> None:
    model = tiny_index.activities[0]
    append(store, [fresh(model), fresh(model, "Apgaismojuma nomaiņa pagasta ielās")])
    remove(store, [tiny_index.activities[3].id])
    before = SearchIndex.open(store)
    compact(store)
    after = SearchIndex.open(store)
    assert verify(store)["segments"] == [16]
    assert verify(store)["deleted"] == 0
    assert list(after.activities) == list(before.activities)
    assert np.array_equal(after.legs.dense.vectors(), before.legs.dense.vectors())
    assert after.groups.tolist() == before.groups.tolist()
    for query in ("saules paneļi", "ēku siltināšana", "sadarbība", '"pagasta ielās"'):
        assert ranking(after, query) == ranking(before, query)
    assert compact(store).name == after.generation  # one whole segment: nothing to do


def test_merged_is_what_a_build_gives(store: Path, contents: Contents, tmp_path: Path) -> None:
    model = contents.activities[0]
    more = [fresh(model), fresh(model, "Apgaismojuma nomaiņa pagasta ielās")]
    append(store, more)
    compact(store)
    built = write_generation(
        tmp_path / "other", replace(contents, activities=[*contents.activities, *more])
    )
    merged = next(store.glob("gen-3"))
    for path in sorted((built / "seg-1").rglob("*")):
        if path.is_file():
            assert (merged / path.relative_to(built)).read_bytes() == path.read_bytes(), path.name
    for name in ("columns.npz", "tags.npz", "groups.npy", "texts.npy"):
        assert (merged / name).read_bytes() == (built / name).read_bytes(), name


def test_near_copies_of_added_ones_are_folded(store: Path, tiny_index: SearchIndex) -> None:
    model = tiny_index.activities[0]
    append(store, [fresh(model, model.text + " .")])
    index = SearchIndex.open(store)
    assert index.groups[15] == index.groups[0] == 0
    remove(store, [model.id])
    assert SearchIndex.open(store).groups.tolist() == list(range(15))


def test_many_small_segments_are_merged(
    store: Path, tiny_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "MOST_SEGMENTS", 2)
    model = tiny_index.activities[0]
    for text in (NEW, "Apgaismojuma nomaiņa"):
        append(store, [fresh(model, text)])
    assert verify(store)["segments"] == [17]


def test_a_change_holds_even_where_nothing_can_be_merged(
    store: Path, tiny_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_: Path) -> Path:
        raise RegioplanError("to be the only writer", "another build at work", "wait for it")

    monkeypatch.setattr(changes, "MOST_SEGMENTS", 1)
    with monkeypatch.context() as patched:
        patched.setattr(changes, "compact", busy)
        append(store, [fresh(tiny_index.activities[0])])
    assert verify(store)["segments"] == [15, 1]
    append(store, [fresh(tiny_index.activities[0], "Apgaismojuma nomaiņa")])
    assert verify(store)["segments"] == [17]


def test_much_that_is_deleted_is_merged(store: Path, tiny_index: SearchIndex) -> None:
    remove(store, ids(tiny_index)[:4])
    assert verify(store)["segments"] == [11]


def test_a_build_does_again_what_was_changed(store: Path, tiny_index: SearchIndex) -> None:
    model = tiny_index.activities[0]
    append(store, [fresh(model)])
    update(store, [replace(tiny_index.activities[2], text="Pavisam kas cits")])
    remove(store, [tiny_index.activities[4].id])
    append(store, [fresh(model, "No plāna")], of_a_plan=True)
    built = RecordLog(store).applied(tiny_index.activities)
    there = [a for a in SearchIndex.open(store).activities if a.text != "No plāna"]
    assert {a.id: a for a in built} == {a.id: a for a in there}
    remove(store, [fresh(model).id])
    assert fresh(model) not in RecordLog(store).applied(tiny_index.activities)


def test_a_change_that_failed_is_not_done_again(
    store: Path, tiny_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr("indexes.store._point", full)
    with pytest.raises(RegioplanError, match="free space"):
        append(store, [fresh(tiny_index.activities[0])])
    assert RecordLog(store).applied(tiny_index.activities) == list(tiny_index.activities)


@pytest.mark.parametrize("what", ["known", "twice", "nobody", "none", "no record", "everything"])
def test_wrong_changes_are_refused_and_change_nothing(
    store: Path, tiny_index: SearchIndex, what: str
) -> None:
    model = tiny_index.activities[0]
    with pytest.raises(UsageError, match="expected"):
        if what == "known":
            append(store, [model])
        elif what == "twice":
            append(store, [fresh(model), fresh(model)])
        elif what == "nobody":
            remove(store, [model.id, "0" * 16])
        elif what == "none":
            remove(store, [])
        elif what == "no record":
            append(store, [])
        else:
            remove(store, ids(tiny_index))
    assert SearchIndex.open(store).generation == "gen-1"
