"""How far the tagger can be trusted, where it is weaker, and which labels look doubtful."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

import numpy as np
import numpy.typing as npt

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

_BINS = 10
_LEAST = 25  # texts a slice needs to be told apart


@dataclass(frozen=True)
class LabelReport:
    """Measures of one label on texts the model had not seen."""

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
    f1_without_region: float  # each region measured by a model trained on the others
    regions: dict[str, tuple[int, float]]  # texts and F1 of each large enough region
    reliability: tuple[tuple[float, float, int], ...]  # mean probability, share of yes, texts


@dataclass(frozen=True)
class Doubt:
    """Two near-copies that people labelled differently."""

    label: str
    first: LabelledText
    second: LabelledText


def report_tags(
    rows: Sequence[LabelledText], language: Language
) -> tuple[list[LabelReport], list[Doubt]]:
    """Measure every label out of fold and region by region; list contradicting labels."""
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
        reports.append(_report(label, [rows[i] for i in use], truth, values, others, head))
    return reports, _doubts(rows, groups)


def _report(
    label: str,
    rows: Sequence[LabelledText],
    truth: npt.NDArray[np.bool_],
    values: npt.NDArray[np.float64],
    apart: npt.NDArray[np.float64],
    head: HeadSettings,
) -> LabelReport:
    yes = values > head.threshold
    sure = np.asarray([decide(float(v), head) != "review" for v in values])
    exact, found, f1 = _prf(truth, yes)
    by_region: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        by_region[row.region].append(i)
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
        f1_without_region=_prf(truth, apart > head.threshold)[2],
        regions={
            region: (len(members), _prf(truth[members], yes[members])[2])
            for region, members in sorted(by_region.items())
            if len(members) >= _LEAST and truth[members].sum() >= 3
        },
        reliability=_reliability(truth, values),
    )


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


def model_card(
    reports: Sequence[LabelReport],
    doubts: Sequence[Doubt],
    rows: Sequence[LabelledText],
    encoder: str,
) -> str:
    """The model card of the tagger, in Markdown."""
    read = [row for row in rows if not row.written]
    sources = ", ".join(f"{n} {r}" for r, n in Counter(row.region for row in read).most_common())
    lines = [
        "# Model card: tagger of the horizontal priorities",
        "",
        "Written by `regioplan evaluate tags --card FILE`; every figure is out of fold.",
        "",
        "- **For**: suggesting an activity's three horizontal priorities to a person who decides.",
        "- **Not for**: deciding without a person; other languages than Latvian.",
        f"- **Trained on**: {len(read)} texts labelled by people ({sources}) and "
        f"{len(rows) - len(read)} written from knowledge of the domain, never measured on.",
        f"- **Encoder**: {encoder[:16]}.",
        "- **Outcomes**: yes, no, review; the review band is where a mistake is likeliest.",
        "",
        "| Label | Texts | Yes | Precision | Recall | F1 | AP | Brier | To review | F1 of the rest "
        "| F1, region unseen |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {r.label} | {r.texts} | {r.positives} | {r.precision:.3f} | {r.recall:.3f} | "
        f"{r.f1:.3f} | {r.ap:.3f} | {r.brier:.3f} | {r.review_share:.1%} | {r.f1_when_sure:.3f} | "
        f"{r.f1_without_region:.3f} |"
        for r in reports
    ]
    macro, unseen = mean(r.f1 for r in reports), mean(r.f1_without_region for r in reports)
    lines += [
        "",
        f"Macro-F1 {macro:.3f}; {unseen:.3f} where the region was left out of training.",
        "",
        "## By region (F1, texts)",
        "",
    ]
    for r in reports:
        slices = ", ".join(f"{name} {f1:.2f} ({n})" for name, (n, f1) in r.regions.items())
        lines.append(f"- {r.label}: {slices}")
    lines += ["", "## Reliability (probability said, share of yes, texts)", ""]
    for r in reports:
        bins = ", ".join(f"{said:.2f}: {true:.2f} ({n})" for said, true, n in r.reliability)
        lines.append(f"- {r.label}: {bins}")
    lines += ["", f"## Near-copies labelled differently: {len(doubts)}", ""]
    lines += [
        f"- {d.label}: yes '{d.first.text[:90]}' ({d.first.id}), no '{d.second.text[:90]}' "
        f"({d.second.id})"
        for d in doubts
    ]
    return "\n".join(lines)
