from __future__ import annotations

from pathlib import Path

import bm25s
import numpy as np
import pytest

from indexes.arrays import Kept
from indexes.terms import K1, B, Counts, Postings, TermLeg

WORDS = [f"w{n}" for n in range(30)]


def documents(count: int = 200) -> list[list[str]]:
    generator = np.random.default_rng(3)
    return [generator.choice(WORDS, generator.integers(0, 9)).tolist() for _ in range(count)]


def test_scores_are_those_of_bm25s() -> None:
    texts = documents()
    leg = TermLeg.build(texts)
    engine = bm25s.BM25(k1=K1, b=B, method="lucene")
    ids = [[WORDS.index(token) for token in text] for text in texts]
    engine.index((ids, {word: i for i, word in enumerate(WORDS)}), show_progress=False)
    for query in (["w1"], ["w2", "w7", "w2"], ["w3", "nobody"]):
        found = leg.scores(query)
        assert found is not None
        known = [WORDS.index(token) for token in query if token in WORDS]
        theirs = engine.get_scores_from_ids(known)
        _, ceiling = leg.weights(query)
        assert np.allclose(found * ceiling, theirs, atol=1e-4)


def test_a_word_nobody_holds_lowers_every_score() -> None:
    leg = TermLeg.build(documents())
    alone, beside = leg.scores(["w1"]), leg.scores(["w1", "nobody"])
    assert alone is not None and beside is not None
    assert beside.max() < alone.max()
    assert leg.scores(["nobody"]) is None


def test_segments_share_one_document_frequency() -> None:
    texts = documents()
    whole = TermLeg.build(texts)
    parts = TermLeg([Postings.of(Counts.of(texts[:150])), Postings.of(Counts.of(texts[150:]))])
    assert whole.weights(["w1", "w2"]) == parts.weights(["w1", "w2"])
    one, two = whole.scores(["w1", "w2"]), parts.scores(["w1", "w2"])
    assert one is not None and two is not None
    # Only the mean length is of each segment.
    assert np.abs(one - two).max() < 0.05
    assert sorted(whole.holding("w5").tolist()) == parts.holding("w5").tolist()


def test_overlap_is_jaccard_and_deleted_rows_are_not_counted() -> None:
    texts = documents()
    kept = np.arange(0, 200, 2)
    leg = TermLeg([Postings.of(Counts.of(texts))], Kept(200, kept))
    said = frozenset(["w1", "w2", "w3"])
    for row, value in enumerate(leg.overlap(said).tolist()):
        theirs = frozenset(texts[kept[row]])
        assert value == pytest.approx(len(said & theirs) / max(1, len(said | theirs)))
    assert [row for row, place in enumerate(kept) if "w1" in texts[place]] == leg.holding(
        "w1"
    ).tolist()


def test_counts_come_back_from_postings(tmp_path: Path) -> None:
    counts = Counts.of(documents())
    postings = Postings.of(counts)
    postings.save(tmp_path / "words")
    back = Postings.load(tmp_path / "words").counts()
    assert back.vocabulary == counts.vocabulary
    assert back.terms.flat.tolist() == counts.terms.flat.tolist()
    assert back.terms.ends.tolist() == counts.terms.ends.tolist()
    assert back.times.tolist() == counts.times.tolist()
    some = postings.counts(np.asarray([3, 50]))
    assert [some.vocabulary[i] for i in some.terms[1]] == sorted(set(documents()[50]))
