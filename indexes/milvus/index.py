"""Search in a Milvus collection: the same questions and answers as the index in files gives.

Each leg asks the collection for its best rows among those that pass a filter expression. What they
name is fetched, and scored here by the code that scores the index in files.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from indexes.arrays import Ragged, Rows, Scores
from indexes.corrections import CorrectionLog, Decisions
from indexes.facets import Filters
from indexes.fusion import DEPTH, Asked, Found, Fusion
from indexes.milvus import schema
from indexes.milvus.expressions import among, both, has_none, holds, is_wild
from indexes.milvus.models import ClientModels
from indexes.milvus.narrowing import Narrowing
from indexes.milvus.opening import COLLECTION, require_models, require_target
from indexes.milvus.server import Row, Server
from indexes.milvus.vocabulary import Sparse
from indexes.searching import Searching, Shown
from indexes.theme_log import ThemeLog
from nlp.records import Activity, fold
from nlp.reranker import Reranker
from nlp.spelling import Speller

_SCORED = (schema.VECTOR, schema.WORDS, schema.CONCEPTS, schema.TOKENS)
_NOTHING = among(schema.ROW, [-1])


@dataclass
class MilvusIndex(Searching[str]):
    """An opened collection; safe to share between threads.

    It stays with the collection it was opened on, also when a migration lets the alias stand for
    another: open it again then.
    """

    server: Server
    collection: str
    client: ClientModels
    narrowing: Narrowing
    corrections_log: CorrectionLog
    search_params: Mapping[str, int]
    fusion: Fusion
    reranker: Reranker | None = None
    speller: Speller = field(init=False)

    def __post_init__(self) -> None:
        models = self.client.models
        self.encoder = models.encoder
        self.finder = models.finder
        self.abbreviations = models.abbreviations
        self.speller = Speller(models.spelling)
        self.query_vector = lru_cache(maxsize=256)(self._query_vector)

    @classmethod
    def open(cls, store: Path, server: Server, name: str = COLLECTION) -> MilvusIndex:
        """Open the collection an alias stands for.

        :param store: its folder ``milvus`` holds the models, ``user.sqlite`` what people decided.
        :raises RegioplanError: no such collection, or its models are not in the store.
        """
        collection = require_target(server, name)
        client = require_models(store, server, collection)
        log = CorrectionLog(store)
        narrowing = Narrowing(
            client.values, client.models.taggers, log, client.registry, ThemeLog(store)
        )
        vector_index = schema.VECTOR_INDEXES[server.facts(collection)["vector_index"]]
        fusion = Fusion(**client.manifest["fusion"])
        return cls(server, collection, client, narrowing, log, vector_index.search, fusion)

    def pool(self, filters: Filters) -> str:
        """An expression for what passes the filters.

        :raises UsageError: a filter names a value that no activity has.
        """
        return self.narrowing.expression(filters)

    def holding(self, words: str, pool: str) -> str:
        """An expression for those whose text holds words as they are."""
        needle = fold(words)
        likely = both(pool, holds(schema.FOLDED, needle))
        if not is_wild(needle):
            return likely
        # The pattern lets too much pass: the texts themselves are looked at.
        found = self.server.by_row(
            self.collection, self.server.rows(self.collection, likely), [schema.FOLDED]
        )
        rows = [row for row, texts in found.items() if needle in texts[schema.FOLDED]]
        return among(schema.ROW, sorted(rows)) if rows else _NOTHING

    def lacking(self, stems: Collection[str], pool: str) -> str:
        """An expression for those that hold none of some stems."""
        known = self.client.words.known(sorted(stems))
        return both(pool, has_none(schema.STEMS, known)) if known else pool

    def listed(self, pool: str) -> Rows:
        """Row numbers, ascending."""
        return np.asarray(self.server.rows(self.collection, pool), dtype=np.int64)

    def found(self, asked: Asked, pool: str) -> Found:
        """What every leg finds."""
        words = self.client.words.asked(asked.stems)
        concepts = self.client.concepts.asked(asked.concepts)
        named = set(self._nearest(schema.VECTOR, asked.vector, pool, self.search_params))
        for name, wanted in ((schema.WORDS, words), (schema.CONCEPTS, concepts)):
            if wanted:
                named.update(self._nearest(name, wanted, pool))
        rows = sorted(named)
        fetched = self.server.by_row(self.collection, rows, _SCORED)
        found = [fetched[row] for row in rows]
        vectors = np.asarray([row[schema.VECTOR] for row in found], dtype=np.float32)
        return Found(
            np.asarray(rows, dtype=np.int64),
            vectors.reshape(len(rows), len(asked.vector)) @ asked.vector,
            _products(found, schema.WORDS, words),
            _products(found, schema.CONCEPTS, concepts),
            None
            if self.tokens is None
            else Ragged.of([np.asarray(row[schema.TOKENS]) for row in found], np.int64),
        )

    def groups_of(self, rows: Rows) -> Rows:
        """The group of near-copies of each row."""
        found = self.server.by_row(self.collection, rows.tolist(), [schema.GROUP])
        groups = [found[row][schema.GROUP] for row in rows.tolist()]
        return np.asarray(groups, dtype=np.int64)

    def shown(self, rows: Rows) -> list[Shown]:
        """What hits show of some rows."""
        found = self.server.by_row(self.collection, rows.tolist(), [schema.RECORD, schema.TAGS])
        decided = self.corrections_log.in_force(self.client.models.taggers[0].scheme)
        return [self._shown(found[row], decided) for row in rows.tolist()]

    def regions(self) -> tuple[str, ...]:
        """Every region, in alphabetical order."""
        return self.client.values["region"]

    def find(self, activity_id: str) -> Activity | None:
        """The activity with an id, where there is one."""
        wanted = among(schema.ID, [activity_id])
        rows = self.server.query(self.collection, wanted, [schema.RECORD])
        return _activity(rows[0]) if rows else None

    def _nearest(
        self,
        name: str,
        vector: Scores | Sparse,
        pool: str,
        params: Mapping[str, int] | None = None,
    ) -> list[int]:
        return self.server.nearest(self.collection, name, vector, pool, DEPTH, params)

    def _shown(self, row: Row, by_text: Decisions) -> Shown:
        activity = _activity(row)
        tagger = self.client.models.taggers[0]
        decided = by_text.of(activity.text)
        by_people = tuple(
            label for label in tagger.labels if label in decided and decided[label].new == "yes"
        )
        tags = tuple(
            label
            for label in tagger.labels
            if label in by_people
            or (label not in decided and f"{tagger.scheme}:{label}" in row[schema.TAGS])
        )
        return Shown(activity, tags, by_people)


def _activity(row: Row) -> Activity:
    return Activity.from_dict(json.loads(row[schema.RECORD]))


def _products(rows: Sequence[Row], name: str, wanted: Sparse) -> Scores:
    """Inner products of sparse vectors with the one asked for."""
    out = np.zeros(len(rows), dtype=np.float32)
    for i, row in enumerate(rows):
        held = row[name]
        out[i] = sum(held[number] * weight for number, weight in wanted.items() if number in held)
    return out
