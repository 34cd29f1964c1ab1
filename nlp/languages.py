"""The two languages of the product, and words kept in both."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, get_args

Language = Literal["lv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

Say = Callable[..., str]


def speaker(words: Mapping[str, tuple[str, str]], language: str) -> Say:
    """A function from a key, and values to fill in, to the words in a language.

    :param words: Latvian and English by key.
    :raises ValueError: the language is neither.
    """
    place = LANGUAGES.index(language)

    def say(key: str, **values: object) -> str:
        return words[key][place].format(**values)

    return say
