"""Texts that must never be labelled or trained on: known by hashes, so the texts stay away.

``heldout_hashes.txt`` holds one hash per text, ``heldout_stems.txt`` one line of stem hashes per
text, by which near-copies are recognised too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from pathlib import Path

from nlp.near_copies import SAME
from nlp.normalise import stems
from nlp.records import fold

HASHES = "heldout_hashes.txt"
STEMS = "heldout_stems.txt"


class HeldOut:
    """Tells whether a text is a held-out one or a near-copy of one."""

    def __init__(self, hashes: frozenset[str], stem_sets: list[frozenset[str]]) -> None:
        self._hashes = hashes
        self._sets = stem_sets
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, stem_set in enumerate(stem_sets):
            for stem in stem_set:
                self._holding[stem].append(number)

    @classmethod
    def read(cls, folder: Path) -> HeldOut:
        """Read both files of a labels folder; a missing file holds nothing out."""

        def lines(name: str) -> list[str]:
            path = folder / name
            return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []

        sets = [frozenset(line.split()) for line in lines(STEMS)]
        return cls(frozenset(line.strip() for line in lines(HASHES)), [s for s in sets if s])

    def __contains__(self, text: str) -> bool:
        """Equal but for case, spaces, count and end marks; or a stem Jaccard of at least 0.8."""
        if text_hash(text) in self._hashes:
            return True
        mine = stem_hashes(text)
        shared: dict[int, int] = defaultdict(int)
        for stem in mine:
            for number in self._holding.get(stem, ()):
                shared[number] += 1
        return any(
            both / (len(mine) + len(self._sets[number]) - both) >= SAME
            for number, both in shared.items()
        )


def text_hash(text: str) -> str:
    """Hash of a text, folded, without count and end marks."""
    bare = re.sub(r"\s*\(\d+\)?\s*[.;]*\s*$", "", text.strip().rstrip(";").strip())
    return hashlib.sha256(fold(bare).encode()).hexdigest()


def stem_hashes(text: str) -> frozenset[str]:
    """Hashes of a text's stems; numbers are left out, as the count differs between printings."""
    return frozenset(
        hashlib.sha256(stem.encode()).hexdigest()[:10] for stem in stems(text) if not stem.isdigit()
    )
