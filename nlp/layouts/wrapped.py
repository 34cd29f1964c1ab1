"""Putting wrapped cell lines together again, also where a narrow column broke a word in two."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_FIRST_WORD = re.compile(r"^[^\W\d_]+")
_SINGLE_LETTER = re.compile(r"^[^\W\d_](?:\s|$)")


class Words:
    """How often each word, and each pair of neighbouring words, stands in a document."""

    def __init__(self, texts: Iterable[str]) -> None:
        words = [word.casefold() for text in texts for word in _WORD.findall(text)]
        self._words = Counter(words)
        self._pairs = Counter(pairwise(words))

    def count(self, word: str) -> int:
        """Occurrences of a word, case ignored."""
        return self._words[word.casefold()]

    def neighbours(self, before: str, after: str) -> int:
        """How often the last word of one text is followed by the first word of another."""
        left, right = _LAST_WORD.search(before), _FIRST_WORD.match(after)
        if not left or not right:
            return 0
        return self._pairs[left.group().casefold(), right.group().casefold()]


def join_wrapped(lines: Sequence[str], words: Words) -> str:
    """Join lines with spaces; the halves of a broken word without one.

    :param words: of the whole document; by them a broken word is told from two whole ones.
    """
    text = ""
    for line in lines:
        line = line.strip()
        if not text or not line:
            text = text or line
        elif text.endswith("-") and text[-2:-1].isalpha() and line[0].islower():
            text = text[:-1] + line
        elif is_broken_word(text, line, words):
            text += line
        else:
            text = f"{text} {line}"
    return re.sub(r"\s+", " ", text).strip()


def split_list(text: str, marks: str = ",") -> list[str]:
    """Cut a list at its marks outside brackets."""
    parts = re.split(rf"[{marks}]\s*(?![^()]*\))", text)
    return [part.strip() for part in parts if part.strip(f" {marks}")]


def is_broken_word(before: str, after: str, words: Words) -> bool:
    """Whether the end of one line and the start of the next are halves of one known word.

    They are when the whole stands in the document at least as often as the rarer half, or when
    the second half is a single letter, which is no word in Latvian.
    """
    left, right = _LAST_WORD.search(before), _FIRST_WORD.match(after)
    if not left or not right or not right.group()[0].islower():
        return False
    whole = words.count(left.group() + right.group())
    rarer = min(words.count(left.group()), words.count(right.group()))
    return (whole > 0 and whole >= rarer) or bool(_SINGLE_LETTER.match(after))
