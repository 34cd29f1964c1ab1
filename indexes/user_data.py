"""What people entered: one SQLite file beside the generations, which no build ever touches.

Beside it a small file tells how many rows were written: it shows when some are gone that SQLite
does not miss, as after a damaged journal, or when the file itself was emptied or lost.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeVar
from urllib.parse import quote

from indexes import user_last
from indexes.disk import swap_in, sync
from indexes.user_rows import complete, ends
from indexes.user_schema import MIGRATIONS, migrate, version_of
from nlp.errors import RegioplanError
from nlp.records import Activity

FILE = "user.sqlite"
TICK = 50_000_000  # ns; file systems count times in ticks of up to 10 ms
WAIT = 30  # seconds for other writers
MEND = (
    "check folder and disk; if the log is damaged, restore a backup, or keep every row that is "
    "whole by 'regioplan salvage'"
)

Kept = TypeVar("Kept")


def exists(store: Path) -> bool:
    """Whether anybody entered anything."""
    return (store / FILE).is_file() or (store / user_last.FILE).is_file()


@contextmanager
def changing(store: Path) -> Iterator[sqlite3.Connection]:
    """A connection whose statements count together; what fails leaves nothing.

    :raises RegioplanError: the file cannot be read or written, has lost rows, or is of a newer
        version.
    """
    with failures_named(store):
        known = _known(store)
        with closing(_opened(store)) as base:
            base.execute("BEGIN IMMEDIATE")
            complete(base, known)
            yield base
            base.execute("COMMIT")
            _remember(store, base)


@contextmanager
def reading(store: Path) -> Iterator[sqlite3.Connection]:
    """A connection to read by, also on a full disk and where nothing may be written.

    :raises RegioplanError: the file cannot be read, has lost rows, or is of a newer version.
    """
    with failures_named(store):
        known, before = _known(store), None
        try:
            base = _opened(store)
        except (sqlite3.Error, OSError):
            before = stamps(store)
            if before[1][1]:  # the newest rows lie in the journal, which takes rights to write
                raise
            base = _unchanging(store)
        with closing(base):
            complete(base, known)
            yield base
        if before not in (None, stamps(store)):  # by somebody who may write
            raise sqlite3.OperationalError("it was changed while it was read")


def _unchanging(store: Path) -> sqlite3.Connection:
    """A connection to a file that nobody writes to meanwhile.

    :raises sqlite3.Error: it cannot be read, or waits for a newer schema.
    """
    path = quote(str((store / FILE).absolute()))
    base = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
    try:
        if version_of(base) < len(MIGRATIONS):
            raise sqlite3.OperationalError("an earlier schema, and no rights to bring it forward")
    except BaseException:
        base.close()
        raise
    return base


@contextmanager
def failures_named(store: Path) -> Iterator[None]:
    """Turn what SQLite and the disk say into one line.

    :raises RegioplanError: instead of what they raise.
    """
    try:
        yield
    except (sqlite3.Error, OSError, UnicodeDecodeError) as error:
        raise RegioplanError(
            f"a readable and writable log {store / FILE}", str(error), MEND
        ) from None


def copy_raw(store: Path, target: Path) -> None:
    """Copy the file as it is, damage and all, and the journal that its newest rows may lie in.

    :raises OSError: the disk refuses.
    """
    for suffix in ("", "-wal"):
        source, copy = (path.with_name(path.name + suffix) for path in (store / FILE, target))
        copy.unlink(missing_ok=True)
        if source.is_file():
            shutil.copyfile(source, copy)
            sync(copy)


def take_over(store: Path, fresh: Path) -> None:
    """Put another file in the place of what people entered; :func:`remember` is to follow.

    :raises OSError: the disk refuses.
    """
    user_last.forget(store)
    for suffix in ("-wal", "-shm"):  # of the file that goes
        (store / f"{FILE}{suffix}").unlink(missing_ok=True)
    swap_in(fresh, store / FILE)


def remember(store: Path) -> None:
    """Write down how many rows there are, as after another file came in the place of this one.

    :raises RegioplanError: it cannot be read.
    """
    with failures_named(store), closing(_opened(store)) as base:
        _remember(store, base)


def _remember(store: Path, base: sqlite3.Connection) -> None:
    # What was written before is on the disk: nobody is told otherwise for what fails here.
    with contextlib.suppress(sqlite3.Error):
        base.execute("BEGIN IMMEDIATE")  # so that one does it at a time
        user_last.write(store, ends(base))
        base.execute("ROLLBACK")


def _known(store: Path) -> Mapping[str, int]:
    known = user_last.trusted(store)  # 'regioplan verify' tells of damage to it
    if any(known.values()) and not (store / FILE).is_file():
        raise sqlite3.DatabaseError(
            f"no such file, though {user_last.FILE} tells of rows (without that, all begins anew)"
        )
    return known


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
        migrate(base)
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
