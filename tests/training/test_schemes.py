from __future__ import annotations

from pathlib import Path

import pytest

from indexes.engine import SearchIndex
from nlp.errors import RegioplanError
from training.held_out import HeldOut, text_hash
from training.schemes import keep_scheme, read_scheme, read_schemes, train_scheme

NOTHING = HeldOut(frozenset(), [])
YAML = "scheme: sdg\ntitle: Mērķi\nlabels: {sdg7: Enerģija, sdg11: Pilsētas}\nexamples: ex.csv\n"


def write(folder: Path, rows: list[str], header: str = "text;labels", yaml: str = YAML) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "ex.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    (folder / "labels.yaml").write_text(yaml, encoding="utf-8")
    return folder / "labels.yaml"


def examples() -> list[str]:
    rows = [f'"Skolas nr. {n} ēkas siltināšana {n * 7}. gadā";sdg7' for n in range(25)]
    rows += [f'"Parka ierīkošana {n}. pagastā un ielas";sdg11' for n in range(25)]
    return rows


def test_a_scheme_of_ones_own_trains_and_tags(tmp_path: Path, tiny_index: SearchIndex) -> None:
    scheme = read_scheme(write(tmp_path, examples()), NOTHING)
    assert scheme.labels == ("sdg7", "sdg11")
    tagger = train_scheme(scheme, tiny_index.tagger.features)
    assert tagger.scheme == "sdg"
    assert tagger.titles == {"sdg7": "Enerģija", "sdg11": "Pilsētas"}
    (decided,) = tagger.tag(["Bērnudārza ēkas siltināšana"])
    assert [d.label for d in decided] == ["sdg7", "sdg11"]
    assert decided[0].probability > decided[1].probability


def test_a_column_per_label_may_leave_a_mark_open(tmp_path: Path) -> None:
    rows = [f"Teksts numur {n};{'y' if n % 2 else 'n'};{'n' if n % 2 else 'jā'}" for n in range(60)]
    rows.append("Nezināms;;b")
    scheme = read_scheme(write(tmp_path, rows, "text;sdg7;sdg11"), NOTHING)
    assert scheme.rows[0].labels == ("n", "y")
    assert scheme.rows[-1].labels == ("?", "b")


def test_held_out_and_repeated_texts_are_dropped(tmp_path: Path) -> None:
    held_out = HeldOut(frozenset({text_hash("Skolas nr. 3 ēkas siltināšana 21. gadā")}), [])
    scheme = read_scheme(write(tmp_path, [*examples(), examples()[0]]), held_out)
    assert len(scheme.rows) == 49


@pytest.mark.parametrize(
    ("rows", "header", "yaml", "word"),
    [
        (["a;sdg7"], "text;labels", YAML, "at least 20"),
        (["a;sdg9"], "text;labels", YAML, "sdg9 in row 2"),
        (["a;maybe;n"], "text;sdg7;sdg11", YAML, "another mark in row 2"),
        (["a;n"], "text;sdg7", YAML, "no sdg11"),
        (["a"], "text;labels", "scheme: [", "YAML"),
        (["a"], "text;labels", "scheme: x\n", "no usable labels, examples"),
        (["a"], "text;labels", YAML.replace("sdg\n", "priorities\n", 1), "'priorities'"),
        (["a"], "text;labels", YAML.replace("scheme: sdg", "scheme: ../x"), "small letters"),
        (["a"], "text;labels", YAML.replace("ex.csv", "../ex.csv"), "beside"),
    ],
)
def test_mistakes_are_named(
    tmp_path: Path, rows: list[str], header: str, yaml: str, word: str
) -> None:
    with pytest.raises(RegioplanError, match=word):
        read_scheme(write(tmp_path / "in", rows, header, yaml), NOTHING)


def test_a_kept_scheme_is_found_by_the_next_build(tmp_path: Path) -> None:
    scheme = read_scheme(write(tmp_path / "in", examples()), NOTHING)
    keep_scheme(scheme, tmp_path / "labels")
    (found,) = read_schemes(tmp_path / "labels")
    assert found.rows == scheme.rows
