"""Latvian text normalisation as a pure ``tokenizers`` pipeline.

One normaliser serves the encoder, BM25, the glossary and the tagger, so a query word meets a plan
word in the same form everywhere. It lower-cases, drops diacritics (people type 'pasvaldibu', and
Latvian consonant changes such as *brālis/brāļa* fall together), and cuts inflectional and the most
regular derivational endings, so that *veicināt*, *veicināšana* and *veicināta* meet. Being made of
stock ``tokenizers`` parts, it is stored inside ``tokenizer.json`` and needs none of our code to
load.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from tokenizers import Regex, normalizers

# Written without diacritics because accents are dropped first; longest alternative first.
_DERIVED = (
    r"(?:[aeiou]san(?:as|ai|am|a|u)|[aeiou]t(?:aj|)(?:iem|ais|ies|ajam|ajai|am|as|ai|os|ie|a|u|i|o|s)"
    r"|ib(?:as|ai|am|a|u)|acij(?:as|ai|am|a|u)|[aeiou]tie[sm]|[aeiou]t|[aeiou]j(?:iem|as|ai|am|a|u|i|s)"
    r"|[aeiou]ties)"
)
_INFLECTED = (
    r"(?:ajiem|ajam|ajai|ajas|ajos|ajais|aja|ajo|aju|iem|ies|ais|am|as|ai|ie|es|em|ei|is|im|os|um|us"
    r"|a|e|i|o|u|s)"
)
# Words that say nothing about a subject, of both languages; a few only look like a stem
# ('for' is what the endings leave of 'forums').
FUNCTION_WORDS = frozenset(
    {"un", "vai", "ar", "par", "uz", "no", "pie", "kā", "lai", "kas", "ir", "ka", "tai", "to"}
    | {"tā", "šo", "arī", "gan", "pēc", "pret", "starp", "caur", "līdz", "bez", "kuru", "kuri"}
    | {"the", "of", "and", "for", "with", "in", "on", "a", "an", "by", "from", "at", "or", "is"}
    | {"are", "how", "what", "where", "which", "who"}
)
_AGENT = re.compile(r"[aeiou]taj")
_ACT = re.compile(r"[aeiou]san")
_VERB = re.compile(r"[aeiou][tj]")
_LONG = re.compile(r"[āēīōū]", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+", re.UNICODE)


def normalizer() -> normalizers.Normalizer:
    """The normaliser: compatibility forms, case, diacritics, endings; words stay words."""
    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.Lowercase(),
            normalizers.NFD(),
            normalizers.StripAccents(),
            # One pass: the leftmost match is the longest ending, and a word loses one ending only.
            normalizers.Replace(
                Regex(
                    rf"(?<=\p{{L}}{{4}}){_DERIVED}(?!\p{{L}})|(?<=\p{{L}}{{3}}){_INFLECTED}(?!\p{{L}})"
                ),
                "",
            ),
        ]
    )


@lru_cache(maxsize=1)
def _shared() -> normalizers.Normalizer:
    return normalizer()


def normalise(text: str) -> str:
    """Normalised text, e.g. ``'Pašvaldību ceļiem'`` -> ``'pasvald cel'``."""
    return str(_shared().normalize_str(text))


def words(text: str) -> list[str]:
    """Words of a text as printed, function words left out; one for each of :func:`stems`."""
    found = _WORD.findall(unicodedata.normalize("NFKC", text))
    return [word for word in found if word.lower() not in FUNCTION_WORDS]


def stems(text: str) -> list[str]:
    """Normalised words of a text in order, function words left out."""
    return list(_stems(text))


# Whoever reads a text or a query asks for its stems several times in a row.
@lru_cache(maxsize=16)
def _stems(text: str) -> tuple[str, ...]:
    return tuple(normalise(" ".join(words(text)).lower()).split())


def same_word(term: str, word: str, *, printed: bool) -> bool:
    """Whether two words of one stem can mean the same, or only look alike once cut down.

    Stems fall together that must not: *vēl* / *velo* (length), *programma* / *programmētājs* (who
    does it), *projekts* / *projektēšana* (the doing), *vide* / *VID* (an abbreviation).

    :param term: a word of the glossary.
    :param word: a word of a text.
    :param printed: the text has diacritics and capitals; what people type quickly has neither, and
        is given the benefit of the doubt.
    """
    if len(term) > 1 and term.isupper():
        return word == term if printed else word.lower() == term.lower()
    ours, theirs = _ending(term), _ending(word)
    if _AGENT.match(ours) or _AGENT.match(theirs):
        if not (_AGENT.match(ours) and _AGENT.match(theirs)):
            return False
    elif _ACT.match(ours) and not (_ACT.match(theirs) or _VERB.match(theirs)):
        return False
    kept = min(len(term) - len(ours), len(word) - len(theirs))
    return not printed or _lengths(term[:kept]) == _lengths(word[:kept])


def is_printed(text: str) -> bool:
    """Whether a text was written with care: with long vowels and capitals where they belong."""
    return bool(_LONG.search(text)) and text.lower() != text


@lru_cache(maxsize=100_000)
def _ending(word: str) -> str:
    """What the normaliser cuts off a word, without diacritics."""
    plain = "".join(
        c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c)
    )
    return plain[len(normalise(word)) :]


def _lengths(word: str) -> str:
    """A word with its long vowels, but with consonants as they are before any change."""
    return "".join(c if c in "āēīōū" else unicodedata.normalize("NFD", c)[0] for c in word.lower())
