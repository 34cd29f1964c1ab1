from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from indexes.corrections import CorrectionLog
from indexes.engine import SearchIndex
from nlp.tagger import LABELS
from tests.conftest import tiny_labels
from training.held_out import HeldOut, text_hash
from training.retrain import put_in_use, retrain, with_corrections, with_scheme
from training.schemes import read_scheme
from training.tagger import LabelledText

ROW = LabelledText("a", "Vidzeme", "Ceļu remonts", ("n", "n", "n"))


def told(tmp_path: Path, text: str, label: str, new: str) -> CorrectionLog:
    log = CorrectionLog(tmp_path)
    log.add(person="Anna", scheme="priorities", label=label, text=text, old="no", new=new)
    return log


def test_a_persons_word_replaces_the_label(tmp_path: Path) -> None:
    log = told(tmp_path, "ceļu  remonts", "climate", "yes")
    rows, left_out = with_corrections([ROW], LABELS, log.standing(), HeldOut(frozenset(), []))
    assert [row.labels for row in rows] == [("n", "y", "n")]
    assert left_out == 0


def test_a_new_text_says_nothing_of_the_other_labels(tmp_path: Path) -> None:
    log = told(tmp_path, "Jauna iela", "climate", "borderline")
    rows, _ = with_corrections([ROW], LABELS, log.standing(), HeldOut(frozenset(), []))
    assert rows[1].labels == ("?", "b", "?")


def test_held_out_texts_stay_out(tmp_path: Path) -> None:
    log = told(tmp_path, "Jauna iela", "climate", "yes")
    held_out = HeldOut(frozenset({text_hash("Jauna iela")}), [])
    rows, left_out = with_corrections([ROW], LABELS, log.standing(), held_out)
    assert rows == [ROW]
    assert left_out == 1


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    folder = tmp_path / "labels"
    folder.mkdir()
    lines = ["id\tC\tK\tD\tregion\ttext"]
    lines += ["\t".join([r.id, *r.labels, r.region, r.text]) for r in tiny_labels()]
    (folder / "tags.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_training_shows_what_changes_and_changes_nothing_before(
    tiny_store: Path, tmp_path: Path, labels: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(tiny_store, store)
    index = SearchIndex.open(store)
    for tail in ("", " reģionā", " novadā un pilsētā 2025. gadā"):
        for text in ("Ceļu un ielu infrastruktūras uzlabošana", "Ielu un ceļu pārbūve"):
            index.tags.decide(text + tail, "climate", "yes", "Anna")
    new = retrain(index, labels)
    assert new.used == 6
    assert [label for label, *_ in new.measures] == list(LABELS)
    roads = [c for c in new.changes if c.activity.text.startswith("Ceļu")]
    assert roads
    assert all(c.label == "climate" and c.after != "no" for c in roads)
    assert SearchIndex.open(store).tagger.facts == index.tagger.facts
    put_in_use(store, new)
    assert SearchIndex.open(store).tagger.facts == new.taggers[0].facts


def test_a_scheme_serves_beside_the_built_in_one(
    tiny_store: Path, tmp_path: Path, labels: Path
) -> None:
    store = tmp_path / "store"
    shutil.copytree(tiny_store, store)
    rows = [f"Skolas {n} ēkas siltināšana;a" for n in range(25)]
    rows += [f"Tūrisma maršruts {n} gar jūru;" for n in range(25)]
    (tmp_path / "ex.csv").write_text("\n".join(["text;labels", *rows]), encoding="utf-8")
    (tmp_path / "labels.yaml").write_text(
        "scheme: own\nlabels: {a: Ēkas}\nexamples: ex.csv\n", encoding="utf-8"
    )
    scheme = read_scheme(tmp_path / "labels.yaml", HeldOut(frozenset(), []))
    put_in_use(store, with_scheme(SearchIndex.open(store), scheme))
    index = SearchIndex.open(store)
    assert [tagger.scheme for tagger in index.tags.taggers] == ["priorities", "own"]
    assert index.tags.mask("own:a").sum() >= 1
    assert index.tags.taggers[1].tag(["Ēku siltināšana"])[0][0].decision in ("yes", "review")
