"""Kills writers at random moments, and looks at what is there afterwards.

A warmed process is forked for each kill, so that two hundred take minutes: the child does one
operation and says so over a pipe, the parent sends SIGKILL. The moment is either a random time or,
as the ones that matter are short, one of the child's own file operations picked at random.

    python -m tests.reliability.kills --store STORE --kills 200 --seed 1
"""

from __future__ import annotations

import os

# A child forked from a process with threads would wait for theirs for ever.
os.environ.update(OMP_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")

import argparse
import random
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexes.store import Contents, open_current
from tests.reliability.children import started
from tests.reliability.operations import OPERATIONS, Change, Operation, Place, State, make_place

DONE = b"done"
LONGEST = 60.0  # seconds an operation may take before the harness gives up on it
# What Python reports of a process that touches files; all its writing goes through these.
EVENTS = (
    "open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.scandir", "shutil.rmtree",
    "shutil.copyfile", "sqlite3.connect", "fcntl.flock", "tempfile.mkdtemp", "tempfile.mkstemp",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pace:
    """How long an operation takes when nobody kills it."""

    seconds: float
    events: int


@dataclass
class Outcome:
    """What came of many kills."""

    killed: Counter[str] = field(default_factory=Counter)
    during: int = 0  # before the child had said that it was done
    took_effect: int = 0  # of those, how many were found to be done all the same
    lost: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        kinds = ", ".join(f"{name} {n}" for name, n in sorted(self.killed.items()))
        return (
            f"{self.killed.total()} kills ({kinds}), {self.during} in the middle of it "
            f"({self.took_effect} of them had taken effect), {len(self.lost)} lost"
        )


def kill_often(
    store: Path, kills: int, seed: int, operations: Sequence[Operation] = OPERATIONS
) -> Outcome:
    """Kill that many operations over copies of what a store holds.

    :param store: a store to take encoder, tagger and activities from; it stays as it is.
    """
    chance = random.Random(seed)
    contents = contents_of(store)
    outcome = Outcome()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        fresh = make_place(Path(folder) / "fresh", contents)

        def another(name: str) -> Place:
            root = Path(folder) / name
            shutil.copytree(fresh.root, root)
            return Place(root, contents, dict(fresh.seen))

        paces = {one.name: _pace(one, another(f"pace-{one.name}")) for one in operations}
        place = another("place")
        for number in range(1, kills + 1):
            operation = operations[number % len(operations)]
            outcome.killed[operation.name] += 1
            try:
                _one(operation, place, number, paces[operation.name], chance, outcome)
            except Exception as error:
                trouble = "".join(traceback.format_exception_only(error)).strip()
                outcome.lost.append(f"{number} {operation.name}: {trouble}")
                shutil.rmtree(place.root)  # what follows is judged by itself
                place = another(f"place-{number}")
    return outcome


def contents_of(store: Path) -> Contents:
    """What a store holds, to write it again elsewhere."""
    index = open_current(store)
    return Contents(
        index.activities, index.encoder, list(index.finder.concepts.values()), index.tags.taggers,
        own_encoder=True, facts={},
    )  # fmt: skip


class Lost(Exception):
    """Something acknowledged is gone, or what is there was never asked for."""


def _one(
    operation: Operation,
    place: Place,
    number: int,
    pace: Pace,
    chance: random.Random,
    outcome: Outcome,
) -> None:
    operation.ready(place, number)
    before, older, left = place.state(), dict(place.seen), place.litter()

    def found() -> tuple[State, Change]:
        state = place.state()
        return state, Change(before, state, number, older)

    if chance.random() < 0.5:
        moment, event = chance.uniform(0, 1.1 * pace.seconds), None
    else:
        moment, event = LONGEST, chance.randrange(pace.events)
    acknowledged = _killed(operation, place, number, moment, event)
    what = f"at {moment:.4f} s" if event is None else f"at event {event} of {pace.events}"
    state, change = found()
    outcome.during += not acknowledged
    if operation.done(change):
        outcome.took_effect += not acknowledged
        return
    if acknowledged:
        raise Lost(f"{what}: acknowledged, but {state} after {before}")
    if state != before and not operation.half(change):
        raise Lost(f"{what}: neither done nor undone: {state} after {before}")
    operation.run(place, number)  # as people do; nothing may stand in the way of it
    state, change = found()
    if not operation.done(change):
        raise Lost(f"{what}: a repetition made {state} of {before}")
    litter = place.litter() - (set() if operation.writes_index else left)
    if litter:
        raise Lost(f"{what}: left lying: {', '.join(sorted(litter))}")


def _killed(
    operation: Operation, place: Place, number: int, moment: float, event: int | None
) -> bool:
    """Start an operation, kill it, and say whether it had been acknowledged before."""
    process, said = _started(operation, place, number, event)
    with os.fdopen(said, "rb") as pipe:
        ready, _, _ = select.select([pipe], [], [], moment)
        if not ready or event is None:
            os.kill(process, signal.SIGKILL)
        _, status = os.waitpid(process, 0)
        answer = pipe.read()
    if answer and not answer.startswith(DONE):
        raise RuntimeError(answer.decode())
    if not answer and not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL):
        raise RuntimeError(f"the child ended by itself with {status}")
    return bool(answer)


def _pace(operation: Operation, place: Place) -> Pace:
    operation.ready(place, 1)
    operation.run(place, 1)  # what it imports is there from now on, in every child too
    operation.ready(place, 2)
    start = time.perf_counter()
    process, said = _started(operation, place, 2, -1)
    with os.fdopen(said, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(process, 0)
    seconds = time.perf_counter() - start
    if not answer.startswith(DONE):
        raise RuntimeError(f"{operation.name}: {answer.decode()}")
    return Pace(seconds, int(answer.removeprefix(DONE)))


def _started(operation: Operation, place: Place, number: int, event: int | None) -> tuple[int, int]:
    """A child at work, see :func:`started`; it acknowledges with how many events there were.

    :param event: of the file operations the one that it dies at.
    """

    def work() -> bytes:
        seen = _count_events(event)
        operation.run(place, number)
        return DONE + str(seen[0]).encode()

    return started(work)


def _count_events(last: int | None) -> list[int]:
    """Count this process's file operations from now on, and die at one of them."""
    seen = [0]

    def hook(name: str, _: tuple[object, ...]) -> None:
        if name in EVENTS:
            if seen[0] == last:
                os.kill(os.getpid(), signal.SIGKILL)
            seen[0] += 1

    sys.addaudithook(hook)
    return seen


def main() -> None:
    """Entry point: prints a summary; exit code 1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--only", choices=[one.name for one in OPERATIONS], help="This one alone.")
    given = parser.parse_args()
    start = time.monotonic()
    operations = [one for one in OPERATIONS if given.only in (None, one.name)]
    outcome = kill_often(given.store, given.kills, given.seed, operations)
    print(f"{outcome} (seed {given.seed}, {time.monotonic() - start:.0f} s)")
    for line in outcome.lost:
        print(f"  {line}")
    sys.exit(1 if outcome.lost else 0)


if __name__ == "__main__":
    main()
