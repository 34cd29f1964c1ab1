"""What people decided about tags: an append-only log in SQLite beside the generations.

Nothing is ever changed or deleted: an undo is one more row that takes an earlier one back. The
standing decision on a label of a text is the newest row that nobody took back. The log survives
every rebuild, as it lies outside the generations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from indexes.user_data import UntilChanged, changing, exists, now, reading
from indexes.user_rows import all_of, insert
from indexes.user_schema import CORRECTIONS
from nlp.errors import UsageError
from nlp.records import fold

VALUES = ("yes", "no", "borderline")
MARKS = {"yes": "y", "no": "n", "borderline": "b"}
_NOTE = 2000


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of the log: ``time`` is UTC, ``old`` and ``new`` are decisions.

    ``old`` is what stood before: a person's decision, else the model's. ``undoes`` is the number
    of the row taken back.
    """

    number: int
    time: str
    person: str
    scheme: str
    label: str
    activity: str | None
    region: str
    text: str
    old: str
    new: str
    note: str
    undoes: int | None


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions in force under a scheme at one moment; ``by_text`` has those of all schemes."""

    scheme: str
    by_text: Mapping[tuple[str, str], Mapping[str, Correction]]

    def of(self, text: str) -> Mapping[str, Correction]:
        """Those on a text, by label; spaces and case do not matter."""
        return self.by_text.get((self.scheme, fold(text)), {}) if self.by_text else {}


class CorrectionLog:
    """The log of a store; safe to share between threads, as every call opens its own connection."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self._standing = UntilChanged(store, self._read_standing)

    def add(
        self,
        *,
        person: str,
        scheme: str,
        label: str,
        text: str,
        old: str,
        new: str,
        activity: str | None = None,
        region: str = "",
        note: str = "",
    ) -> Correction:
        """Write a decision down; it is on disk when this returns.

        :raises UsageError: no name, an unknown decision, or an overlong note.
        :raises RegioplanError: the log cannot be written.
        """
        if not person.strip():
            raise UsageError("the name of who decides", "none", "give your name")
        if new not in VALUES:
            raise UsageError(f"one of {', '.join(VALUES)}", f"'{new[:40]}'", "choose one of them")
        if len(note) > _NOTE:
            raise UsageError(f"a note of at most {_NOTE} signs", f"{len(note)}", "shorten it")
        return self._append(
            person.strip()[:200], scheme, label, activity, region, text, old, new, note, None
        )

    def undo(self, number: int, person: str) -> Correction:
        """Take a decision back; what stood before it stands again.

        :raises UsageError: there is no such decision, or it was taken back before.
        """
        rows = {row.number: row for row in self.rows()}
        row = rows.get(number)
        if row is None or row.undoes is not None:
            raise UsageError("the number of a decision", f"{number}", "see 'regioplan corrections'")
        if any(other.undoes == number for other in rows.values()):
            raise UsageError(
                "a decision that stands", f"{number}, taken back before", "decide anew"
            )
        return self._append(
            person.strip()[:200] or "unknown", row.scheme, row.label, row.activity, row.region,
            row.text, row.new, row.old, "", number,
        )  # fmt: skip

    def rows(self) -> list[Correction]:
        """The whole log, oldest first."""
        if not exists(self.store):
            return []
        with reading(self.store) as base:
            return [Correction(*row) for row in all_of(base, CORRECTIONS)]

    def standing(self) -> list[Correction]:
        """The decisions in force: of each label of each text the newest not taken back."""
        return [row for rows in self._standing.get().values() for row in rows.values()]

    def in_force(self, scheme: str) -> Decisions:
        """The decisions in force under a scheme as they are now, to look up several texts."""
        return Decisions(scheme, self._standing.get())

    def decided(self, text: str, scheme: str) -> Mapping[str, Correction]:
        """The decisions in force on a text, by label; spaces and case do not matter."""
        return self.in_force(scheme).of(text)

    def texts(self, scheme: str) -> list[str]:
        """Folded texts with a decision in force."""
        return [text for name, text in self._standing.get() if name == scheme]

    def _read_standing(self) -> dict[tuple[str, str], dict[str, Correction]]:
        rows = self.rows()
        undone = {row.undoes for row in rows}
        fresh: dict[tuple[str, str], dict[str, Correction]] = {}
        for row in rows:
            if row.undoes is None and row.number not in undone:
                fresh.setdefault((row.scheme, fold(row.text)), {})[row.label] = row
        return fresh

    def _append(
        self,
        person: str,
        scheme: str,
        label: str,
        activity: str | None,
        region: str,
        text: str,
        old: str,
        new: str,
        note: str,
        undoes: int | None,
    ) -> Correction:
        values = (now(), person, scheme, label, activity, region, text, old, new, note, undoes)
        with changing(self.store) as base:
            return Correction(insert(base, CORRECTIONS, values), *values)
