"""Search over one opened generation: filters, fusion, strength, counterparts in other regions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from indexes.arrays import Rows, Scores
from indexes.columns import Columns
from indexes.documents import Document, documents
from indexes.facets import Facets, Filters
from indexes.fusion import OWN_WORDS, Asked, Entry, Fusion, fused
from indexes.legs import Legs
from indexes.query import ParsedQuery, parse_query
from indexes.records import FoldedTexts, KeyTable, Texts, key_of
from indexes.tags import TagBoard
from indexes.theme_log import ThemeLog
from indexes.themes import Themes
from nlp.abbreviations import written_out
from nlp.alignment import TokenVectors
from nlp.encoder import Encoder
from nlp.errors import UsageError
from nlp.glossary import ConceptFinder
from nlp.near_copies import SAME
from nlp.normalise import stems, word_stems
from nlp.records import Activity, fold
from nlp.reranker import Reranker
from nlp.spelling import Speller
from nlp.tagger import Tagger
from nlp.theme_fit import theme_vectors
from nlp.themes import Floats, Numbers

RERANKED = 50
ON_MAP = 10_000


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


@dataclass
class SearchIndex:
    """An opened index; safe to share between threads: only people's tag decisions change."""

    activities: Sequence[Activity]
    ids: KeyTable
    folded: FoldedTexts
    columns: Columns
    tags: TagBoard
    encoder: Encoder
    finder: ConceptFinder
    legs: Legs
    groups: Numbers  # of each row, see nlp.near_copies
    themes: Themes
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    speller: Speller = field(default_factory=lambda: Speller({}))
    tokens: TokenVectors | None = None  # where the encoder is static
    reranker: Reranker | None = None
    fusion: Fusion = field(default_factory=Fusion)
    quick: bool = True  # let the dense leg take its quick way, where the index is large
    generation: str = ""  # name of its folder in the store
    corpus: str = ""  # SHA-256 over the ids of the activities, as the manifest has it

    def __post_init__(self) -> None:
        # What one page of hits after another asks for again; bounded, and gone with the index.
        self.query_vector = lru_cache(maxsize=256)(self._query_vector)
        self.concepts_of = lru_cache(maxsize=20_000)(self._concepts_of)
        self.headings_of = lru_cache(maxsize=4_000)(self._headings_of)
        self.themed = lru_cache(maxsize=8)(self._themed)
        edits = ThemeLog(self.tags.log.store)
        self.facets = Facets(self.columns, self.tags, self.themes, edits)

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
        return self.activities[self.row_of(activity_id)]

    def find(self, activity_id: str) -> Activity | None:
        """The activity with an id, where there is one."""
        row = self._row(activity_id)
        return None if row is None else self.activities[row]

    def row_of(self, activity_id: str) -> int:
        """Row number of an activity in every leg.

        :raises UsageError: there is none.
        """
        row = self._row(activity_id)
        if row is None:
            raise UsageError(
                "the id of an activity",
                f"'{activity_id[:60]}'",
                "take an id from 'regioplan search' or 'regioplan export'",
            )
        return row

    def _row(self, activity_id: str) -> int | None:
        for row in self.ids.rows(key_of(activity_id)).tolist():
            if self.activities[row].id == activity_id:
                return int(row)
        return None

    def has_text(self, text: str) -> bool:
        """Whether an activity says just this, case, spaces and end marks aside."""
        return len(self.tags.texts.rows(key_of(fold(text)))) > 0

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
    ) -> list[Entry]:
        """Every activity close enough to a query, best first; arguments as of :meth:`search`."""
        asked = parse_query(query)
        rows = self.facets.rows(filters)
        if exact:
            found = self.folded.holding(query, rows).tolist()
            return [Entry(row, 1.0, 0.0, 1.0) for row in found]
        rows = self._restricted(asked, rows)
        if not expand:
            return self._ranked(asked.text, rows, OWN_WORDS)
        text = self.speller.corrected(asked.text)
        return self._reranked(text, self._ranked(text, rows, self.fusion))

    def every(self, filters: Filters) -> list[Entry]:
        """All activities that pass the filters, as the plans print them."""
        rows = self.facets.rows(filters)
        pool = range(len(self.activities)) if rows is None else rows.tolist()
        return [Entry(row, 0.0, 0.0, 0.0) for row in pool]

    def without_copies(self, ranking: Sequence[Entry]) -> list[Entry]:
        """A ranking with near-copies folded: the best of each group stands for the others."""
        best: dict[int, Entry] = {}
        copies: Counter[int] = Counter()
        for entry in ranking:
            group = int(self.groups[entry.row])
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
                self.fusion.strength(entry.score) if asked else "",
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

    def _themed(self, region: str) -> tuple[Rows, Floats]:
        """Rows of a region, one per group of near-copies, with their :meth:`theme_vectors`."""
        rows = self.facets.rows(Filters(regions=(region,)))
        if rows is None:  # there is no other region
            rows = np.arange(len(self.activities), dtype=np.int64)
        rows = rows[self.groups[rows] == rows]
        return rows, self.theme_vectors(rows)

    def _concepts_of(self, row: int) -> frozenset[str]:
        """Ids of the glossary concepts an activity speaks of, with the next broader ones."""
        return frozenset(self.finder.tokens(self.texts[row]))

    def _headings_of(self, headings: str) -> Scores:
        """Unit vector of headings as :func:`indexes.vectors.headings_text` gives them."""
        return np.asarray(self.encoder.encode([headings])[0])

    def asked(self, text: str, *, whole: bool = False) -> Asked:
        """A text, its abbreviations written out, as the legs take it.

        :param whole: it is a whole activity rather than a few words somebody typed.
        """
        vector = self.encoder.encode([text])[0] if whole else self.query_vector(text)
        return Asked(
            vector,
            stems(text),
            self.finder.tokens(text, broader=False),
            None if self.tokens is None else self.tokens.ids([text])[0],
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
        out: dict[str, list[Hit]] = {}
        for other in self.facets.values("region"):
            if other == region:
                continue
            rows = self.facets.rows(Filters(regions=(other,), stages=stages))
            ranked = self._ranked(text, rows, self.fusion, whole=True)
            out[other] = self.hits(text, self.without_copies(ranked)[:per_region])
        return out

    def duplicates(self, text: str) -> list[Activity]:
        """Activities that say nearly the same words as a text, whatever their region.

        :raises UsageError: the text holds no word.
        """
        parse_query(text)
        said = frozenset(stems(written_out(text, self.abbreviations)))
        same = self.legs.words.overlap(said) >= SAME
        return [self.activities[row] for row in np.flatnonzero(same).tolist()]

    def similar_list(self, text: str, region: str, top: int = 10) -> list[Hit]:
        """Counterparts of a text in all other regions as one ranking."""
        parse_query(text)
        known = region in self.facets.values("region")
        rows = self.facets.rows(Filters(not_regions=(region,)) if known else Filters())
        ranked = self._ranked(text, rows, self.fusion, whole=True)
        return self.hits(text, self.without_copies(ranked)[:top])

    def _restricted(self, asked: ParsedQuery, rows: Rows | None) -> Rows | None:
        """Rows that also hold every phrase and no excluded word."""
        for phrase in asked.phrases:
            rows = self.folded.holding(phrase, rows)
        if asked.excluded:
            unwanted = [self.legs.words.holding(stem) for stem in sorted(asked.excluded)]
            pool = np.arange(len(self.activities), dtype=np.int64) if rows is None else rows
            rows = np.setdiff1d(pool, np.concatenate(unwanted))
        return rows

    @cached_property
    def documents(self) -> list[Document]:
        """The documents, in the order of their first activities."""
        return documents(self.columns, self.activities)

    @cached_property
    def texts(self) -> Sequence[str]:
        """Texts of all activities with abbreviations written out."""
        return Texts(self.activities, lambda text: written_out(text, self.abbreviations))

    @property
    def map_step(self) -> int:
        """One activity in how many the map shows; a browser draws no more than a few thousand."""
        return -(-len(self.activities) // ON_MAP)

    def on_map(self) -> Rows:
        """Rows of the activities that the map shows."""
        return np.arange(0, len(self.activities), self.map_step, dtype=np.int64)

    def theme_vectors(self, rows: Rows) -> Floats:
        """Vectors of some activities in the space of the themes, ``(len(rows), dimension)``."""
        registry = self.themes.registry
        return theme_vectors(
            self.legs.dense.vectors(rows),
            [self.finder.with_ancestors(self.texts[row]) for row in rows.tolist()],
            self.encoder,
            self.finder,
            (registry.mean_text, registry.mean_concepts),
        )[0]

    def _ranked(
        self, text: str, rows: Rows | None, fusion: Fusion, *, whole: bool = False
    ) -> list[Entry]:
        """Rows above the floor, best first."""
        asked = self.asked(written_out(text, self.abbreviations), whole=whole)
        found = self.legs.find(asked, rows, quick=self.quick)
        return fused(asked, found, fusion, self.tokens)

    def _reranked(self, text: str, ranked: list[Entry]) -> list[Entry]:
        """The best hits in the order of the reranker, where there is one; scores stay the fused."""
        if self.reranker is None:
            return ranked
        best, rest = ranked[:RERANKED], ranked[RERANKED:]
        scores = self.reranker(text, [self.activities[entry.row].text for entry in best])
        order = sorted(range(len(best)), key=lambda i: -scores[i])
        return [*(best[i] for i in order), *rest]


def _matched(text: str, wanted: set[str]) -> tuple[str, ...]:
    """Words of a text, as printed, whose stem the query holds."""
    found: dict[str, None] = {}
    for word in text.split():
        bare = word.strip(".,;:!?()[]\"'“”„«»")
        if bare and wanted.intersection(word_stems(bare)):
            found[bare] = None
    return tuple(found)
