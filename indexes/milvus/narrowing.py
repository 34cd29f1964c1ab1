"""Filters as an expression. What people decide and edit counts at once, as in the index in files:
their log is on this machine, and what it says is asked for beside what the collection holds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from indexes.corrections import CorrectionLog
from indexes.facets import Filters
from indexes.milvus import schema
from indexes.milvus.expressions import among, both, either, has_any, literal, not_among
from indexes.milvus.source import text_key
from indexes.records import key_of
from indexes.tags import place_of
from indexes.theme_log import ThemeLog
from nlp.errors import UsageError
from nlp.tagger import Tagger
from nlp.themes import ThemeRegistry, edited

# The field of the collection that holds a facet, and whether it is an array.
_FIELDS: Mapping[str, tuple[str, bool]] = {
    "region": (schema.REGION, False),
    "plan": (schema.DOCUMENT, False),
    "period": (schema.PERIOD, False),
    "stage": (schema.STAGE, False),
    "municipality": (schema.MUNICIPALITIES, True),
    "funding": (schema.FUNDING, True),
}


@dataclass(frozen=True)
class Narrowing:
    """``values``: those of every facet that the records give."""

    values: Mapping[str, Sequence[str]]
    taggers: Sequence[Tagger]
    decisions: CorrectionLog
    registry: ThemeRegistry
    edits: ThemeLog

    def expression(self, filters: Filters) -> str:
        """What passes the filters; empty where everything does.

        :raises UsageError: a filter names a value that no activity has.
        """
        return both(
            self._any("region", filters.regions),
            self._any("plan", filters.documents),
            self._any("period", filters.periods),
            self._any("stage", filters.stages),
            *(self._tag(tag) for tag in filters.tags),
            self._themes(filters.themes),
            self._any("municipality", filters.municipalities),
            self._deadlines(filters.deadlines),
            self._any("funding", filters.funding),
            self._no_region(filters.not_regions),
            ""
            if filters.amount_from is None
            else f"{schema.AMOUNT} >= {literal(filters.amount_from)}",
            "" if filters.amount_to is None else f"{schema.AMOUNT} <= {literal(filters.amount_to)}",
        )

    def _any(self, name: str, wanted: Sequence[str]) -> str:
        self._require(name, wanted, self.values[name])
        field, several = _FIELDS[name]
        if not wanted:
            return ""
        return has_any(field, wanted) if several else among(field, wanted)

    def _no_region(self, unwanted: Sequence[str]) -> str:
        self._require("region", unwanted, self.values["region"])
        return not_among(schema.REGION, unwanted) if unwanted else ""

    def _deadlines(self, wanted: Sequence[str]) -> str:
        self._require("deadline", wanted, self.values["deadline"])
        return among(schema.DEADLINE, map(int, wanted)) if wanted else ""

    def _tag(self, tag: str) -> str:
        scheme, label = place_of(self.taggers, tag)
        by_model = has_any(schema.TAGS, [f"{scheme}:{label}"])
        yes: list[str] = []
        other: list[str] = []
        for text in self.decisions.texts(scheme):
            decided = self.decisions.decided(text, scheme).get(label)
            if decided is not None:
                (yes if decided.new == "yes" else other).append(text_key(key_of(text)))
        if other:
            by_model = both(by_model, not_among(schema.TEXT_KEY, other))
        return either(by_model, among(schema.TEXT_KEY, yes)) if yes else by_model

    def _themes(self, wanted: Sequence[str]) -> str:
        if not wanted:
            return ""
        themes = edited(self.registry, self.edits.in_force())
        known = [theme.id for theme in (*themes.broad, *themes.fine)]
        self._require("theme", wanted, known)
        fine = [themes.fine[number] for number in themes.place]
        fitted = [i for i, t in enumerate(fine) if t.id in wanted or t.parent in wanted]
        return among(schema.THEME, fitted or [-2])  # -1 has no theme, -2 is nobody's

    @staticmethod
    def _require(name: str, wanted: Sequence[str], known: Sequence[str]) -> None:
        for value in wanted:
            if value not in known:
                raise UsageError.choice(name, value, known)
