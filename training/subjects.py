"""Subjects of regional development, each worded by planners, inhabitants and three plans.

They belong to no plan, so what the encoder learns from them holds for plans it has never read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path

from nlp.tsv import read_tsv
from training.contrastive import Example
from training.held_out import HeldOut

ASKED = ("search_1", "search_2", "everyday", "english_1", "english_2")
PRINTED = ("planned", "done", "other")
COLUMNS = ("area", *ASKED, *PRINTED)


@dataclass(frozen=True, slots=True)
class Subject:
    """``asked`` are wordings of who looks for it, ``printed`` activities as plans would have it."""

    area: str
    asked: tuple[str, ...]
    printed: tuple[str, ...]

    @property
    def id(self) -> str:
        """16 hex digits of its texts."""
        return hashlib.sha256("\x1f".join(self.texts).encode()).hexdigest()[:16]

    @property
    def texts(self) -> tuple[str, ...]:
        """All wordings."""
        return (*self.asked, *self.printed)


def read_subjects(folder: Path, held_out: HeldOut) -> list[Subject]:
    """Subjects of ``subjects*.tsv`` in a folder, without wordings that are held-out texts.

    :raises RegioplanError: other columns.
    """
    out = []
    for path in sorted(folder.glob("subjects*.tsv")):
        for row in read_tsv(path, COLUMNS):
            asked, printed = (
                tuple(row[name] for name in names if row[name] not in held_out)
                for names in (ASKED, PRINTED)
            )
            out.append(Subject(row["area"], asked, printed))
    return out


def subject_examples(subjects: Iterable[Subject]) -> list[Example]:
    """Every wording with every activity of its subject, and the activities with one another."""
    out: list[Example] = []
    for subject in subjects:
        key, printed = subject.id, subject.printed
        same = (*product(subject.asked, printed), *combinations(printed, 2))
        out += [Example(key, left, right) for left, right in same]
    return out
