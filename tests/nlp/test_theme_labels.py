from __future__ import annotations

import numpy as np

from nlp.glossary import Concept, ConceptFinder
from nlp.theme_labels import describe

CULTURE = Concept("culture", "kultūra", ("kultūras",), ("culture",), "", None)


def test_themes_of_one_concept_are_told_apart_by_their_words() -> None:
    finder = ConceptFinder([CULTURE])
    texts = ["kultūra muzejs krājums"] * 5 + ["kultūra festivāls skatuve"] * 3
    named = [finder.find(text) for text in texts]
    where = np.asarray([0] * 5 + [1] * 3)
    large, small = describe(texts, named, where, 2, finder)
    assert (large.lv, large.en) == ("Kultūra", "Culture")
    assert small.lv in ("Kultūra (festivāls)", "Kultūra (skatuve)")
    assert small.en == small.lv.replace("Kultūra", "Culture")
