"""The one exception root: every failure a user can meet says what to do next."""

from __future__ import annotations

from collections.abc import Iterable


class RegioplanError(Exception):
    """A failure a user can act on, printed as one line by the command line.

    :param expected: what the program needed, e.g. ``"a folder with manifest.json"``.
    :param found: what was there instead.
    :param next_step: what to run or change now.
    """

    def __init__(self, expected: str, found: str, next_step: str) -> None:
        self.expected = expected
        self.found = found
        self.next_step = next_step
        super().__init__(f"expected {expected}; found {found}; next: {next_step}")


class UsageError(RegioplanError):
    """The command was asked for something that does not exist (exit code 2)."""

    @classmethod
    def choice(cls, what: str, value: str, known: Iterable[str]) -> UsageError:
        """A value that is none of those there are."""
        return cls(f"a {what} out of {', '.join(known)}", f"'{value[:60]}'", "choose one of them")


class PlanError(RegioplanError):
    """A plan or its manifest cannot be read."""


class IndexMissing(RegioplanError):
    """No index has been built yet."""


class IndexDamaged(RegioplanError):
    """Files of a generation are missing or differ from their checksums."""


class EncoderMismatch(RegioplanError):
    """The encoder at hand is not the one that made the stored vectors."""
