"""Names of themes: glossary concepts that set a theme apart, and its characteristic words.

Words are ranked by class-based TF-IDF (Grootendorst 2022) over stems and shown as they are most
often printed; names of places and what every plan says are left out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from nlp.glossary import ConceptFinder
from nlp.normalise import stems, words
from nlp.places import read_places
from nlp.themes import Numbers

TERMS = 6
_FIRST = 0.25  # share of a theme's texts that a concept must be named in to stand for it
_SECOND = 0.25
_LONG = 4
_NAMELESS = "?"
_REGIONS = ("Latgale", "Vidzeme", "Zemgale", "Kurzeme", "Rīga", "Latvija", "Baltija")


@dataclass(frozen=True, slots=True)
class Description:
    """Latvian and English name of a theme, and its words."""

    lv: str
    en: str
    terms: tuple[str, ...]


def describe(
    texts: Sequence[str],
    concepts: Sequence[Sequence[str]],
    where: Numbers,
    count: int,
    finder: ConceptFinder,
) -> list[Description]:
    """Name and words of themes 0 to ``count`` - 1.

    :param where: theme of each text; negative for none.
    """
    members = [[i for i in range(len(texts)) if where[i] == j] for j in range(count)]
    all_concepts = Counter(key for row in concepts for key in set(row))
    banned = _place_stems()
    printed: dict[str, Counter[str]] = {}
    per_text: list[list[str]] = []
    for text in texts:
        cut = stems(text)
        per_text.append(cut)
        for stem, word in zip(cut, words(text), strict=True):
            printed.setdefault(stem, Counter())[word.lower()] += 1
    totals = Counter(stem for row in per_text for stem in row)
    average = sum(totals.values()) / max(1, count)
    out = []
    for rows in members:
        counts = Counter(stem for i in rows for stem in per_text[i])
        weight = {
            stem: n * math.log(1 + average / totals[stem])
            for stem, n in counts.items()
            if stem not in banned and len(stem) >= _LONG and not stem.isdigit() and n > 1
        }
        best = sorted(weight, key=lambda s: (-weight[s], s))[:TERMS]
        terms = tuple(_commonest(printed[stem]) for stem in best)
        chosen = _concepts(rows, concepts, all_concepts, len(texts), finder, banned)
        said = [finder.wordings(texts[i]) for i in rows]
        names = [_usual(key, said, finder, banned) for key in chosen]
        if len(names) > 1 and set(stems(names[0])) & set(stems(names[1])):
            chosen, names = chosen[:1], names[:1]
        lv = ", ".join(names) or ", ".join(terms[:3]) or _NAMELESS
        english = [finder.concepts[key] for key in chosen]
        en = ", ".join(c.en[0] if c.en else c.lv for c in english) or lv
        out.append(Description(_capital(lv), _capital(en), terms))
    return _told_apart(out, [len(rows) for rows in members])


def _told_apart(found: Sequence[Description], sizes: Sequence[int]) -> list[Description]:
    """The same, but the largest of those of one name keeps it, and others add a word of theirs."""
    out = list(found)
    taken: set[str] = set()
    for j in sorted(range(len(out)), key=lambda j: (-sizes[j], j)):
        said = set(stems(out[j].lv))
        others = [f" ({term})" for term in out[j].terms if not said & set(stems(term))]
        word = next((word for word in ("", *others) if out[j].lv + word not in taken), "")
        out[j] = replace(out[j], lv=out[j].lv + word, en=out[j].en + word)
        taken.add(out[j].lv)
    return out


def _concepts(
    rows: Sequence[int],
    concepts: Sequence[Sequence[str]],
    overall: Counter[str],
    total: int,
    finder: ConceptFinder,
    banned: frozenset[str],
) -> list[str]:
    """One or two concepts that most of these texts name and most others do not."""
    named = Counter(key for i in rows for key in set(concepts[i]) if key in finder.concepts)
    size = max(1, len(rows))

    def gain(key: str) -> float:
        share, usual = named[key] / size, overall[key] / total
        return share * math.log(share / usual)

    usable = [
        key
        for key in named
        if named[key] / size >= _SECOND and not banned & set(stems(finder.concepts[key].lv))
    ]
    ranked = sorted(usable, key=lambda key: (-gain(key), key))
    if not ranked or named[ranked[0]] / size < _FIRST:
        return []
    first = ranked[0]
    for key in ranked[1:]:
        other = finder.concepts[key]
        if other.broader is None:
            continue  # a whole field adds nothing to the name of a part of it
        related = key in finder.broader(first)
        same = set(stems(other.lv)) & set(stems(finder.concepts[first].lv))
        if not related and not same and gain(key) > 0:
            return [first, key]
    return [first]


def _usual(
    key: str, said: Sequence[Mapping[str, str]], finder: ConceptFinder, banned: frozenset[str]
) -> str:
    """The Latvian wording by which most of the texts name a concept, else the preferred one."""
    concept = finder.concepts[key]
    used = Counter(found[key] for found in said if key in found)
    for term, n in used.most_common(1):
        own = term in concept.synonyms and not term.isupper() and not banned & set(stems(term))
        if own and n > sum(used.values()) / 2:
            return term
    return concept.lv


def _commonest(printed: Counter[str]) -> str:
    return min(printed, key=lambda word: (-printed[word], word))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _place_stems() -> frozenset[str]:
    return frozenset(stem for name in (*read_places(), *_REGIONS) for stem in stems(name))
