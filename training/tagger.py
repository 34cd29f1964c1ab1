"""Trains the tagger and measures it out of fold."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.encoder import Encoder
from nlp.errors import RegioplanError
from nlp.glossary import ConceptFinder
from nlp.near_copies import near_copy_groups
from nlp.normalise import normalise, stems
from nlp.records import fold
from nlp.tagger import LABELS, Features, HeadSettings, Tagger, word_document
from training.held_out import HeldOut

COLUMNS = {"cooperation": "C", "climate": "K", "digitalisation": "D"}
FOLDS = 5
REGULARISATION = 6.0
REVIEW_SHARE = 0.08
SEED = 13


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text with y / n / b per label in the order of :data:`LABELS`."""

    id: str
    region: str
    text: str
    labels: tuple[str, ...]


def read_labels(folder: Path) -> list[LabelledText]:
    """Labelled texts of ``tags*.tsv`` in a folder, without fragments and held-out texts.

    :raises RegioplanError: no labels, or a column is missing.
    """
    held_out = HeldOut.read(folder)
    rows: dict[str, LabelledText] = {}
    for path in sorted(folder.glob("tags*.tsv")):
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
                    fold(row["text"]), LabelledText(row["id"], row["region"], row["text"], marks)
                )
    if not rows:
        raise RegioplanError(f"labels in {folder}", "none", "put tags.tsv there")
    return list(rows.values())


def text_groups(texts: Sequence[str]) -> npt.NDArray[np.int64]:
    """Group number per text; near-copies share one, so folds stay clean."""
    return np.asarray(near_copy_groups([frozenset(stems(t)) for t in texts]))


def fit_features(texts: Sequence[str], encoder: Encoder, finder: ConceptFinder) -> Features:
    """Fit the TF-IDF parts on the training texts."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    words = TfidfVectorizer(
        token_pattern=r"\S+",  # noqa: S106
        lowercase=False,
        ngram_range=(1, 2),
        sublinear_tf=True,
        min_df=2,
    )
    characters = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=3, lowercase=False
    )
    words.fit([word_document(t, finder) for t in texts])
    characters.fit([normalise(t) for t in texts])
    return Features(words, characters, finder, encoder)


def _head(matrix: Any, target: npt.NDArray[np.int64]) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(
        C=REGULARISATION, class_weight="balanced", max_iter=1000, random_state=SEED
    ).fit(matrix, target)


def out_of_fold(
    rows: Sequence[LabelledText],
    encoder: Encoder,
    finder: ConceptFinder,
    groups: npt.NDArray[Any],
) -> npt.NDArray[np.float64]:
    """Margins ``(n, labels)`` of every text under models that saw none of its group."""
    from sklearn.model_selection import GroupKFold

    margins = np.zeros((len(rows), len(LABELS)))
    splitter = GroupKFold(n_splits=min(FOLDS, len(set(groups.tolist()))))
    texts = [r.text for r in rows]
    for train, test in splitter.split(texts, groups=groups):
        features = fit_features([texts[i] for i in train], encoder, finder)
        seen = features.matrix([texts[i] for i in train])
        unseen = features.matrix([texts[i] for i in test])
        for k in range(len(LABELS)):
            use = [n for n, i in enumerate(train) if rows[i].labels[k] in "yn"]
            target = np.asarray([rows[train[n]].labels[k] == "y" for n in use], dtype=np.int64)
            margins[test, k] = _head(seen[use], target).decision_function(unseen)
    return margins


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
    distance = np.sort(np.abs(values - threshold))
    width = float(distance[int(REVIEW_SHARE * (len(distance) - 1))])
    return HeadSettings(slope, offset, threshold, threshold - width, threshold + width)


def f1(target: npt.NDArray[Any], predicted: npt.NDArray[Any]) -> float:
    """F1 of a binary decision; 0 where nothing is right."""
    hits = float(np.sum((target == 1) & predicted))
    return 2 * hits / max(1.0, float(np.sum(target) + np.sum(predicted)))


def train_tagger(
    rows: Sequence[LabelledText], encoder: Encoder, finder: ConceptFinder
) -> tuple[Tagger, npt.NDArray[np.float64]]:
    """Train the tagger; also returns the out-of-fold margins it was tuned on.

    :raises RegioplanError: a label has fewer than two yes or two no.
    """
    texts = [r.text for r in rows]
    for k, label in enumerate(LABELS):
        for mark in "yn":
            if sum(r.labels[k] == mark for r in rows) < FOLDS:
                raise RegioplanError(
                    f"at least {FOLDS} '{mark}' labels for {label}", "fewer", "label more texts"
                )
    margins = out_of_fold(rows, encoder, finder, text_groups(texts))
    features = fit_features(texts, encoder, finder)
    matrix = features.matrix(texts)
    coefficients, intercepts, heads = [], [], []
    facts: dict[str, Any] = {}
    for k, label in enumerate(LABELS):
        use = [i for i, r in enumerate(rows) if r.labels[k] in "yn"]
        target = np.asarray([rows[i].labels[k] == "y" for i in use], dtype=np.int64)
        model = _head(matrix[use], target)
        coefficients.append(model.coef_[0])
        intercepts.append(float(model.intercept_[0]))
        head = tune_head(margins[use, k], target)
        heads.append(head)
        values = 1 / (1 + np.exp(-(head.slope * margins[use, k] + head.offset)))
        facts[label] = {
            "texts": len(use),
            "positives": int(target.sum()),
            "f1": round(f1(target, values > head.threshold), 3),
            "brier": round(float(np.mean((values - target) ** 2)), 4),
        }
    facts["macro_f1"] = round(float(np.mean([facts[label]["f1"] for label in LABELS])), 3)
    data = hashlib.sha256("\n".join(f"{r.labels}{r.text}" for r in rows).encode()).hexdigest()
    tagger = Tagger(
        features,
        np.vstack(coefficients),
        np.asarray(intercepts),
        tuple(heads),
        {"out_of_fold": facts, "labels_sha256": data},
    )
    return tagger, margins
