"""Reads activities from a file of JSON lines, as ``regioplan export --format jsonl`` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.errors import UsageError
from nlp.records import Activity

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LONGEST = 1_000_000  # bytes of a line
_KNOWN = frozenset(f.name for f in fields(Activity))


def lines_of(path: Path) -> Iterator[tuple[int, bytes]]:
    """Numbers and contents of the lines that hold something.

    :raises UsageError: no such file, or an overlong line.
    """
    try:
        with path.open("rb") as handle:
            number = 0
            while line := handle.readline(LONGEST + 1):
                number += 1
                if len(line) > LONGEST:
                    raise _refused(path, number, f"more than {LONGEST} bytes")
                if line.strip():
                    yield number, line
    except OSError as error:
        raise UsageError(
            "a file of JSON lines", f"{path} ({error.strerror})", "check the path"
        ) from None


def read_records(path: Path) -> list[Activity]:
    """All activities of a file.

    :raises UsageError: no such file, or a line is no record; the message names the line.
    """
    return parsed(path, lines_of(path))


def parsed(path: Path, lines: Iterable[tuple[int, bytes]]) -> list[Activity]:
    """Activities of some lines of a file.

    :raises UsageError: a line is no record; the message names the line.
    """
    out = []
    for number, line in lines:
        try:
            row = json.loads(line)
        except ValueError:
            raise _refused(path, number, "no JSON") from None
        out.append(_record(path, number, row))
    return out


def _record(path: Path, number: int, row: Any) -> Activity:
    from pydantic import ValidationError

    if not isinstance(row, dict):
        raise _refused(path, number, "no JSON object")
    unknown = sorted(set(row) - _KNOWN)
    if unknown:
        raise _refused(path, number, f"the unknown field '{unknown[0][:40]}'")
    try:
        activity: Activity = _adapter().validate_python(row)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise _refused(path, number, f"{place}: {first['msg']}") from None
    for name in ("id", "region", "document", "text"):
        if not getattr(activity, name).strip():
            raise _refused(path, number, f"an empty {name}")
    return activity


@lru_cache(maxsize=1)
def _adapter() -> TypeAdapter[Activity]:
    from pydantic import TypeAdapter

    return TypeAdapter(Activity)


def _refused(path: Path, number: int, found: str) -> UsageError:
    return UsageError(
        f"a record in every line of {path.name}",
        f"{found} in line {number}",
        "mend the line; 'regioplan export --format jsonl' shows the fields",
    )
