"""Baskets: activities somebody collected under a name, in an append-only log that no build touches.

A basket keeps the whole record of each activity as it was when it was put in, so nothing is lost
when a plan is replaced by an edition without it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from indexes.user_data import changing, exists, now, reading, recorded
from indexes.user_rows import Row, all_of, insert, some
from indexes.user_schema import BASKET_CHANGES
from nlp.errors import UsageError
from nlp.records import Activity

MOST = 100  # activities of a basket
MOST_BASKETS = 200  # of one owner
MOST_NAME = 100  # signs
NEW, RENAME, DELETE, RESTORE, PUT, TAKE = "new", "rename", "delete", "restore", "put", "take"


@dataclass(frozen=True, slots=True)
class Basket:
    """A basket as the log leaves it.

    ``owner`` is a login name, or empty where nobody logs in; ``created`` and ``changed`` are UTC;
    ``ids`` are those of its activities, the first put in first.
    """

    number: int
    owner: str
    name: str
    created: str
    changed: str
    ids: tuple[str, ...] = ()
    deleted: bool = False
    last: int = 0  # row of the log that changed it last


class BasketLog:
    """The baskets of a store; safe to share between threads, as every call opens its own file."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def all(self, owner: str | None = None, *, deleted: bool = False) -> list[Basket]:
        """The baskets of an owner (None: of everybody), the one changed last first.

        :param deleted: those that were deleted instead.
        :raises RegioplanError: the log cannot be read.
        """
        if not exists(self.store):
            return []
        with reading(self.store) as base:
            if owner is None:
                found = _replayed(all_of(base, BASKET_CHANGES))
            else:
                found = _owned(base, owner)
        return sorted((b for b in found if b.deleted == deleted), key=lambda b: -b.last)

    def get(self, number: int, owner: str | None = None) -> Basket:
        """A basket that was not deleted.

        :raises UsageError: there is none of that number, or it is somebody else's.
        """
        if not exists(self.store):
            raise _unknown(number)
        with reading(self.store) as base:
            return _standing(base, number, owner)

    def records(self, basket: Basket) -> list[Activity]:
        """The activities of a basket as they were when they were put in."""
        if not basket.ids:
            return []
        with reading(self.store) as base:
            rows = some(base, BASKET_CHANGES, "basket = ? AND kind = ?", basket.number, PUT)
            records = {activity: record for *_, activity, record in rows}  # the newest of each
            return [recorded(records[name]) for name in basket.ids]

    def new(self, name: str, owner: str, person: str) -> Basket:
        """An empty basket; it is on disk when this returns.

        :param person: who makes it, which may be another than the owner.
        :raises UsageError: no name, an overlong one, or the owner has too many baskets.
        """
        name = _name(name)
        with changing(self.store) as base:
            _room(base, owner)
            (last,) = base.execute("SELECT coalesce(max(basket), 0) FROM basket_changes").fetchone()
            number = int(last) + 1
            # The owner stands where other rows have an activity.
            _write(base, person, number, NEW, name=name, activity=owner)
            return _standing(base, number)

    def rename(self, number: int, name: str, person: str, owner: str | None = None) -> Basket:
        """Give a basket another name.

        :raises UsageError: no such basket, no name, or an overlong one.
        """
        name = _name(name)
        with changing(self.store) as base:
            _standing(base, number, owner)
            _write(base, person, number, RENAME, name=name)
            return _standing(base, number)

    def put(
        self, number: int, activities: Sequence[Activity], person: str, owner: str | None = None
    ) -> Basket:
        """Put activities in; those that are in it stay where they are.

        :raises UsageError: no such basket, or it would hold more than :data:`MOST`; nothing is put
            in then.
        """
        with changing(self.store) as base:
            before = set(_standing(base, number, owner).ids)
            fresh = {a.id: a for a in activities if a.id not in before}
            if len(before) + len(fresh) > MOST:
                raise too_many(len(before) + len(fresh))
            for activity in fresh.values():
                record = json.dumps(activity.to_dict(), ensure_ascii=False)
                _write(base, person, number, PUT, activity=activity.id, record=record)
            return _standing(base, number)

    def take(
        self, number: int, ids: Sequence[str], person: str, owner: str | None = None
    ) -> Basket:
        """Take activities out; ids that are not in it are passed over.

        :raises UsageError: no such basket.
        """
        with changing(self.store) as base:
            before = set(_standing(base, number, owner).ids)
            for name in dict.fromkeys(ids):
                if name in before:
                    _write(base, person, number, TAKE, activity=name)
            return _standing(base, number)

    def delete(self, number: int, person: str, owner: str | None = None) -> Basket:
        """Delete a basket; :meth:`restore` brings it back with all that was in it.

        :raises UsageError: no such basket.
        """
        with changing(self.store) as base:
            basket = _standing(base, number, owner)
            _write(base, person, number, DELETE)
            return replace(basket, deleted=True)

    def restore(self, number: int, person: str, owner: str | None = None) -> Basket:
        """Bring a deleted basket back.

        :raises UsageError: none of that number was deleted, or the owner has too many baskets.
        """
        with changing(self.store) as base:
            gone = next(iter(_replayed(_of(base, number))), None)
            if gone is None or not gone.deleted or owner not in (None, gone.owner):
                raise UsageError(
                    "the number of a deleted basket",
                    f"{number}",
                    "see 'regioplan baskets --deleted'",
                )
            _room(base, gone.owner)
            _write(base, person, number, RESTORE)
            return _standing(base, number)


def too_many(activities: int) -> UsageError:
    """What is said when a basket would hold too many."""
    return UsageError(
        f"a basket of at most {MOST} activities", f"{activities}",
        "take some out, or begin another basket",
    )  # fmt: skip


def _replayed(rows: Iterable[Row]) -> list[Basket]:
    """Baskets as their rows leave them, deleted ones too."""
    out: dict[int, Basket] = {}
    ids: dict[int, dict[str, None]] = {}  # in the order they came
    ends: dict[int, tuple[int, str]] = {}
    for row, time, _, basket, kind, name, activity, _ in rows:
        if (kind == NEW) is (basket in out):
            raise sqlite3.DatabaseError(f"row {row} speaks of a basket that cannot be")
        if kind == NEW:
            out[basket], ids[basket] = Basket(basket, activity, name, time, time), {}
        elif kind == PUT:
            ids[basket][activity] = None
        elif kind == TAKE:
            ids[basket].pop(activity, None)
        elif kind == RENAME:
            out[basket] = replace(out[basket], name=name)
        elif kind in (DELETE, RESTORE):
            out[basket] = replace(out[basket], deleted=kind == DELETE)
        ends[basket] = row, time
    return [
        replace(basket, ids=tuple(ids[key]), last=ends[key][0], changed=ends[key][1])
        for key, basket in out.items()
    ]


def _of(base: sqlite3.Connection, number: int) -> Iterator[Row]:
    return some(base, BASKET_CHANGES, "basket = ?", number)


def _owned(base: sqlite3.Connection, owner: str) -> list[Basket]:
    """The baskets of an owner, deleted ones too."""
    # The kind stands there word for word, as in the index that finds these rows.
    theirs = "SELECT basket FROM basket_changes WHERE kind = 'new' AND activity = ?"
    return _replayed(some(base, BASKET_CHANGES, f"basket IN ({theirs})", owner))


def _standing(base: sqlite3.Connection, number: int, owner: str | None = None) -> Basket:
    for found in _replayed(_of(base, number)):
        if not found.deleted and owner in (None, found.owner):
            return found
    raise _unknown(number)


def _unknown(number: int) -> UsageError:
    return UsageError("the number of a basket", f"{number}", "see 'regioplan baskets'")


def _room(base: sqlite3.Connection, owner: str) -> None:
    if sum(not basket.deleted for basket in _owned(base, owner)) >= MOST_BASKETS:
        raise UsageError(
            f"at most {MOST_BASKETS} baskets", "one more", "delete one that is not needed"
        )


def _name(given: str) -> str:
    name = " ".join(given.split())
    if not name:
        raise UsageError("a name of the basket", "none", "give one")
    if len(name) > MOST_NAME or not name.isprintable():
        raise UsageError(
            f"a name of at most {MOST_NAME} printable signs", f"'{name[:40]}'", "give another"
        )
    return name


def _write(
    base: sqlite3.Connection, person: str, basket: int, kind: str, *, name: str = "",
    activity: str = "", record: str = "",
) -> None:  # fmt: skip
    person = person.strip()[:200]
    insert(base, BASKET_CHANGES, (now(), person, basket, kind, name, activity, record))
