"""What each part of the search brings: every row of the table is a real run without that part.

A region left out of training has its plan, its activities and its pairs kept from the encoder; they
stay in the index, as a plan would that came later. How well its activities are found by the
wordings of those pairs says what to expect of a plan nobody has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from indexes.arrays import Ragged
from indexes.dense import DenseLeg
from indexes.engine import SearchIndex
from indexes.fusion import OWN_WORDS
from indexes.reading import token_kind
from indexes.vectors import activity_vectors
from nlp.corpus import parse_plans
from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder, read_glossary
from training.build import train_encoder
from training.evaluate import answers_in, evaluate_search, evaluate_similar
from training.held_out import HeldOut
from training.leave_out import without_region
from training.pairs import Pair, read_pairs, without_fold
from training.subjects import Subject, read_subjects
from training.unseen import found_again

Progress = Callable[[str], None]
Row = dict[str, Any]
Run = tuple[SearchIndex, list[Pair]]  # an index, and the pairs its encoder was not shown


def ablation(
    index: SearchIndex, data: Path, gold: Path, progress: Progress = lambda _: None
) -> list[Row]:
    """Measures of the whole search, and of what is left of it without each part.

    Columns named after a region hold nDCG@10 of the queries answered there; ``loss`` is how much of
    it goes when that region is left out of training. ``pair_mrr`` and ``pair_recall20`` are those
    of the pairs that were left out.
    """
    weights = index.fusion
    parsed = parse_plans(data / "plans")
    concepts = read_glossary(data / "glossary")
    held_out = HeldOut.read(data / "labels")
    pairs = read_pairs(data / "training", held_out)
    subjects = read_subjects(data / "training", held_out)
    progress("everything")
    whole = _measures(index, gold)
    regions = [name for name in index.facets.values("region") if name in whole]

    def trained(
        some: Sequence[Pair], about: Sequence[Subject] = subjects, glossary: bool = True
    ) -> SearchIndex:
        encoder = train_encoder(parsed, concepts if glossary else [], some, about)
        return with_encoder(index if glossary else unglossed(), encoder)

    def unglossed() -> SearchIndex:
        fusion = replace(weights, concepts=0.0)
        return replace(index, finder=ConceptFinder([]), fusion=fusion)

    def unread(region: str, about: Sequence[Subject] = subjects) -> Run:
        plans, some = without_region(parsed, pairs, region)
        kept = set(some)
        encoder = train_encoder(plans, concepts, some, about)
        return with_encoder(index, encoder), [pair for pair in pairs if pair not in kept]

    def fifth(about: Sequence[Subject] = subjects) -> Run:
        some, left = without_fold(pairs, 0)
        return trained(some, about), left

    runs: dict[str, Callable[[], SearchIndex]] = {
        "own words alone (BM25)": lambda: replace(index, fusion=OWN_WORDS),
        "without BM25": lambda: replace(index, fusion=replace(weights, words=0.0)),
        "without word alignment": lambda: replace(index, fusion=replace(weights, alignment=0.0)),
        "without concept leg": lambda: replace(index, fusion=replace(weights, concepts=0.0)),
        "without concept leg and vectors": lambda: with_encoder(unglossed(), index.encoder),
        "without subjects of no plan": lambda: trained(pairs, []),
        "without training pairs": lambda: trained([]),
        "without pairs and subjects": lambda: trained([], []),
        "without glossary": lambda: trained(pairs, glossary=False),
        "without pairs, subjects, glossary": lambda: trained([], [], glossary=False),
    }
    left_out: dict[str, Callable[[], Run]] = {
        "without the pairs of a fifth of the sections": fifth,
        "without these and the subjects": partial(fifth, []),
    }
    losses = {f"without training on {region}": region for region in regions}
    for name, region in losses.items():
        left_out[name] = partial(unread, region)
        left_out[f"{name} and the subjects"] = partial(unread, region, [])
    nothing: Row = {"loss": "", "pair_mrr": "", "pair_recall20": ""}
    rows: list[Row] = [{"run": "everything", **whole, **nothing}]
    for name, make in runs.items():
        progress(name)
        rows.append({"run": name, **_measures(make(), gold), **nothing})
    for name, leave in left_out.items():
        progress(name)
        other, left = leave()
        row = {"run": name, **_measures(other, gold), **nothing}
        if name in losses:
            row["loss"] = whole[losses[name]] - row[losses[name]]
        again = found_again(other, left)
        if again:
            row |= {"pair_mrr": again.mrr, "pair_recall20": again.recall20}
        rows.append(row)
    return rows


def _measures(index: SearchIndex, gold: Path) -> dict[str, float]:
    found = {row["slice"]: row for row in evaluate_search(index, gold)}
    (similar,) = evaluate_similar(index, gold)
    return {
        "lv_ndcg10": found["lv"]["ndcg10"],
        "lv_recall20": found["lv"]["recall20"],
        "lv_p5": found["lv"]["p5"],
        "en_ndcg10": found["en"]["ndcg10"],
        "similar_ndcg10": similar["ndcg10"],
        **{
            name: found[answers_in(name)]["ndcg10"]
            for name in index.facets.values("region")
            if answers_in(name) in found
        },
    }


def with_encoder(index: SearchIndex, encoder: Encoder) -> SearchIndex:
    """The same index with the vectors of another encoder."""
    tokens = encoder.tokens
    named = [index.finder.find(text) for text in index.texts]
    vectors = activity_vectors(encoder, index.finder, index.texts, index.activities, named)
    rows = Ragged.of(tokens.ids(index.texts), token_kind(tokens)) if tokens else None
    legs = replace(index.legs, dense=DenseLeg.build(vectors), tokens=rows)
    return replace(index, encoder=encoder, legs=legs)
