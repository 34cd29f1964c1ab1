"""What processes take of the machine, as Linux tells it under /proc."""

from __future__ import annotations

import os
import platform
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

_PROC = Path("/proc")
_TICK = os.sysconf("SC_CLK_TCK")


def memory(pid: int | str = "self") -> dict[str, float]:
    """Resident MB of a process: whole, its own (anonymous), and mapped files; and its peak."""
    found = {}
    for line in (_PROC / str(pid) / "status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "VmHWM", "RssAnon", "RssFile"):
            found[name] = int(value.split()[0]) / 1024
    return {
        "whole_mb": found["VmRSS"],
        "anonymous_mb": found["RssAnon"],
        "mapped_mb": found["RssFile"],
        "peak_mb": found["VmHWM"],
    }


def tree(pid: int) -> list[int]:
    """A process and all below it; those that end meanwhile are left out."""
    out = [pid]
    try:
        for task in (_PROC / str(pid) / "task").iterdir():
            for child in (task / "children").read_text().split():
                out += tree(int(child))
    except OSError:
        return out
    return out


def tree_mb(pid: int) -> float:
    """Resident MB of a process and all below it; pages they share count once for each."""
    total = 0.0
    for one in tree(pid):
        try:
            total += memory(one)["whole_mb"]
        except (OSError, KeyError):  # it ended
            continue
    return total


class Peak:
    """The most a tree of processes took."""

    def __init__(self) -> None:
        self.mb = 0.0


@contextmanager
def watched(pid: int, every: float = 0.5) -> Iterator[Peak]:
    """Look at a tree of processes now and again while the block runs."""
    peak, stop = Peak(), threading.Event()

    def look() -> None:
        while not stop.is_set():
            peak.mb = max(peak.mb, tree_mb(pid))
            stop.wait(every)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peak
    finally:
        stop.set()
        thread.join()


def seconds_of(pids: Iterable[int]) -> float:
    """Processor time some processes have used, and those below them that ended."""
    total = 0
    for pid in pids:
        try:
            fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15]))  # user and system, own and of waited-for children
    return total / _TICK


def busy_seconds() -> float:
    """Processor time used by everybody since the machine started, that of its host too."""
    fields = [int(x) for x in (_PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    user, nice, system, _, _, irq, softirq, steal = fields
    return (user + nice + system + irq + softirq + steal) / _TICK


class Others:
    """How many processors others kept busy between two moments."""

    def __init__(self) -> None:
        self._start, self._busy = time.monotonic(), busy_seconds()
        self._own = seconds_of(tree(os.getpid()))

    def cores(self) -> float:
        """Of what was used since this was made, what neither this process nor those below did."""
        own = seconds_of(tree(os.getpid())) - self._own
        taken = busy_seconds() - self._busy - own
        return max(0.0, taken / max(1e-9, time.monotonic() - self._start))


def machine(cores: int) -> dict[str, str | int | float]:
    """The machine in words."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in (_PROC / "cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ),
        platform.processor(),
    )
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model,
        "cores_used": cores,
        "cores": os.cpu_count() or 1,
        "memory_gb": round(total, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
    }
