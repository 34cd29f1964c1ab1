"""People's edits of the themes: an append-only log, replayed over every registry."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from indexes.user_data import UntilChanged, changing, exists, now, reading
from indexes.user_rows import all_of, insert
from indexes.user_schema import THEME_EDITS
from nlp.errors import UsageError
from nlp.themes import ThemeEdit


class ThemeLog:
    """The edits of a store."""

    def __init__(self, store: Path) -> None:
        self.store = store
        self._standing = UntilChanged(store, self._read_standing)

    def add(
        self,
        kind: Literal["rename", "merge", "move"],
        theme: str,
        person: str,
        *,
        target: str = "",
        lv: str = "",
        en: str = "",
    ) -> ThemeEdit:
        """Write an edit down.

        :raises UsageError: no name, or a rename to nothing.
        """
        if not person.strip():
            raise UsageError("the name of who edits", "none", "give your name")
        if kind == "rename" and not (lv.strip() or en.strip()):
            raise UsageError("a new name", "none", "give one in Latvian or English")
        values = (
            now(), person.strip()[:200], kind, theme,
            target, lv.strip()[:200], en.strip()[:200],
        )  # fmt: skip
        return ThemeEdit(self._insert(values, None), *values)

    def undo(self, number: int, person: str) -> None:
        """Take an edit back.

        :raises UsageError: there is none of that number in force.
        """
        if number not in {edit.number for edit in self.in_force()}:
            raise UsageError("the number of an edit in force", str(number), "see 'themes log'")
        time = now()
        self._insert((time, person.strip()[:200] or "unknown", "undo", "", "", "", ""), number)

    def in_force(self) -> tuple[ThemeEdit, ...]:
        """Edits nobody took back, oldest first; the same object until there are others."""
        return self._standing.get()

    def _read_standing(self) -> tuple[ThemeEdit, ...]:
        if not exists(self.store):
            return ()
        with reading(self.store) as base:
            rows = list(all_of(base, THEME_EDITS))
        undone = {undoes for *_, undoes in rows}
        return tuple(
            ThemeEdit(number, *said)
            for number, *said, undoes in rows
            if undoes is None and number not in undone
        )

    def _insert(self, values: tuple[str, ...], undoes: int | None) -> int:
        with changing(self.store) as base:
            return insert(base, THEME_EDITS, (*values, undoes))
