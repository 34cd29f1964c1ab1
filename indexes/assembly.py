"""Puts blocks that were read together: one segment, and the columns over all activities."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from indexes.arrays import Ragged, Rows, Scores
from indexes.columns import Columns
from indexes.generation import SEGMENT, Overview
from indexes.reading import Block, Models
from indexes.records import Keys
from indexes.segments import SegmentWriter, Stored
from indexes.terms import Counts
from indexes.themes import Earlier, ThemeSource, make_themes
from nlp.errors import UsageError
from nlp.near_copies import copy_groups


def assemble(
    folder: Path, models: Models, blocks: Iterable[Block], rows: int, themes: Earlier | None
) -> None:
    """Write the segment and the columns of a generation; heavy parts go to disk block by block.

    :param rows: how many activities there are in all blocks.
    :param themes: to carry over; None: to be fitted.
    :raises UsageError: two activities have one id.
    """
    segment = folder / f"{SEGMENT}1"
    writer = SegmentWriter(segment, models.encoder.dimension, rows)
    read = Gathered()
    for block in blocks:
        writer.add(block)
        read.add(block)
    writer.save()
    stored = Stored.load([segment], None)
    keys = stored.ids
    if len(np.unique(keys)) < len(keys):
        raise UsageError(
            "every activity once", "several with one id", "leave out the repeated records"
        )
    columns = read.columns()
    words = stored.segments[0].words.counts().terms
    regions = columns.facets["region"].places.flat.astype(np.int64)
    dense = stored.dense()
    source = ThemeSource(stored.records, keys, dense.vectors, read.concepts())
    Overview(
        texts=read.texts(),
        columns=columns,
        tags=read.tags(),
        groups=copy_groups(words.flat, words.ends, regions),
        themes=make_themes(source, models.encoder, models.finder, themes),
    ).save(folder)


class Gathered:
    """The light parts of blocks, put together."""

    def __init__(self) -> None:
        self._texts: list[Keys] = []
        self._columns: list[Columns] = []
        self._tags: list[dict[str, Scores]] = []
        self._broader: list[Counts] = []

    def add(self, block: Block) -> None:
        """Keep what is light of a block."""
        self._texts.append(block.texts)
        self._columns.append(block.columns)
        self._tags.append(dict(block.tags))
        self._broader.append(block.broader)

    def texts(self) -> Keys:
        """Keys of the folded texts."""
        return np.concatenate(self._texts)

    def columns(self) -> Columns:
        """What the records say."""
        return Columns.joined(self._columns)

    def tags(self) -> dict[str, Scores]:
        """Probabilities by scheme."""
        schemes = self._tags[0]
        return {name: np.concatenate([tags[name] for tags in self._tags]) for name in schemes}

    def concepts(self) -> ConceptNames:
        """Names of the concepts of some rows, with everything broader."""
        counts = Counts.joined(self._broader)
        return ConceptNames(counts.vocabulary, counts.terms)


class ConceptNames:
    """The concepts of activities by name, as :class:`indexes.themes.ThemeSource` asks for them."""

    def __init__(self, vocabulary: tuple[str, ...], rows: Ragged) -> None:
        self._vocabulary = vocabulary
        self._rows = rows

    def __call__(self, rows: Rows) -> list[list[str]]:
        return [[self._vocabulary[i] for i in self._rows[row].tolist()] for row in rows.tolist()]
