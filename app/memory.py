"""The garbage collector in a process that runs for weeks."""

from __future__ import annotations

import gc


def settle() -> None:
    """Take what is in memory now out of the collector's sight, as it is there to stay.

    An index, its models and the pages are 700,000 objects: to look through them takes up to a
    second, in which nobody is answered. What an earlier call took out is looked at once more, so
    an index that was replaced is freed.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


def replaced() -> None:
    """After a new index took the place of another: free that, and settle with the new one.

    Where somebody still asks the old one it goes the next time. Like :func:`tidy`, nothing is done
    outside of a server.
    """
    if gc.get_freeze_count():
        settle()


def tidy() -> None:
    """Free what refers to itself, as opened Word and Excel files do.

    One holds half a megabyte outside of Python's objects, so few objects that the collector would
    wait for thousands of them. Takes a millisecond or two after :func:`settle`, and nothing is done
    where that was not called: outside of a server.
    """
    if gc.get_freeze_count():
        gc.collect()
