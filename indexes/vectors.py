"""The vectors of activities: their text, with a little of what stands above it and behind it.

Short items say little without their headings. The concepts of the glossary bring together what two
regions say in words of their own; a whole activity that asks for its counterparts takes more of
them, as most of its words are those of any plan.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nlp.concept_vectors import concept_vectors
from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.records import Activity

HEADINGS = 0.15  # weight of the two nearest headings
CONCEPTS = 0.15  # of the concepts an activity names
CONCEPTS_ASKED = 0.3  # of those that a whole activity names which looks for others

Vectors = npt.NDArray[np.float32]


def activity_vectors(
    encoder: Encoder,
    finder: ConceptFinder,
    texts: Sequence[str],
    activities: Sequence[Activity],
    concepts: Sequence[Sequence[str]],
) -> Vectors:
    """Unit vectors ``(len(texts), dimension)``.

    :param texts: texts of the activities with abbreviations written out.
    :param concepts: ids of the concepts each text names.
    """
    mixed = encoder.encode(texts) + HEADINGS * heading_vectors(encoder, activities)
    return _unit(mixed + CONCEPTS * concept_vectors(concepts, encoder, finder))


def asking_vector(
    encoder: Encoder, finder: ConceptFinder, text: str, concepts: Sequence[str]
) -> Vectors:
    """Unit vector ``(dimension,)`` of a whole activity that looks for its counterparts.

    :param concepts: ids of the concepts it names.
    """
    meant = CONCEPTS_ASKED * concept_vectors([concepts], encoder, finder)
    return np.asarray(_unit(encoder.encode([text]) + meant)[0])


def heading_vectors(encoder: Encoder, activities: Sequence[Activity]) -> Vectors:
    """Unit vectors of the two nearest headings of each activity; zeros where it has none."""
    # Few headings stand over many activities.
    said = [headings_text(a) for a in activities]
    place = {text: i for i, text in enumerate(dict.fromkeys(said))}
    return encoder.encode(list(place))[[place[text] for text in said]]


def headings_text(activity: Activity) -> str:
    """The two nearest headings of an activity as one text."""
    return " ".join(activity.path[-2:])


def _unit(vectors: Vectors) -> Vectors:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)
