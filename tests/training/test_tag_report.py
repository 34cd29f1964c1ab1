from __future__ import annotations

from dataclasses import replace

import numpy as np

from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.records import fold
from nlp.tagger import LABELS
from tests.conftest import CONCEPTS, tiny_labels
from training.tag_card import model_card, tag_page
from training.tag_report import study_tags
from training.tagger import Language, leave_one_region_out, out_of_fold, review_band, text_groups


def test_every_label_is_measured_and_the_card_names_it(encoder: Encoder) -> None:
    rows = tiny_labels()
    places = {fold(row.text): ("doc", "planned") for row in rows}
    study = study_tags(rows, Language(encoder, ConceptFinder(CONCEPTS)), places)
    assert [r.label for r in study.reports] == list(LABELS)
    for report in study.reports:
        assert 0 <= report.false_tags <= 1
        assert report.coverage[-1] == (1.0, report.f1)
        assert report.documents == {"doc": (len(rows), report.f1)}
        assert report.stages == {"planned": (len(rows), report.f1)}
        assert 0 <= report.brier <= 1
        assert report.texts == len(rows)
        assert sum(texts for *_, texts in report.reliability) == report.texts
    assert study.doubts == ()
    card, page = model_card(study), tag_page(study)
    for text in (card, page):
        assert all(label in text for label in LABELS)
    assert "Macro-F1" in card
    assert 'id="reliability"' in page
    assert 'id="coverage"' in page
    assert "<script src" not in page
    assert "<link" not in page


def test_contradicting_labels_of_near_copies_are_listed(encoder: Encoder) -> None:
    rows = tiny_labels()
    other = replace(
        rows[0], id="other", labels=tuple("n" if m == "y" else m for m in rows[0].labels)
    )
    study = study_tags([*rows, other], Language(encoder, ConceptFinder(CONCEPTS)))
    assert [(d.label, d.second.id) for d in study.doubts] == [("cooperation", "other")]


def test_written_texts_are_trained_on_and_never_measured(encoder: Encoder) -> None:
    rows = tiny_labels()
    written = [replace(row, id=f"w{i}", written=True) for i, row in enumerate(rows[:5])]
    language = Language(encoder, ConceptFinder(CONCEPTS))
    both = [*rows, *written]
    for margins in (
        out_of_fold(both, language, text_groups([row.text for row in both])),
        leave_one_region_out(both, language),
    ):
        assert not np.isnan(margins[: len(rows)]).any()
        assert np.isnan(margins[len(rows) :]).all()


def test_the_review_band_takes_few_and_makes_the_rest_surer() -> None:
    generator = np.random.default_rng(5)
    values = generator.random(500)
    target = (values + generator.normal(0, 0.2, 500) > 0.5).astype(np.int64)
    low, high = review_band(values, target, 0.5)
    inside = (values >= low) & (values <= high)
    assert low <= 0.5 <= high
    assert inside.mean() <= 0.1

    def right(chosen: np.ndarray) -> float:
        return float(np.mean((values[chosen] > 0.5) == target[chosen]))

    assert right(~inside) >= right(np.ones(500, dtype=bool))
