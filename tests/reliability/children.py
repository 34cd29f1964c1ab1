"""Forked children that do something, and say over a pipe what came of it."""

from __future__ import annotations

import os
import threading
import traceback
from collections.abc import Callable

from tqdm import tqdm

# Progress bars share one lock between forked processes: a child killed while it holds that would
# keep all others waiting for ever.
tqdm.set_lock(threading.RLock())
tqdm.monitor_interval = 0


def started(work: Callable[[], bytes]) -> tuple[int, int]:
    """A child at work: its process id, and the pipe for what it returns, or its traceback."""
    ours, theirs = os.pipe()
    process = os.fork()
    if process:
        os.close(theirs)
        return process, ours
    os.close(ours)
    said = b""
    try:
        said = work()
    except BaseException:
        said = traceback.format_exc().encode()
    finally:
        os.write(theirs, said)
        os._exit(0)
