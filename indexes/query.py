"""A query taken apart: words to search by, phrases that must stand, words that must not.

``"zaļā enerģija" saules -vēja`` asks for activities about green energy and the sun that hold the
phrase as it is and no form of the word 'vēja'.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.errors import UsageError
from nlp.normalise import stems

MAX_QUERY = 20_000
_PHRASE = re.compile(r'["“”„«»]([^"“”„«»]{2,200})["“”„«»]')
_MINUS = re.compile(r"(?<!\S)[-−](?=[^\W\d])([\w-]+)")


@dataclass(frozen=True, slots=True)
class ParsedQuery:
    """``text`` holds every word to search by, those of the phrases too."""

    text: str
    phrases: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()  # stems


def parse_query(query: str) -> ParsedQuery:
    """Take a query apart.

    :raises UsageError: it holds no word to search by, or is overlong.
    """
    if len(query) > MAX_QUERY:
        raise UsageError(
            f"a query of at most {MAX_QUERY} characters", f"{len(query)}", "shorten the text"
        )
    phrases = tuple(found.strip() for found in _PHRASE.findall(query) if found.strip())
    outside = _PHRASE.sub(" ", query)
    excluded = frozenset(stem for word in _MINUS.findall(outside) for stem in stems(word))
    text = " ".join([_MINUS.sub(" ", outside), *phrases])
    text = " ".join(text.split())
    if not stems(text):
        raise UsageError("a query with at least one word", "none", "type what you look for")
    return ParsedQuery(text, phrases, excluded)
