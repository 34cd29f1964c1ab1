"""Search over one opened generation: filters, fusion, strength, counterparts in other regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np

from indexes.facets import Facets, Filters
from indexes.legs import DenseLeg, Rows, Scores, TermLeg
from indexes.query import ParsedQuery, parse_query
from indexes.tags import TagBoard
from indexes.theme_log import ThemeLog
from indexes.themes import Themes
from nlp.abbreviations import written_out
from nlp.alignment import ONE_WAY, SYMMETRIC, Numbers, TokenVectors, alignment
from nlp.encoder import Encoder
from nlp.errors import UsageError
from nlp.glossary import ConceptFinder
from nlp.near_copies import SAME, jaccard
from nlp.normalise import stems, word_stems
from nlp.records import Activity, fold
from nlp.reranker import Reranker
from nlp.spelling import Speller
from nlp.tagger import Tagger
from nlp.theme_fit import theme_vectors
from nlp.themes import Floats

DEPTH = 300
RERANKED = 50


@dataclass(frozen=True, slots=True)
class Fusion:
    """Weights of the convex combination and where strength words begin.

    Judged hits of the development queries: from ``strong`` on four in five are relevant, from
    ``good`` on one in two, below ``floor`` one in thirty-five.
    """

    dense: float = 0.55
    alignment: float = 0.25
    words: float = 0.03
    concepts: float = 0.17
    floor: float = 0.24
    floor_similar: float = 0.16  # a whole activity shares less with another than a query does
    good: float = 0.35
    strong: float = 0.45


# The query's own words and nothing else; also the baseline of `regioplan evaluate`.
OWN_WORDS = Fusion(
    dense=0.0, alignment=0.0, words=1.0, concepts=0.0, floor=0.01, floor_similar=0.01
)


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


class Entry(NamedTuple):
    """A row of a ranking; ``copies`` counts the near-copies of its region it stands for."""

    row: int
    score: float
    dense: float
    lexical: float
    copies: int = 0


@dataclass
class SearchIndex:
    """An opened index; safe to share between threads: only people's tag decisions change."""

    activities: tuple[Activity, ...]
    tags: TagBoard
    encoder: Encoder
    finder: ConceptFinder
    dense: DenseLeg
    words: TermLeg
    concepts: TermLeg
    groups: tuple[int, ...]  # of each row, see nlp.near_copies
    themes: Themes
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    speller: Speller = field(default_factory=lambda: Speller({}))
    tokens: TokenVectors | None = None  # where the encoder is static
    token_rows: tuple[Numbers, ...] = ()
    reranker: Reranker | None = None
    fusion: Fusion = field(default_factory=Fusion)
    generation: str = ""  # name of its folder in the store
    corpus: str = ""  # SHA-256 over the ids of the activities, as the manifest has it

    def __post_init__(self) -> None:
        self._row = {a.id: i for i, a in enumerate(self.activities)}
        # What one page of hits after another asks for again; bounded, and gone with the index.
        self.query_vector = lru_cache(maxsize=256)(self._query_vector)
        self.concepts_of = lru_cache(maxsize=20_000)(self._concepts_of)
        self.headings_of = lru_cache(maxsize=4_000)(self._headings_of)
        edits = ThemeLog(self.tags.log.store)
        self.facets = Facets(self.activities, self.tags, self.themes, edits)

    @classmethod
    def open(cls, store: Path) -> SearchIndex:
        """Open the current generation of a store, or the newest whole one where it is damaged.

        :raises IndexMissing: nothing built yet.
        :raises IndexDamaged: in no generation every file is as it was built.
        :raises EncoderMismatch: the stored encoder is not the one that made the vectors.
        """
        from indexes.store import open_best

        return open_best(store)

    @property
    def tagger(self) -> Tagger:
        """The tagger of the horizontal priorities."""
        return self.tags.tagger()

    def get(self, activity_id: str) -> Activity:
        """The activity with an id.

        :raises UsageError: there is none.
        """
        row = self._row.get(activity_id)
        if row is None:
            raise UsageError(
                "the id of an activity",
                f"'{activity_id[:60]}'",
                "take an id from 'regioplan search' or 'regioplan export'",
            )
        return self.activities[row]

    def find(self, activity_id: str) -> Activity | None:
        """The activity with an id, where there is one."""
        row = self._row.get(activity_id)
        return None if row is None else self.activities[row]

    def row_of(self, activity_id: str) -> int:
        """Row number of an activity in every leg.

        :raises UsageError: there is none.
        """
        return self._row[self.get(activity_id).id]

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
        ranking = self.folded(self.rank(query, filters or Filters(), exact, expand))
        return self.hits(query, ranking[:top])

    def rank(
        self, query: str, filters: Filters, exact: bool = False, expand: bool = True
    ) -> list[Entry]:
        """Every activity close enough to a query, best first; arguments as of :meth:`search`."""
        asked = parse_query(query)
        rows = self.facets.rows(filters)
        if exact:
            return self._literal(query, rows)
        rows = self._restricted(asked, rows)
        if not expand:
            return self._ranked(asked.text, rows, OWN_WORDS, query_side=True)
        text = self.speller.corrected(asked.text)
        return self._reranked(text, self._ranked(text, rows, self.fusion, query_side=True))

    def every(self, filters: Filters) -> list[Entry]:
        """All activities that pass the filters, as the plans print them."""
        rows = self.facets.rows(filters)
        pool = range(len(self.activities)) if rows is None else rows.tolist()
        return [Entry(row, 0.0, 0.0, 0.0) for row in pool]

    def folded(self, ranking: Sequence[Entry]) -> list[Entry]:
        """A ranking with near-copies folded: the best of each group stands for the others."""
        best: dict[int, Entry] = {}
        copies: Counter[int] = Counter()
        for entry in ranking:
            group = self.groups[entry.row]
            best.setdefault(group, entry)
            copies[group] += 1
        return [entry._replace(copies=copies[group] - 1) for group, entry in best.items()]

    def hits(self, query: str, entries: Sequence[Entry], offset: int = 0) -> list[Hit]:
        """Entries of a ranking as hits; ranks begin after ``offset``."""
        wanted = set(stems(self.speller.corrected(query)))
        asked = bool(query.strip())
        return [
            Hit(
                rank,
                self.activities[entry.row],
                round(entry.score, 4),
                round(entry.dense, 4),
                round(entry.lexical, 4),
                self._strength(entry.score) if asked else "",
                self.tags.yes(entry.row),
                self.tags.confirmed(entry.row),
                _matched(self.activities[entry.row].text, wanted),
                entry.copies,
            )
            for rank, entry in enumerate(entries, start=offset + 1)
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

    def _query_vector(self, text: str) -> Scores:
        """Unit vector of a query, abbreviations written out."""
        return np.asarray(self.encoder.encode([text], query=True)[0])

    def _concepts_of(self, row: int) -> frozenset[str]:
        """Ids of the glossary concepts an activity speaks of, with the next broader ones."""
        return frozenset(self.finder.tokens(self.texts[row]))

    def _headings_of(self, headings: str) -> Scores:
        """Unit vector of headings as :func:`indexes.vectors.headings_text` gives them."""
        return np.asarray(self.encoder.encode([headings])[0])

    def term_scores(self, text: str) -> tuple[Scores, Scores]:
        """BM25 of all rows over stems and over concepts, each 0..1; zeros where nothing matches."""
        none = np.zeros(len(self.activities), dtype=np.float32)
        lexical = self.words.scores(stems(text))
        concepts = self.concepts.scores(self.finder.tokens(text, broader=False))
        return (
            lexical if lexical is not None else none,
            concepts if concepts is not None else none,
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
        out: dict[str, list[Hit]] = {}
        for other in self.facets.values("region"):
            if other == region:
                continue
            rows = self.facets.rows(Filters(regions=(other,), stages=stages))
            ranked = self._ranked(text, rows, self.fusion, query_side=False)
            out[other] = self.hits(text, self.folded(ranked)[:per_region])
        return out

    def duplicates(self, text: str) -> list[Activity]:
        """Activities that say nearly the same words as a text, whatever their region.

        :raises UsageError: the text holds no word.
        """
        parse_query(text)
        mine = frozenset(stems(text))
        return [
            activity
            for activity, theirs in zip(self.activities, self._stems, strict=True)
            if jaccard(mine, theirs) >= SAME
        ]

    def similar_list(self, text: str, region: str, top: int = 10) -> list[Hit]:
        """Counterparts of a text in all other regions as one ranking."""
        parse_query(text)
        known = region in self.facets.values("region")
        rows = self.facets.rows(Filters(not_regions=(region,)) if known else Filters())
        ranked = self._ranked(text, rows, self.fusion, query_side=False)
        return self.hits(text, self.folded(ranked)[:top])

    def _restricted(self, asked: ParsedQuery, rows: Rows | None) -> Rows | None:
        """Rows that also hold every phrase and no excluded word."""
        if not asked.phrases and not asked.excluded:
            return rows
        pool = range(len(self.activities)) if rows is None else rows.tolist()
        needles = [fold(phrase) for phrase in asked.phrases]
        kept = [
            i
            for i in pool
            if all(needle in self._folded[i] for needle in needles)
            and not (asked.excluded and asked.excluded & self._stems[i])
        ]
        return np.asarray(kept, dtype=np.int64)

    @cached_property
    def texts(self) -> list[str]:
        """Texts of all activities with abbreviations written out."""
        return [written_out(a.text, self.abbreviations) for a in self.activities]

    @cached_property
    def theme_vectors(self) -> Floats:
        """Vectors of all activities in the space of the themes, ``(n, dimension)``."""
        registry = self.themes.registry
        return theme_vectors(
            self.dense.vectors(),
            [self.finder.with_ancestors(text) for text in self.texts],
            self.encoder,
            self.finder,
            (registry.mean_text, registry.mean_concepts),
        )[0]

    @cached_property
    def _folded(self) -> list[str]:
        return [fold(activity.text) for activity in self.activities]

    @cached_property
    def _stems(self) -> list[frozenset[str]]:
        return [frozenset(stems(activity.text)) for activity in self.activities]

    def _ranked(
        self, text: str, rows: Rows | None, fusion: Fusion, *, query_side: bool
    ) -> list[Entry]:
        """Rows above the floor, best first."""
        floor = fusion.floor if query_side else fusion.floor_similar
        text = written_out(text, self.abbreviations)
        vector = self.query_vector(text) if query_side else self.encoder.encode([text])[0]
        lexical, concepts = self.term_scores(text)
        legs = [(fusion.words, lexical), (fusion.concepts, concepts)]
        candidates = self.dense.top(vector, rows, DEPTH)
        for _, scores in legs:
            candidates = np.union1d(candidates, _best(scores, rows, DEPTH))
        if len(candidates) == 0:
            return []
        dense = self.dense.score(vector, candidates)
        total = fusion.dense * dense
        if self.tokens is not None and fusion.alignment:
            (asked,) = self.tokens.ids([text])
            symmetric = ONE_WAY if query_side else SYMMETRIC
            met = alignment(self.tokens, asked, [self.token_rows[i] for i in candidates], symmetric)
            total = total + fusion.alignment * met
        for weight, scores in legs:
            total = total + weight * scores[candidates]
        order = np.lexsort((candidates, -total))
        return [
            Entry(
                int(candidates[i]), float(total[i]), float(dense[i]), float(lexical[candidates[i]])
            )
            for i in order
            if total[i] >= floor
        ]

    def _reranked(self, text: str, ranked: list[Entry]) -> list[Entry]:
        """The best hits in the order of the reranker, where there is one; scores stay the fused."""
        if self.reranker is None:
            return ranked
        best, rest = ranked[:RERANKED], ranked[RERANKED:]
        scores = self.reranker(text, [self.activities[entry.row].text for entry in best])
        order = sorted(range(len(best)), key=lambda i: -scores[i])
        return [*(best[i] for i in order), *rest]

    def _strength(self, score: float) -> str:
        if score >= self.fusion.strong:
            return "strong"
        return "good" if score >= self.fusion.good else "weak"

    def _literal(self, query: str, rows: Rows | None) -> list[Entry]:
        needle = fold(query)
        pool = range(len(self.activities)) if rows is None else rows.tolist()
        return [Entry(i, 1.0, 0.0, 1.0) for i in pool if needle in self._folded[i]]


def _best(scores: Scores, rows: Rows | None, depth: int) -> Rows:
    pool = np.arange(len(scores)) if rows is None else rows
    values = scores[pool]
    if len(pool) > depth:
        pool = pool[np.argpartition(-values, depth)[:depth]]
    return np.asarray(pool[scores[pool] > 0], dtype=np.int64)


def _matched(text: str, wanted: set[str]) -> tuple[str, ...]:
    """Words of a text, as printed, whose stem the query holds."""
    found: dict[str, None] = {}
    for word in text.split():
        bare = word.strip(".,;:!?()[]\"'“”„«»")
        if bare and wanted.intersection(word_stems(bare)):
            found[bare] = None
    return tuple(found)
