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


def stems(text: str) -> list[str]:
    """Normalised words of a text in order, function words left out."""
    words = (w for w in _WORD.findall(unicodedata.normalize("NFKC", text).lower()))
    return normalise(" ".join(w for w in words if w not in FUNCTION_WORDS)).split()
