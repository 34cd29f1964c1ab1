"""Where things lie. ``REGIOPLAN_HOME`` moves the project root, ``REGIOPLAN_STORE`` the index."""

from __future__ import annotations

import os
from pathlib import Path

from nlp.errors import UsageError


def home() -> Path:
    """The folder that holds ``data/`` and ``indexes/store/``."""
    given = os.environ.get("REGIOPLAN_HOME")
    return Path(given) if given else Path(__file__).resolve().parent.parent


def store() -> Path:
    """The folder of index generations."""
    given = os.environ.get("REGIOPLAN_STORE")
    return Path(given) if given else home() / "indexes" / "store"


def data() -> Path:
    """The folder of plans, labels and glossary."""
    return home() / "data"


def login() -> tuple[str, str] | None:
    """Name and password of ``REGIOPLAN_LOGIN=name:password``, where set."""
    given = os.environ.get("REGIOPLAN_LOGIN", "")
    name, _, password = given.partition(":")
    return (name, password) if name and password else None


def require_folder(path: Path) -> None:
    """Refuse to write into a folder that is not there.

    :raises UsageError: naming it.
    """
    if not path.parent.is_dir():
        raise UsageError("an existing folder", str(path.parent), "make it or give another --out")
