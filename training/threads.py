"""One thread for whatever must come out the same on every machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def one_thread() -> Iterator[None]:
    """Let the numeric libraries work in one thread each.

    Sums over several threads are rounded in another order, so a machine with other cores would
    train another encoder from the same plans. At the size of the corpus it is no slower.
    """
    # Only what is loaded already can be held back.
    import faiss  # noqa: F401
    import scipy.linalg  # noqa: F401
    import sklearn.utils.extmath  # noqa: F401
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(limits=1):
            yield
    finally:
        torch.set_num_threads(before)
