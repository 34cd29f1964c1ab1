from __future__ import annotations

import numpy as np

from nlp import encoder as encoders
from nlp.encoder import Encoder
from nlp.glossary import Concept
from training.contrastive import Example, Settings, concept_examples, finish, meaning_examples

CYCLING = Concept("cycling", "veloceliņš", ("veloinfrastruktūra",), (), "A path for bicycles", None)
BARE = Concept("bare", "siltināšana", (), (), "", None)


def test_a_wording_is_paired_with_its_meaning() -> None:
    (example,) = meaning_examples([CYCLING, BARE])
    assert example.left in CYCLING.terms
    assert (example.key, example.right) == ("cycling", "A path for bicycles")
    assert meaning_examples([CYCLING]) == [example]


def test_wordings_of_a_concept_are_paired() -> None:
    examples = concept_examples([CYCLING, BARE], 2)
    assert [set(e.terms) for e in (CYCLING, CYCLING)] == [{e.left, e.right} for e in examples]


SENTENCES = (
    "Izbūvēt veloceliņu gar upi un pie skolas",
    "Siltināt skolas ēku un bibliotēku",
    "Gājēju un riteņbraucēju ceļš gar upi",
    "Bibliotēkas ēkas energoefektivitāte",
)
EXAMPLES = (
    Example("path", "veloceliņu", "riteņbraucēju ceļš"),
    Example("heat", "siltināt", "energoefektivitāte"),
)


def _finished(examples: tuple[Example, ...]) -> Encoder:
    model = encoders.train(SENTENCES, dimension=8, vocabulary=400)
    finish(model, examples, Settings(epochs=4, batch=2))
    return Encoder(model, "tiny", encoders.fingerprint(model))


def _nearness(encoder: Encoder) -> float:
    """How much nearer the texts of an example are than those of different ones."""
    left = encoder.encode([e.left for e in EXAMPLES])
    cosines = left @ encoder.encode([e.right for e in EXAMPLES]).T
    return float(np.trace(cosines) - np.trace(cosines[::-1]))


def test_texts_of_an_example_are_drawn_together() -> None:
    assert _nearness(_finished(EXAMPLES)) > _nearness(_finished(())) + 0.05


def test_the_finish_is_the_same_every_time() -> None:
    assert _finished(EXAMPLES).fingerprint == _finished(EXAMPLES).fingerprint


def test_one_example_has_nothing_to_be_told_apart_from() -> None:
    assert _finished(EXAMPLES[:1]).fingerprint == _finished(()).fingerprint
