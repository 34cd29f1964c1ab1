"""What an index needs to know of activities: read block by block, on one or several processes.

A block depends on nothing but its own activities and the models, so blocks can be read anywhere
and in any order, kept on disk, and put together afterwards (:mod:`indexes.segments`).
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from indexes.arrays import Array, Ragged, Scores
from indexes.columns import Columns, columns_of
from indexes.records import Keys, keys_of, line_of
from indexes.terms import Counts
from indexes.vectors import activity_vectors
from nlp.abbreviations import written_out
from nlp.alignment import TokenVectors
from nlp.encoder import Encoder
from nlp.glossary import Concept, ConceptFinder
from nlp.normalise import stems
from nlp.records import Activity, fold
from nlp.spelling import Known
from nlp.tagger import Tagger

BLOCK = 4096  # activities


@dataclass(frozen=True)
class Models:
    """Everything that reads a text; ``own_encoder``: the model is stored with the index."""

    encoder: Encoder
    concepts: Sequence[Concept]
    taggers: Sequence[Tagger]  # the built-in one first; all share their features
    own_encoder: bool
    abbreviations: Mapping[str, str] = field(default_factory=dict)
    spelling: Known = field(default_factory=dict)

    @property
    def finder(self) -> ConceptFinder:
        """Finds the concepts of the glossary."""
        return self.taggers[0].features.finder


@dataclass(frozen=True)
class Block:
    """Some activities, read. All but ``columns`` and ``tags`` is stored as it is."""

    records: bytes  # JSON lines
    folded: bytes  # lines
    ids: Keys
    texts: Keys  # of the folded texts
    vectors: Scores
    words: Counts
    concepts: Counts
    broader: Counts  # concepts with everything above them, for the themes
    tokens: Ragged | None  # of static encoders
    columns: Columns
    tags: Mapping[str, Scores]  # probabilities by scheme, ``(n, labels)``

    def __len__(self) -> int:
        return len(self.ids)


def read_block(models: Models, activities: Sequence[Activity]) -> Block:
    """Read a block of activities."""
    texts = [written_out(activity.text, models.abbreviations) for activity in activities]
    folded = [fold(activity.text) for activity in activities]
    finder = models.finder
    tokens = models.encoder.tokens
    found = [finder.find(text) for text in texts]
    return Block(
        records=b"".join(map(line_of, activities)),
        folded="".join(text + "\n" for text in folded).encode(),
        ids=keys_of(activity.id for activity in activities),
        texts=keys_of(folded),
        vectors=activity_vectors(models.encoder, finder, texts, activities, found),
        words=Counts.of([stems(text) for text in texts]),
        concepts=Counts.of([finder.with_next(names) for names in found]),
        broader=Counts.of([finder.with_all(names) for names in found]),
        tokens=None if tokens is None else Ragged.of(tokens.ids(texts), token_kind(tokens)),
        columns=columns_of(activities),
        tags={
            tagger.scheme: tagger.probabilities([a.text for a in activities]).astype(np.float32)
            for tagger in models.taggers
        },
    )


def token_kind(tokens: TokenVectors) -> npt.DTypeLike:
    """The smallest kind of number that names every token."""
    return np.uint16 if len(tokens.weights) < 2**16 else np.int32


def to_bytes(block: Block) -> bytes:
    """A block as one npz archive."""
    arrays: dict[str, Array] = {
        "records": np.frombuffer(block.records, dtype=np.uint8),
        "folded": np.frombuffer(block.folded, dtype=np.uint8),
        "ids": block.ids,
        "texts": block.texts,
        "vectors": block.vectors,
        **{f"tags.{name}": values for name, values in block.tags.items()},
    }
    content: dict[str, Any] = {"schemes": list(block.tags), "columns": block.columns.names()}
    for name, counts in _counts(block).items():
        content[name] = counts.vocabulary
        arrays |= {f"{name}.flat": counts.terms.flat, f"{name}.ends": counts.terms.ends}
        arrays[f"{name}.times"] = counts.times
    if block.tokens is not None:
        arrays |= {"tokens.flat": block.tokens.flat, "tokens.ends": block.tokens.ends}
    arrays |= block.columns.arrays()
    arrays["content"] = np.frombuffer(json.dumps(content).encode(), dtype=np.uint8)
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def from_bytes(raw: bytes) -> Block:
    """Inverse of :func:`to_bytes`.

    :raises BadZipFile, ValueError, KeyError, OSError: no such archive, or a torn one.
    """
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        content = json.loads(arrays["content"].tobytes())
        counts = {
            name: Counts(
                tuple(content[name]),
                Ragged(arrays[f"{name}.flat"], arrays[f"{name}.ends"]),
                arrays[f"{name}.times"],
            )
            for name in ("words", "concepts", "broader")
        }
        tokens = None
        if "tokens.flat" in arrays:
            tokens = Ragged(arrays["tokens.flat"], arrays["tokens.ends"])
        return Block(
            records=arrays["records"].tobytes(),
            folded=arrays["folded"].tobytes(),
            ids=arrays["ids"],
            texts=arrays["texts"],
            vectors=arrays["vectors"],
            **counts,
            tokens=tokens,
            columns=Columns.of_arrays(content["columns"], arrays),
            tags={name: arrays[f"tags.{name}"] for name in content["schemes"]},
        )


def _counts(block: Block) -> dict[str, Counts]:
    return {"words": block.words, "concepts": block.concepts, "broader": block.broader}
