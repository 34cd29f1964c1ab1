from __future__ import annotations

from nlp.glossary import Concept
from training.contrastive import concept_examples, meaning_examples

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
