"""The contrastive finish of the encoder: texts that mean the same are drawn together.

Multiple-negatives ranking (Henderson et al. 2017) over training pairs, over pairs of wordings of
one glossary concept and over wordings with their meaning; the other texts of a batch are negatives.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from nlp.glossary import Concept

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer
    from torch import Tensor

SEED = 13


@dataclass(frozen=True)
class Settings:
    """Chosen on pairs of sections left out of training (see ``regioplan evaluate``)."""

    epochs: int = 5
    batch: int = 2048
    rate: float = 0.002  # at the start; falls to nothing in even steps
    scale: float = 10.0
    wordings: int = 3


@dataclass(frozen=True, slots=True)
class Example:
    """Two texts that mean the same; examples of one key never stand in one batch."""

    key: str
    left: str
    right: str


def concept_examples(concepts: Sequence[Concept], count: int) -> list[Example]:
    """``count`` random pairs of wordings per concept, the same ones every time."""
    chance = random.Random(SEED)  # noqa: S311 - reproducible, not secret
    return [
        Example(concept.id, *chance.sample(concept.terms, 2))
        for concept in concepts
        for _ in range(count)
        if len(concept.terms) > 1
    ]


def meaning_examples(concepts: Sequence[Concept]) -> list[Example]:
    """One wording of each concept with its line of meaning.

    Meanings come from no plan, so they help most where a plan's region was never trained on.
    """
    return [
        Example(c.id, random.Random(c.id).choice(c.terms), c.meaning)  # noqa: S311
        for c in concepts
        if c.meaning
    ]


def finish(
    model: SentenceTransformer, examples: Sequence[Example], settings: Settings | None = None
) -> None:
    """Train the embedding of a static model further, in place."""
    import torch
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    if len(examples) < 2:  # nothing to be told apart from
        return
    chosen = settings or Settings()
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # sums in a fixed order give the same bytes every time
    torch.manual_seed(SEED)
    chance = random.Random(SEED)  # noqa: S311
    weight: Any = model[0].embedding.weight  # type: ignore[union-attr]
    weight.requires_grad_(True)
    loss = MultipleNegativesRankingLoss(model, scale=chosen.scale)
    optimizer = torch.optim.Adam([weight], lr=chosen.rate, fused=True)
    order = list(range(len(examples)))
    starts = range(0, len(order), chosen.batch)
    slower = torch.optim.lr_scheduler.LinearLR(
        optimizer, start_factor=1.0, end_factor=0.0, total_iters=chosen.epochs * len(starts)
    )
    features = _tokenised(model, [text for e in examples for text in (e.left, e.right)])
    try:
        for _ in range(chosen.epochs):
            chance.shuffle(order)
            for start in starts:
                batch = {examples[i].key: examples[i] for i in order[start : start + chosen.batch]}
                if len(batch) < 2:
                    continue
                sides = (
                    [example.left for example in batch.values()],
                    [example.right for example in batch.values()],
                )
                value = loss([features(side) for side in sides], torch.arange(len(batch)))
                optimizer.zero_grad()
                value.backward()
                optimizer.step()
                slower.step()
    finally:
        weight.requires_grad_(False)
        torch.set_num_threads(threads)


def _tokenised(
    model: SentenceTransformer, texts: Sequence[str]
) -> Callable[[Sequence[str]], dict[str, Tensor]]:
    """What ``model.preprocess`` gives for some of the texts, each cut into tokens only once."""
    import torch

    known = list(dict.fromkeys(texts))
    whole = model.preprocess(known)
    pieces = torch.tensor_split(whole["input_ids"], whole["offsets"][1:])
    tokens = dict(zip(known, pieces, strict=True))

    def features(some: Sequence[str]) -> dict[str, Tensor]:
        rows = [tokens[text] for text in some]
        starts = [0, *accumulate(len(row) for row in rows[:-1])]
        return {"input_ids": torch.cat(rows), "offsets": torch.tensor(starts)}

    return features
