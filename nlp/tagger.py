"""The tagger: three independent yes / no / review decisions with calibrated probabilities.

One logistic head per label over dense vector, word stems with concepts, and character n-grams.
Probabilities are calibrated and thresholds tuned on out-of-fold scores (Platt 1999); the band
around each threshold where the model is least sure goes to a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp

from nlp.abbreviations import written_out
from nlp.encoder import Encoder
from nlp.errors import EncoderMismatch, IndexDamaged
from nlp.glossary import ConceptFinder
from nlp.normalise import normalise, stems

LABELS = ("cooperation", "climate", "digitalisation")
EVIDENCE = 4
_CHUNK = 2048
_FITTED = ("words", "concepts", "characters")
_FUNCTION_WORDS = frozenset(
    {"arī", "kuri", "kuru", "kura", "kurā", "kuras", "kurās", "tajā", "tajos", "skaitā"}
    | {"piemēram", "kopā", "starp", "caur", "pret", "savu", "savas", "gada", "gadā", "tika"}
    | {"tiek", "būtu", "viena", "viens", "pēc", "citu", "citi", "visi", "visu"}
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


@dataclass(frozen=True)
class Features:
    """Turns texts into the feature matrix of the heads.

    ``words``, ``concepts`` and ``characters`` are fitted TF-IDF vectorisers.
    """

    words: Any
    concepts: Any
    characters: Any
    finder: ConceptFinder
    encoder: Encoder
    abbreviations: Mapping[str, str] = field(default_factory=dict)

    def matrix(self, texts: Sequence[str]) -> sp.csr_matrix:
        """``(len(texts), n_features)``: words, concepts, character n-grams, dense vector."""
        return self.transform(documents(texts, self.finder, self.abbreviations))

    def transform(self, parts: Documents) -> sp.csr_matrix:
        """As :meth:`matrix`, of prepared texts."""
        return sp.hstack(
            [
                self.words.transform(parts.words),
                self.concepts.transform(parts.concepts),
                self.characters.transform(parts.characters),
                sp.csr_matrix(self.encoder.encode(parts.texts)),
            ],
            format="csr",
        )

    @cached_property
    def names(self) -> list[str]:
        """Names of the word and concept columns, which come first."""
        concepts = (f"concept:{key}" for key in self.concepts.get_feature_names_out())
        return [*self.words.get_feature_names_out(), *concepts]


@dataclass(frozen=True, slots=True)
class Documents:
    """Texts as the vectorisers read them, abbreviations written out."""

    texts: list[str]
    words: list[str]
    concepts: list[str]
    characters: list[str]

    def take(self, numbers: Sequence[int]) -> Documents:
        """The texts of the given numbers, in that order."""
        return Documents(
            *(
                [column[i] for i in numbers]
                for column in (self.texts, self.words, self.concepts, self.characters)
            )
        )


def documents(
    texts: Sequence[str], finder: ConceptFinder, abbreviations: Mapping[str, str]
) -> Documents:
    """Prepare texts for the vectorisers."""
    whole = [written_out(text, abbreviations) for text in texts]
    return Documents(
        texts=whole,
        words=[" ".join(stems(text)) for text in whole],
        concepts=[" ".join(finder.with_ancestors(text)) for text in whole],
        characters=[normalise(text) for text in whole],
    )


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


@dataclass(frozen=True)
class Tagger:
    """Trained heads with their features, calibration and thresholds."""

    features: Features
    coefficients: npt.NDArray[np.float64]  # (labels, n_features)
    intercepts: npt.NDArray[np.float64]  # (labels,)
    heads: tuple[HeadSettings, ...]
    facts: dict[str, Any]

    def tag(self, texts: Sequence[str]) -> list[tuple[TagDecision, ...]]:
        """Decisions for every text, one per label in the order of :data:`LABELS`."""
        out: list[tuple[TagDecision, ...]] = []
        for start in range(0, len(texts), _CHUNK):
            chunk = texts[start : start + _CHUNK]
            matrix = self.features.matrix(chunk)
            margins = np.asarray(matrix @ self.coefficients.T) + self.intercepts
            values = [probability(margins[:, i], head) for i, head in enumerate(self.heads)]
            for row, text in enumerate(chunk):
                decisions = []
                for i, (label, head) in enumerate(zip(LABELS, self.heads, strict=True)):
                    value = float(values[i][row])
                    decision = decide(value, head)
                    evidence = () if decision == "no" else self._evidence(matrix, row, i, text)
                    decisions.append(TagDecision(label, decision, round(value, 4), evidence))
                out.append(tuple(decisions))
        return out

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

    def save(self, folder: Path) -> None:
        """Write ``features.skops``, ``heads.npz`` and ``tagger.json``."""
        from skops import io as sio

        folder.mkdir(parents=True, exist_ok=True)
        sio.dump(
            {name: getattr(self.features, name) for name in _FITTED},
            folder / "features.skops",
        )
        np.savez(folder / "heads.npz", coefficients=self.coefficients, intercepts=self.intercepts)
        facts = {
            **self.facts,
            "labels": LABELS,
            "heads": [asdict(h) for h in self.heads],
            "encoder": self.features.encoder.fingerprint,
            "abbreviations": dict(self.features.abbreviations),
        }
        text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / "tagger.json").write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path, encoder: Encoder, finder: ConceptFinder) -> Tagger:
        """Read a tagger.

        :raises EncoderMismatch: it was trained with another encoder.
        :raises IndexDamaged: files missing or unreadable.
        """
        from skops import io as sio

        try:
            facts = json.loads((folder / "tagger.json").read_text(encoding="utf-8"))
            parts = sio.load(folder / "features.skops", trusted=[])
            with np.load(folder / "heads.npz", allow_pickle=False) as arrays:
                coefficients, intercepts = arrays["coefficients"], arrays["intercepts"]
        except Exception as error:
            raise IndexDamaged(
                f"a tagger in {folder}", type(error).__name__, "run 'regioplan build'"
            ) from None
        if facts["encoder"] != encoder.fingerprint:
            raise EncoderMismatch(
                f"the encoder {facts['encoder'][:12]} the tagger was trained with",
                encoder.fingerprint[:12],
                "run 'regioplan build' to train it again",
            )
        heads = tuple(HeadSettings(**h) for h in facts.pop("heads"))
        fitted = {name: parts[name] for name in _FITTED}
        features = Features(
            **fitted, finder=finder, encoder=encoder, abbreviations=facts.pop("abbreviations")
        )
        return cls(features, coefficients, intercepts, heads, facts)
