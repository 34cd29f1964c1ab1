"""Why a hit was found: exact shares of the dense score, and what each leg added.

With mean pooling a text's vector is a sum over its words, so its cosine with the query is a sum
too: every word's share can be told exactly, with nothing estimated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from indexes.vectors import CONCEPTS, HEADINGS, headings_text
from nlp.alignment import ONE_WAY, Floats, alignment
from nlp.concept_vectors import concept_vectors

if TYPE_CHECKING:
    from indexes.engine import SearchIndex

_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Explanation:
    """``words``: words of the activity with their shares of the dense score, in printed order.

    With those of its ``headings`` and of the ``glossary`` concepts it names they add up to the
    dense score. ``parts`` holds what each leg added to the fused score. ``concepts`` are the
    Latvian names of the glossary concepts both sides speak of.
    """

    words: tuple[tuple[str, float], ...]
    headings: float
    glossary: float
    parts: dict[str, float]
    concepts: tuple[str, ...]

    def strongest(self, count: int = 4) -> tuple[str, ...]:
        """The words that brought most, best first; none that brought little beside the best."""
        best: dict[str, float] = {}
        for word, share in self.words:
            best[word] = best.get(word, 0.0) + share
        ranked = sorted(best, key=lambda word: -best[word])
        least = max(0.02, 0.25 * max(best.values(), default=0.0))
        return tuple(word for word in ranked[:count] if best[word] > least and len(word) > 2)


class _Shares(NamedTuple):
    """What of an activity's dense score comes from where; nothing where the vector is no sum."""

    words: tuple[tuple[str, float], ...] = ()
    headings: float = 0.0
    glossary: float = 0.0


def explain(index: SearchIndex, query: str, activity_id: str) -> Explanation:
    """Explain one activity as an answer to a query.

    :raises UsageError: no activity has the id, or the query holds no word.
    """
    return explain_all(index, query, [activity_id])[activity_id]


def explain_all(
    index: SearchIndex, query: str, activity_ids: Sequence[str]
) -> dict[str, Explanation]:
    """Explanations by activity id; what depends on the query alone is worked out once.

    :raises UsageError: no activity has one of the ids, or the query holds no word.
    """
    asked = index.read_as(query).text
    question = index.asked(asked)
    vector = question.vector
    lexical, concept = index.legs.term_scores(question)
    wanted = question.concepts
    weights = index.fusion
    rows = [index.row_of(name) for name in activity_ids]
    dense = index.legs.dense.score(vector, np.asarray(rows, dtype=np.int64)).tolist()
    shares = _shares(index, rows, vector)
    met: Sequence[float] | None = None
    if index.tokens is not None and index.legs.tokens is not None and question.tokens is not None:
        theirs = index.legs.tokens.take(np.asarray(rows, dtype=np.int64))
        met = alignment(index.tokens, question.tokens, theirs.flat, theirs.ends, ONE_WAY).tolist()
    out: dict[str, Explanation] = {}
    for i, (activity_id, row) in enumerate(zip(activity_ids, rows, strict=True)):
        parts = {
            "meaning": weights.dense * dense[i],
            "words": weights.words * float(lexical[row]),
            "concepts": weights.concepts * float(concept[row]),
        }
        if met is not None:
            parts["alignment"] = weights.alignment * met[i]
        said = index.finder.with_next(index.named_in(row))
        out[activity_id] = Explanation(
            words=shares[i].words,
            headings=shares[i].headings,
            glossary=shares[i].glossary,
            parts=parts,
            concepts=tuple(index.finder.concepts[key].lv for key in wanted if key in said),
        )
    return out


def _shares(index: SearchIndex, rows: Sequence[int], query: Floats) -> list[_Shares]:
    """Shares of the dense score of each row; none for encoders whose vectors are no sums.

    All rows go through the tokenizer at once: that is where the time goes.
    """
    if index.tokens is None or not rows:
        return [_Shares() for _ in rows]
    said = [_WORD.findall(index.texts[row]) for row in rows]
    every = [word for words in said for word in words]
    encoded = iter(index.tokens.tokenizer.encode_batch(every, add_special_tokens=False))
    named = concept_vectors([index.named_in(row) for row in rows], index.encoder, index.finder)
    out = []
    for row, words, meant in zip(rows, said, named, strict=True):
        vectors = [index.tokens.rows[next(encoded).ids].sum(axis=0) for _ in words]
        heading = index.headings_of(headings_text(index.activities[row]))
        out.append(_shares_of(words, vectors, HEADINGS * heading, CONCEPTS * meant, query))
    return out


def _shares_of(
    words: Sequence[str], vectors: Sequence[Floats], heading: Floats, meant: Floats, query: Floats
) -> _Shares:
    """What words, headings and concepts bring to the cosine of the query with a stored vector."""
    if not words:
        return _Shares()
    summands = np.stack(vectors)
    total = summands.sum(axis=0)
    length = float(np.linalg.norm(total))
    if not length:
        return _Shares()
    # The stored vector is the unit vector of the words and the other two, scaled back to one.
    whole = float(np.linalg.norm(total / length + heading + meant))
    shares = (float(s) for s in summands @ query / (length * whole))
    return _Shares(
        tuple(zip(words, shares, strict=True)),
        float(heading @ query) / whole,
        float(meant @ query) / whole,
    )
