"""The vectors of activities: their text, with a little of the headings they stand under."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nlp.encoder import Encoder
from nlp.records import Activity

HEADINGS = 0.15  # weight of the two nearest headings: short items say little without them


def activity_vectors(
    encoder: Encoder, texts: Sequence[str], activities: Sequence[Activity]
) -> npt.NDArray[np.float32]:
    """Unit vectors ``(len(texts), dimension)``; ``texts`` with abbreviations written out."""
    mixed = encoder.encode(texts) + HEADINGS * heading_vectors(encoder, activities)
    norms = np.linalg.norm(mixed, axis=1, keepdims=True)
    return np.asarray(mixed / np.maximum(norms, 1e-9), dtype=np.float32)


def heading_vectors(encoder: Encoder, activities: Sequence[Activity]) -> npt.NDArray[np.float32]:
    """Unit vectors of the two nearest headings of each activity; zeros where it has none."""
    # Few headings stand over many activities.
    said = [headings_text(a) for a in activities]
    place = {text: i for i, text in enumerate(dict.fromkeys(said))}
    return encoder.encode(list(place))[[place[text] for text in said]]


def headings_text(activity: Activity) -> str:
    """The two nearest headings of an activity as one text."""
    return " ".join(activity.path[-2:])
