"""Relevance judgements: queries, graded activities, and which hit is which judged activity.

Judged activities are known by their text, so that any parser and index can be measured. Texts of
one region that share four fifths of their words count as one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nlp.errors import RegioplanError
from nlp.near_copies import jaccard, near_copy_groups

INSIDE = 0.85  # share of the shorter text's words that a hit must have in common
LEAST = 0.3


@dataclass(frozen=True, slots=True)
class Query:
    """One judged query; ``grades`` maps groups of activities to 1 (useful) or 2 (spot on)."""

    id: str
    slice: str  # language of a query, region of an activity to compare
    text: str
    grades: dict[str, int]
    forbidden: frozenset[str]


class Pool:
    """The judged activities and the groups their near-copies form."""

    def __init__(self, rows: Sequence[tuple[str, str, str]]) -> None:
        """:param rows: (id, region, text)."""
        self._rows = rows
        self._tokens = [_tokens(text) for _, _, text in rows]
        self._holding: dict[str, set[int]] = defaultdict(set)
        for i, tokens in enumerate(self._tokens):
            for token in tokens:
                self._holding[token].add(i)
        groups = near_copy_groups(self._tokens, [region for _, region, _ in rows])
        self._group = {row[0]: rows[first][0] for row, first in zip(rows, groups, strict=True)}
        self._region = {row[0]: row[1] for row in rows}

    @property
    def regions(self) -> tuple[str, ...]:
        """Regions of the judged activities, sorted."""
        return tuple(sorted(set(self._region.values())))

    def group(self, activity: str) -> str:
        """Group of a judged activity, by its id."""
        return self._group[activity]

    def of(self, text: str, region: str) -> str | None:
        """Group of the judged activity that a hit is, or None for an unjudged one."""
        tokens = _tokens(text)
        best, found = 0.0, None
        for i in sorted(self._sharing(tokens)):
            other = self._tokens[i]
            if self._rows[i][1] != region:
                continue
            if len(tokens & other) / max(1, min(len(tokens), len(other))) < INSIDE:
                continue
            overlap = jaccard(tokens, other)
            if overlap > best:
                best, found = overlap, self._rows[i][0]
        return self._group[found] if found is not None and best >= LEAST else None

    def run(self, hits: Sequence[tuple[str, str]]) -> list[str]:
        """Groups of (text, region) hits in order, unjudged ones left out, each once."""
        groups: dict[str, None] = {}
        for text, region in hits:
            group = self.of(text, region)
            if group is not None:
                groups[group] = None
        return list(groups)

    def within(self, query: Query, region: str) -> Query:
        """The query with only the answers of one region; a group never crosses regions."""
        return replace(
            query,
            grades={k: grade for k, grade in query.grades.items() if self._region[k] == region},
            forbidden=frozenset(k for k in query.forbidden if self._region[k] == region),
        )

    def _sharing(self, tokens: frozenset[str]) -> set[int]:
        return set().union(*(self._holding[t] for t in tokens if t in self._holding))


def read_judgements(
    folder: Path, queries: str, grades: str, forbidden: str | None = None
) -> tuple[Pool, list[Query]]:
    """Read the pool and the judged queries of a gold folder.

    :param queries: TSV of id, slice, text; :param grades: TSV of query id, activity id, grade.
    :param forbidden: TSV of query id, activity id; it may be missing.
    :raises RegioplanError: a file is missing.
    """
    pool = Pool([(row[0], row[1], row[2]) for row in _rows(folder / "pool.tsv")])
    graded: dict[str, dict[str, int]] = defaultdict(dict)
    for query, activity, grade in _rows(folder / grades):
        group = pool.group(activity)
        graded[query][group] = max(graded[query].get(group, 0), int(grade))
    refused: dict[str, set[str]] = defaultdict(set)
    if forbidden and (folder / forbidden).is_file():
        for query, activity in _rows(folder / forbidden):
            refused[query].add(pool.group(activity))
    return pool, [
        Query(row[0], row[1], row[2], graded[row[0]], frozenset(refused[row[0]]))
        for row in _rows(folder / queries)
        if graded[row[0]]
    ]


def _rows(path: Path) -> list[list[str]]:
    if not path.is_file():
        raise RegioplanError(f"the gold file {path}", "no such file", "give --gold DIR")
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line.strip()]


def _tokens(text: str) -> frozenset[str]:
    bare = re.sub(r"\s*\(\d+\)$", "", text.replace("\u00a0", " ").strip(" .;,").casefold())
    return frozenset(re.findall(r"\w+", bare))
