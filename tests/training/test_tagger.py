from __future__ import annotations

from pathlib import Path

import pytest

from indexes.engine import SearchIndex
from nlp.errors import RegioplanError
from nlp.tagger import LABELS
from training.held_out import text_hash
from training.tagger import read_labels, text_groups

HEADER = "id\tC\tK\tD\tregion\ttext\n"


def test_tags_learned_from_few_labels(tiny_index: SearchIndex) -> None:
    decisions = tiny_index.tagger.tag(["Skolas ēkas siltināšana"])[0]
    by_label = {d.label: d for d in decisions}
    assert tuple(by_label) == LABELS
    assert by_label["climate"].probability > by_label["digitalisation"].probability
    assert all(0 <= d.probability <= 1 for d in decisions)
    assert all(d.decision in ("yes", "no", "review") for d in decisions)


def test_no_texts_give_no_decisions(tiny_index: SearchIndex) -> None:
    assert tiny_index.tagger.tag([]) == []


def test_held_out_texts_and_fragments_are_dropped(tmp_path: Path) -> None:
    (tmp_path / "tags.tsv").write_text(
        HEADER
        + "a\ty\tn\tn\tVidzeme\tNoorganizēts seminārs (3);\n"
        + "b\tx\tx\tx\tVidzeme\tun citi\n"
        + "c\tn\ty\tn\tVidzeme\tSiltināta skola\n",
        encoding="utf-8",
    )
    (tmp_path / "heldout_hashes.txt").write_text(text_hash("noorganizēts  seminārs (7)") + "\n")
    assert [r.id for r in read_labels(tmp_path)] == ["c"]


def test_missing_column_is_named(tmp_path: Path) -> None:
    (tmp_path / "tags.tsv").write_text("id\tC\tregion\ttext\n", encoding="utf-8")
    with pytest.raises(RegioplanError, match="D, K"):
        read_labels(tmp_path)


def test_near_copies_share_a_group() -> None:
    groups = text_groups(
        ["Organizēts seminārs par tūrismu", "Organizēti semināri par tūrismu", "Ceļu remonts"]
    )
    assert groups[0] == groups[1] != groups[2]
