from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from indexes.changes import append
from indexes.engine import SearchIndex
from indexes.store import (
    CURRENT,
    KEEP,
    MANIFEST,
    SEAL,
    Contents,
    open_current,
    read_manifest,
    verify,
    write_generation,
)
from nlp import encoder as encoders
from nlp.errors import EncoderMismatch, IndexDamaged, IndexMissing, RegioplanError


def test_generation_comes_back_whole(contents: Contents, tiny_index: SearchIndex) -> None:
    assert list(tiny_index.activities) == list(contents.activities)
    assert tiny_index.encoder.fingerprint == contents.encoder.fingerprint
    texts = [a.text for a in contents.activities]
    assert tiny_index.tagger.tag(texts) == contents.taggers[0].tag(texts)


def test_missing_index_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="regioplan build"):
        read_manifest(tmp_path)


def test_a_flipped_byte_is_noticed(tiny_store: Path, tmp_path: Path) -> None:
    for name in (*verify(tiny_store)["files"], MANIFEST, SEAL):
        store = tmp_path / name.replace("/", "-")
        shutil.copytree(tiny_store, store)
        path = store / "gen-1" / name
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(bytes(raw))
        with pytest.raises(IndexDamaged):
            open_current(store)


def test_another_encoder_is_refused(tiny_store: Path, tmp_path: Path) -> None:
    other = encoders.train(["viena cita valoda", "otra cita valoda"], dimension=16)
    encoders.save(other, tmp_path / "other")
    with pytest.raises(EncoderMismatch, match="regioplan build"):
        open_current(tiny_store, str(tmp_path / "other"))


def test_generations_swap_and_old_ones_go(contents: Contents, tmp_path: Path) -> None:
    for _ in range(KEEP + 2):
        folder = write_generation(tmp_path, contents)
    assert read_manifest(tmp_path)[0] == folder
    assert len(list(tmp_path.glob("gen-*"))) == KEEP


def test_same_contents_give_the_same_bytes(contents: Contents, tmp_path: Path) -> None:
    first = write_generation(tmp_path, contents)
    second = write_generation(tmp_path, contents)
    files = [p.relative_to(first) for p in sorted(first.rglob("*")) if p.is_file()]
    # skops archives carry time stamps, and manifest and seal their checksums.
    stamped = {"features.skops", MANIFEST, SEAL}
    different = [f for f in files if (first / f).read_bytes() != (second / f).read_bytes()]
    assert {f.name for f in different} <= stamped


def test_no_activities_leave_the_store_as_it_was(contents: Contents, tmp_path: Path) -> None:
    folder = write_generation(tmp_path, contents)
    empty = Contents([], contents.encoder, [], contents.taggers, True, {})
    with pytest.raises(RegioplanError, match="at least one activity"):
        write_generation(tmp_path, empty)
    assert read_manifest(tmp_path)[0] == folder


@pytest.mark.parametrize("damage", ["seg-1/records.jsonl", MANIFEST, SEAL, CURRENT, "no pointer"])
def test_readers_fall_back_to_the_last_whole_generation(
    contents: Contents, tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    write_generation(tmp_path, contents)
    newest = write_generation(tmp_path, contents)
    if damage == CURRENT:
        (tmp_path / CURRENT).write_text("gen-9\n", encoding="utf-8")
    elif damage == "no pointer":
        (tmp_path / CURRENT).unlink()
    else:
        (newest / damage).write_text("{}", encoding="utf-8")
    index = SearchIndex.open(tmp_path)
    whole = newest.name if damage in (CURRENT, "no pointer") else "gen-1"
    assert index.generation == whole
    assert f"{whole} answers instead" in caplog.text
    with pytest.raises((IndexDamaged, IndexMissing)):
        verify(tmp_path)  # it is said, not hidden
    extra = replace(contents.activities[0], id="0" * 16)
    with pytest.raises((IndexDamaged, IndexMissing)):
        append(tmp_path, [extra])  # going on from an older one would lose the newest


def test_with_no_whole_generation_the_current_one_is_named(
    contents: Contents, tmp_path: Path
) -> None:
    for _ in range(2):
        (write_generation(tmp_path, contents) / "texts.npy").write_text("[]", encoding="utf-8")
    with pytest.raises(IndexDamaged, match=r"texts\.npy"):
        SearchIndex.open(tmp_path)
