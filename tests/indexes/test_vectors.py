from __future__ import annotations

import numpy as np
import pytest

from indexes.engine import SearchIndex
from indexes.vectors import activity_vectors, asking_vector
from nlp.concept_vectors import concept_vectors
from nlp.glossary import Concept, ConceptFinder

NARROW = Concept("bike", "velosipēds", ("divritenis",), (), "", "traffic")
BROAD = Concept("traffic", "satiksme", ("transports",), (), "", None)


def test_a_text_without_concepts_has_the_vector_of_its_words(tiny_index: SearchIndex) -> None:
    text = "Organizēts seminārs speciālistiem"
    assert tiny_index.finder.find(text) == []
    asking = asking_vector(tiny_index.encoder, tiny_index.finder, text, [])
    assert asking == pytest.approx(tiny_index.encoder.encode([text])[0], abs=1e-6)


def test_what_an_activity_names_draws_its_vector_there(tiny_index: SearchIndex) -> None:
    encoder, finder = tiny_index.encoder, tiny_index.finder
    activity = next(a for a in tiny_index.activities if "Daudzdzīvokļu" in a.text)
    named = [finder.find(activity.text)]
    assert named == [["insulation"]]
    meant = concept_vectors(named, encoder, finder)[0]
    (plain,) = activity_vectors(encoder, finder, [activity.text], [activity], [[]])
    (drawn,) = activity_vectors(encoder, finder, [activity.text], [activity], named)
    assert float(drawn @ meant) > float(plain @ meant) + 0.01
    assert float(np.linalg.norm(drawn)) == pytest.approx(1, abs=1e-5)
    row = tiny_index.row_of(activity.id)
    stored = tiny_index.legs.dense.vectors(np.asarray([row]))[0]
    assert stored == pytest.approx(drawn, abs=2e-3)


def test_a_whole_activity_asks_with_its_concepts_and_typed_words_do_not(
    tiny_index: SearchIndex,
) -> None:
    text = "Veikt ēku siltināšanu"
    words = tiny_index.encoder.encode([text])[0]
    assert tiny_index.asked(text).vector == pytest.approx(words, abs=1e-6)
    meant = concept_vectors([["insulation"]], tiny_index.encoder, tiny_index.finder)[0]
    whole = tiny_index.asked(text, whole=True).vector
    assert float(whole @ meant) > float(words @ meant) + 0.01


def test_the_more_specific_concept_says_more(tiny_index: SearchIndex) -> None:
    finder = ConceptFinder([NARROW, BROAD])
    encoder = tiny_index.encoder
    narrow, broad, both, none = concept_vectors(
        [["bike"], ["traffic"], ["bike", "traffic"], ["unknown"]], encoder, finder
    )
    assert float(both @ narrow) > float(both @ broad) > 0
    assert not none.any()
