"""Taggers on disk: ``features.skops`` for all schemes, ``NAME.npz`` and ``NAME.json`` for each.

Nothing is pickled; a tagger of another encoder is refused.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from nlp.encoder import Encoder
from nlp.errors import EncoderMismatch, IndexDamaged
from nlp.features import FITTED, Features
from nlp.glossary import ConceptFinder
from nlp.tagger import PRIORITIES, HeadSettings, Labelled, Tagger

_FEATURES = "features.skops"


def save_taggers(taggers: Sequence[Tagger], folder: Path) -> None:
    """Write taggers that share their features."""
    from skops import io as sio

    folder.mkdir(parents=True, exist_ok=True)
    features = taggers[0].features
    sio.dump({name: getattr(features, name) for name in FITTED}, folder / _FEATURES)
    for tagger in taggers:
        np.savez(
            folder / f"{tagger.scheme}.npz",
            coefficients=tagger.coefficients,
            intercepts=tagger.intercepts,
        )
        facts = {
            "scheme": tagger.scheme,
            "labels": tagger.labels,
            "titles": dict(tagger.titles),
            "heads": [asdict(head) for head in tagger.heads],
            "facts": tagger.facts,
            "encoder": features.encoder.fingerprint,
            "abbreviations": dict(features.abbreviations),
            "examples": [[e.text, e.region, "".join(e.marks)] for e in tagger.examples],
        }
        text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
        (folder / f"{tagger.scheme}.json").write_text(text + "\n", encoding="utf-8")


def load_taggers(folder: Path, encoder: Encoder, finder: ConceptFinder) -> tuple[Tagger, ...]:
    """Read all taggers of a folder, the built-in scheme first.

    :raises EncoderMismatch: they were trained with another encoder.
    :raises IndexDamaged: files missing or unreadable.
    """
    from skops import io as sio

    try:
        fitted = sio.load(folder / _FEATURES, trusted=[])
        names = sorted(path.stem for path in folder.glob("*.json"))
        read = {name: _read(folder, name) for name in names}
        built_in = read[PRIORITIES][0]
    except Exception as error:
        raise IndexDamaged(
            f"a tagger in {folder}", type(error).__name__, "run 'regioplan build'"
        ) from None
    if built_in["encoder"] != encoder.fingerprint:
        raise EncoderMismatch(
            f"the encoder {built_in['encoder'][:12]} the tagger was trained with",
            encoder.fingerprint[:12],
            "run 'regioplan build' to train it again",
        )
    features = Features(
        **{name: fitted[name] for name in FITTED},
        finder=finder,
        encoder=encoder,
        abbreviations=built_in["abbreviations"],
    )
    ordered = sorted(names, key=lambda name: (name != PRIORITIES, name))
    return tuple(_tagger(features, *read[name]) for name in ordered)


def _read(folder: Path, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    facts = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    with np.load(folder / f"{name}.npz", allow_pickle=False) as arrays:
        return facts, {key: arrays[key] for key in ("coefficients", "intercepts")}


def _tagger(features: Features, facts: dict[str, Any], arrays: dict[str, Any]) -> Tagger:
    return Tagger(
        features=features,
        **arrays,
        heads=tuple(HeadSettings(**head) for head in facts["heads"]),
        facts=facts["facts"],
        labels=tuple(facts["labels"]),
        scheme=facts["scheme"],
        titles=facts["titles"],
        examples=tuple(
            Labelled(text, region, tuple(marks)) for text, region, marks in facts["examples"]
        ),
    )
