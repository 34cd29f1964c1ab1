from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexes.engine import SearchIndex
from nlp.errors import RegioplanError
from nlp.records import fold
from nlp.tagger import LABELS, HeadSettings
from training.held_out import text_hash
from training.tagger import read_labels, surer, text_groups

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


def test_a_precision_target_sends_unsure_yes_to_review() -> None:
    generator = np.random.default_rng(3)
    values = generator.random(400)
    target = (values + generator.normal(0, 0.25, 400) > 0.5).astype(np.int64)
    head = HeadSettings(1.0, 0.0, 0.5, 0.45, 0.55)
    strict = surer(head, values, target, 0.97)
    assert strict.high > head.high
    assert target[values > strict.high].mean() >= 0.97
    assert surer(head, values, np.zeros(400, np.int64), 0.9).high == 1.0


def test_the_expected_precision_is_kept_with_the_model(tiny_index: SearchIndex) -> None:
    facts = tiny_index.tagger.facts["out_of_fold"]["climate"]
    assert {"precision", "recall", "review_share", "f1", "brier"} <= set(facts)


def test_labelled_texts_of_other_regions_are_shown_and_never_the_text_itself(
    tiny_index: SearchIndex,
) -> None:
    text = "Digitālo prasmju apmācības senioriem"
    near = tiny_index.tagger.nearest(text, 3, region="Latgale")
    assert len(near) == 3
    assert all(example.region != "Latgale" for example in near)
    assert all(fold(e.text) != fold(text) for e in tiny_index.tagger.nearest(text))
    (closest,) = tiny_index.tagger.nearest("Ēku siltināšana un renovācija", 1)
    assert "siltin" in closest.text
