"""Filter expressions of Milvus. Every value passes through :func:`literal`, so none can add a term.

An expression is a string; the empty one lets everything pass.
"""

from __future__ import annotations

from collections.abc import Iterable

_ESCAPED = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
# Signs that mean something in a LIKE pattern. How they are escaped there differs between Milvus
# Lite and the versions of the server, so each becomes the sign that stands for any one.
_WILD = str.maketrans(dict.fromkeys("%_\\", "_"))


def literal(value: str | int | float) -> str:
    """A value as an expression writes it."""
    if isinstance(value, str):
        return '"' + value.translate(_ESCAPED) + '"'
    return repr(value)


def values(several: Iterable[str | int]) -> str:
    """A list of values."""
    return "[" + ", ".join(map(literal, several)) + "]"


def among(field: str, wanted: Iterable[str | int]) -> str:
    """The field has one of some values."""
    return f"{field} in {values(wanted)}"


def not_among(field: str, unwanted: Iterable[str | int]) -> str:
    """The field has none of some values."""
    return f"{field} not in {values(unwanted)}"


def has_any(field: str, wanted: Iterable[str | int]) -> str:
    """The array holds one of some values."""
    return f"array_contains_any({field}, {values(wanted)})"


def has_none(field: str, unwanted: Iterable[str | int]) -> str:
    """The array holds none of some values."""
    return f"not {has_any(field, unwanted)}"


def holds(field: str, words: str) -> str:
    """The text holds words; exact unless :func:`is_wild`, else too many may pass."""
    return f"{field} like {literal('%' + words.translate(_WILD) + '%')}"


def is_wild(words: str) -> bool:
    """Whether words hold a sign that a pattern cannot ask for."""
    return words.translate(_WILD) != words or "_" in words


def both(*parts: str) -> str:
    """All of some expressions."""
    real = [part for part in parts if part]
    return real[0] if len(real) == 1 else " and ".join(f"({part})" for part in real)


def either(*parts: str) -> str:
    """One of some expressions, none of which is empty."""
    return " or ".join(f"({part})" for part in parts)
