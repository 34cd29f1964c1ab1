from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from indexes.backup import ASIDE, LISTING, backup, check, restore
from indexes.baskets import BasketLog
from indexes.corrections import CorrectionLog
from indexes.theme_log import ThemeLog
from nlp.errors import RegioplanError, UsageError


def decide(store: Path, text: str) -> None:
    CorrectionLog(store).add(
        person="Anna", scheme="priorities", label="climate", text=text, old="no", new="yes"
    )


@pytest.fixture
def plans(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    (folder / "manifest.json").write_text('{"plans": []}', encoding="utf-8")
    (folder / "a.txt").write_text("viens", encoding="utf-8")
    return folder


@pytest.fixture
def saved(tmp_path: Path, plans: Path) -> Path:
    store = tmp_path / "store"
    decide(store, "Ēku siltināšana")
    ThemeLog(store).add("rename", "F01", "Anna", lv="Ēkas")
    BasketLog(store).new("Skolām", "anna", "anna")
    backup(store, plans, tmp_path / "b.zip")
    return tmp_path / "b.zip"


def test_everything_comes_back_on_another_machine(saved: Path, tmp_path: Path) -> None:
    assert check(saved) == ["plans/a.txt", "plans/manifest.json", "user.sqlite"]
    store, plans = tmp_path / "other" / "store", tmp_path / "other" / "plans"
    assert restore(saved, store, plans) == []
    assert [row.text for row in CorrectionLog(store).rows()] == ["Ēku siltināšana"]
    assert [edit.lv for edit in ThemeLog(store).in_force()] == ["Ēkas"]
    assert [basket.name for basket in BasketLog(store).all("anna")] == ["Skolām"]
    assert (plans / "a.txt").read_text(encoding="utf-8") == "viens"


def test_what_a_restore_replaces_is_kept(saved: Path, tmp_path: Path, plans: Path) -> None:
    store = tmp_path / "store"
    decide(store, "Later")
    (plans / "a.txt").write_text("divi", encoding="utf-8")
    (plans / "b.txt").write_text("trīs", encoding="utf-8")
    assert sorted(restore(saved, store, plans)) == [f"a.txt{ASIDE}", f"user.sqlite{ASIDE}"]
    assert len(CorrectionLog(store).rows()) == 1
    assert (plans / "b.txt").exists()
    shutil.move(store / f"user.sqlite{ASIDE}", store / "user.sqlite")
    assert [row.text for row in CorrectionLog(store).rows()] == ["Ēku siltināšana", "Later"]


def test_without_decisions_only_plans_are_saved(tmp_path: Path, plans: Path) -> None:
    assert backup(tmp_path / "none", plans, tmp_path / "b.zip") == [
        "plans/a.txt", "plans/manifest.json",
    ]  # fmt: skip


@examples(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_a_flipped_bit_never_restores_something_else(
    saved: Path, tmp_path: Path, place: int, bit: int
) -> None:
    raw = bytearray(saved.read_bytes())
    raw[place % len(raw)] ^= 1 << bit
    broken = tmp_path / "broken.zip"
    broken.write_bytes(bytes(raw))
    try:
        names = check(broken)
    except UsageError:
        return
    assert names == check(saved)  # a bit that says nothing about the content, as a time stamp


@pytest.mark.parametrize("name", ["../evil", "plans/../evil", "/etc/evil", "plans/a/b"])
def test_names_that_lead_elsewhere_are_refused(tmp_path: Path, name: str) -> None:
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr(name, "x")
        archive.writestr(LISTING, json.dumps({"files": {name: "0"}}))
    with pytest.raises(UsageError, match="a whole backup"):
        restore(tmp_path / "b.zip", tmp_path / "s", tmp_path / "p")


def test_no_backup_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no file"):
        check(tmp_path / "none.zip")
    (tmp_path / "x.zip").write_text("no archive", encoding="utf-8")
    with pytest.raises(UsageError, match="a whole backup"):
        check(tmp_path / "x.zip")
    with pytest.raises(RegioplanError, match="readable folders"):
        backup(tmp_path, tmp_path / "none", tmp_path / "b.zip")
