"""Making sure that what was written outlives a power failure, and is still what it was."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path


def sync(path: Path) -> None:
    """Return when a file, or the names in a folder, are on the disk.

    :raises OSError: the disk refuses.
    """
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def swap_in(fresh: Path, place: Path) -> None:
    """Put a file in the place of another; on the disk when this returns.

    :raises OSError: the disk refuses.
    """
    sync(fresh)
    fresh.replace(place)
    sync(place.parent)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal digits.

    :raises OSError: it cannot be read.
    """
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()
