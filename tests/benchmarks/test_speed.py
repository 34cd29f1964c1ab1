"""Speed against peers in the same run, printed as ratios; `make bench` runs it.

Nothing is asserted about wall time: machines differ, ratios less so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import pytest

from app import settings
from indexes.engine import SearchIndex
from indexes.explain import explain

GOLD = Path(__file__).parents[2] / "data" / "gold"


@pytest.fixture(scope="module")
def index() -> SearchIndex:
    if not (settings.store() / "CURRENT").is_file():
        pytest.skip("no index; run 'make index' first")
    return SearchIndex.open(settings.store())


@pytest.fixture(scope="module")
def queries() -> list[str]:
    lines = (GOLD / "queries.tsv").read_text(encoding="utf-8").splitlines()
    return [line.split("\t")[2] for line in lines]


def typical(run: Callable[[str], object], inputs: list[str], rounds: int = 5) -> float:
    """Median seconds of one call."""
    for one in inputs:
        run(one)
    taken = []
    for _ in range(rounds):
        for one in inputs:
            start = time.perf_counter()
            run(one)
            taken.append(time.perf_counter() - start)
    return median(taken)


def test_search_against_tfidf(
    index: SearchIndex, queries: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [a.text for a in index.activities]
    peer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5))
    matrix = peer.fit_transform(texts)

    def tfidf(query: str) -> object:
        return (matrix @ peer.transform([query]).T).toarray().ravel().argsort()[::-1][:10]

    ours, theirs = typical(index.search, queries), typical(tfidf, queries)
    best = index.search(queries[0])[0].activity.id
    why = typical(lambda query: explain(index, query, best), queries)
    with capsys.disabled():
        print(f"\nsearch {1000 * ours:.1f} ms, {ours / theirs:.2f} of TF-IDF over n-grams")
        print(f"explain {1000 * why:.1f} ms, {why / ours:.2f} of a search")
    assert index.search(queries[0])


def test_encoding_against_tfidf(index: SearchIndex, capsys: pytest.CaptureFixture[str]) -> None:
    import torch
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = [a.text for a in index.activities] * 3
    torch.set_num_threads(1)
    peer = TfidfVectorizer().fit(texts)
    ours = typical(lambda _: index.encoder.encode(texts), [""], rounds=3)
    theirs = typical(lambda _: peer.transform(texts), [""], rounds=3)
    tags = typical(lambda _: index.tagger.tag(texts[:2000]), [""], rounds=1)
    with capsys.disabled():
        print(
            f"\nencode {len(texts) / ours:,.0f} texts/s, {ours / theirs:.2f} of TF-IDF over words"
        )
        print(f"tag {2000 / tags:,.0f} texts/s")
    assert index.encoder.encode(texts[:3]).shape == (3, index.encoder.dimension)
