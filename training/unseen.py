"""Whether activities are found by wordings the encoder never read: pairs left out of training."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean

from indexes.engine import SearchIndex
from indexes.facets import Filters
from training.evaluate import DEPTH
from training.pairs import Pair

MOST = 1000
_COUNTERPART = "c"  # says that two activities are alike, not what somebody would ask
_SEED = 13


@dataclass(frozen=True, slots=True)
class Found:
    """Over how many pairs; mean reciprocal rank of the activity, and how often it is in the top 20.

    A near-copy of the activity counts as the activity.
    """

    pairs: int
    mrr: float
    recall20: float


def found_again(index: SearchIndex, pairs: Iterable[Pair], most: int = MOST) -> Found | None:
    """Look for the activities of pairs by their wordings; None where there are no pairs.

    :param most: of more pairs as many are drawn, the same ones every time.
    """
    rows = {text: row for row, text in enumerate(index.texts)}
    asked = [pair for pair in pairs if pair.activity in rows and pair.kind != _COUNTERPART]
    random.Random(_SEED).shuffle(asked)  # noqa: S311 - reproducible, not secret
    places = [_place(index, pair.wording, rows[pair.activity]) for pair in asked[:most]]
    if not places:
        return None
    return Found(
        len(places),
        mean(1 / place if place else 0.0 for place in places),
        mean(0 < place <= DEPTH for place in places),
    )


def _place(index: SearchIndex, wording: str, row: int) -> int:
    """Where the activity stands among the hits, from 1; 0 where it is none of them."""
    found = index.without_copies(index.rank(wording, Filters()))
    order = index.groups[found.rows].tolist()
    wanted = int(index.groups[row])
    return order.index(wanted) + 1 if wanted in order else 0
