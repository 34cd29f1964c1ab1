"""Rows of the logs: written with a checksum, compared with it whenever they are read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from indexes.user_schema import COLUMNS, checksum

Row = tuple[Any, ...]  # its number, then the columns in the order of COLUMNS


def insert(base: sqlite3.Connection, table: str, values: Sequence[object]) -> int:
    """Append a row, within a transaction that holds the lock; returns its number.

    :param values: of the columns of :data:`indexes.user_schema.COLUMNS`, in their order.
    :raises sqlite3.Error: the file cannot be written.
    """
    (before,) = base.execute(f"SELECT coalesce(max(number), 0) FROM {table}").fetchone()  # noqa: S608
    number = before + 1
    place(base, table, number, before, values)
    return int(number)


def place(
    base: sqlite3.Connection, table: str, number: int, before: int, values: Sequence[object]
) -> None:
    """Write a row of a given number, the one after number ``before``."""
    row = (number, *values, before, checksum(table, number, before, values))
    marks = ", ".join("?" * len(row))
    base.execute(f"INSERT INTO {table} ({_names(table)}) VALUES ({marks})", row)  # noqa: S608


def some(base: sqlite3.Connection, table: str, which: str, *values: object) -> Iterator[Row]:
    """Rows that a condition holds for, by number.

    :raises sqlite3.DatabaseError: one of them is not as it was written.
    """
    return (row for row, _ in _compared(base, table, which, values))


def all_of(base: sqlite3.Connection, table: str) -> Iterator[Row]:
    """Every row of a log, by number.

    :raises sqlite3.DatabaseError: one of them is not as it was written, or one is missing.
    """
    last, seen = ends(base)[table], 0
    for row, before in _compared(base, table, "TRUE", ()):
        if before != seen:
            raise _gone(table, before)
        seen = row[0]
        yield row
    if seen < last:
        raise _gone(table, last)


def ends(base: sqlite3.Connection) -> dict[str, int]:
    """The number of the last row of each log; 0: it has none.

    :raises sqlite3.DatabaseError: the last row of one is missing.
    """
    found = base.execute(
        " UNION ALL ".join(
            f"SELECT '{table}', (SELECT coalesce(max(number), 0) FROM {table}), "  # noqa: S608
            f"(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = '{table}')"
            for table in COLUMNS
        )
    )  # one statement, so that nobody writes in between
    out = {}
    for table, last, given in found.fetchall():
        if last != given:
            raise _gone(table, max(last, given))
        out[table] = int(last)
    return out


def complete(base: sqlite3.Connection, known: Mapping[str, int]) -> None:
    """Compare the logs with the rows that are known to have been written.

    :raises sqlite3.DatabaseError: one of them is missing.
    """
    found = ends(base)
    for table, last in known.items():
        if found.get(table, 0) < last:
            raise _gone(table, last)


def _compared(
    base: sqlite3.Connection, table: str, which: str, values: Sequence[object]
) -> Iterator[tuple[Row, int]]:
    for number, *said, before, kept in base.execute(
        f"SELECT {_names(table)} FROM {table} WHERE {which} ORDER BY number",  # noqa: S608
        values,
    ):
        try:
            same = checksum(table, number, before, said) == kept
        except TypeError:  # what was text is something else now
            same = False
        if not same:
            raise sqlite3.DatabaseError(f"a damaged row {number} of {table}")
        yield (number, *said), before


def _names(table: str) -> str:
    return ", ".join(("number", *COLUMNS[table], "before", "sum"))


def _gone(table: str, number: int) -> sqlite3.DatabaseError:
    return sqlite3.DatabaseError(f"row {number} of {table} is missing")
