"""How far the tagger can be trusted, where it is weaker, and which labels look doubtful."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nlp.records import fold
from nlp.tagger import LABELS, HeadSettings, decide, probability
from training import metrics
from training.tagger import (
    LabelledText,
    Language,
    leave_one_region_out,
    measured,
    out_of_fold,
    text_groups,
    tune_head,
)

Slices = Mapping[str, tuple[int, float]]
_BINS = 10
_LEAST = 25  # texts a slice needs to be told apart


@dataclass(frozen=True)
class LabelReport:
    """Measures of one label on texts the model had not seen.

    Slices map a name to the number of texts and F1; small ones are left out.
    """

    label: str
    texts: int
    positives: int
    precision: float
    recall: float
    f1: float
    ap: float
    brier: float
    review_share: float
    f1_when_sure: float
    false_tags: float  # share of the texts without any tag that get this one
    f1_without_region: float  # each region measured by a model trained on the others
    regions: Slices
    unseen_regions: Slices  # by a model trained on the other regions
    documents: Slices
    stages: Slices
    reliability: tuple[tuple[float, float, int], ...]  # mean probability, share of yes, texts
    coverage: tuple[tuple[float, float], ...]  # share decided without a person, F1 of those


@dataclass(frozen=True)
class Doubt:
    """Two near-copies that people labelled differently."""

    label: str
    first: LabelledText
    second: LabelledText


@dataclass(frozen=True)
class TagStudy:
    """What was measured, and on what."""

    reports: tuple[LabelReport, ...]
    doubts: tuple[Doubt, ...]
    rows: Sequence[LabelledText]
    encoder: str


def study_tags(
    rows: Sequence[LabelledText],
    language: Language,
    places: Mapping[str, tuple[str, str]] | None = None,
) -> TagStudy:
    """Measure every label out of fold and region by region; list contradicting labels.

    :param places: document and stage by folded text, where known.
    """
    groups = text_groups([row.text for row in rows])
    margins = out_of_fold(rows, language, groups)
    apart = leave_one_region_out(rows, language)
    reports = []
    for k, label in enumerate(LABELS):
        use = measured(rows, k)
        truth = np.asarray([rows[i].labels[k] == "y" for i in use])
        head = tune_head(margins[use, k], truth.astype(np.int64))
        values = probability(margins[use, k], head)
        others = probability(apart[use, k], head)
        chosen = [rows[i] for i in use]
        reports.append(_report(label, chosen, truth, values, others, head, places or {}))
    doubts = tuple(_doubts(rows, groups))
    return TagStudy(tuple(reports), doubts, rows, language.encoder.fingerprint)


def _report(
    label: str,
    rows: Sequence[LabelledText],
    truth: npt.NDArray[np.bool_],
    values: npt.NDArray[np.float64],
    apart: npt.NDArray[np.float64],
    head: HeadSettings,
    places: Mapping[str, tuple[str, str]],
) -> LabelReport:
    yes, unseen = values > head.threshold, apart > head.threshold
    sure = np.asarray([decide(float(v), head) != "review" for v in values])
    plain = np.asarray([set(row.labels) <= {"n"} for row in rows])
    exact, found, f1 = _prf(truth, yes)
    nowhere = ("", "")

    def slices(names: Sequence[str], said: npt.NDArray[np.bool_]) -> Slices:
        members: dict[str, list[int]] = defaultdict(list)
        for i, name in enumerate(names):
            members[name].append(i)
        return {
            name: (len(part), _prf(truth[part], said[part])[2])
            for name, part in sorted(members.items())
            if name and len(part) >= _LEAST and truth[part].sum() >= 3
        }

    regions = [row.region for row in rows]
    where = [places.get(fold(row.text), nowhere) for row in rows]
    return LabelReport(
        label=label,
        texts=len(rows),
        positives=int(truth.sum()),
        precision=exact,
        recall=found,
        f1=f1,
        ap=metrics.average_precision(truth.tolist(), values.tolist()),
        brier=float(np.mean((values - truth) ** 2)),
        review_share=float(1 - sure.mean()),
        f1_when_sure=_prf(truth[sure], yes[sure])[2],
        false_tags=float(yes[plain].mean()) if plain.any() else 0.0,
        f1_without_region=_prf(truth, unseen)[2],
        regions=slices(regions, yes),
        unseen_regions=slices(regions, unseen),
        documents=slices([document for document, _ in where], yes),
        stages=slices([stage for _, stage in where], yes),
        reliability=_reliability(truth, values),
        coverage=_coverage(truth, values, head.threshold),
    )


def _coverage(
    truth: npt.NDArray[np.bool_], values: npt.NDArray[np.float64], threshold: float
) -> tuple[tuple[float, float], ...]:
    """F1 of what is left when the least sure texts go to a person, for growing shares of them."""
    order = np.argsort(-np.abs(values - threshold), kind="stable")
    out = []
    for share in np.linspace(0.5, 1.0, 26):
        kept = order[: max(1, round(share * len(order)))]
        out.append((round(float(share), 2), _prf(truth[kept], values[kept] > threshold)[2]))
    return tuple(out)


def _prf(truth: npt.NDArray[np.bool_], yes: npt.NDArray[np.bool_]) -> tuple[float, float, float]:
    return metrics.precision_recall_f1(truth.tolist(), yes.tolist())


def _reliability(
    truth: npt.NDArray[np.bool_], values: npt.NDArray[np.float64]
) -> tuple[tuple[float, float, int], ...]:
    """Of the texts with about this probability, how many are yes."""
    bins = np.minimum((values * _BINS).astype(int), _BINS - 1)
    return tuple(
        (float(values[bins == b].mean()), float(truth[bins == b].mean()), int((bins == b).sum()))
        for b in range(_BINS)
        if (bins == b).any()
    )


def _doubts(rows: Sequence[LabelledText], groups: npt.NDArray[np.int64]) -> list[Doubt]:
    members: dict[int, list[LabelledText]] = defaultdict(list)
    for row, group in zip(rows, groups.tolist(), strict=True):
        members[group].append(row)
    out = []
    for same in members.values():
        for k, label in enumerate(LABELS):
            yes = [row for row in same if row.labels[k] == "y"]
            no = [row for row in same if row.labels[k] == "n"]
            out += [Doubt(label, a, b) for a in yes[:1] for b in no[:1]]
    return out
