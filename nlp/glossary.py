"""The Latvian-English concept glossary: what words mean the same thing in regional development."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from nlp.errors import RegioplanError
from nlp.normalise import is_printed, same_word, stems, words

COLUMNS = ("id", "lv", "lv_synonyms", "en", "meaning", "broader")


@dataclass(frozen=True, slots=True)
class Concept:
    """One concept: preferred Latvian term, Latvian synonyms, English terms, broader concept id."""

    id: str
    lv: str
    synonyms: tuple[str, ...]
    en: tuple[str, ...]
    meaning: str
    broader: str | None

    @property
    def terms(self) -> tuple[str, ...]:
        """All wordings, the preferred one first."""
        return (self.lv, *self.synonyms, *self.en)


def read_glossary(folder: Path) -> list[Concept]:
    """Read every ``part*.tsv`` of a folder; a concept id given twice is merged by its first row.

    :raises RegioplanError: a row without the six columns.
    """
    concepts: dict[str, Concept] = {}
    for path in sorted(folder.glob("part*.tsv")):
        with path.open(encoding="utf-8", newline="") as handle:
            for number, row in enumerate(
                csv.reader(handle, delimiter="\t", quoting=csv.QUOTE_NONE), start=1
            ):
                if number == 1 or not row:
                    continue
                if len(row) != len(COLUMNS):
                    raise RegioplanError(
                        f"{len(COLUMNS)} columns in {path.name}",
                        f"{len(row)} columns in row {number}",
                        "mend the row",
                    )
                key, lv, synonyms, en, meaning, broader = (cell.strip() for cell in row)
                concepts.setdefault(
                    key,
                    Concept(key, lv, _split(synonyms), _split(en), meaning, broader or None),
                )
    return list(concepts.values())


def _split(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split("|") if part.strip())


def pseudo_sentences(concepts: Iterable[Concept]) -> list[str]:
    """One text per concept that puts all its wordings side by side, for the encoder."""
    return [" ".join(c.terms) for c in concepts]


class _Wording(NamedTuple):
    """The stems of one wording; ``word`` is the wording itself where it is a single word."""

    stems: frozenset[str]
    concept: str
    word: str
    term: str  # as the glossary writes it


class ConceptFinder:
    """Finds concepts in texts by the stems of their wordings, in any order, close together."""

    def __init__(self, concepts: Sequence[Concept], window: int = 2) -> None:
        """:param window: how many foreign words a wording of several words may be spread over."""
        self.concepts = {c.id: c for c in concepts}
        self._window = window
        self._broader = {key: tuple(self._chain(key)) for key in self.concepts}
        self._by_rarest: dict[str, list[_Wording]] = defaultdict(list)
        wordings = {
            _Wording(frozenset(parts), c.id, words(term)[0] if len(parts) == 1 else "", term)
            for c in concepts
            for term in c.terms
            if (parts := stems(term)) and (len(parts) > 1 or len(parts[0]) > 2)
        }
        frequency: dict[str, int] = defaultdict(int)
        for wording in wordings:
            for part in wording.stems:
                frequency[part] += 1
        for wording in sorted(wordings, key=lambda w: (sorted(w.stems), w.concept, w.term)):
            rarest = min(wording.stems, key=lambda part: (frequency[part], part))
            self._by_rarest[rarest].append(wording)

    def find(self, text: str) -> list[str]:
        """Ids of the concepts a text names, in order of first mention, each once."""
        return list(self.wordings(text))

    def wordings(self, text: str) -> dict[str, str]:
        """The concepts a text names, each with the wording it is named by."""
        said, cut = words(text), stems(text)
        printed, everything = is_printed(text), frozenset(cut)
        found: dict[str, str] = {}
        for position, stem in enumerate(cut):
            for wording in self._by_rarest.get(stem, ()):
                if wording.concept in found or not wording.stems <= everything:
                    continue
                if wording.word:
                    fits = same_word(wording.word, said[position], printed=printed)
                else:
                    reach = len(wording.stems) - 1 + self._window
                    near = cut[max(0, position - reach) : position + reach + 1]
                    fits = wording.stems.issubset(near)
                if fits:
                    found[wording.concept] = wording.term
        return found

    def tokens(self, text: str, *, broader: bool = True) -> list[str]:
        """Concept ids as index tokens; a narrower concept also counts as its broader one."""
        found = self.find(text)
        return self.with_next(found) if broader else found

    def with_next(self, found: Sequence[str]) -> list[str]:
        """Concepts, then the next broader ones of each that are not among them."""
        parents = (self.concepts[key].broader for key in found)
        return [*found, *(p for p in parents if p is not None and p not in found)]

    def broader(self, key: str) -> tuple[str, ...]:
        """Ids of everything broader than a concept, the nearest first."""
        return self._broader[key]

    def with_ancestors(self, text: str) -> list[str]:
        """Ids of the concepts of a text and of everything broader, sorted."""
        return self.with_all(self.find(text))

    def with_all(self, found: Sequence[str]) -> list[str]:
        """Concepts and everything broader, sorted."""
        return sorted({step for key in found for step in (key, *self._broader[key])})

    def _chain(self, key: str) -> list[str]:
        out: list[str] = []
        step = self.concepts[key].broader
        while step is not None and step not in (key, *out):
            out.append(step)
            concept = self.concepts.get(step)
            step = concept.broader if concept else None
        return out
