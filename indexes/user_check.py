"""Whether people's logs are all as they were written, and what to do where they are not."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from indexes import user_last
from indexes.baskets import NEW
from indexes.store import writer
from indexes.user_data import (
    FILE,
    copy_raw,
    exists,
    failures_named,
    reading,
    remember,
    take_over,
)
from indexes.user_rows import Row, all_of, place, some
from indexes.user_schema import BASKET_CHANGES, COLUMNS, MIGRATIONS, migrate, version_of
from nlp.errors import RegioplanError, UsageError

ASIDE = ".before-salvage"
_BASKET, _KIND = (1 + COLUMNS[BASKET_CHANGES].index(name) for name in ("basket", "kind"))


def verify(store: Path) -> dict[str, int]:
    """How many rows each log has, after comparing every one with its checksum.

    :raises RegioplanError: something is damaged or missing.
    """
    if not exists(store):
        return {}
    with failures_named(store):
        user_last.read(store)
    with reading(store) as base:
        return rows_of(base)


def rows_of(base: sqlite3.Connection) -> dict[str, int]:
    """How many rows each log has, after looking at pages, indexes, triggers and every row.

    :raises sqlite3.DatabaseError: something is damaged or missing.
    """
    (found,) = base.execute("PRAGMA integrity_check(1)").fetchone()
    if found != "ok":
        raise sqlite3.DatabaseError(found.removeprefix("*** in database main ***").strip())
    with closing(sqlite3.connect(":memory:")) as new:
        migrate(new)
        if _schema(base) != _schema(new):
            raise sqlite3.DatabaseError("tables, indexes or triggers are not as they were made")
    return {table: sum(1 for _ in all_of(base, table)) for table in COLUMNS}


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What came of a damaged file: ``lost`` has numbers of rows by log, ``aside`` its new name.

    ``left_out`` counts whole rows of baskets whose first row is lost.
    """

    kept: Mapping[str, int]
    lost: Mapping[str, list[int]]
    left_out: int
    aside: str


def salvage(store: Path) -> Salvaged:
    """Go on with every row that is as it was written; the damaged file is kept beside it.

    :raises UsageError: nothing is damaged.
    :raises RegioplanError: no row can be read, somebody is writing, or the disk refuses.
    """
    try:
        rows = verify(store)
    except RegioplanError:
        pass
    else:
        raise UsageError(
            "a damaged log", f"{sum(rows.values())} whole rows", "there is nothing to salvage"
        )
    with (
        failures_named(store),
        writer(store),
        tempfile.TemporaryDirectory(prefix="tmp-", dir=store) as scratch,
    ):
        if not (store / FILE).is_file():
            raise sqlite3.DatabaseError("no such file")
        damaged = Path(scratch) / "damaged"
        copy_raw(store, damaged)  # opening it brings in what lies in its journal
        whole, lost = _readable(damaged, user_last.trusted(store))
        begun = {row[_BASKET] for row in whole[BASKET_CHANGES] if row[_KIND] == NEW}
        before = len(whole[BASKET_CHANGES])
        whole[BASKET_CHANGES] = [r for r in whole[BASKET_CHANGES] if r[_BASKET] in begun]
        fresh = Path(scratch) / FILE
        with closing(sqlite3.connect(fresh, isolation_level=None)) as base:
            migrate(base)
            base.execute("BEGIN")
            for table, rows_kept in whole.items():
                earlier = 0
                for number, *said in rows_kept:
                    place(base, table, number, earlier, said)
                    earlier = number
            base.execute("COMMIT")
        aside = _set_aside(store)
        take_over(store, fresh)
    remember(store)
    return Salvaged(
        {table: len(kept) for table, kept in whole.items()},
        {table: numbers for table, numbers in lost.items() if numbers},
        before - len(whole[BASKET_CHANGES]),
        aside,
    )


def _readable(
    path: Path, known: Mapping[str, int]
) -> tuple[dict[str, list[Row]], dict[str, list[int]]]:
    """Whole rows of each log, and the numbers of those that are not."""
    whole: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    lost: dict[str, list[int]] = {table: [] for table in COLUMNS}
    with closing(sqlite3.connect(path)) as base:
        if version_of(base) != len(MIGRATIONS):
            raise sqlite3.DatabaseError("rows without checksums, of another schema")
        most = path.stat().st_size  # a row takes more than a byte
        for table in COLUMNS:
            for number in range(1, min(most, max(_ends(base, table), known.get(table, 0))) + 1):
                row = _row(base, table, number)  # one by one, as a damaged page only hides its own
                if row is None:
                    lost[table].append(number)
                else:
                    whole[table].append(row)
    if not any(whole.values()):
        raise sqlite3.DatabaseError("no row that could be read")
    return whole, lost


def _row(base: sqlite3.Connection, table: str, number: int) -> Row | None:
    try:
        return next(some(base, table, "number = ?", number), None)
    except (sqlite3.Error, UnicodeDecodeError):
        return None


def _ends(base: sqlite3.Connection, table: str) -> int:
    """The highest number that anything tells of."""
    found = [0]
    for query in (
        f"SELECT max(number) FROM {table}",  # noqa: S608
        f"SELECT max(seq) FROM sqlite_sequence WHERE name = '{table}'",  # noqa: S608
    ):
        try:
            (number,) = base.execute(query).fetchone()
        except (sqlite3.Error, UnicodeDecodeError):
            continue
        if isinstance(number, int):
            found.append(number)
    return max(found)


def _set_aside(store: Path) -> str:
    """Keep the damaged file, under a name that none has; returns the name."""
    aside, number = f"{FILE}{ASIDE}", 1
    while (store / aside).exists():
        number += 1
        aside = f"{FILE}{ASIDE}-{number}"
    copy_raw(store, store / aside)
    return aside


def _schema(base: sqlite3.Connection) -> list[tuple[str, ...]]:
    return base.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    ).fetchall()
