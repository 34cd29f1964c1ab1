"""One system in a process of its own; does what the runner says, one JSON line at a time.

``python -m tests.benchmarks.worker NAME INPUTS FOLDER THREADS``. Times are of the calls alone.
"""

from __future__ import annotations

import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tests.benchmarks.inputs import Inputs, Narrow, Query
from tests.benchmarks.measure import recall
from tests.benchmarks.peers import Peer, System, system
from tests.benchmarks.processes import memory
from tests.benchmarks.session import NOT_INSTALLED

K = 10
JUDGED = 20  # hits looked at for nDCG@10, as `regioplan evaluate` does: not all were judged
WARM = 12
_LEAST = 8  # calls measured even where they take longer than allowed


class Worker:
    """A system with its inputs."""

    def __init__(self, what: System, inputs: Inputs, folder: Path, threads: int) -> None:
        self.what = what
        self.inputs = inputs
        self.folder = folder
        self.threads = threads
        self.peer: Peer = what.make(threads)
        self.before = memory()

    def do(self, task: dict[str, Any]) -> dict[str, Any]:
        """Carry out one task of the runner."""
        name = task.pop("do")
        return getattr(self, f"do_{name}")(**task)

    def do_hello(self) -> dict[str, Any]:
        """Versions of what runs here."""
        versions = {}
        for package in self.what.packages:
            try:
                versions[package] = version(package)
            except PackageNotFoundError:
                versions[package] = "not a package"
        return {"versions": versions, "threads": self.threads}

    def do_build(self) -> dict[str, Any]:
        """Build from inputs that lie in memory already."""
        _ = self.inputs.texts, self.inputs.codes, self.inputs.values
        self.inputs.vectors.sum()  # read once, so that nobody pays for the disk
        start = time.perf_counter()
        self.peer.build(self.inputs, self.folder)
        return {"seconds": time.perf_counter() - start}

    def do_open(self) -> dict[str, Any]:
        """Open the index and warm up."""
        start = time.perf_counter()
        self.peer.open(self.inputs, self.folder)
        taken = time.perf_counter() - start
        for i in range(min(WARM, len(self.inputs.queries))):
            self._search(i, narrowed=False)
            if self._can(i):
                self._search(i, narrowed=True)
        return {"open_seconds": taken}

    def do_round(self, narrowed: bool, budget: float) -> dict[str, Any]:
        """Every query once, or as many as there is time for: milliseconds and rows of each."""
        times, rows, places = [], [], []
        cpu = 0.0
        until = time.perf_counter() + budget
        for i in range(len(self.inputs.queries)):
            if len(times) >= _LEAST and time.perf_counter() > until:
                break
            if narrowed and not self._can(i):
                continue
            taken, used, found = self._search(i, narrowed=narrowed)
            times.append(1000 * taken)
            cpu += 1000 * used
            rows.append(found)
            places.append(i)
        return {"times": times, "cpu_ms": cpu, "rows": rows, "queries": places}

    def do_dense(self, truth: list[list[int]], budget: float) -> dict[str, Any]:
        """How much of the exactly nearest rows the system's own vector search finds."""
        found = []
        until = time.perf_counter() + budget
        for query, vector in zip(self.inputs.queries, self.inputs.query_vectors, strict=True):
            if len(found) >= _LEAST and time.perf_counter() > until:
                break
            rows = self.peer.dense(query.text, vector, K)
            if rows is None:
                return {"recall": None, "queries": 0}
            found.append(rows)
        return {"recall": recall(found, truth, K), "queries": len(found)}

    def do_judged(self) -> dict[str, Any]:
        """The first hits of every judged query."""
        rows = []
        for query, vector in zip(self.inputs.queries, self.inputs.query_vectors, strict=True):
            found = self.peer.search(query.text, vector, Narrow(), JUDGED)
            rows.append(self.peer.rows(found))
        return {"rows": rows}

    def do_batch(self, rounds: int, budget: float) -> dict[str, Any]:
        """All queries at once, several times: the best rate."""
        texts = [query.text for query in self.inputs.queries]
        taken: list[float] = []
        until = time.perf_counter() + budget
        while len(taken) < rounds and (not taken or time.perf_counter() < until):
            start = time.perf_counter()
            self.peer.batch(texts, self.inputs.query_vectors, K)
            taken.append(time.perf_counter() - start)
        return {"per_second": len(texts) / min(taken), "rounds": len(taken)}

    def do_pairs(self) -> dict[str, Any]:
        """The system against a part of itself."""
        return self.peer.pairs(self.inputs, K)

    def do_memory(self) -> dict[str, Any]:
        """Resident memory now and after the libraries were imported."""
        return {"now": memory(), "libraries": self.before}

    def _can(self, i: int) -> bool:
        return self.what.filters and bool(self.inputs.queries[i].narrow.asked())

    def _search(self, i: int, *, narrowed: bool) -> tuple[float, float, list[int]]:
        """Seconds waited, seconds of processor time (of all threads), and rows found."""
        query: Query = self.inputs.queries[i]
        vector = self.inputs.query_vectors[i]
        narrow = query.narrow if narrowed else Narrow()
        used = time.process_time()
        start = time.perf_counter()
        found = self.peer.search(query.text, vector, narrow, K)
        taken = time.perf_counter() - start
        used = time.process_time() - used
        return taken, used, self.peer.rows(found)


def _answer(todo: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What a task gives, or what went wrong: the runner decides what that means."""
    try:
        return {"ok": todo()}
    except ImportError as error:
        return {"error": f"{NOT_INSTALLED}: {error}"}
    except Exception as error:
        traceback.print_exc()
        return {"error": f"{type(error).__name__}: {error}"[:300]}


def main() -> None:
    """Serve the runner until it closes the line."""
    name, inputs, folder, threads = sys.argv[1:]
    # Libraries print; only answers may reach the runner.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    worker: list[Worker] = []

    def start() -> dict[str, Any]:
        worker.append(Worker(system(name), Inputs(Path(inputs)), Path(folder), int(threads)))
        return worker[0].do_hello()

    ready = _answer(start)
    print(json.dumps(ready), file=answers, flush=True)
    if worker:
        for line in sys.stdin:
            task = json.loads(line)
            print(json.dumps(_answer(lambda: worker[0].do(task))), file=answers, flush=True)  # noqa: B023
    answers.flush()
    os._exit(0)  # servers some systems start in threads would not end


if __name__ == "__main__":
    main()
