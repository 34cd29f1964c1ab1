"""Kinds of funding named in a plan's free words ('ES fondi, valsts finansējums')."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal, get_args

Kind = Literal["eu", "cross_border", "state", "municipal", "region", "private", "instruments"]
KINDS: tuple[Kind, ...] = get_args(Kind)
OTHER = "other"

# ES: European Union; SAM, DP: goal and programme of the EU funds; ETS: European territorial
# cooperation; VARAM: the ministry for regions; ALTUM: the state's development bank; SEZ: special
# economic zone; LPR and its like: planning regions.
_PATTERNS: dict[Kind, str] = {
    "eu": r"\bES\b|\bEK\b|\bEiropas (?!teritori)|\bE(?:R|LFL|JZ)AF\b|\bESF\b|\bKF\b|\bSAM\b"
    r"|\bDP\b|\bLIFE\b|\bLEADER\b|\bREACT|\bERASMUS|apvārsn|\bhorizon|atveseļošan|taisnīgas pārk",
    "cross_border": r"pārrobež|\binterreg|\bETS\b|teritoriāl\w+ sadarb|centrālbaltij|est-?lat"
    r"|lat-?lit",
    "state": r"\bvalst(?!spilsēt)\w*|ministrij|\bVARAM\b|\bLIAA\b|\bZTA\b|\bLVAF\b",
    "municipal": r"pašvaldīb|\bnovad\w+ (?:budžet|finans)|\bpilsēt\w+ (?:budžet|finans)",
    "region": r"plānošanas reģion|\b[KLRVZ]PR\b",
    "private": r"privāt|uzņēmēj|uzņēmum|komersant|ziedojum|sponsor",
    "instruments": r"finanšu instrument|finansēšanas instrument|\bALTUM\b|norvēģ|šveic|\bEEZ\b"
    r"|\bSEZ\b|kredīt|aizņēmum|enerģētikas instrument",
}
_KNOWN = {kind: re.compile(pattern, re.IGNORECASE) for kind, pattern in _PATTERNS.items()}


def funding_kinds(sources: Iterable[str]) -> tuple[str, ...]:
    """Kinds that some of the sources name, in the order of :data:`KINDS`; ``other`` stands last."""
    found: set[str] = set()
    for source in sources:
        kinds = {kind for kind, pattern in _KNOWN.items() if pattern.search(source)}
        found |= kinds or {OTHER}
    return tuple(kind for kind in (*KINDS, OTHER) if kind in found)
