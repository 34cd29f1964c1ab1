"""Trains the tagger and measures it out of fold."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.encoder import Encoder
from nlp.errors import RegioplanError
from nlp.features import Documents, Features, documents
from nlp.glossary import ConceptFinder
from nlp.near_copies import near_copy_groups
from nlp.normalise import stems
from nlp.records import fold
from nlp.tagger import LABELS, HeadSettings, Labelled, Tagger, decide, probability
from training.held_out import HeldOut
from training.metrics import f1, precision_recall_f1

COLUMNS = {"cooperation": "C", "climate": "K", "digitalisation": "D"}
FOLDS = 5
REGULARISATION = 6.0
REVIEW_SHARE = 0.06
SEED = 13


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with y / n / b (borderline) / ? (not said) per label, in the order of its scheme."""

    id: str
    region: str
    text: str
    labels: tuple[str, ...]
    written: bool = False  # made up from knowledge of the domain: trained on, never measured on


def read_labels(folder: Path) -> list[LabelledText]:
    """Labelled texts of ``tags*.tsv`` and ``written*.tsv``, without fragments and held-out texts.

    :raises RegioplanError: no labels, or a column is missing.
    """
    held_out = HeldOut.read(folder)
    rows: dict[str, LabelledText] = {}
    for path in sorted([*folder.glob("tags*.tsv"), *folder.glob("written*.tsv")]):
        written = path.name.startswith("written")
        with path.open(encoding="utf-8", newline="") as handle:
            reader = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
            missing = {"id", "C", "K", "D", "region", "text"} - set(reader.fieldnames or ())
            if missing:
                raise RegioplanError(
                    f"columns id, C, K, D, region, text in {path}",
                    f"no {', '.join(sorted(missing))}",
                    "mend the header",
                )
            for row in reader:
                marks = tuple(row[COLUMNS[label]] for label in LABELS)
                if "x" in marks or row["text"] in held_out:
                    continue
                rows.setdefault(
                    fold(row["text"]),
                    LabelledText(row["id"], row["region"], row["text"], marks, written),
                )
    if not rows:
        raise RegioplanError(f"labels in {folder}", "none", "put tags.tsv there")
    return list(rows.values())


def text_groups(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Group number per text; near-copies share one, so folds stay clean."""
    return np.asarray(near_copy_groups([frozenset(stems(t)) for t in texts]))


@dataclass(frozen=True)
class Language:
    """What features need beside the texts."""

    encoder: Encoder
    finder: ConceptFinder
    abbreviations: Mapping[str, str] = field(default_factory=dict)

    def prepared(self, rows: Sequence[LabelledText]) -> Documents:
        """The texts of rows as the vectorisers read them."""
        return documents([row.text for row in rows], self.finder, self.abbreviations)


def fit_features(parts: Documents, language: Language) -> Features:
    """Fit the TF-IDF parts on the training texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    tokens = {"token_pattern": r"\S+", "lowercase": False, "min_df": 2}
    words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, **tokens)
    concepts = TfidfVectorizer(binary=True, **tokens)
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3, lowercase=False
    )
    words.fit(parts.words)
    concepts.fit(parts.concepts)
    characters.fit(parts.characters)
    return Features(
        words, concepts, characters, language.finder, language.encoder, language.abbreviations
    )


def _head(matrix: Any, target: npt.NDArray[np.int64]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=REGULARISATION, class_weight="balanced", max_iter=1000, random_state=SEED
    ).fit(matrix, target)


def out_of_fold(
    rows: Sequence[LabelledText],
    language: Language,
    groups: npt.NDArray[Any],
    features: Features | None = None,
) -> npt.NDArray[np.float64]:
    """Margins ``(n, labels)`` of every text under models that saw none of its group.

    Written texts are trained on in every fold; their own margins stay NaN.

    :param features: fitted on other texts; without them every fold fits its own.
    """
    from sklearn.model_selection import GroupKFold

    read = [i for i, row in enumerate(rows) if not row.written]
    splitter = GroupKFold(n_splits=min(FOLDS, len(set(groups[read].tolist()))))
    folds = [test.tolist() for _, test in splitter.split(read, groups=groups[read])]
    return _margins(rows, language, [[read[n] for n in part] for part in folds], features)


def leave_one_region_out(
    rows: Sequence[LabelledText], language: Language
) -> npt.NDArray[np.float64]:
    """Margins ``(n, labels)`` of every text under a model that saw nothing of its region."""
    regions = sorted({row.region for row in rows if not row.written})
    return _margins(
        rows,
        language,
        [
            [i for i, row in enumerate(rows) if row.region == region and not row.written]
            for region in regions
        ],
    )


def _margins(
    rows: Sequence[LabelledText],
    language: Language,
    folds: Sequence[Sequence[int]],
    features: Features | None = None,
) -> npt.NDArray[np.float64]:
    """Margins of the rows of each fold under a model trained on all other rows."""
    width = len(rows[0].labels)
    margins = np.full((len(rows), width), np.nan)
    parts = language.prepared(rows)
    for part in folds:
        hidden = set(part)
        seen_rows = [i for i in range(len(rows)) if i not in hidden]
        known = parts.take(seen_rows)
        fitted = features or fit_features(known, language)
        seen, unseen = fitted.transform(known), fitted.transform(parts.take(part))
        for k in range(width):
            use, target = _clear([rows[i] for i in seen_rows], k)
            if 0 < target.sum() < len(target):  # else this fold has nothing to tell apart
                margins[list(part), k] = _head(seen[use], target).decision_function(unseen)
    return margins


def _clear(rows: Sequence[LabelledText], label: int) -> tuple[list[int], npt.NDArray[np.int64]]:
    """Numbers of the rows with a clear yes or no for a label, and which of them are yes."""
    use = [i for i, row in enumerate(rows) if row.labels[label] in "yn"]
    return use, np.asarray([rows[i].labels[label] == "y" for i in use], np.int64)


def calibrate(
    margins: npt.NDArray[np.float64], target: npt.NDArray[np.int64]
) -> tuple[float, float]:
    """Platt slope and offset for one label."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=1e3, max_iter=1000).fit(margins.reshape(-1, 1), target)
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def tune_head(margins: npt.NDArray[np.float64], target: npt.NDArray[np.int64]) -> HeadSettings:
    """Calibration, best-F1 threshold and the review band of one label from out-of-fold margins."""
    slope, offset = calibrate(margins, target)
    values = 1 / (1 + np.exp(-(slope * margins + offset)))
    grid = np.linspace(0.25, 0.7, 46)
    # A plateau's middle generalises better than its luckiest point, so scores are smoothed first.
    scores = np.convolve([f1(target, values > t) for t in grid], np.ones(7) / 7, mode="same")
    threshold = float(grid[3:-3][int(np.argmax(scores[3:-3]))])
    low, high = review_band(values, target, threshold)
    return HeadSettings(slope, offset, threshold, low, high)


def review_band(
    values: npt.NDArray[np.float64], target: npt.NDArray[np.int64], threshold: float
) -> tuple[float, float]:
    """The probabilities to send to a person: at most ``REVIEW_SHARE`` of the texts, chosen so
    that F1 of the rest is highest; a wider band must bring more to be preferred.
    """
    ranked = np.sort(values)
    position = int(np.searchsorted(ranked, threshold))
    most = int(REVIEW_SHARE * len(ranked))
    step = max(1, most // 24)
    best = (-1.0, threshold, threshold)
    for below in range(0, most + 1, step):
        for above in range(0, most + 1 - below, step):
            low = float(ranked[max(0, position - below)]) if below else threshold
            high = float(ranked[min(len(ranked) - 1, position + above)]) if above else threshold
            rest = (values < low) | (values > high)
            gain = f1(target[rest], values[rest] > threshold) - 0.3 * float(1 - rest.mean())
            if gain > best[0] + 1e-9:
                best = (gain, min(low, threshold), max(high, threshold))
    return best[1], best[2]


def surer(
    head: HeadSettings,
    values: npt.NDArray[np.float64],
    target: npt.NDArray[np.int64],
    precision: float,
) -> HeadSettings:
    """The head with its review band widened upwards until so many of the yes are right.

    Where no band does it, every possible yes goes to review.
    """
    for high in sorted({head.high, *values[values > head.high].tolist()}):
        above = values > high
        if above.any() and float(target[above].mean()) >= precision:
            return replace(head, high=high)
    return replace(head, high=1.0)


def _expected(
    target: npt.NDArray[np.int64], values: npt.NDArray[np.float64], head: HeadSettings
) -> dict[str, float]:
    """Precision of the yes decisions, the share of all true ones they find, share to review."""
    yes = np.asarray([decide(float(v), head) == "yes" for v in values])
    review = np.asarray([decide(float(v), head) == "review" for v in values])
    precision, recall, _ = precision_recall_f1((target == 1).tolist(), yes.tolist())
    return {
        "precision": round(precision, 3),
        "recall": round(recall, 3),
        "review_share": round(float(review.mean()), 3),
    }


def measured(rows: Sequence[LabelledText], label: int) -> list[int]:
    """Numbers of the rows a label is measured on: read ones with a clear yes or no."""
    return [i for i, row in enumerate(rows) if row.labels[label] in "yn" and not row.written]


def train_tagger(
    rows: Sequence[LabelledText], language: Language, precision: float | None = None
) -> Tagger:
    """Train the built-in tagger; calibration and thresholds come from out-of-fold margins.

    :param precision: see :func:`fit_heads`.

    :raises RegioplanError: a label has fewer yes or no than folds.
    """
    require_marks(rows, LABELS, FOLDS)
    margins = out_of_fold(rows, language, text_groups([row.text for row in rows]))
    features = fit_features(language.prepared(rows), language)
    return fit_heads(rows, features, margins, precision=precision)


def require_marks(rows: Sequence[LabelledText], labels: Sequence[str], least: int) -> None:
    """Refuse labels with too few examples.

    :raises RegioplanError: naming every label that lacks them.
    """
    lacking = []
    for k, label in enumerate(labels):
        marks = [rows[i].labels[k] for i in measured(rows, k)]
        lacking += [
            f"{marks.count(mark)} '{mark}' for {label}"
            for mark in "yn"
            if marks.count(mark) < least
        ]
    if lacking:
        raise RegioplanError(
            f"at least {least} 'y' and {least} 'n' for every label",
            ", ".join(lacking),
            "label more texts",
        )


def fit_heads(
    rows: Sequence[LabelledText],
    features: Features,
    margins: npt.NDArray[np.float64],
    labels: tuple[str, ...] = LABELS,
    precision: float | None = None,
) -> Tagger:
    """Heads trained on all rows, calibrated and thresholded on out-of-fold margins.

    :param precision: what share of the yes decisions must be right; less sure ones go to review.
    """
    matrix = features.matrix([row.text for row in rows])
    coefficients, intercepts, heads = [], [], []
    facts: dict[str, Any] = {}
    for k, label in enumerate(labels):
        known, target = _clear(rows, k)
        model = _head(matrix[known], target)
        coefficients.append(model.coef_[0])
        intercepts.append(float(model.intercept_[0]))
        use = [i for i in measured(rows, k) if not np.isnan(margins[i, k])]
        target = np.asarray([rows[i].labels[k] == "y" for i in use], dtype=np.int64)
        head = tune_head(margins[use, k], target)
        if precision is not None:
            head = surer(head, probability(margins[use, k], head), target, precision)
        heads.append(head)
        values = probability(margins[use, k], head)
        facts[label] = {
            "texts": len(use),
            "positives": int(target.sum()),
            **_expected(target, values, head),
            "f1": round(f1(target, values > head.threshold), 3),
            "brier": round(float(np.mean((values - target) ** 2)), 4),
        }
    facts["macro_f1"] = round(float(np.mean([facts[label]["f1"] for label in labels])), 3)
    data = hashlib.sha256("\n".join(f"{r.labels}{r.text}" for r in rows).encode()).hexdigest()
    return Tagger(
        features,
        np.vstack(coefficients),
        np.asarray(intercepts),
        tuple(heads),
        {"out_of_fold": facts, "labels_sha256": data, "precision_target": precision},
        labels,
        examples=tuple(Labelled(r.text, r.region, r.labels) for r in rows if not r.written),
    )
