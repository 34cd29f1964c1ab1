"""Activities people added, changed or deleted one by one: an append-only log that builds replay."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from indexes.user_data import changing, exists, now, reading, recorded
from indexes.user_rows import all_of, insert
from indexes.user_schema import RECORD_CHANGES
from nlp.records import Activity

PUT, REMOVE, UNDO = "put", "remove", "undo"


class RecordLog:
    """The log of a store. What is written in one call counts, or is taken back, together."""

    def __init__(self, store: Path) -> None:
        self.store = store

    def write(self, removed: Sequence[str], put: Sequence[Activity]) -> int:
        """Write down what goes and what comes; on disk when this returns. Returns its number.

        :raises RegioplanError: the log cannot be written.
        """
        rows = [(REMOVE, name, "") for name in removed]
        rows += [(PUT, a.id, json.dumps(a.to_dict(), ensure_ascii=False)) for a in put]
        return self._insert(rows)

    def undo(self, change: int) -> None:
        """Take a change back.

        :raises RegioplanError: the log cannot be written.
        """
        self._insert([(UNDO, str(change), "")])

    def applied(self, activities: Iterable[Activity]) -> list[Activity]:
        """Activities with everything that was changed since, the added ones last.

        :raises RegioplanError: the log cannot be read.
        """
        out = {activity.id: activity for activity in activities}
        if not exists(self.store):
            return list(out.values())
        with reading(self.store) as base:
            rows = list(all_of(base, RECORD_CHANGES))
            undone = {name for *_, kind, name, _ in rows if kind == UNDO}
            for _, _, change, kind, name, record in rows:
                if str(change) in undone or kind == UNDO:
                    continue
                if kind == REMOVE:
                    out.pop(name, None)
                else:
                    out[name] = recorded(record)
        return list(out.values())

    def _insert(self, rows: Sequence[tuple[str, str, str]]) -> int:
        time = now()
        with changing(self.store) as base:
            (last,) = base.execute("SELECT coalesce(max(change), 0) FROM record_changes").fetchone()
            change = int(last) + 1
            for row in rows:
                insert(base, RECORD_CHANGES, (time, change, *row))
        return change
