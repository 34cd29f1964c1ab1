"""What the glossary concepts of texts mean, as vectors beside those of their words.

A concept's vector is that of all its wordings together. The glossary belongs to no plan, so these
vectors hold where the encoder has never read anything like a text.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from nlp.encoder import Encoder, FloatArray
from nlp.glossary import ConceptFinder


def concept_vectors(
    concepts: Sequence[Sequence[str]], encoder: Encoder, finder: ConceptFinder
) -> FloatArray:
    """Unit sums of the vectors of each text's concepts; the more specific one says more.

    :param concepts: ids of the concepts of each text; those the glossary lacks say nothing.
    :returns: ``(len(concepts), dimension)``, zeros where a text names none.
    """
    out = np.zeros((len(concepts), encoder.dimension), np.float32)
    known = sorted({key for row in concepts for key in row} & set(finder.concepts))
    if not known:
        return out
    below = Counter(step for key in finder.concepts for step in finder.broader(key))
    rows = encoder.encode([" ".join(finder.concepts[key].terms) for key in known])
    total = len(finder.concepts)
    weighted = {
        key: row * math.log(1 + total / (1 + below[key]))
        for key, row in zip(known, rows, strict=True)
    }
    for i, row in enumerate(concepts):
        for key in row:
            if key in weighted:
                out[i] += weighted[key]
    norms = np.linalg.norm(out, axis=1, keepdims=True)
    return np.asarray(out / np.maximum(norms, 1e-9), dtype=np.float32)
