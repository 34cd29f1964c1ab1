"""Several processes write to one store at once while this one goes on opening and searching it.

    python -m tests.reliability.race --store STORE --rounds 6

Writers that are refused, as another one is writing, try again. Afterwards everything that any of
them was told is done must be there, and no reader may have met an error or a mixture.
"""

from __future__ import annotations

import os

# A child forked from a process with threads would wait for theirs for ever.
os.environ.update(OMP_NUM_THREADS="1", TOKENIZERS_PARALLELISM="false", HF_HUB_OFFLINE="1")

import argparse
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from indexes.engine import SearchIndex
from nlp.errors import RegioplanError
from tests.reliability.children import started
from tests.reliability.kills import contents_of
from tests.reliability.operations import OPERATIONS, Operation, Place, make_place

WRITERS = ("append", "append", "build", "add", "correct", "rename theme", "user")
ANOTHER = "another build at work"


@dataclass
class Outcome:
    """What came of the race."""

    done: int = 0
    refused: int = 0  # and tried again
    opened: int = 0
    generations: dict[str, tuple[str, int]] = field(default_factory=dict)  # corpus, activities
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{len(WRITERS)} writers did {self.done} operations and were refused {self.refused} "
            f"times; meanwhile a reader opened the store {self.opened} times and met "
            f"{len(self.generations)} generations; {len(self.wrong)} things wrong"
        )


def race(store: Path, rounds: int) -> Outcome:
    """Let all writers do ``rounds`` operations each over a copy of what a store holds."""
    outcome = Outcome()
    known = {one.name: one for one in OPERATIONS}
    with tempfile.TemporaryDirectory(prefix="race-") as folder:
        place = make_place(Path(folder) / "place", contents_of(store))
        warm = Path(folder) / "warm"
        shutil.copytree(place.root, warm)
        for name in dict.fromkeys(WRITERS):
            known[name].ready(Place(warm, place.contents), 1)
            known[name].run(Place(warm, place.contents), 1)
        before = place.state()
        numbers = [range(100 * n, 100 * n + rounds) for n in range(1, len(WRITERS) + 1)]
        writers = [
            _started(known[name], place, some) for name, some in zip(WRITERS, numbers, strict=True)
        ]
        _read_meanwhile(place, [process for process, _ in writers], outcome)
        for name, (_, said) in zip(WRITERS, writers, strict=True):
            with os.fdopen(said, "rb") as pipe:
                answer = pipe.read().decode()
            if not answer.startswith("done"):
                outcome.wrong.append(f"{name}: {answer[-500:]}")
                continue
            outcome.done += rounds
            outcome.refused += int(answer.split()[1])
        after = place.state()
        grown = sum(name in ("append", "add") for name in WRITERS) * rounds
        for what, found, wanted in (
            ("activities", len(after.activities), len(before.activities) + grown),
            ("decisions", [n for n, *_ in after.decisions], [*range(1, rounds + 2)]),
            ("edits", [n for n, _ in after.edits], [*range(1, rounds + 2)]),
            ("plans", len(after.plans), len(before.plans) + rounds),
            ("people", len(after.people), len(before.people) + rounds),
            ("left lying", sorted(place.litter()), []),
        ):
            if found != wanted:
                outcome.wrong.append(f"{what}: {found} instead of {wanted}")
    return outcome


def _read_meanwhile(place: Place, writers: list[int], outcome: Outcome) -> None:
    """Open and search until all writers are gone."""
    while writers:
        writers = [process for process in writers if os.waitpid(process, os.WNOHANG) == (0, 0)]
        try:
            index = SearchIndex.open(place.store)
            hits = index.search("siltināšana")
        except Exception as error:
            outcome.wrong.append("".join(traceback.format_exception(error))[-800:])
            continue
        outcome.opened += 1
        # One name stands for one corpus; what is found is out of it.
        corpus = (index.corpus, len(index.activities))
        if outcome.generations.setdefault(index.generation, corpus) != corpus:
            outcome.wrong.append(f"{index.generation} was {corpus} and something else")
        if not hits or any(index.find(hit.activity.id) is None for hit in hits):
            outcome.wrong.append(f"{index.generation} finds {hits}")


def _started(operation: Operation, place: Place, numbers: Sequence[int]) -> tuple[int, int]:
    """A child that does an operation once for each number; it says how often it was refused."""

    def work() -> bytes:
        refused = 0
        for number in numbers:
            while True:
                try:
                    operation.ready(place, number)
                    operation.run(place, number)
                    break
                except RegioplanError as error:
                    if ANOTHER not in str(error):
                        raise
                    refused += 1
                    time.sleep(0.01)
        return f"done {refused}".encode()

    return started(work)


def main() -> None:
    """Entry point: prints a summary; exit code 1 where anything was wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=6)
    given = parser.parse_args()
    outcome = race(given.store, given.rounds)
    print(outcome)
    for line in outcome.wrong:
        print(f"  {line}")
    sys.exit(1 if outcome.wrong else 0)


if __name__ == "__main__":
    main()
