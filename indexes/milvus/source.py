"""A generation as rows of a collection: batch by batch, little in memory, the same every time."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import compress
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from indexes.arrays import Array, Rows, located, starts_of
from indexes.columns import STORED
from indexes.generation import Overview, load_kept, segments
from indexes.milvus import schema
from indexes.milvus.models import ClientModels
from indexes.milvus.vocabulary import NOTHING, Sparse, Vocabulary
from indexes.segments import Stored
from indexes.store import models_of
from indexes.tags import held
from indexes.terms import Postings
from nlp.errors import RegioplanError

SLAB = 50_000  # texts whose terms are turned round at a time
_CARRIED = ("encoder", "fusion", "corpus_sha256", "activities")  # from manifest to manifest


@dataclass(frozen=True)
class Source:
    """An opened generation, to be copied."""

    name: str
    manifest: Mapping[str, Any]
    stored: Stored
    overview: Overview
    client: ClientModels

    @classmethod
    def open(cls, folder: Path, manifest: Mapping[str, Any]) -> Source:
        """Open a generation that was verified."""
        stored = Stored.load(segments(folder), load_kept(folder))
        overview = Overview.load(folder)
        client = ClientModels(
            models_of(folder, manifest),
            Vocabulary.of([segment.words for segment in stored.segments]),
            Vocabulary.of([segment.concepts for segment in stored.segments]),
            overview.columns.names(),
            overview.themes.registry,
            {name: manifest[name] for name in _CARRIED},
        )
        return cls(folder.name, manifest, stored, overview, client)

    def __len__(self) -> int:
        return len(self.stored.kept)

    @property
    def dimension(self) -> int:
        """Of the vectors."""
        return int(self.manifest["dimension"])

    def counts(self, facet: str) -> dict[str, int]:
        """How many activities have each value of a stored facet."""
        column = self.overview.columns.facets[facet]
        return dict(zip(column.values, column.counts(None).tolist(), strict=True))

    def batches(self, size: int) -> Iterator[list[dict[str, Any]]]:
        """All rows in order, as :mod:`indexes.milvus.schema` has them.

        :raises RegioplanError: an activity is longer than a field of Milvus.
        """
        words = _ByText([s.words for s in self.stored.segments], self.client.words)
        concepts = _ByText([s.concepts for s in self.stored.segments], self.client.concepts)
        for start in range(0, len(self), size):
            rows = np.arange(start, min(start + size, len(self)), dtype=np.int64)
            yield self._rows(rows, words, concepts)

    def lines(self, rows: Rows) -> list[bytes]:
        """The records of some rows as they are stored."""
        places = self._places(rows)
        found = (located(place, self._starts) for place in places.tolist())
        return [self.stored.segments[part].records.raw(place) for part, place in found]

    def _rows(self, rows: Rows, words: _ByText, concepts: _ByText) -> list[dict[str, Any]]:
        places = self._places(rows)
        vectors = self._dense.vectors(rows)
        tokens = self._tokens
        facets = {name: self._names(name, rows) for name in STORED}
        out = []
        for i, (row, place) in enumerate(zip(rows.tolist(), places.tolist(), strict=True)):
            part, at = located(place, self._starts)
            segment = self.stored.segments[part]
            record = segment.records.raw(at).rstrip(b"\n").decode()
            said = words.of(place)
            amount = float(self.overview.columns.amounts[row])
            out.append(
                _checked(
                    {
                        schema.ROW: row,
                        schema.ID: str(json.loads(record)["id"]),
                        schema.VECTOR: vectors[i],
                        schema.WORDS: said or NOTHING,
                        schema.CONCEPTS: concepts.of(place) or NOTHING,
                        schema.TOKENS: [] if tokens is None else tokens[row].tolist(),
                        schema.STEMS: list(said),
                        schema.REGION: facets["region"][i][0],
                        schema.DOCUMENT: facets["plan"][i][0],
                        schema.PERIOD: facets["period"][i][0],
                        schema.STAGE: facets["stage"][i][0],
                        schema.MUNICIPALITIES: facets["municipality"][i],
                        schema.FUNDING: facets["funding"][i],
                        schema.DEADLINE: next(map(int, facets["deadline"][i]), None),
                        schema.AMOUNT: None if math.isnan(amount) else amount,
                        schema.TAGS: self._tags(row),
                        schema.TEXT_KEY: text_key(int(self.overview.texts[row])),
                        schema.THEME: int(self.overview.themes.where[row]),
                        schema.GROUP: int(self.overview.groups[row]),
                        schema.FOLDED: segment.folded.raw(at)[:-1].decode(),
                        schema.RECORD: record,
                    }
                )
            )
        return out

    @cached_property
    def _dense(self) -> Any:
        return self.stored.dense()

    @cached_property
    def _tokens(self) -> Any:
        return self.stored.tokens()

    @cached_property
    def _starts(self) -> list[int]:
        return starts_of([len(segment) for segment in self.stored.segments])

    def _places(self, rows: Rows) -> Rows:
        places = self.stored.kept.places(rows)
        return rows if places is None else places

    def _names(self, facet: str, rows: Rows) -> list[list[str]]:
        column = self.overview.columns.facets[facet]
        return [[column.values[i] for i in column.places[row].tolist()] for row in rows.tolist()]

    def _tags(self, row: int) -> list[str]:
        """What the models say yes to."""
        return [
            f"{tagger.scheme}:{label}"
            for tagger in self.client.models.taggers
            for label in compress(tagger.labels, self._held[tagger.scheme][row].tolist())
        ]

    @cached_property
    def _held(self) -> dict[str, npt.NDArray[np.bool_]]:
        return held(self.client.models.taggers, self.overview.tags)


class _ByText:
    """The terms of texts with their weights: postings turned round, a slab at a time."""

    def __init__(self, parts: Sequence[Postings], vocabulary: Vocabulary) -> None:
        self._parts = parts
        self._numbers = [vocabulary.of_segment(part) for part in parts]
        self._starts = starts_of([part.size for part in parts])
        self._slab: tuple[int, int, sp.csr_array] | None = None  # part, first text, weights

    def of(self, place: int) -> Sparse:
        """Weights of the terms of a stored text, by number."""
        part, at = located(place, self._starts)
        first = at - at % SLAB
        if self._slab is None or self._slab[:2] != (part, first):
            self._slab = (part, first, _turned(self._parts[part], first))
        weights = self._slab[2]
        here = slice(weights.indptr[at - first], weights.indptr[at - first + 1])
        terms: Array = self._numbers[part][weights.indices[here]]
        values: npt.NDArray[np.float32] = weights.data[here]
        return dict(zip(terms.tolist(), values.tolist(), strict=True))


def _turned(part: Postings, first: int) -> sp.csr_array:
    """The weights of the texts of one slab, ``(texts, terms)``."""
    size = min(SLAB, part.size - first)
    chosen = np.flatnonzero((part.rows.flat >= first) & (part.rows.flat < first + size))
    terms = np.searchsorted(part.rows.ends, chosen, side="right") - 1
    entries = (part.weights[chosen], (part.rows.flat[chosen] - first, terms))
    return sp.coo_array(entries, shape=(size, len(part.vocabulary))).tocsr()


def text_key(key: int) -> str:
    """The key of a folded text as the collection has it."""
    return f"{key:016x}"


def _checked(row: dict[str, Any]) -> dict[str, Any]:
    """:raises RegioplanError: a field is longer than Milvus takes."""
    for name in (schema.FOLDED, schema.RECORD):
        if (size := len(row[name].encode())) > schema.TEXT:
            raise _too_long(f"{schema.TEXT:,} bytes", size, name, row)
    for name in (schema.TOKENS, schema.STEMS, schema.MUNICIPALITIES):
        if len(row[name]) > schema.ITEMS:
            raise _too_long(f"{schema.ITEMS:,} items", len(row[name]), name, row)
    return row


def _too_long(limit: str, size: int, name: str, row: Mapping[str, Any]) -> RegioplanError:
    return RegioplanError(
        f"at most {limit} in the field '{name}', as Milvus takes no more",
        f"{size:,} of activity {row[schema.ID]}",
        "shorten its text, or keep the index in files",
    )
