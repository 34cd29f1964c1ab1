"""The tagger: independent yes / no / review decisions with calibrated probabilities.

One logistic head per label over dense vector, word stems with concepts, and character n-grams.
Probabilities are calibrated and thresholds tuned on out-of-fold scores (Platt 1999); the band
around each threshold where the model is least sure goes to a person. The three horizontal
priorities are the built-in scheme; others have their own heads over the same features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from nlp.encoder import FloatArray
from nlp.features import Features
from nlp.normalise import stems
from nlp.records import fold

PRIORITIES = "priorities"  # the built-in scheme
LABELS = ("cooperation", "climate", "digitalisation")
EVIDENCE = 4
_CHUNK = 2048
_FUNCTION_WORDS = frozenset(
    {"arī", "kuri", "kuru", "kura", "kurā", "kuras", "kurās", "tajā", "tajos", "skaitā"}
    | {"piemēram", "kopā", "starp", "caur", "pret", "savu", "savas", "gada", "gadā", "tika"}
    | {"tiek", "būtu", "viena", "viens", "pēc", "citu", "citi", "visi", "visu", "piem"}
)


@dataclass(frozen=True, slots=True)
class TagDecision:
    """One label's outcome: ``decision`` is yes, no or review; ``probability`` is calibrated."""

    label: str
    decision: str
    probability: float
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HeadSettings:
    """Calibration and decision settings of one label, tuned out of fold.

    ``slope`` and ``offset`` map a raw margin to a probability; texts whose probability lies in
    ``low``..``high`` are sent to review, those above it are yes.
    """

    slope: float
    offset: float
    threshold: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text that people labelled: y, n, b (borderline) or ? (not said) per label."""

    text: str
    region: str
    marks: tuple[str, ...]


def _says_something(word: str) -> bool:
    """Whether a word can be evidence; function words cannot, however much they weigh."""
    return len(word) > 3 and word.casefold() not in _FUNCTION_WORDS


def probability(margins: npt.NDArray[np.float64], head: HeadSettings) -> npt.NDArray[np.float64]:
    """Calibrated probabilities of raw margins, same shape."""
    return np.asarray(1.0 / (1.0 + np.exp(-(head.slope * margins + head.offset))))


def decide(value: float, head: HeadSettings) -> str:
    """yes, no or review for one calibrated probability."""
    if head.low <= value <= head.high:
        return "review"
    return "yes" if value > head.threshold else "no"


def says_yes(
    values: npt.NDArray[np.float32], heads: Sequence[HeadSettings]
) -> npt.NDArray[np.bool_]:
    """Where :func:`decide` says yes; ``values`` are ``(n, labels)`` with a head for each label."""
    low, high, threshold = (
        np.asarray([getattr(head, name) for head in heads], dtype=np.float64)
        for name in ("low", "high", "threshold")
    )
    return np.asarray((values > threshold) & ~((values >= low) & (values <= high)))


@dataclass(frozen=True)
class Tagger:
    """Trained heads of one scheme with their features, calibration and thresholds."""

    features: Features
    coefficients: npt.NDArray[np.float64]  # (labels, n_features)
    intercepts: npt.NDArray[np.float64]  # (labels,)
    heads: tuple[HeadSettings, ...]
    facts: dict[str, Any]
    labels: tuple[str, ...] = LABELS
    scheme: str = PRIORITIES
    titles: Mapping[str, str] = field(default_factory=dict)  # of labels, in the scheme's language
    examples: tuple[Labelled, ...] = ()

    def tag(self, texts: Sequence[str]) -> list[tuple[TagDecision, ...]]:
        """Decisions for every text, one per label in the order of ``labels``."""
        out: list[tuple[TagDecision, ...]] = []
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            matrix = self.features.matrix(chunk)
            values = self._probabilities(matrix)
            for row, text in enumerate(chunk):
                decisions = []
                for i, (label, head) in enumerate(zip(self.labels, self.heads, strict=True)):
                    value = float(values[row, i])
                    decision = decide(value, head)
                    evidence = () if decision == "no" else self._evidence(matrix, row, i, text)
                    decisions.append(TagDecision(label, decision, round(value, 4), evidence))
                out.append(tuple(decisions))
        return out

    def probabilities(self, texts: Sequence[str]) -> npt.NDArray[np.float64]:
        """Calibrated probabilities ``(len(texts), len(labels))``."""
        chunks = [
            self._probabilities(self.features.matrix(texts[start : start + _CHUNK]))
            for start in range(0, len(texts), _CHUNK)
        ]
        return np.vstack(chunks) if chunks else np.zeros((0, len(self.labels)))

    def nearest(self, text: str, top: int = 3, region: str | None = None) -> list[Labelled]:
        """Texts labelled by people that mean most nearly the same, closest first.

        :param region: leave its texts out, to see how the others were labelled.
        """
        vector = self.features.encoder.encode([text])[0]
        mine = fold(text)
        order = np.argsort(-(self._example_vectors @ vector), kind="stable")
        found = (self.examples[i] for i in order)
        kept = (e for e in found if e.region != region and fold(e.text) != mine)
        return [example for example, _ in zip(kept, range(top), strict=False)]

    @cached_property
    def _example_vectors(self) -> FloatArray:
        return self.features.encoder.encode([example.text for example in self.examples])

    def _probabilities(self, matrix: sp.csr_matrix) -> npt.NDArray[np.float64]:
        margins = np.asarray(matrix @ self.coefficients.T) + self.intercepts
        values = [probability(margins[:, i], head) for i, head in enumerate(self.heads)]
        return np.stack(values, axis=1)

    def _evidence(self, matrix: sp.csr_matrix, row: int, label: int, text: str) -> tuple[str, ...]:
        """Words of the text and concepts that spoke most for the label, strongest first."""
        names = self.features.names
        weights: dict[str, float] = {}
        for column, value in zip(
            matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]],
            matrix.data[matrix.indptr[row] : matrix.indptr[row + 1]],
            strict=True,
        ):
            if column < len(names):
                weights[names[column]] = float(value * self.coefficients[label, column])
        surfaces = {s: w.strip('.,;:()"“”„') for w in text.split() for s in stems(w)[:1]}
        shown: list[str] = []
        for name in sorted(weights, key=lambda n: (-weights[n], n)):
            if weights[name] <= 0 or len(shown) == EVIDENCE:
                break
            concept = self.features.finder.concepts.get(name.removeprefix("concept:"))
            word = concept.lv if name.startswith("concept:") and concept else surfaces.get(name)
            if word and word not in shown and _says_something(word):
                shown.append(word)
        return tuple(shown)
