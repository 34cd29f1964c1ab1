from __future__ import annotations

from pathlib import Path

import pytest

from nlp.errors import RegioplanError
from training.held_out import HASHES, HeldOut, text_hash
from training.subjects import COLUMNS, Subject, read_subjects, subject_examples

DATA = Path(__file__).parents[2] / "data"
ROW = ("mobility", "tilti", "upes šķērsošana", "kā tikt pāri", "bridges", "crossing a river",
       "Tiltu atjaunošana", "Atjaunots tilts pār Gauju", "Pārvadi un caurtekas")  # fmt: skip


def written(folder: Path, *rows: tuple[str, ...]) -> Path:
    lines = ["\t".join(row) for row in (COLUMNS, *rows)]
    (folder / "subjects.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_every_asking_meets_every_printing(tmp_path: Path) -> None:
    (subject,) = read_subjects(written(tmp_path, ROW), HeldOut(frozenset(), []))
    assert (subject.area, subject.asked, subject.printed) == (ROW[0], ROW[1:6], ROW[6:])
    pairs = {(e.left, e.right) for e in subject_examples([subject])}
    assert len(pairs) == 5 * 3 + 3
    assert ("bridges", "Pārvadi un caurtekas") in pairs
    assert (ROW[6], ROW[8]) in pairs
    assert {e.key for e in subject_examples([subject])} == {subject.id}


def test_held_out_texts_go_and_no_file_is_no_subject(tmp_path: Path) -> None:
    assert read_subjects(tmp_path, HeldOut(frozenset(), [])) == []
    held_out = HeldOut(frozenset({text_hash(ROW[7])}), [])
    (subject,) = read_subjects(written(tmp_path, ROW), held_out)
    assert subject.printed == (ROW[6], ROW[8])
    (tmp_path / "subjects.tsv").write_text("area\tplanned\n", encoding="utf-8")
    with pytest.raises(RegioplanError, match="columns area, search_1"):
        read_subjects(tmp_path, held_out)


def test_the_shipped_subjects_are_whole_and_no_text_of_the_gold() -> None:
    labels = DATA / "labels"
    assert (labels / HASHES).is_file()
    subjects = read_subjects(DATA / "training", HeldOut(frozenset(), []))
    assert len(subjects) > 3000
    assert all(all(subject.texts) and len(subject.texts) == 8 for subject in subjects)
    assert len({subject.id for subject in subjects}) == len(subjects)
    assert read_subjects(DATA / "training", HeldOut.read(labels)) == subjects
    texts = {text.casefold() for subject in subjects for text in subject.texts}
    for folder in ("gold", "queries"):
        lines = (DATA / folder / "queries.tsv").read_text(encoding="utf-8").splitlines()
        assert not texts & {line.split("\t")[2].casefold() for line in lines}


def test_an_id_is_that_of_the_texts() -> None:
    one = Subject("a", ("x",), ("y", "z"))
    assert one.id == Subject("b", ("x",), ("y", "z")).id
    assert one.id != Subject("a", ("x",), ("y", "w")).id
