"""The index as it is now: a page that runs for weeks shows what was added or trained meanwhile."""

from __future__ import annotations

import logging
import threading
from pathlib import Path

from app.memory import replaced
from indexes.engine import SearchIndex
from indexes.store import CURRENT, open_current
from nlp.errors import RegioplanError

_LOG = logging.getLogger("regioplan")


class LiveIndex:
    """Opens the current generation of a store, and the next one when there is one.

    A reader never waits: the new generation is opened beside the old one, which answers until then
    and for as long as somebody holds it.
    """

    def __init__(
        self, store: Path, index: SearchIndex | None = None, *, thorough: bool = False
    ) -> None:
        """
        :param index: an opened index of the store, where there is one already.
        :param thorough: compare with every vector, also where a large index has a quick way.
        """
        self.store = store
        self._thorough = thorough
        self._seen = self._pointer()
        self._take(index or SearchIndex.open(store))
        self._opening = threading.Lock()

    @property
    def index(self) -> SearchIndex:
        """The newest opened index."""
        if self._pointer() != self._seen and self._opening.acquire(blocking=False):
            threading.Thread(target=self._open, daemon=True).start()
        return self._index

    def refresh(self) -> SearchIndex:
        """Open the current generation now, whatever it takes.

        :raises RegioplanError: it cannot be opened; the old one goes on answering.
        """
        with self._opening:
            pointer = self._pointer()
            if pointer != self._seen:
                self._take(open_current(self.store))
                self._seen = pointer
        return self._index

    def _open(self) -> None:
        """Open in the background; the lock was taken by who started it."""
        try:
            pointer = self._pointer()
            if pointer == self._seen:  # somebody else was quicker
                return
            try:
                self._take(open_current(self.store))
            except RegioplanError as error:
                _LOG.error("the new index could not be opened: %s", error)
            self._seen = pointer  # a damaged one is not tried again until it changes
        finally:
            self._opening.release()

    def _take(self, index: SearchIndex) -> None:
        """Answer from an index from now on."""
        index.quick = not self._thorough
        index.warm()
        self._index = index
        replaced()

    def _pointer(self) -> tuple[int, int]:
        """Changes whenever another generation becomes the current one."""
        try:
            state = (self.store / CURRENT).stat()
        except OSError:
            return (0, 0)
        return (state.st_mtime_ns, state.st_ino)
