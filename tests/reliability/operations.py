"""What changes a store, as a table: each row changes something and says how that can be told.

A row is all that a new operation needs to be killed, repeated and checked with the others.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

from app import users
from indexes.backup import backup, check
from indexes.baskets import BasketLog
from indexes.changes import append, compact, remove, replace_taggers, replace_themes, update
from indexes.corrections import CorrectionLog
from indexes.records import keys_of
from indexes.store import (
    Contents,
    current_folder,
    open_current,
    previous,
    verify,
    write_generation,
    writer,
)
from indexes.theme_log import ThemeLog
from indexes.themes import Earlier
from indexes.user_check import verify as verify_logs
from nlp.plans import MANIFEST
from nlp.records import Activity
from training.add import add, prepare

DETAILS = {
    "regions": ["Kurzeme"],
    "title": "Kurzemes plāns",
    "period": "2022-2027",
    "publisher": "",
    "address": "",
}


@dataclass(frozen=True, slots=True)
class State:
    """Everything people entered or were told is there, as a fresh reader finds it."""

    generation: str
    activities: frozenset[str]  # texts
    decisions: tuple[tuple[int, str, str], ...]  # number, text, decision
    edits: tuple[tuple[int, str], ...]  # number, name
    baskets: tuple[tuple[str, tuple[str, ...]], ...]  # name, texts
    plans: tuple[str, ...]  # of the manifest, each with its file there
    people: tuple[str, ...]
    saved: tuple[str, ...]  # names in the backup
    saved_at: int  # time of the backup, ns


@dataclass(frozen=True)
class Place:
    """A store with what belongs to it, all under one folder.

    ``seen`` holds the activities of each generation as they were when it was last read.
    """

    root: Path
    contents: Contents = field(repr=False)
    seen: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def store(self) -> Path:
        return self.root / "store"

    @property
    def plans(self) -> Path:
        return self.root / "plans"

    @property
    def users(self) -> Path:
        return self.root / "regioplan.users"

    @property
    def archive(self) -> Path:
        return self.root / "backup.zip"

    def state(self) -> State:
        """What is there now; every file is checked first.

        :raises RegioplanError: something is damaged.
        """
        verify(self.store)
        verify_logs(self.store)
        index = open_current(self.store)
        rows = json.loads((self.plans / MANIFEST).read_text(encoding="utf-8"))["plans"]
        self.seen[index.generation] = frozenset(a.text for a in index.activities)
        return State(
            generation=index.generation,
            activities=self.seen[index.generation],
            decisions=tuple((r.number, r.text, r.new) for r in CorrectionLog(self.store).rows()),
            edits=tuple((e.number, e.lv) for e in ThemeLog(self.store).in_force()),
            baskets=self._baskets(),
            plans=tuple(r["file"] for r in rows if (self.plans / r["file"]).is_file()),
            people=tuple(users.read(self.users)),
            saved=tuple(check(self.archive)),
            saved_at=self.archive.stat().st_mtime_ns,
        )

    def _baskets(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        log = BasketLog(self.store)
        return tuple((b.name, tuple(a.text for a in log.records(b))) for b in log.all())

    def litter(self) -> set[str]:
        """Names of files that nothing needs any more."""
        rows = json.loads((self.plans / MANIFEST).read_text(encoding="utf-8"))["plans"]
        known = {MANIFEST, *(row["file"] for row in rows)}
        left = [p.name for p in self.plans.iterdir() if p.name not in known]
        left += [p.name for p in self.store.glob("tmp-*")]
        left += [p.name for p in self.store.glob("*.new")]
        left += [p.name for p in self.root.iterdir() if p.name.startswith(".")]
        return set(left)


@dataclass(frozen=True, slots=True)
class Change:
    """What an operation was to change, and what it did."""

    before: State
    after: State
    number: int  # of the operation, in what it wrote
    older: dict[str, frozenset[str]]  # activities of every generation there was before

    def only(self, **values: object) -> bool:
        """Whether exactly these fields changed, to these values."""
        return self.after == replace(self.before, **values)  # type: ignore[arg-type]


@dataclass(frozen=True)
class Operation:
    """One way to change a place.

    ``run`` gets the place and a number of its own; ``done`` tells whether it took effect, whole and
    with nothing else changed; ``half`` what a crash may leave that a repetition completes.
    """

    name: str
    run: Callable[[Place, int], object]
    done: Callable[[Change], bool]
    half: Callable[[Change], bool] = lambda _: False
    ready: Callable[[Place, int], object] = lambda *_: None  # what must be there first
    writes_index: bool = True  # and so clears away what a writer before it left


def make_place(root: Path, contents: Contents) -> Place:
    """A place with two generations, one plan, one user and one of each decision, all seen."""
    place = Place(root, contents)
    place.plans.mkdir(parents=True)
    (place.plans / "old.txt").write_text("x\n", encoding="utf-8")
    row = {**DETAILS, "file": "old.txt", "layout": "latgale-programme"}
    (place.plans / MANIFEST).write_text(json.dumps({"plans": [row]}), encoding="utf-8")
    write_generation(place.store, contents)
    _correct(place, 0)
    _rename(place, 0)
    _begin(place, 0)
    users.add(place.users, "anna", "a long password")
    backup(place.store, place.plans, place.archive)
    place.state()
    write_generation(place.store, contents)
    place.state()
    return place


def _text(number: int) -> str:
    return f"Ierīkot {number}. zivju taci Kuldīgā"


def _build(place: Place, _: int) -> None:
    with writer(place.store):  # what is read must still be the newest when it is written
        index = open_current(place.store)
        write_generation(place.store, replace(place.contents, activities=index.activities))


def _rebuilt(change: Change) -> bool:
    """Another generation of the same."""
    fresh = change.after.generation
    return fresh != change.before.generation and change.only(generation=fresh)


def _fresh(place: Place, number: int, text: str) -> Activity:
    return replace(place.contents.activities[0], id=f"{number:016x}", text=text)


def _append(place: Place, number: int) -> None:
    append(place.store, [_fresh(place, number, _text(number))])


def _removed(change: Change) -> bool:
    texts = change.before.activities - {_text(change.number)}
    return change.only(generation=change.after.generation, activities=texts)


def _update(place: Place, number: int) -> None:
    update(place.store, [_fresh(place, number, f"{_text(number)} un Aizputē")])


def _updated(change: Change) -> bool:
    old = _text(change.number)
    texts = change.before.activities - {old} | {f"{old} un Aizputē"}
    return change.only(generation=change.after.generation, activities=texts)


def _appended(change: Change) -> bool:
    return change.only(**_grown(change))


def _grown(change: Change) -> dict[str, object]:
    texts = change.before.activities | {_text(change.number)}
    return {"generation": change.after.generation, "activities": texts}


def _plan(place: Place, number: int) -> Path:
    return place.root / f"Plāns {number}.csv"


def _write_plan(place: Place, number: int) -> None:
    lines = f"Nr.,Rīcība,Termiņš\n1,{_text(number)},2026\n"
    _plan(place, number).write_text(lines, encoding="utf-8")


def _add(place: Place, number: int) -> None:
    add(prepare(_plan(place, number), place.plans, DETAILS), place.plans, place.store)


def _added(change: Change) -> bool:
    plans = (*change.before.plans, f"plans-{change.number}.csv")
    return change.only(**_grown(change), plans=plans)


def _correct(place: Place, number: int) -> None:
    CorrectionLog(place.store).add(
        person="Anna", scheme="priorities", label="climate", text=_text(number), old="no", new="yes"
    )


def _corrected(change: Change) -> bool:
    before = change.before.decisions
    return change.only(decisions=(*before, (len(before) + 1, _text(change.number), "yes")))


def _rename(place: Place, number: int) -> None:
    ThemeLog(place.store).add("rename", "F01", "Anna", lv=f"Tēma {number}")


def _renamed(change: Change) -> bool:
    before = change.before.edits
    return change.only(edits=(*before, (len(before) + 1, f"Tēma {change.number}")))


def _begin(place: Place, number: int) -> None:
    BasketLog(place.store).new(f"Grozs {number}", "anna", "anna")


def _collect(place: Place, number: int) -> None:
    log = BasketLog(place.store)
    both = [_fresh(place, 2 * number + i, f"{_text(number)} un {i}") for i in range(2)]
    log.put(log.all()[0].number, both, "anna")


def _collected(change: Change) -> bool:
    """Both or none."""
    (name, texts), *others = change.before.baskets
    fresh = tuple(f"{_text(change.number)} un {i}" for i in range(2))
    return change.only(baskets=((name, texts + fresh), *others))


def _older(place: Place) -> list[Path]:
    current = _place_of(current_folder(place.store))
    return [folder for folder in place.store.glob("gen-*") if _place_of(folder) < current]


def _place_of(generation: Path) -> int:
    return int(generation.name.removeprefix("gen-"))


def _swapped(change: Change) -> bool:
    fresh = change.after.generation
    return fresh != change.before.generation and change.only(
        generation=fresh, activities=change.older[fresh]
    )


def _themes(place: Place, _: int) -> None:
    with writer(place.store):
        index = open_current(place.store)
        replace_themes(place.store, Earlier(index.themes, keys_of(a.id for a in index.activities)))


def _taggers(place: Place, _: int) -> None:
    replace_taggers(place.store, place.contents.taggers)


def _user(place: Place, number: int) -> None:
    users.add(place.users, f"user{number}", "a long password")


def _user_there(change: Change) -> bool:
    return change.only(people=tuple(sorted((*change.before.people, f"user{change.number}"))))


def _backup(place: Place, _: int) -> None:
    backup(place.store, place.plans, place.archive)


def _saved(change: Change) -> bool:
    fresh = change.after.saved_at
    files = (MANIFEST, *change.before.plans)
    names = sorted(("user.sqlite", *(f"plans/{name}" for name in files)))
    return fresh != change.before.saved_at and change.only(saved=tuple(names), saved_at=fresh)


OPERATIONS = (
    Operation("build", _build, _rebuilt),
    Operation("append", _append, _appended),
    Operation(
        "remove",
        lambda place, number: remove(place.store, [f"{number:016x}"]),
        _removed,
        ready=_append,
    ),
    Operation("update", _update, _updated, ready=_append),
    Operation("compact", lambda place, _: compact(place.store), _rebuilt, ready=_append),
    # The index comes first; what is in it already is not added to it again.
    Operation("add", _add, _added, half=_appended, ready=_write_plan),
    Operation("correct", _correct, _corrected, writes_index=False),
    Operation("rename theme", _rename, _renamed, writes_index=False),
    Operation("collect", _collect, _collected, writes_index=False),
    Operation(
        "swap",
        lambda place, _: previous(place.store),
        _swapped,
        ready=lambda place, number: _older(place) or _build(place, number),
    ),
    Operation("themes", _themes, _rebuilt),
    Operation("taggers", _taggers, _rebuilt),
    Operation("user", _user, _user_there, writes_index=False),
    Operation("backup", _backup, _saved, writes_index=False),
)
