"""What the tagger sees of a text: stems, glossary concepts, character n-grams, dense vector."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import scipy.sparse as sp

from nlp.abbreviations import written_out
from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.normalise import normalise, stems

FITTED = ("words", "concepts", "characters")


@dataclass(frozen=True)
class Features:
    """Turns texts into the feature matrix of the heads.

    ``words``, ``concepts`` and ``characters`` are fitted TF-IDF vectorisers.
    """

    words: Any
    concepts: Any
    characters: Any
    finder: ConceptFinder
    encoder: Encoder
    abbreviations: Mapping[str, str] = field(default_factory=dict)

    def matrix(self, texts: Sequence[str]) -> sp.csr_matrix:
        """``(len(texts), n_features)``: words, concepts, character n-grams, dense vector."""
        return self.transform(documents(texts, self.finder, self.abbreviations))

    def transform(self, parts: Documents) -> sp.csr_matrix:
        """As :meth:`matrix`, of prepared texts."""
        return sp.hstack(
            [
                self.words.transform(parts.words),
                self.concepts.transform(parts.concepts),
                self.characters.transform(parts.characters),
                sp.csr_matrix(self.encoder.encode(parts.texts)),
            ],
            format="csr",
        )

    @cached_property
    def names(self) -> list[str]:
        """Names of the word and concept columns, which come first."""
        concepts = (f"concept:{key}" for key in self.concepts.get_feature_names_out())
        return [*self.words.get_feature_names_out(), *concepts]


@dataclass(frozen=True, slots=True)
class Documents:
    """Texts as the vectorisers read them, abbreviations written out."""

    texts: list[str]
    words: list[str]
    concepts: list[str]
    characters: list[str]

    def take(self, numbers: Sequence[int]) -> Documents:
        """The texts of the given numbers, in that order."""
        return Documents(
            *(
                [column[i] for i in numbers]
                for column in (self.texts, self.words, self.concepts, self.characters)
            )
        )


def documents(
    texts: Sequence[str], finder: ConceptFinder, abbreviations: Mapping[str, str]
) -> Documents:
    """Prepare texts for the vectorisers."""
    whole = [written_out(text, abbreviations) for text in texts]
    return Documents(
        texts=whole,
        words=[" ".join(stems(text)) for text in whole],
        concepts=[" ".join(finder.with_ancestors(text)) for text in whole],
        characters=[normalise(text) for text in whole],
    )
