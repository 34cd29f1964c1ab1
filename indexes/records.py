"""The records of an index on disk: one JSON line each, looked up by row, by id or by their text."""

from __future__ import annotations

import hashlib
import json
import mmap
import os
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from indexes.arrays import Kept, Rows, fresh, located, mapped, starts_of
from nlp.records import Activity, fold

IN_MEMORY = 20_000  # rows up to which all records are read when the index is opened
RECORDS, FOLDED = "records.jsonl", "folded.txt"
Keys = npt.NDArray[np.uint64]


def key_of(text: str) -> int:
    """64 bits of SHA-256, by which ids and folded texts are looked up."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "little")


def keys_of(names: Iterable[str]) -> Keys:
    """The key of each name."""
    return np.asarray([key_of(name) for name in names], dtype=np.uint64)


def line_of(activity: Activity) -> bytes:
    """A record as it is stored: what it leaves empty is left out."""
    row = {name: value for name, value in activity.to_dict().items() if value not in (None, ())}
    return json.dumps(row, ensure_ascii=False).encode() + b"\n"


class LineWriter:
    """Lines of one file, added block by block, with the place where each ends."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._ends: list[npt.NDArray[np.int64]] = [np.zeros(1, dtype=np.int64)]
        self._written = 0
        path.touch()

    def add(self, lines: bytes) -> None:
        """:param lines: whole lines, each with its line break."""
        with self._path.open("ab") as handle:
            handle.write(lines)
        breaks = np.flatnonzero(np.frombuffer(lines, dtype=np.uint8) == ord("\n")) + 1
        self._ends.append(breaks.astype(np.int64) + self._written)
        self._written += len(lines)

    def save(self) -> None:
        """Write where each line ends beside the file."""
        np.save(_ends_file(self._path), np.concatenate(self._ends))


class Lines:
    """A file of lines, kept open: single ones are read, all of them mapped.

    A mapped line would count towards the memory of the process with all that lies around it.
    """

    def __init__(self, path: Path) -> None:
        self.ends = mapped(_ends_file(path))
        self._file = os.open(path, os.O_RDONLY)
        weakref.finalize(self, os.close, self._file)

    @cached_property
    def _bytes(self) -> mmap.mmap | bytes:
        if not int(self.ends[-1]):  # nothing cannot be mapped
            return b""
        return mmap.mmap(self._file, 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self.ends) - 1

    def raw(self, row: int) -> bytes:
        """A line with its break."""
        start, end = int(self.ends[row]), int(self.ends[row + 1])
        return os.pread(self._file, end - start, start)

    def some(self, rows: Rows) -> bytes:
        """Several lines, one after another."""
        return b"".join(self.raw(row) for row in rows.tolist())

    def holding(self, needle: bytes) -> Rows:
        """Lines that hold some bytes, which must not hold a line break."""
        out: list[int] = []
        at = self._bytes.find(needle)
        while at >= 0:
            row = int(np.searchsorted(self.ends, at, side="right")) - 1
            out.append(row)
            at = self._bytes.find(needle, int(self.ends[row + 1]))
        return np.asarray(out, dtype=np.int64)


class Records(Sequence[Activity]):
    """The activities of an index, in the order of its rows; read when they are looked at."""

    def __init__(self, parts: Sequence[Lines], kept: Kept) -> None:
        self._parts = tuple(parts)
        self._starts = starts_of([len(part) for part in parts])
        self._kept = kept
        self._read: tuple[Activity, ...] | None = None
        if len(self) <= IN_MEMORY:
            self._read = tuple(self._at(row) for row in range(len(self)))

    def __len__(self) -> int:
        return len(self._kept)

    @overload
    def __getitem__(self, row: int) -> Activity: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[Activity]: ...
    def __getitem__(self, row: int | slice) -> Activity | Sequence[Activity]:
        if self._read is not None:
            return self._read[row]
        if isinstance(row, slice):
            return [self._at(i) for i in range(*row.indices(len(self)))]
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        return self._at(row % len(self))

    def __iter__(self) -> Iterator[Activity]:
        if self._read is not None:
            return iter(self._read)
        return (self._at(row) for row in range(len(self)))

    def _at(self, row: int) -> Activity:
        part, place = located(self._kept.place(row), self._starts)
        return Activity.from_dict(json.loads(self._parts[part].raw(place).decode()))


class Texts(Sequence[str]):
    """One text per activity, made when it is looked at."""

    def __init__(self, activities: Sequence[Activity], made: Callable[[str], str]) -> None:
        """:param made: what to do with the text of an activity."""
        self._activities = activities
        self._made = made

    def __len__(self) -> int:
        return len(self._activities)

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> Sequence[str]: ...
    def __getitem__(self, row: int | slice) -> str | Sequence[str]:
        if isinstance(row, slice):
            return [self._made(activity.text) for activity in self._activities[row]]
        return self._made(self._activities[row].text)


class KeyTable:
    """Rows by a 64-bit key."""

    def __init__(self, keys: Keys) -> None:
        self._order = np.argsort(keys, kind="stable")
        self._sorted = keys[self._order]

    @cached_property
    def first(self) -> Rows:
        """The first row of every key, ascending."""
        return np.sort(self._order[fresh(self._sorted)]).astype(np.int64)

    def rows(self, key: int) -> Rows:
        """Rows that have a key, ascending."""
        value = np.uint64(key)
        first = np.searchsorted(self._sorted, value, side="left")
        last = np.searchsorted(self._sorted, value, side="right")
        return np.sort(self._order[first:last]).astype(np.int64)


class FoldedTexts:
    """The texts of all activities folded (:func:`nlp.records.fold`), to look for literal words."""

    def __init__(self, parts: Sequence[Lines], kept: Kept) -> None:
        self._parts = tuple(parts)
        self._sizes = [len(part) for part in parts]
        self._starts = starts_of(self._sizes)
        self._kept = kept

    def holding(self, words: str, rows: Rows | None) -> Rows:
        """Rows, of some or of all, whose text holds words as they are, ascending."""
        needle = fold(words).encode()
        if rows is not None and len(rows) < len(self._kept) // 20:
            return rows[[needle in self._line(row) for row in rows.tolist()]]
        found = [
            part.holding(needle) + start
            for part, start in zip(self._parts, self._starts, strict=True)
        ]
        places = np.concatenate(found)
        if self._kept.stored is not None:
            places = np.intersect1d(places, self._kept.stored)
        mine = self._kept.rows(places)
        return mine if rows is None else np.intersect1d(mine, rows)

    def _line(self, row: int) -> bytes:
        part, place = located(self._kept.place(row), self._starts)
        return self._parts[part].raw(place)[:-1]


def _ends_file(path: Path) -> Path:
    return path.with_suffix(".ends.npy")
