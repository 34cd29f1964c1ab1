"""Why a hit was found: exact shares of the dense score, and what each leg added.

With mean pooling a text's vector is a sum over its words, so its cosine with the query is a sum
too: every word's share can be told exactly, with nothing estimated.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from indexes.vectors import HEADINGS, heading_vectors
from nlp.abbreviations import written_out
from nlp.alignment import ONE_WAY, Floats, alignment
from nlp.records import Activity

if TYPE_CHECKING:
    from indexes.engine import SearchIndex

_WORD = re.compile(r"[\w-]+")


@dataclass(frozen=True, slots=True)
class Explanation:
    """``words``: words of the activity with their shares of the dense score, in printed order.

    With ``headings`` they add up to the dense score. ``parts`` holds what each leg added to the
    fused score. ``concepts`` are the Latvian names of the glossary concepts both sides speak of.
    """

    words: tuple[tuple[str, float], ...]
    headings: float
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
    vector = index.encoder.encode([asked], query=True)[0]
    lexical, concept = index.term_scores(asked)
    wanted = index.finder.tokens(asked, broader=False)
    query_ids = index.tokens.ids([asked])[0] if index.tokens is not None else None
    weights = index.fusion
    out: dict[str, Explanation] = {}
    for activity_id in activity_ids:
        activity, row = index.get(activity_id), index.row_of(activity_id)
        text = written_out(activity.text, index.abbreviations)
        dense = float(index.dense.score(vector, np.asarray([row]))[0])
        words = _word_shares(index, activity, text, vector)
        parts = {
            "meaning": weights.dense * dense,
            "words": weights.words * float(lexical[row]),
            "concepts": weights.concepts * float(concept[row]),
        }
        if index.tokens is not None and query_ids is not None:
            met = alignment(index.tokens, query_ids, [index.token_rows[row]], ONE_WAY)
            parts["alignment"] = weights.alignment * float(met[0])
        said = set(index.finder.tokens(text))
        out[activity_id] = Explanation(
            words=words,
            headings=dense - sum(share for _, share in words) if words else 0.0,
            parts=parts,
            concepts=tuple(index.finder.concepts[key].lv for key in wanted if key in said),
        )
    return out


def _word_shares(
    index: SearchIndex, activity: Activity, text: str, query: Floats
) -> tuple[tuple[str, float], ...]:
    """Share of each word in the dense score; empty for encoders whose vectors are no sums."""
    words = _WORD.findall(text)
    if index.tokens is None or not words:
        return ()
    encoded = index.tokens.tokenizer.encode_batch(words, add_special_tokens=False)
    vectors = np.stack([index.tokens.rows[e.ids].sum(axis=0) for e in encoded])
    total = vectors.sum(axis=0)
    length = float(np.linalg.norm(total))
    if not length:
        return ()
    # The stored vector is text plus headings, scaled back to length one.
    stored = total / length + HEADINGS * heading_vectors(index.encoder, [activity])[0]
    scale = length * float(np.linalg.norm(stored))
    return tuple(zip(words, (float(s) for s in vectors @ query / scale), strict=True))
