"""Training pairs: what a person would type or write, and the activity it is about."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from nlp.errors import RegioplanError
from nlp.tsv import read_tsv
from training.held_out import HeldOut

COLUMNS = ("id", "section", "kind", "wording", "activity")
KINDS = {
    "q": "search words",
    "v": "everyday wording",
    "p": "paraphrase",
    "e": "English",
    "c": "counterpart in another region",
}
FOLDS = 5


@dataclass(frozen=True, slots=True)
class Pair:
    """``wording`` was written by a reader of ``activity``; ``section`` is where that stands."""

    id: str
    section: str
    kind: str
    wording: str
    activity: str


def read_pairs(folder: Path, held_out: HeldOut) -> list[Pair]:
    """Pairs of ``pairs*.tsv`` in a folder, without those about held-out activities.

    :raises RegioplanError: other columns, or an unknown kind.
    """
    pairs: list[Pair] = []
    for path in sorted(folder.glob("pairs*.tsv")):
        for number, row in enumerate(read_tsv(path, COLUMNS), start=2):
            if row["kind"] not in KINDS:
                raise RegioplanError(
                    f"a kind out of {', '.join(KINDS)} in {path.name}",
                    f"'{row['kind']}' in row {number}",
                    "mend the row",
                )
            pairs.append(Pair(**{name: row[name] for name in COLUMNS}))
    return [pair for pair in pairs if pair.activity not in held_out]


def fold_of(section: str) -> int:
    """0..4, the same for every pair of a document section, so that a split keeps sections whole."""
    return int(hashlib.sha256(section.encode()).hexdigest(), 16) % FOLDS


def without_fold(pairs: Sequence[Pair], fold: int) -> tuple[list[Pair], list[Pair]]:
    """Pairs to train on and pairs to measure with."""
    train = [pair for pair in pairs if fold_of(pair.section) != fold]
    return train, [pair for pair in pairs if fold_of(pair.section) == fold]
