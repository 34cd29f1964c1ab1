"""Changes inside structured values, told by bytes, so that what comes out can still be parsed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

_GONE = object()
ODD: tuple[Any, ...] = (
    _GONE, None, True, False, 0, -1, 10**30, 1.5, float("inf"), "", " ", "x", "\0", "..",
    "/etc/passwd", "../old.txt", "~nobody-here/x", "old.txt", "ā" * 300, "\ud800", [], [[]],
    ["", 1], {}, {"a": {}},
)  # fmt: skip


def edited(whole: Any, script: bytes) -> Any:
    """A copy with, for every two bytes, one value in it replaced or taken out."""
    root = {"": copy.deepcopy(whole)}
    for where, what in zip(script[::2], script[1::2], strict=False):
        places = list(_places(root))
        if not places:
            break
        holder, key = places[where % len(places)]
        fresh = ODD[what % len(ODD)]
        if fresh is _GONE:
            del holder[key]
        else:
            holder[key] = copy.deepcopy(fresh)
    return root.get("")


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every place inside a value that holds another one."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in list(pairs):
        yield value, key
        if isinstance(inner, dict | list):
            yield from _places(inner)


def as_json(value: Any) -> bytes:
    """JSON, with what Python writes beyond it."""
    return json.dumps(value).encode()


def as_toml(value: Any) -> bytes:
    """Settings as TOML, where they can be written so."""
    if not isinstance(value, Mapping):
        return b"="
    lines = [f"{name} = {json.dumps(inner)}" for name, inner in value.items() if inner is not None]
    return "\n".join(lines).replace("Infinity", "inf").encode("utf-8", "replace")
