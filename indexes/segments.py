"""Segments: the heavy parts of some activities on disk, written once and never changed.

A generation (:mod:`indexes.store`) lists one or several. Added activities become one more small
segment, deleted ones stay where they are until the segments are merged into one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import faiss
import numpy as np

from indexes.arrays import Kept, Ragged, Rows, mapped
from indexes.dense import DenseLeg, VectorWriter, read_vectors
from indexes.reading import Block
from indexes.records import FOLDED, RECORDS, FoldedTexts, Keys, Lines, LineWriter, Records
from indexes.terms import Counts, Postings, TermLeg

IDS = "ids.npy"
_TOKENS = "tokens"
_COPIED = 20_000  # rows copied at a time when segments are merged


@dataclass(frozen=True)
class Segment:
    """An opened segment: files mapped, hardly anything in memory."""

    records: Lines
    folded: Lines
    ids: Keys
    vectors: faiss.Index
    quick: faiss.Index | None
    words: Postings
    concepts: Postings
    tokens: Ragged | None

    def __len__(self) -> int:
        return len(self.ids)

    @classmethod
    def load(cls, folder: Path) -> Segment:
        """Open what :class:`SegmentWriter` wrote."""
        vectors, quick = read_vectors(folder)
        has_tokens = (folder / f"{_TOKENS}.npy").is_file()
        return cls(
            Lines(folder / RECORDS),
            Lines(folder / FOLDED),
            mapped(folder / IDS),
            vectors,
            quick,
            Postings.load(folder / "words"),
            Postings.load(folder / "concepts"),
            Ragged.load(folder, _TOKENS) if has_tokens else None,
        )


class SegmentWriter:
    """Writes a segment block by block; only terms, tokens and ids are held until the end."""

    def __init__(self, folder: Path, dimension: int, rows: int) -> None:
        """:param rows: how many there will be."""
        folder.mkdir()
        self._folder = folder
        self._records = LineWriter(folder / RECORDS)
        self._folded = LineWriter(folder / FOLDED)
        self._vectors = VectorWriter(dimension, rows)
        self._ids: list[Keys] = []
        self._words: list[Counts] = []
        self._concepts: list[Counts] = []
        self._tokens: list[Ragged] = []

    def add(self, block: Block) -> None:
        """Add the activities of a block."""
        self._records.add(block.records)
        self._folded.add(block.folded)
        self._vectors.add(block.vectors)
        self._ids.append(block.ids)
        self._words.append(block.words)
        self._concepts.append(block.concepts)
        if block.tokens is not None:
            self._tokens.append(block.tokens)

    def copy(self, segment: Segment, places: Rows) -> None:
        """Add some rows of another segment, as they are."""
        for start in range(0, len(places), _COPIED):
            some = places[start : start + _COPIED]
            self._records.add(segment.records.some(some))
            self._folded.add(segment.folded.some(some))
            self._vectors.add(segment.vectors.reconstruct_batch(some))
        self._ids.append(segment.ids[places])
        self._words.append(segment.words.counts(places))
        self._concepts.append(segment.concepts.counts(places))
        if segment.tokens is not None:
            self._tokens.append(segment.tokens.take(places))

    def save(self) -> None:
        """Write what was added."""
        self._records.save()
        self._folded.save()
        self._vectors.save(self._folder)
        np.save(self._folder / IDS, np.concatenate(self._ids))
        Postings.of(Counts.joined(self._words)).save(self._folder / "words")
        Postings.of(Counts.joined(self._concepts)).save(self._folder / "concepts")
        if self._tokens:
            Ragged.joined(self._tokens).save(self._folder, _TOKENS)


@dataclass(frozen=True)
class Stored:
    """The heavy parts of a generation, over all its segments."""

    segments: tuple[Segment, ...]
    kept: Kept

    @classmethod
    def load(cls, folders: Sequence[Path], stored: Rows | None) -> Stored:
        """:param stored: rows that are not deleted; None: all."""
        segments = tuple(Segment.load(folder) for folder in folders)
        return cls(segments, Kept(sum(map(len, segments)), stored))

    @cached_property
    def records(self) -> Records:
        """The activities."""
        return Records([segment.records for segment in self.segments], self.kept)

    def folded(self) -> FoldedTexts:
        """Their folded texts."""
        return FoldedTexts([segment.folded for segment in self.segments], self.kept)

    def dense(self) -> DenseLeg:
        """Their vectors."""
        return DenseLeg(
            [segment.vectors for segment in self.segments],
            [segment.quick for segment in self.segments],
            self.kept,
        )

    def words(self) -> TermLeg:
        """Their stems."""
        return TermLeg([segment.words for segment in self.segments], self.kept)

    def concepts(self) -> TermLeg:
        """Their concepts."""
        return TermLeg([segment.concepts for segment in self.segments], self.kept)

    @cached_property
    def ids(self) -> Keys:
        """Keys of their ids."""
        return self.kept.of(np.concatenate([segment.ids for segment in self.segments]))

    def tokens(self) -> Ragged | None:
        """Their tokens, where the encoder is static."""
        parts = [segment.tokens for segment in self.segments if segment.tokens is not None]
        if not parts:
            return None
        whole = parts[0] if len(parts) == 1 else Ragged.joined(parts)
        return whole if self.kept.stored is None else whole.take(self.kept.stored)
