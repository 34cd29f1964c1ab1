"""Whether activities are found by wordings the encoder never read: pairs left out of training."""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean

from indexes.engine import SearchIndex
from indexes.facets import Filters
from training.evaluate import DEPTH
from training.metrics import recall, reciprocal_rank
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
    runs = [_groups(index, pair.wording) for pair in asked[:most]]
    wanted = [{str(index.groups[rows[pair.activity]]): 1} for pair in asked[:most]]
    if not runs:
        return None
    found = list(zip(runs, wanted, strict=True))
    return Found(
        len(found),
        mean(reciprocal_rank(run, one) for run, one in found),
        mean(recall(run, one, DEPTH) for run, one in found),
    )


def _groups(index: SearchIndex, wording: str) -> list[str]:
    """The groups of near-copies that the hits stand for, best first."""
    found = index.without_copies(index.rank(wording, Filters()))
    return [str(group) for group in index.groups[found.rows]]
