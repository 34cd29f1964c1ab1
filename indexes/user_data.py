"""What people entered: one SQLite file beside the generations, which no build ever touches.

All logs in it are append-only: triggers refuse any change, so an undo is one more row.
"""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote

from nlp.errors import RegioplanError
from nlp.records import Activity

FILE = "user.sqlite"
TICK = 50_000_000  # ns; file systems count times in ticks of up to 10 ms

Kept = TypeVar("Kept")


def _append_only(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER {table}_never_vanish BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""


_CORRECTIONS = """
CREATE TABLE corrections (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    person TEXT NOT NULL,
    scheme TEXT NOT NULL,
    label TEXT NOT NULL,
    activity TEXT,
    region TEXT NOT NULL,
    text TEXT NOT NULL,
    old TEXT NOT NULL,
    new TEXT NOT NULL,
    note TEXT NOT NULL,
    undoes INTEGER UNIQUE REFERENCES corrections (number)
);
""" + _append_only("corrections")
_THEME_EDITS = """
CREATE TABLE theme_edits (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    person TEXT NOT NULL,
    kind TEXT NOT NULL,
    theme TEXT NOT NULL,
    target TEXT NOT NULL,
    lv TEXT NOT NULL,
    en TEXT NOT NULL,
    undoes INTEGER UNIQUE REFERENCES theme_edits (number)
);
""" + _append_only("theme_edits")
_RECORD_CHANGES = """
CREATE TABLE record_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    change INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    record TEXT NOT NULL
);
""" + _append_only("record_changes")
_BASKET_CHANGES = """
CREATE TABLE basket_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    person TEXT NOT NULL,
    basket INTEGER NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    activity TEXT NOT NULL,
    record TEXT NOT NULL
);
CREATE INDEX basket_changes_of ON basket_changes (basket, number);
CREATE INDEX basket_owners ON basket_changes (activity) WHERE kind = 'new';
""" + _append_only("basket_changes")
WAIT = 30  # seconds for other writers
MIGRATIONS = (
    _CORRECTIONS,
    _THEME_EDITS,
    _RECORD_CHANGES,
    _BASKET_CHANGES,
)  # the schema is the number of them that were run


def exists(store: Path) -> bool:
    """Whether anybody entered anything."""
    return (store / FILE).is_file()


@contextmanager
def connect(store: Path) -> Iterator[sqlite3.Connection]:
    """A connection that commits every statement, with the newest schema.

    :raises RegioplanError: the file cannot be read or written, or is of a newer version.
    """
    with _failures_named(store), closing(_opened(store)) as base:
        yield base


@contextmanager
def changing(store: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose statements count together; what fails leaves nothing.

    :raises RegioplanError: the file cannot be read or written, or is of a newer version.
    """
    with connect(store) as base:
        base.execute("BEGIN IMMEDIATE")
        yield base
        base.execute("COMMIT")


@contextmanager
def reading(store: Path) -> Iterator[sqlite3.Connection]:
    """A connection to read by, also on a full disk and where nothing may be written.

    :raises RegioplanError: the file cannot be read, or is of a newer version.
    """
    with _failures_named(store):
        before = None
        try:
            base = _opened(store)
        except (sqlite3.Error, OSError):
            before = stamps(store)
            if before[1][1]:  # the newest rows lie in the journal, which takes rights to write
                raise
            path = quote(str((store / FILE).absolute()))
            base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        with closing(base):
            yield base
        if before not in (None, stamps(store)):  # by somebody who may write
            raise sqlite3.OperationalError("it was changed while it was read")


@contextmanager
def _failures_named(store: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise RegioplanError(
            f"a readable and writable log {store / FILE}", str(error), "check folder and disk"
        ) from None


def _write_ahead(base: sqlite3.Connection) -> None:
    """Let readers and a writer work at once.

    Of several connections that meet on a new file, SQLite refuses some here without waiting.
    """
    deadline = time.monotonic() + WAIT
    while True:
        try:
            base.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return


def _opened(store: Path) -> sqlite3.Connection:
    store.mkdir(parents=True, exist_ok=True)
    base = sqlite3.connect(store / FILE, timeout=WAIT, isolation_level=None)
    try:
        _write_ahead(base)
        base.execute("PRAGMA synchronous=FULL")
        _migrate(base)
    except BaseException:
        base.close()
        raise
    return base


def now() -> str:
    """The time of a row: UTC, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def stamps(store: Path) -> list[tuple[int, int]]:
    """Times and sizes of the files: they differ after any change by anybody."""
    out = []
    path = os.path.join(store, FILE)  # noqa: PTH118 - asked for with every hit; a Path takes longer
    for name in (path, f"{path}-wal"):
        try:
            state = os.stat(name)  # noqa: PTH116
        except OSError:
            out.append((0, 0))
        else:
            out.append((state.st_mtime_ns, state.st_size))
    return out


def recorded(record: str) -> Activity:
    """An activity as it was written down.

    :raises sqlite3.DatabaseError: it was damaged since, which SQLite itself does not notice.
    """
    try:
        return Activity.from_dict(json.loads(record))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise sqlite3.DatabaseError(f"a damaged record of an activity: {error}") from None


class UntilChanged(Generic[Kept]):
    """What is read from the files of a store, kept until they change, whoever changes them."""

    def __init__(self, store: Path, read: Callable[[], Kept]) -> None:
        self._store = store
        self._read = read
        self._kept: tuple[list[tuple[int, int]], Kept] | None = None
        self._last: Kept | None = None

    def get(self) -> Kept:
        """The value as the files have it now; the same object as before where it is equal.

        So whoever makes something of it can tell that only another table changed.
        """
        clock = time.time_ns()
        now, kept = stamps(self._store), self._kept
        if kept is not None and kept[0] == now:
            return kept[1]
        value, last = self._read(), self._last
        if last is not None and last == value:
            value = last
        self._last = value
        # Another change within the same tick could leave the same time and size.
        settled = all(abs(clock - changed) > TICK for changed, _ in now)
        self._kept = (now, value) if settled else None
        return value


def _migrate(base: sqlite3.Connection) -> None:
    (version,) = base.execute("PRAGMA user_version").fetchone()
    if version > len(MIGRATIONS):
        raise RegioplanError(
            f"a log of schema {len(MIGRATIONS)}", str(version), "use a newer version of regioplan"
        )
    if version == len(MIGRATIONS):
        return
    # Two processes may meet here: the lock is taken first, then the version is read again.
    base.execute("BEGIN IMMEDIATE")
    (version,) = base.execute("PRAGMA user_version").fetchone()
    for migration in MIGRATIONS[version:]:
        for statement in _statements(migration):
            base.execute(statement)
    base.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    base.execute("COMMIT")


def _statements(script: str) -> Iterator[str]:
    whole = ""
    for line in script.splitlines(keepends=True):
        whole += line
        if sqlite3.complete_statement(whole):
            yield whole
            whole = ""
