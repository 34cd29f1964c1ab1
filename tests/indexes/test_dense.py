"""The dense leg in its forms: whole, in segments, 16 bits with an inverted file, filtered."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from indexes import dense
from indexes.arrays import Kept, Rows, Scores, best
from indexes.dense import DenseLeg, VectorWriter, read_vectors

ROWS, WIDTH = 3000, 32


@pytest.fixture(scope="module")
def vectors() -> Scores:
    """Unit vectors around forty centres, as texts lie about their subjects."""
    generator = np.random.default_rng(5)
    centres = generator.normal(size=(40, WIDTH))
    rows = centres[generator.integers(0, 40, ROWS)] + 0.5 * generator.normal(size=(ROWS, WIDTH))
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def nearest(vectors: Scores, query: Scores, rows: Rows | None = None) -> list[int]:
    pool = np.arange(len(vectors)) if rows is None else rows
    return pool[np.argsort(-(vectors[pool] @ query), kind="stable")[:10]].tolist()


@pytest.fixture
def large(vectors: Scores, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DenseLeg:
    """As an index beyond FLAT has it: written block by block, read back mapped."""
    monkeypatch.setattr(dense, "FLAT", 1000)
    writer = VectorWriter(WIDTH, ROWS)
    for start in range(0, ROWS, 700):
        writer.add(vectors[start : start + 700])
    writer.save(tmp_path)
    stored, quick = read_vectors(tmp_path)
    return DenseLeg([stored], [quick])


def test_segments_find_what_the_whole_finds(vectors: Scores) -> None:
    whole = DenseLeg.build(vectors)
    parts = [DenseLeg.build(part)._parts[0] for part in np.split(vectors, [1200, 1300])]
    leg = DenseLeg(parts)
    some = np.arange(0, ROWS, 7)
    for query in vectors[:20]:
        assert leg.top(query, None, 10).tolist() == whole.top(query, None, 10).tolist()
        assert leg.top(query, some, 10).tolist() == nearest(vectors, query, some)
    mixed = np.asarray([2999, 0, 1250, 1199])
    assert np.array_equal(leg.vectors(mixed), vectors[mixed])
    assert np.allclose(leg.score(vectors[5], mixed), vectors[mixed] @ vectors[5], atol=1e-6)


def test_deleted_rows_are_neither_found_nor_counted(vectors: Scores) -> None:
    kept = np.setdiff1d(np.arange(ROWS), np.arange(0, ROWS, 3))
    parts = [DenseLeg.build(part)._parts[0] for part in np.split(vectors, [1000])]
    leg = DenseLeg(parts, kept=Kept(ROWS, kept))
    assert len(leg) == len(kept)
    assert np.array_equal(leg.vectors(), vectors[kept])
    for query in vectors[:20]:
        assert kept[leg.top(query, None, 10)].tolist() == nearest(vectors, query, kept)


def test_sixteen_bits_and_an_inverted_file_find_the_same(large: DenseLeg, vectors: Scores) -> None:
    assert large.has_quick
    some = np.arange(0, ROWS, 3)
    for rows in (None, some):
        met = total = 0
        for query in vectors[:50]:
            exact = large.top(query, rows, 10).tolist()
            assert len(set(exact) & set(nearest(vectors, query, rows))) >= 9  # but for rounding
            met += len(set(exact) & set(large.top(query, rows, 10, quick=True).tolist()))
            total += len(exact)
        assert met / total >= 0.95


def test_few_rows_are_all_compared_even_in_a_hurry(large: DenseLeg, vectors: Scores) -> None:
    far = np.argsort(vectors @ vectors[0])[:20]  # none lies in a list near the query
    found = large.top(vectors[0], np.sort(far), 5, quick=True)
    assert set(found.tolist()) <= set(far.tolist())
    assert len(found) == 5


def test_no_rows_give_no_answer(large: DenseLeg) -> None:
    query = large.vectors(np.asarray([1]))[0]
    assert large.top(query, np.zeros(0, dtype=np.int64), 5).tolist() == []


@pytest.mark.parametrize("rows", [None, np.arange(0, 200_000, 3)])
def test_the_best_of_many_scores(rows: Rows | None) -> None:
    generator = np.random.default_rng(1)
    for share in (0.0, 0.00001, 0.01, 1.0):
        scores = generator.random(200_000).astype(np.float32)
        scores[generator.random(200_000) >= share] = 0
        pool = np.arange(200_000) if rows is None else rows
        held = pool[scores[pool] > 0]
        expected = held[np.argsort(-scores[held], kind="stable")[:300]]
        assert sorted(best(scores, rows, 300).tolist()) == sorted(expected.tolist())


def test_one_query_asks_for_no_helpers_and_leaves_the_setting(large: DenseLeg) -> None:
    import faiss

    before, seen = faiss.omp_get_max_threads(), []
    faiss.omp_set_num_threads(2)
    part = large._parts[0]

    class Watched:
        def __getattr__(self, name: str) -> object:
            if name in ("search", "sa_decode"):
                seen.append(faiss.omp_get_max_threads())
            return getattr(part, name)

    large._parts = (Watched(),)  # type: ignore[assignment]
    try:
        large.score(np.ones(WIDTH, dtype=np.float32), large.top(large.vectors()[0], None, 5))
        assert seen == [1, 1]
        assert faiss.omp_get_max_threads() == 2
    finally:
        faiss.omp_set_num_threads(before)


def test_a_stored_vector_is_decoded_as_the_library_does(large: DenseLeg, vectors: Scores) -> None:
    some = np.asarray([2999, 0, 7, 7])
    stored = large._parts[0].reconstruct_batch(some)
    assert np.array_equal(large.vectors(some), stored)
    assert np.allclose(stored, vectors[some], atol=1e-3)
    assert large.vectors(some[:0]).shape == (0, WIDTH)


@pytest.mark.parametrize("quick", [False, True])
def test_a_few_rows_are_looked_at_by_themselves(
    large: DenseLeg, vectors: Scores, quick: bool
) -> None:
    few = np.asarray([4, 900, 901, 2500, 2999])
    for query in vectors[:10]:
        wanted = few[np.argsort(-(vectors[few] @ query), kind="stable")].tolist()
        assert large.top(query, few, 3, quick=quick).tolist() == wanted[:3]
        assert large.top(query, few, 9, quick=quick).tolist() == wanted
