"""What the folder of a generation holds: models, columns over all activities, heavy segments.

The columns say little of every activity, so each generation has its own; segments are heavy and
shared with the generation before by hard links.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from indexes import themes
from indexes.arrays import Rows, Scores
from indexes.columns import ARRAYS, NAMES, Columns
from indexes.reading import Models
from indexes.records import Keys
from indexes.themes import Themes
from nlp import encoder as encoders
from nlp.encoder import Encoder
from nlp.glossary import Concept, ConceptFinder
from nlp.tagger_files import load_taggers, save_taggers
from nlp.themes import Numbers

KEPT, TEXTS, GROUPS, TAGS = "kept.npy", "texts.npy", "groups.npy", "tags.npz"
OVERVIEW = (TEXTS, GROUPS, TAGS, ARRAYS, NAMES, themes.REGISTRY, themes.ARRAYS)  # of all activities
SEGMENT = "seg-"
TAGGER, ENCODER = "tagger", "encoder"


@dataclass(frozen=True)
class Overview:
    """The columns of a generation; one entry each for every activity that is not deleted."""

    texts: Keys  # of the folded texts
    columns: Columns
    tags: Mapping[str, Scores]  # probabilities by scheme, ``(n, labels)``
    groups: Numbers  # see nlp.near_copies
    themes: Themes

    def __len__(self) -> int:
        return len(self.texts)

    def take(self, rows: Rows) -> Overview:
        """Of some of the activities, in ascending order."""
        groups, first = np.unique(self.groups[rows], return_inverse=True)
        start = np.full(len(groups), len(rows), dtype=np.int64)
        np.minimum.at(start, first, np.arange(len(rows)))
        old = self.themes
        return Overview(
            self.texts[rows],
            self.columns.take(rows),
            {name: values[rows] for name, values in self.tags.items()},
            start[first],
            replace(
                old,
                where=old.where[rows],
                similarity=old.similarity[rows],
                positions=old.positions[rows],
            ),
        )

    def save(self, folder: Path) -> None:
        """Write all columns."""
        np.save(folder / TEXTS, self.texts)
        np.save(folder / GROUPS, self.groups)
        self.columns.save(folder)
        save_tags(self.tags, folder)
        themes.save(self.themes, folder)

    @classmethod
    def load(cls, folder: Path) -> Overview:
        """Read what :meth:`save` wrote."""
        with np.load(folder / TAGS, allow_pickle=False) as arrays:
            tags = {name: arrays[name] for name in arrays.files}
        return cls(
            np.load(folder / TEXTS, allow_pickle=False),
            Columns.load(folder),
            tags,
            np.load(folder / GROUPS, allow_pickle=False),
            themes.load(folder),
        )


def save_tags(tags: Mapping[str, Scores], folder: Path) -> None:
    """Write the probabilities of all schemes."""
    arrays: dict[str, Any] = dict(tags)
    np.savez(folder / TAGS, **arrays)


def save_models(models: Models, folder: Path) -> None:
    """Write everything that reads a text; an encoder that is not our own by its name only."""
    dump(folder / "glossary.json", [asdict(concept) for concept in models.concepts])
    dump(folder / "abbreviations.json", dict(models.abbreviations))
    dump(folder / "spelling.json", dict(models.spelling))
    save_taggers(models.taggers, folder / TAGGER)
    if models.own_encoder:
        encoders.save(models.encoder.model, folder / ENCODER)


def load_models(folder: Path, encoder: Encoder, *, own_encoder: bool) -> Models:
    """Read what :func:`save_models` wrote, but for the encoder.

    :raises EncoderMismatch: the taggers were trained with another encoder.
    :raises IndexDamaged: their files are unreadable.
    """
    concepts = [
        Concept(**{**row, "synonyms": tuple(row["synonyms"]), "en": tuple(row["en"])})
        for row in read_json(folder / "glossary.json")
    ]
    spelling = read_json(folder / "spelling.json")
    return Models(
        encoder,
        concepts,
        load_taggers(folder / TAGGER, encoder, ConceptFinder(concepts)),
        own_encoder,
        read_json(folder / "abbreviations.json"),
        {stem: (known[0], known[1]) for stem, known in spelling.items()},
    )


def segments(folder: Path) -> list[Path]:
    """Folders of the segments of a generation, in order."""
    return sorted(folder.glob(f"{SEGMENT}*"), key=_number)


def next_segment(folders: Sequence[Path]) -> str:
    """A name that no segment has."""
    return f"{SEGMENT}{max(map(_number, folders), default=0) + 1}"


def load_kept(folder: Path) -> Rows | None:
    """Stored rows that are not deleted; None: all."""
    path = folder / KEPT
    return np.load(path, allow_pickle=False) if path.is_file() else None


def dump(path: Path, value: Any) -> None:
    """Write JSON, sorted."""
    text = json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def read_json(path: Path) -> Any:
    """Read JSON."""
    return json.loads(path.read_text(encoding="utf-8"))


def _number(folder: Path) -> int:
    return int(folder.name.removeprefix(SEGMENT))
