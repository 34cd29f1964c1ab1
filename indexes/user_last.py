"""How many rows people's logs had when somebody last wrote: a small file beside ``user.sqlite``.

It is written after the rows, so it may tell of fewer rows than there are, never of more: a log with
fewer has lost some.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from indexes.disk import sync

FILE = "user.last"


class Damaged(sqlite3.DatabaseError):
    """The file is not as it was written."""


def read(store: Path) -> dict[str, int]:
    """The number of the last row of each log; empty where nobody wrote any down.

    :raises Damaged: the file is not as it was written.
    :raises OSError: it cannot be read.
    """
    try:
        raw = (store / FILE).read_bytes()
    except FileNotFoundError:
        return {}
    try:
        last: dict[str, int] = json.loads(raw)["last"]
        same = _content(last) == raw
    except (ValueError, KeyError, TypeError):
        same = False
    if not same:
        raise Damaged(f"a damaged {FILE}")
    return last


def trusted(store: Path) -> dict[str, int]:
    """As :func:`read`; empty where the file is damaged, as the rows are their own witness."""
    try:
        return read(store)
    except Damaged:
        return {}


def write(store: Path, last: Mapping[str, int]) -> None:
    """Keep the numbers, as far as the disk lets: without them less is noticed, nothing is lost.

    Whoever calls holds a lock, as there is one place to write at.
    """
    part = store / f"tmp-{FILE}"  # a build clears away what a crash leaves of this name
    try:
        part.write_bytes(_content(last))
        sync(part)
        part.replace(store / FILE)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)


def forget(store: Path) -> None:
    """Take the file away, as what it tells of is about to be replaced.

    :raises OSError: the disk refuses.
    """
    (store / FILE).unlink(missing_ok=True)


def _content(last: Mapping[str, int]) -> bytes:
    listed = json.dumps(dict(last), sort_keys=True)
    seal = hashlib.sha256(listed.encode()).hexdigest()
    return json.dumps({"last": dict(last), "seal": seal}, sort_keys=True).encode() + b"\n"
