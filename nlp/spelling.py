"""Typing errors in queries: an unknown word becomes the known word one slip away.

The method is Norvig's (2007): all words one deletion, transposition, replacement or insertion away
are made and the commonest known one is taken. Known are the stems of the plans and the glossary,
so every inflected form of a known word counts as known; so do words of the Latvian and English
dictionaries of ``simplemma``.
"""

from __future__ import annotations

import re
import string
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from simplemma import is_known

from nlp.normalise import FUNCTION_WORDS, normalise, stems

SHORTEST = 5
LEAST_COUNT = 5
MOST_UNKNOWN = 20  # words looked up in a text; a long one in another tongue would take seconds
_LANGUAGES = ("lv", "en")
_WORD = re.compile(r"[^\W\d_]+")


# Stem -> how often it occurs, and the commonest word it stands for.
Known = Mapping[str, tuple[int, str]]


def known_words(texts: Iterable[str]) -> dict[str, tuple[int, str]]:
    """The words of texts by stem."""
    words = Counter(word for text in texts for word in _WORD.findall(text.lower()))
    surfaces: dict[str, Counter[str]] = defaultdict(Counter)
    for word, count in words.items():
        for stem in stems(word):
            surfaces[stem][word] += count
    return {
        stem: (forms.total(), min(forms, key=lambda form: (-forms[form], form)))
        for stem, forms in surfaces.items()
    }


class Speller:
    """Corrects single slips towards the words of a collection."""

    def __init__(self, known: Known) -> None:
        self.known = known
        # One search asks several times for the same text; bounded, and gone with the speller.
        self._found = lru_cache(maxsize=256)(self._look_up)

    def corrections(self, text: str) -> dict[str, str]:
        """Unknown words of a text with what they were probably meant to be.

        Only the first :data:`MOST_UNKNOWN` unknown words are looked at.
        """
        return dict(self._found(text))

    def corrected(self, text: str) -> str:
        """The text with its corrections put in."""
        found = self._found(text)
        if not found:
            return text
        return _WORD.sub(lambda match: found.get(match.group(), match.group()), text)

    def _look_up(self, text: str) -> dict[str, str]:
        plain = {word: _without_diacritics(word.lower()) for word in _WORD.findall(text)}
        words = [w for w, p in plain.items() if len(p) >= SHORTEST and p not in FUNCTION_WORDS]
        out: dict[str, str] = {}
        unknown = 0
        for word, stem in zip(words, _stems([plain[word] for word in words]), strict=True):
            if stem in self.known or is_known(word.lower(), lang=_LANGUAGES):
                continue
            unknown += 1
            if unknown > MOST_UNKNOWN:
                break
            found = self._nearest(plain[word])
            if found is not None:
                out[word] = found
        return out

    def _nearest(self, word: str) -> str | None:
        # People seldom mistype the first letter; another one is mostly another word.
        slips = sorted(slip for slip in _one_slip_away(word) if slip[:1] == word[0])
        known = [self.known[stem] for stem in _stems(slips) if stem in self.known]
        count, word = max(known, default=(0, ""))
        return word if count >= LEAST_COUNT else None


def _stems(words: Sequence[str]) -> list[str]:
    """The stem of each word, all cut at once: a call for each would take several times as long."""
    # The separator keeps words apart; none of them contains it.
    return [stem.strip() for stem in normalise(" | ".join(words)).split(" | ")] if words else []


def _one_slip_away(word: str) -> set[str]:
    splits = [(word[:i], word[i:]) for i in range(len(word) + 1)]
    letters = string.ascii_lowercase
    return (
        {a + b[1:] for a, b in splits if b}
        | {a + b[1] + b[0] + b[2:] for a, b in splits if len(b) > 1}
        | {a + letter + b[1:] for a, b in splits if b for letter in letters}
        | {a + letter + b for a, b in splits for letter in letters}
    )


def _without_diacritics(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
