from __future__ import annotations

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from indexes.changes import append
from indexes.engine import SearchIndex
from indexes.store import read_manifest, verify, writer
from nlp.errors import IndexDamaged, PlanError, RegioplanError
from nlp.plans import read_manifest as plans_of
from tests.reliability.operations import DETAILS
from training.add import add, document_name, prepare


@pytest.fixture
def place(tiny_store: Path, tmp_path: Path) -> tuple[Path, Path, Path]:
    """A plans folder, a store of its own, and a new plan."""
    folder, store, file = tmp_path / "plans", tmp_path / "store", tmp_path / "Jaunais plāns.csv"
    folder.mkdir()
    (folder / "old.txt").write_text("x\n", encoding="utf-8")
    row = {**DETAILS, "file": "old.txt", "layout": "latgale-programme"}
    (folder / "manifest.json").write_text(json.dumps({"schema": 1, "plans": [row]}))
    shutil.copytree(tiny_store, store)
    file.write_text(
        "Nr.,Rīcība,Termiņš\n1,Ierīkot ūdensroku un zivju tacis Kuldīgā,2026\n", encoding="utf-8"
    )
    return folder, store, file


def test_an_added_plan_is_found_and_survives_a_build(place: tuple[Path, Path, Path]) -> None:
    folder, store, file = place
    before = SearchIndex.open(store)
    generation = add(prepare(file, folder, DETAILS), folder, store)
    index = SearchIndex.open(store)
    assert read_manifest(store)[0] == generation
    assert len(index.activities) == len(before.activities) + 1
    assert index.encoder.fingerprint == before.encoder.fingerprint
    hit = index.search("zivju tacis", exact=True)[0]
    assert (hit.activity.region, hit.activity.municipalities) == ("Kurzeme", ("Kuldīga",))
    verify(store)
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["plans"]
    assert rows[-1]["layout"] == "table"
    assert (folder / rows[-1]["file"]).is_file()
    with pytest.raises(PlanError, match="already"):
        prepare(file, folder, DETAILS)


def test_a_bad_file_leaves_everything_as_it_was(place: tuple[Path, Path, Path]) -> None:
    folder, store, file = place
    manifest = (folder / "manifest.json").read_bytes()
    generation = read_manifest(store)[0]
    file.write_bytes(b"%PDF-1.4 cut")
    with pytest.raises(PlanError):
        prepare(file, folder, DETAILS)
    assert (folder / "manifest.json").read_bytes() == manifest
    assert read_manifest(store)[0] == generation


def test_an_index_that_refuses_leaves_the_folder_as_it_was(
    place: tuple[Path, Path, Path],
) -> None:
    folder, store, file = place
    parsed = prepare(file, folder, DETAILS)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (store / "gen-1" / "seg-1" / "records.jsonl").write_text("{}", encoding="utf-8")
    with pytest.raises(IndexDamaged):
        add(parsed, folder, store)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_two_at_once_do_not_lose_each_other(place: tuple[Path, Path, Path]) -> None:
    folder, store, file = place
    parsed = prepare(file, folder, DETAILS)
    with ThreadPoolExecutor() as pool, writer(store):
        waiting = pool.submit(add, parsed, folder, store)
        with pytest.raises(RegioplanError, match="another build at work"):
            waiting.result()
    add(parsed, folder, store)
    with pytest.raises(PlanError, match="already"):
        add(parsed, folder, store)
    assert len(SearchIndex.open(store).activities) == 16


def test_a_plan_that_lies_in_the_folder_is_not_taken_away(place: tuple[Path, Path, Path]) -> None:
    folder, store, file = place
    inside = file.rename(folder / "jaunais.csv")
    with pytest.raises(RegioplanError):
        add(prepare(inside, folder, DETAILS), folder, folder / "no-store")
    assert inside.is_file()
    add(prepare(inside, folder, DETAILS), folder, store)
    other = inside.with_name("Cits.csv")
    other.write_text("Nr.,Rīcība\n1,Cita rīcība\n", encoding="utf-8")
    (folder / "cits.csv").write_text("x", encoding="utf-8")
    with pytest.raises(PlanError, match="another"):
        add(prepare(other, folder, DETAILS), folder, store)


@pytest.mark.parametrize("crash", ["while copying", "after copying", "before the manifest"])
def test_what_a_crash_left_is_completed_by_adding_again(
    place: tuple[Path, Path, Path], crash: str
) -> None:
    folder, store, file = place
    parsed = prepare(file, folder, DETAILS)
    if crash == "while copying":
        (folder / ".jaunais-plans.csv.part").write_text("Nr.,Rī", encoding="utf-8")
    else:
        shutil.copyfile(file, folder / "jaunais-plans.csv")
    if crash == "before the manifest":
        append(store, parsed.activities)
        (folder / "manifest.new").write_text("{", encoding="utf-8")
    add(parsed, folder, store)
    assert sorted(path.name for path in folder.iterdir()) == [
        "jaunais-plans.csv", "manifest.json", "old.txt",
    ]  # fmt: skip
    assert [plan.document for plan in plans_of(folder)] == ["old", "jaunais-plans"]
    texts = [a.text for a in SearchIndex.open(store).activities]
    assert texts.count(parsed.activities[0].text) == 1


@pytest.mark.parametrize("details", [{"title": " "}, {"period": ""}, {"regions": [" "]}])
def test_what_must_be_said_of_a_plan(
    place: tuple[Path, Path, Path], details: dict[str, object]
) -> None:
    folder, _, file = place
    with pytest.raises(PlanError, match="fill it in"):
        prepare(file, folder, {**DETAILS, **details})


def test_own_column_titles(place: tuple[Path, Path, Path]) -> None:
    folder, store, file = place
    columns = folder.parent / "columns.yaml"
    columns.write_text("text: [Iecere]\ncode: [Kārta]\n", encoding="utf-8")
    file.write_text("Kārta,Iecere\n1,Sakopt parku\n", encoding="utf-8")
    parsed = prepare(file, folder, {**DETAILS, "columns": columns})
    assert [a.text for a in parsed.activities] == ["Sakopt parku"]
    add(parsed, folder, store)
    assert (folder / "jaunais-plans.columns.yaml").is_file()
    columns.write_text("wrong: [x]\n", encoding="utf-8")
    with pytest.raises(PlanError, match="fields out of"):
        prepare(file.rename(file.with_name("b.csv")), folder, {**DETAILS, "columns": columns})


def test_a_text_finds_its_layout(place: tuple[Path, Path, Path]) -> None:
    folder, _, file = place
    text = file.with_suffix(".txt")
    text.write_text(
        "Stratēģiskie virzieni un prioritātes\nStratēģiskais virziens: Gudra izaugsme 3.1.\n"
        "3.1.1. Prioritāte Uzņēmējdarbība\n3.1.1.1. Atbalsts\n8. Uzdevumi:\na. Veicināt ostas\n",
        encoding="utf-8",
    )
    parsed = prepare(text, folder, DETAILS)
    assert parsed.plan.layout == "latgale-programme"
    assert [a.text for a in parsed.activities] == ["Veicināt ostas"]
    text.write_text("Tikai stāsts.\nBez aktivitātēm.\n", encoding="utf-8")
    with pytest.raises(PlanError, match="known layouts"):
        prepare(text, folder, DETAILS)


def test_document_names_are_plain() -> None:
    assert document_name("Jaunais plāns (2)") == "jaunais-plans-2"
    assert document_name("!!!") == "plan"
