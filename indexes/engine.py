"""Search over one opened generation in memory and mapped files."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from indexes.arrays import Rows, Scores
from indexes.columns import Columns
from indexes.documents import Document, documents
from indexes.facets import Facets, Filters
from indexes.fusion import Asked, Found, Fusion
from indexes.legs import Legs
from indexes.query import parse_query
from indexes.records import FoldedTexts, KeyTable, Texts, key_of
from indexes.searching import Hit, Searching, Shown, unknown_id
from indexes.tags import TagBoard
from indexes.theme_log import ThemeLog
from indexes.themes import Themes
from nlp.abbreviations import written_out
from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.near_copies import SAME
from nlp.normalise import stems
from nlp.records import Activity, fold
from nlp.reranker import Reranker
from nlp.spelling import Speller
from nlp.tagger import Tagger
from nlp.theme_fit import theme_vectors
from nlp.themes import Floats, Numbers

ON_MAP = 10_000
__all__ = ["Hit", "SearchIndex"]


@dataclass
class SearchIndex(Searching[Rows | None]):
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
    reranker: Reranker | None = None
    fusion: Fusion = field(default_factory=Fusion)
    quick: bool = True  # let the dense leg take its quick way, where the index is large
    generation: str = ""  # name of its folder in the store
    corpus: str = ""  # SHA-256 over the ids of the activities, as the manifest has it

    def __post_init__(self) -> None:
        # What one page of hits after another asks for again; bounded, and gone with the index.
        self.query_vector = lru_cache(maxsize=256)(self._query_vector)
        self.named_in = lru_cache(maxsize=20_000)(self._named_in)
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

    def warm(self) -> None:
        """Load what the first question would otherwise wait for, a third of a second and more.

        Only a word in no dictionary makes the speller open its dictionaries.
        """
        self.search("vqzwxk")

    @property
    def tagger(self) -> Tagger:
        """The tagger of the horizontal priorities."""
        return self.tags.tagger()

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
            raise unknown_id(activity_id)
        return row

    def _row(self, activity_id: str) -> int | None:
        for row in self.ids.rows(key_of(activity_id)).tolist():
            if self.activities[row].id == activity_id:
                return int(row)
        return None

    def has_text(self, text: str) -> bool:
        """Whether an activity says just this, case, spaces and end marks aside."""
        return len(self.tags.texts.rows(key_of(fold(text)))) > 0

    def regions(self) -> tuple[str, ...]:
        """Every region, in alphabetical order."""
        return self.facets.values("region")

    def pool(self, filters: Filters) -> Rows | None:
        """Rows that pass the filters, or None for all of them.

        :raises UsageError: a filter names a value that no activity has.
        """
        return self.facets.rows(filters)

    def holding(self, words: str, pool: Rows | None) -> Rows:
        """Rows whose text holds words as they are."""
        return self.folded.holding(words, pool)

    def lacking(self, stems: Collection[str], pool: Rows | None) -> Rows:
        """Rows that hold none of some stems."""
        unwanted = [self.legs.words.holding(stem) for stem in sorted(stems)]
        rows = np.arange(len(self.activities), dtype=np.int64) if pool is None else pool
        return np.setdiff1d(rows, np.concatenate(unwanted))

    def listed(self, pool: Rows | None) -> Rows:
        """Row numbers, ascending."""
        return np.arange(len(self.activities), dtype=np.int64) if pool is None else pool

    def found(self, asked: Asked, pool: Rows | None) -> Found:
        """What every leg finds."""
        return self.legs.find(asked, pool, quick=self.quick)

    def groups_of(self, rows: Rows) -> Rows:
        """The group of near-copies of each row."""
        return self.groups[rows]

    def shown(self, rows: Rows) -> list[Shown]:
        """What hits show of some rows."""
        decided = self.tags.log.in_force(self.tagger.scheme)
        out = []
        for row in rows.tolist():
            activity = self.activities[row]
            out.append(Shown(activity, *self.tags.marks(row, decided.of(activity.text))))
        return out

    def _themed(self, region: str) -> tuple[Rows, Floats]:
        """Rows of a region, one per group of near-copies, with their :meth:`theme_vectors`."""
        rows = self.facets.rows(Filters(regions=(region,)))
        if rows is None:  # there is no other region
            rows = np.arange(len(self.activities), dtype=np.int64)
        rows = rows[self.groups[rows] == rows]
        return rows, self.theme_vectors(rows)

    def _named_in(self, row: int) -> tuple[str, ...]:
        """Ids of the glossary concepts an activity names, in order of first mention."""
        return tuple(self.finder.find(self.texts[row]))

    def _headings_of(self, headings: str) -> Scores:
        """Unit vector of headings as :func:`indexes.vectors.headings_text` gives them."""
        return np.asarray(self.encoder.encode([headings])[0])

    def duplicates(self, text: str) -> list[Activity]:
        """Activities that say nearly the same words as a text, whatever their region.

        :raises UsageError: the text holds no word.
        """
        parse_query(text)
        said = frozenset(stems(written_out(text, self.abbreviations)))
        same = self.legs.words.overlap(said) >= SAME
        return [self.activities[row] for row in np.flatnonzero(same).tolist()]

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
