"""The dense leg: inner products of unit vectors in FAISS, over one or several stored segments.

A segment keeps its vectors Flat to 1e5 rows, where FAISS already runs at memory bandwidth, and as
16-bit floats beyond, mapped from disk. A large segment has an inverted file besides (IVF with 8-bit
codes), which looks at a few lists only; what it finds is scored by the stored vectors all the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from indexes.arrays import Kept, Rows, Scores, starts_of

FLAT = 100_000  # rows from which vectors are kept in 16 bits, with an inverted file
LISTS = 2048  # at most, and at least a hundred rows in each
SHARE = 32  # of the lists, one in how many is looked at
TRAINED_ON = 100_000
_LEAST_PROBES = 16
_FEW = 200  # one row in how many is looked at by itself sooner than past all the others
VECTORS, QUICK = "vectors.faiss", "quick.faiss"
_SEED = 13


class VectorWriter:
    """Vectors of one segment, added block by block."""

    def __init__(self, dimension: int, rows: int) -> None:
        """:param rows: how many there will be; decides how they are kept."""
        self._large = rows >= FLAT
        self.index: faiss.Index = faiss.IndexFlatIP(dimension)
        if self._large:
            half = faiss.ScalarQuantizer.QT_fp16
            self.index = faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)

    def add(self, vectors: Scores) -> None:
        """:param vectors: ``(n, dimension)`` unit float32."""
        self.index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def save(self, folder: Path) -> None:
        """Write the vectors and, of a large segment, the inverted file."""
        faiss.write_index(self.index, str(folder / VECTORS))
        if self._large:
            faiss.write_index(_inverted(self.index), str(folder / QUICK))


def _inverted(stored: faiss.Index) -> faiss.Index:
    """An inverted file over stored vectors, trained on a seeded sample."""
    lists = min(LISTS, stored.ntotal // 100)
    coarse = faiss.IndexFlatIP(stored.d)
    byte = faiss.ScalarQuantizer.QT_8bit
    index = faiss.IndexIVFScalarQuantizer(
        coarse, stored.d, lists, byte, faiss.METRIC_INNER_PRODUCT, False
    )
    index.cp.seed = _SEED
    index.cp.spherical = True
    # The library stops at 39 training points a list unless told that fewer will do.
    index.cp.min_points_per_centroid = 1
    random = np.random.default_rng(_SEED)
    chosen = np.sort(random.permutation(stored.ntotal)[:TRAINED_ON])
    index.train(stored.reconstruct_batch(chosen.astype(np.int64)))
    for start in range(0, stored.ntotal, TRAINED_ON):
        index.add(stored.reconstruct_n(start, min(TRAINED_ON, stored.ntotal - start)))
    return index


def read_vectors(folder: Path) -> tuple[faiss.Index, faiss.Index | None]:
    """The vectors of a segment and its inverted file, where it has one, mapped from disk."""
    flag = faiss.IO_FLAG_MMAP_IFC
    stored = faiss.read_index(str(folder / VECTORS), flag)
    quick = folder / QUICK
    return stored, faiss.read_index(str(quick), flag) if quick.is_file() else None


class DenseLeg:
    """Search over the vectors of all segments."""

    def __init__(
        self,
        parts: Sequence[faiss.Index],
        quick: Sequence[faiss.Index | None] | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._parts = tuple(parts)
        self._quick = tuple(quick or [None] * len(parts))
        self._sizes = [int(part.ntotal) for part in parts]
        self._starts = starts_of(self._sizes)
        self._kept = kept or Kept(sum(self._sizes))
        self._codes = [_codes_of(part) for part in parts]

    @classmethod
    def build(cls, vectors: Scores) -> DenseLeg:
        """A leg over vectors in memory: ``(n, dimension)`` unit float32."""
        writer = VectorWriter(vectors.shape[1], len(vectors))
        writer.add(vectors)
        return cls([writer.index])

    @property
    def has_quick(self) -> bool:
        """Whether a quick way exists beside the comparison with every vector."""
        return any(part is not None for part in self._quick)

    def __len__(self) -> int:
        return len(self._kept)

    def top(self, vector: Scores, rows: Rows | None, depth: int, *, quick: bool = False) -> Rows:
        """The best ``depth`` rows, best first, among ``rows`` only where given.

        :param quick: look at the likeliest lists only, where there is an inverted file.
        """
        places = self._kept.places(rows)
        found: list[Rows] = []
        values: list[Scores] = []
        for part, (start, size) in enumerate(zip(self._starts, self._sizes, strict=True)):
            wanted = None
            if places is not None:
                wanted = places[(places >= start) & (places < start + size)] - start
                if not len(wanted):
                    continue
            near, scores = self._nearest(part, vector, wanted, depth, quick=quick)
            found.append(near + start)
            values.append(scores)
        if not found:
            return np.zeros(0, dtype=np.int64)
        near, scores = np.concatenate(found), np.concatenate(values)
        if len(found) > 1:
            near = near[np.argsort(-scores, kind="stable")[:depth]]
        return self._kept.rows(near)

    def _nearest(
        self, part: int, vector: Scores, wanted: Rows | None, depth: int, *, quick: bool
    ) -> tuple[Rows, Scores]:
        """The best rows of a part, best first, and what they score.

        :param wanted: the only ones that are looked at.
        """
        size = self._sizes[part]
        if wanted is not None and len(wanted) <= size // _FEW:
            scores = self._decoded(part, wanted) @ vector
            order = np.argsort(-scores, kind="stable")[:depth]
            return wanted[order], scores[order]
        inverted, selector = self._quick[part] if quick else None, None
        if wanted is not None:
            mask = np.zeros(size, dtype=bool)
            mask[wanted] = True
            bits = np.packbits(mask, bitorder="little")
            selector = faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg, arg-type]
            if len(wanted) < size // 50:  # too few of them may lie in the lists looked at
                inverted = None
        index, parameters = inverted or self._parts[part], _parameters(inverted, selector)
        with _one_thread():
            scores, near = index.search(vector[None, :], min(depth, size), params=parameters)
        real = near[0] >= 0
        return near[0][real].astype(np.int64), scores[0][real]

    def score(self, vector: Scores, rows: Rows) -> Scores:
        """Cosine similarity of the rows, ``(len(rows),)``."""
        return np.asarray(self.vectors(rows) @ vector, dtype=np.float32)

    def vectors(self, rows: Rows | None = None) -> Scores:
        """Vectors of some rows, or of all, ``(n, dimension)``."""
        places = self._kept.places(rows)
        if places is None:
            whole = [p.reconstruct_n(0, n) for p, n in zip(self._parts, self._sizes, strict=True)]
            return np.concatenate(whole) if len(whole) > 1 else np.asarray(whole[0])
        if len(self._parts) == 1:
            return self._decoded(0, places)
        out = np.zeros((len(places), self._parts[0].d), dtype=np.float32)
        for part, (start, size) in enumerate(zip(self._starts, self._sizes, strict=True)):
            here = (places >= start) & (places < start + size)
            if here.any():
                out[here] = self._decoded(part, places[here] - start)
        return out

    def _decoded(self, part: int, places: Rows) -> Scores:
        """Vectors of a part; the library's ``reconstruct_batch`` takes one after the other."""
        with _one_thread():
            return np.asarray(self._parts[part].sa_decode(self._codes[part].take(places, axis=0)))


def _codes_of(part: faiss.Index) -> npt.NDArray[np.uint8]:
    """The vectors of a part as they are stored, ``(n, bytes)``; valid as long as the part is."""
    inside: Any = part  # which kinds of an index have codes is not in its stubs
    size = part.sa_code_size()
    if not part.ntotal:
        return np.zeros((0, size), dtype=np.uint8)
    codes = faiss.rev_swig_ptr(inside.codes.data(), part.ntotal * size)
    return np.asarray(codes).reshape(part.ntotal, size)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Without helpers, of which one query has no use: they would only spin until it is answered.

    The setting is one of the calling thread, and threads of a server start with all processors.
    """
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(before)


def probes(inverted: faiss.Index) -> int:
    """How many lists of an inverted file are looked at."""
    lists: int = faiss.extract_index_ivf(inverted).nlist
    return max(_LEAST_PROBES, lists // SHARE)


def _parameters(
    inverted: faiss.Index | None, selector: faiss.IDSelector | None
) -> faiss.SearchParameters | None:
    if inverted is not None:
        return faiss.SearchParametersIVF(nprobe=probes(inverted), sel=selector)  # type: ignore[call-arg]
    return None if selector is None else faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
