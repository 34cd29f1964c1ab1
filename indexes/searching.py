"""What search means, wherever the activities lie: reading a query, fusing, folding near-copies.

A backend says how activities are narrowed down and what each leg of the search finds among them:
:class:`indexes.engine.SearchIndex` in the files of a generation, and in a Milvus collection
:class:`indexes.milvus.index.MilvusIndex`. All else is here, so both give the same answers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Generic, NamedTuple, TypeVar

import numpy as np

from indexes.arrays import Rows, Scores
from indexes.facets import Filters
from indexes.fusion import OWN_WORDS, Asked, Found, Fusion, Ranking, fused
from indexes.query import ParsedQuery, parse_query
from indexes.vectors import asking_vector
from nlp.abbreviations import written_out
from nlp.alignment import TokenVectors
from nlp.encoder import Encoder
from nlp.errors import UsageError
from nlp.glossary import ConceptFinder
from nlp.normalise import stems
from nlp.records import Activity
from nlp.reranker import Reranker
from nlp.spelling import Speller

RERANKED = 50

Pool = TypeVar("Pool")  # some of the activities, as a backend names them


@dataclass(frozen=True, slots=True)
class Hit:
    """One result: ``score`` fused, 0..1; ``dense`` a cosine; ``lexical`` BM25 over its ceiling.

    ``strength`` is empty where nothing was asked for and activities are just listed.
    """

    rank: int
    activity: Activity
    score: float
    dense: float
    lexical: float
    strength: str
    tags: tuple[str, ...]
    confirmed: tuple[str, ...] = ()  # those of the tags that a person decided
    matched: tuple[str, ...] = ()
    folded: int = 0  # near-copies of the same region that this hit stands for


class Shown(NamedTuple):
    """What a hit shows of an activity: its priorities, and those of them that a person decided."""

    activity: Activity
    tags: tuple[str, ...]
    confirmed: tuple[str, ...]


class Searching(ABC, Generic[Pool]):
    """Search over the activities of a backend."""

    encoder: Encoder
    finder: ConceptFinder
    abbreviations: Mapping[str, str]
    speller: Speller
    reranker: Reranker | None
    fusion: Fusion
    query_vector: Callable[[str], Scores]  # remembers what was asked lately

    @property
    def tokens(self) -> TokenVectors | None:
        """The token vectors, where the encoder is static."""
        return self.encoder.tokens

    @abstractmethod
    def pool(self, filters: Filters) -> Pool:
        """The activities that pass the filters.

        :raises UsageError: a filter names a value that no activity has.
        """

    @abstractmethod
    def holding(self, words: str, pool: Pool) -> Pool:
        """Those whose text holds words as they are (case and spaces aside)."""

    @abstractmethod
    def lacking(self, stems: Collection[str], pool: Pool) -> Pool:
        """Those that hold none of some stems."""

    @abstractmethod
    def listed(self, pool: Pool) -> Rows:
        """Their row numbers, ascending: the order in which the plans print them."""

    @abstractmethod
    def found(self, asked: Asked, pool: Pool) -> Found:
        """What every leg finds among them."""

    @abstractmethod
    def groups_of(self, rows: Rows) -> Rows:
        """The group of near-copies of each row, see :mod:`nlp.near_copies`."""

    @abstractmethod
    def shown(self, rows: Rows) -> Sequence[Shown]:
        """What hits show of some rows."""

    @abstractmethod
    def regions(self) -> Sequence[str]:
        """Every region, in alphabetical order."""

    @abstractmethod
    def find(self, activity_id: str) -> Activity | None:
        """The activity with an id, where there is one."""

    def get(self, activity_id: str) -> Activity:
        """The activity with an id.

        :raises UsageError: there is none.
        """
        activity = self.find(activity_id)
        if activity is None:
            raise unknown_id(activity_id)
        return activity

    def search(
        self,
        query: str,
        filters: Filters | None = None,
        top: int = 10,
        exact: bool = False,
        expand: bool = True,
    ) -> list[Hit]:
        """The best ``top`` activities, best first; empty where nothing is close enough.

        ``"a phrase"`` must stand in the text as it is, and no form of a word after ``-`` may.

        :param exact: only activities that hold the query literally (case and spaces aside).
        :param expand: False searches by the query's own words alone, without meaning or synonyms.
        :raises UsageError: empty or overlong query, or a filter value no activity has.
        """
        ranking = self.without_copies(self.rank(query, filters or Filters(), exact, expand))
        return self.hits(query, ranking[:top])

    def rank(
        self, query: str, filters: Filters, exact: bool = False, expand: bool = True
    ) -> Ranking:
        """Every activity close enough to a query, best first; arguments as of :meth:`search`."""
        asked = parse_query(query)
        pool = self.pool(filters)
        if exact:
            return Ranking.level(self.listed(self.holding(query, pool)), score=1.0, lexical=1.0)
        for phrase in asked.phrases:
            pool = self.holding(phrase, pool)
        if asked.excluded:
            pool = self.lacking(asked.excluded, pool)
        if not expand:
            return self._ranked(asked.text, pool, OWN_WORDS)
        text = self.speller.corrected(asked.text)
        return self._reranked(text, self._ranked(text, pool, self.fusion))

    def every(self, filters: Filters) -> Ranking:
        """All activities that pass the filters, as the plans print them."""
        return Ranking.level(self.listed(self.pool(filters)))

    def without_copies(self, ranking: Ranking) -> Ranking:
        """A ranking with near-copies folded: the best of each group stands for the others."""
        return ranking.without_copies(self.groups_of(ranking.rows))

    def hits(self, query: str, entries: Ranking, offset: int = 0) -> list[Hit]:
        """Entries of a ranking as hits; ranks begin after ``offset``."""
        wanted = set(stems(self.speller.corrected(query)))
        asked = bool(query.strip())
        shown = self.shown(entries.rows)
        return [
            Hit(
                rank,
                activity,
                round(entry.score, 4),
                round(entry.dense, 4),
                round(entry.lexical, 4),
                self.fusion.strength(entry.score) if asked else "",
                tags,
                confirmed,
                _matched(activity.text, wanted),
                entry.copies,
            )
            for rank, (entry, (activity, tags, confirmed)) in enumerate(
                zip(entries, shown, strict=True), start=offset + 1
            )
        ]

    def corrections(self, query: str) -> dict[str, str]:
        """Words of a query that :meth:`search` takes for typing errors, with what it reads."""
        return self.speller.corrections(parse_query(query).text)

    def read_as(self, query: str) -> ParsedQuery:
        """A query as :meth:`search` reads it: taken apart, corrected, abbreviations written out."""
        asked = parse_query(query)
        text = written_out(self.speller.corrected(asked.text), self.abbreviations)
        return replace(asked, text=text)

    def concepts_in(self, query: str) -> tuple[str, ...]:
        """Latvian names of the glossary concepts a query speaks of: what is also searched for."""
        keys = self.finder.tokens(self.read_as(query).text, broader=False)
        return tuple(self.finder.concepts[key].lv for key in keys)

    def asked(self, text: str, *, whole: bool = False) -> Asked:
        """A text, its abbreviations written out, as the legs take it.

        :param whole: it is a whole activity rather than a few words somebody typed.
        """
        concepts = self.finder.find(text)
        if whole:
            vector = asking_vector(self.encoder, self.finder, text, concepts)
        else:
            vector = self.query_vector(text)
        return Asked(
            vector,
            stems(text),
            concepts,
            None if self.tokens is None else self.tokens.ids_of(text),
            whole,
        )

    def similar(
        self,
        text: str,
        region: str | None = None,
        per_region: int = 3,
        stages: tuple[str, ...] = (),
    ) -> dict[str, list[Hit]]:
        """Counterparts of a text, the best ``per_region`` of every other region.

        :param stages: only planned or only done ones, where given.
        """
        parse_query(text)
        asked = self.asked(written_out(text, self.abbreviations), whole=True)
        out: dict[str, list[Hit]] = {}
        for other in self.regions():
            if other == region:
                continue
            pool = self.pool(Filters(regions=(other,), stages=stages))
            ranked = fused(asked, self.found(asked, pool), self.fusion, self.tokens)
            out[other] = self.hits(text, self.without_copies(ranked)[:per_region])
        return out

    def similar_list(self, text: str, region: str, top: int = 10) -> list[Hit]:
        """Counterparts of a text in all other regions as one ranking."""
        parse_query(text)
        known = region in self.regions()
        pool = self.pool(Filters(not_regions=(region,)) if known else Filters())
        ranked = self._ranked(text, pool, self.fusion, whole=True)
        return self.hits(text, self.without_copies(ranked)[:top])

    def _query_vector(self, text: str) -> Scores:
        """Unit vector of a query, abbreviations written out."""
        return self.encoder.of_query(text)

    def _ranked(self, text: str, pool: Pool, fusion: Fusion, *, whole: bool = False) -> Ranking:
        """Activities above the floor, best first."""
        asked = self.asked(written_out(text, self.abbreviations), whole=whole)
        return fused(asked, self.found(asked, pool), fusion, self.tokens)

    def _reranked(self, text: str, ranked: Ranking) -> Ranking:
        """The best hits in the order of the reranker, where there is one; scores stay the fused."""
        if self.reranker is None:
            return ranked
        shown = self.shown(ranked.rows[:RERANKED])
        scores = np.asarray(self.reranker(text, [activity.text for activity, _, _ in shown]))
        order = np.arange(len(ranked))
        order[:RERANKED] = np.argsort(-scores, kind="stable")
        return ranked.take(order)


def unknown_id(activity_id: str) -> UsageError:
    """What to raise where no activity has an id."""
    return UsageError(
        "the id of an activity",
        f"'{activity_id[:60]}'",
        "take an id from 'regioplan search' or 'regioplan export'",
    )


def _matched(text: str, wanted: set[str]) -> tuple[str, ...]:
    """Words of a text, as printed, whose stem the query holds."""
    said = map(_said, text.split())
    return tuple(dict.fromkeys(word for word, cut in said if not wanted.isdisjoint(cut)))


@lru_cache(maxsize=200_000)
def _said(printed: str) -> tuple[str, tuple[str, ...]]:
    """A word of a text without its punctuation, and its stems; asked for again and again."""
    word = printed.strip(".,;:!?()[]\"'“”„«»")
    return word, tuple(stems(word))
