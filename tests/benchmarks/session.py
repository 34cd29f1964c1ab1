"""Starts workers with pinned threads and talks to them."""

from __future__ import annotations

import json
import os
import select
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.benchmarks.peers import System

ROOT = Path(__file__).resolve().parents[2]
PINNED = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
)
NOT_INSTALLED = "not installed"


class WorkerFailed(Exception):
    """A worker said what went wrong, took too long or went away."""


def environment(threads: int) -> dict[str, str]:
    """The environment of a worker: nothing is fetched, every library has its threads."""
    return {
        **os.environ,
        **dict.fromkeys(PINNED, str(threads)),
        "PYTHONPATH": str(ROOT),
        "TOKENIZERS_PARALLELISM": "false",
        "HF_HUB_OFFLINE": "1",
    }


class Session:
    """A running worker."""

    def __init__(
        self, what: System, python: Path, inputs: Path, folder: Path, threads: int, log: Path
    ) -> None:
        """:raises WorkerFailed: the system cannot be imported there."""
        if not python.is_file():
            raise WorkerFailed(f"{NOT_INSTALLED}: no {python}; run 'make bench'")
        self.what = what
        command = [python, "-m", "tests.benchmarks.worker", what.name, inputs, folder, str(threads)]
        with log.open("ab") as errors:
            self.process = subprocess.Popen(
                [str(part) for part in command],
                cwd=ROOT,
                env=environment(threads),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self._unread = b""
        self.hello = self._answer(300)

    def ask(self, do: str, timeout: float = 600, **task: Any) -> dict[str, Any]:
        """Have one task done. :raises WorkerFailed: as the class says; the worker is ended."""
        assert self.process.stdin
        try:
            self.process.stdin.write(json.dumps({"do": do, **task}).encode() + b"\n")
            self.process.stdin.flush()
        except OSError as error:
            raise WorkerFailed(f"{do}: went away ({error})") from None
        return self._answer(timeout)

    def close(self) -> None:
        """End the worker."""
        if self.process.stdin:
            self.process.stdin.close()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _answer(self, timeout: float) -> dict[str, Any]:
        assert self.process.stdout
        until = time.monotonic() + timeout
        while b"\n" not in self._unread:
            left = until - time.monotonic()
            ready, _, _ = select.select([self.process.stdout], [], [], max(0.0, left))
            if not ready:
                self.process.kill()
                raise WorkerFailed(f"stopped after {timeout:.0f} s")
            some = os.read(self.process.stdout.fileno(), 1 << 16)
            if not some:
                raise WorkerFailed(f"ended with code {self.process.wait()}; see its log")
            self._unread += some
        line, _, self._unread = self._unread.partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        if "error" in answer:
            raise WorkerFailed(answer["error"])
        content: dict[str, Any] = answer["ok"]
        return content
