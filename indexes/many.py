"""Many questions at once: several are worked on at a time."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

_AHEAD = 4  # questions handed out per thread before the first must be answered

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def answers(
    ask: Callable[[Question], Answer], questions: Iterable[Question], threads: int = 0
) -> Generator[Answer, None, None]:
    """The answer to each question, in their order; few are held at a time.

    An index is safe to share between threads, and half of a search is arithmetic that several can
    do at once. The first error ends it.

    :param threads: 0 for as many as there are processors.
    """
    most = threads or os.cpu_count() or 1
    rest = iter(questions)
    waiting: deque[Future[Answer]] = deque()
    with ThreadPoolExecutor(most) as pool:
        try:
            waiting.extend(pool.submit(ask, one) for one in islice(rest, _AHEAD * most))
            while waiting:
                yield waiting.popleft().result()
                waiting.extend(pool.submit(ask, one) for one in islice(rest, 1))
        finally:
            for future in waiting:
                future.cancel()
