"""The tables of ``user.sqlite``: append-only logs whose every row carries a checksum.

Triggers refuse any change, so an undo is one more row. A row also knows the number of the row
before it in its log, so that one missing between others is noticed.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Sequence

from nlp.errors import RegioplanError

CORRECTIONS, THEME_EDITS = "corrections", "theme_edits"
RECORD_CHANGES, BASKET_CHANGES = "record_changes", "basket_changes"
# What a row of each log says, but for its number, the number before it and its checksum.
COLUMNS = {
    CORRECTIONS: (
        "time", "person", "scheme", "label", "activity", "region", "text", "old", "new", "note",
        "undoes",
    ),
    THEME_EDITS: ("time", "person", "kind", "theme", "target", "lv", "en", "undoes"),
    RECORD_CHANGES: ("time", "change", "kind", "id", "record"),
    BASKET_CHANGES: ("time", "person", "basket", "kind", "name", "activity", "record"),
}  # fmt: skip


def checksum(table: str, number: int, before: int, values: Sequence[object]) -> str:
    """SHA-256 of all that a row says and of where it stands, in hexadecimal digits.

    :raises TypeError: a value is neither text nor a number, as after damage.
    """
    content = json.dumps([table, number, before, *values], separators=(",", ":"))
    return hashlib.sha256(content.encode()).hexdigest()


def migrate(base: sqlite3.Connection) -> None:
    """Bring a file to the newest schema, all or nothing.

    :raises RegioplanError: it is of a newer version.
    :raises sqlite3.Error: it cannot be read or written.
    """
    version = version_of(base)
    if version > len(MIGRATIONS):
        raise RegioplanError(
            f"a log of schema {len(MIGRATIONS)}", str(version), "use a newer version of regioplan"
        )
    if version == len(MIGRATIONS):
        return
    base.create_function("row_sum", -1, _row_sum, deterministic=True)
    # Two processes may meet here: the lock is taken first, then the version is read again.
    base.execute("BEGIN IMMEDIATE")
    for migration in MIGRATIONS[version_of(base) :]:
        for statement in _statements(migration):
            base.execute(statement)
    base.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    base.execute("COMMIT")


def version_of(base: sqlite3.Connection) -> int:
    """How many migrations a file has seen."""
    return int(base.execute("PRAGMA user_version").fetchone()[0])


def _row_sum(table: str, number: int, before: int, *values: object) -> str:
    return checksum(table, number, before, values)


def _statements(script: str) -> Iterator[str]:
    whole = ""
    for line in script.splitlines(keepends=True):
        whole += line
        if sqlite3.complete_statement(whole):
            yield whole
            whole = ""


def _append_only(table: str) -> str:
    return f"""
CREATE TRIGGER {table}_never_change BEFORE UPDATE ON {table}
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
CREATE TRIGGER {table}_never_vanish BEFORE DELETE ON {table}
    BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
"""


def _with_checksums(table: str) -> str:
    said = ", ".join(COLUMNS[table])
    earlier = f"SELECT max(e.number) FROM {table} e WHERE e.number < {table}.number"  # noqa: S608
    return f"""
DROP TRIGGER {table}_never_change;
DROP TRIGGER {table}_never_vanish;
ALTER TABLE {table} ADD COLUMN before INTEGER NOT NULL DEFAULT 0;
ALTER TABLE {table} ADD COLUMN sum TEXT NOT NULL DEFAULT '';
UPDATE {table} SET before = coalesce(({earlier}), 0);
UPDATE {table} SET sum = row_sum('{table}', number, before, {said});
""" + _append_only(table)  # noqa: S608 - our own names


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
""" + _append_only(CORRECTIONS)
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
""" + _append_only(THEME_EDITS)
_RECORD_CHANGES = """
CREATE TABLE record_changes (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    time TEXT NOT NULL,
    change INTEGER NOT NULL,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    record TEXT NOT NULL
);
""" + _append_only(RECORD_CHANGES)
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
""" + _append_only(BASKET_CHANGES)
_CHECKSUMS = "".join(
    _with_checksums(table) for table in (CORRECTIONS, THEME_EDITS, RECORD_CHANGES, BASKET_CHANGES)
)
# The schema is the number of those that were run.
MIGRATIONS = (_CORRECTIONS, _THEME_EDITS, _RECORD_CHANGES, _BASKET_CHANGES, _CHECKSUMS)
