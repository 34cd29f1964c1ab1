"""People who may log in: a file with a line for each, ``name:scrypt$n$r$p$salt$hash``."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import hmac
import os
import re
import secrets
import tempfile
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from glob import escape
from pathlib import Path

from nlp.errors import UsageError

SHORTEST = 8
LONGEST = 1024
_PART = ".part"
_NAME = re.compile(r"[^\W_][\w.@+-]{0,63}")
# 32 MiB and about a fifth of a second for each guess.
_COST = (2**15, 8, 3)


@dataclass(frozen=True)
class _Hash:
    """A password as it is kept."""

    n: int
    r: int
    p: int
    salt: bytes
    key: bytes

    def __str__(self) -> str:
        salt, key = (base64.b64encode(part).decode() for part in (self.salt, self.key))
        return f"scrypt${self.n}${self.r}${self.p}${salt}${key}"

    @classmethod
    def parse(cls, line: str) -> _Hash:
        """:raises ValueError: not such a hash, or one whose cost would stop the server."""
        kind, n, r, p, salt, key = line.split("$")
        out = cls(int(n), int(r), int(p), _decoded(salt), _decoded(key))
        power = out.n.bit_count() == 1 and 2**10 <= out.n <= 2**20
        if kind != "scrypt" or not power or not 1 <= out.r <= 32 or not 1 <= out.p <= 16:
            raise ValueError(line)
        if len(out.key) < 16:
            raise ValueError(line)
        return out

    def fits(self, password: str) -> bool:
        return hmac.compare_digest(_derive(password, self), self.key)


def hash_password(password: str) -> str:
    """What is kept instead of a password: a fresh salt each time."""
    empty = _Hash(*_COST, secrets.token_bytes(16), b"")
    return str(_Hash(*_COST, empty.salt, _derive(password, empty)))


def verify(people: Mapping[str, str], name: str, password: str) -> str | None:
    """The name as it is kept, where the password is its own.

    An unknown name takes as long as a wrong password.
    """
    name = unicodedata.normalize("NFC", name)
    stored = people.get(name)
    fits = _Hash.parse(stored or _decoy()).fits(password[:LONGEST])
    return name if fits and stored is not None and len(password) <= LONGEST else None


def read(path: Path) -> dict[str, str]:
    """Names with the hashes of their passwords; none where there is no file yet.

    :raises UsageError: the file cannot be read, or a line of it is broken, by number.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            "a users file that can be read", f"{path}: {error}", "mend it or its permissions"
        ) from None
    people: dict[str, str] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        name, _, stored = line.strip().partition(":")
        try:
            _Hash.parse(stored)
        except ValueError:  # also what base64 raises
            stored = ""
        if not stored or not _NAME.fullmatch(name) or name in people:
            raise UsageError(
                f"name:scrypt$n$r$p$salt$hash, each name once, in {path}",
                f"another line {number}",
                "remove the line, then 'regioplan user add NAME'",
            )
        people[name] = stored
    return people


def add(path: Path, name: str, password: str, replace: bool = False) -> None:
    """Add somebody, or with ``replace`` give somebody a new password.

    :raises UsageError: a name or password out of the rules, or a name there is already.
    """
    name = unicodedata.normalize("NFC", name)
    if not _NAME.fullmatch(name):
        raise UsageError(
            "a name of up to 64 letters, digits and . _ @ + -, a letter or digit first",
            f"'{name[:80]}'",
            "choose another name",
        )
    if not SHORTEST <= len(password) <= LONGEST:
        raise UsageError(
            f"a password of {SHORTEST} to {LONGEST} characters",
            f"{len(password)}",
            "choose another password",
        )
    with _changing(path) as people:
        if name in people and not replace:
            raise UsageError(
                "a name that is not taken", f"'{name}'", "--replace gives a new password"
            )
        people[name] = hash_password(password)


def remove(path: Path, name: str) -> None:
    """Take somebody's access away.

    :raises UsageError: nobody of that name.
    """
    name = unicodedata.normalize("NFC", name)
    with _changing(path) as people:
        if name not in people:
            raise UsageError("somebody in the users file", f"no '{name[:80]}'", "see 'user list'")
        del people[name]


class People:
    """Who may log in now: the file is read again whenever it changed."""

    def __init__(self, path: Path | None, login: tuple[str, str] | None = None) -> None:
        self._path = path
        self._fixed: dict[str, str] = {}
        if login is not None:
            self._fixed[unicodedata.normalize("NFC", login[0])] = hash_password(login[1])
        self._seen: tuple[int, ...] | None = None
        self._people: dict[str, str] = {}

    def now(self) -> Mapping[str, str]:
        """:raises UsageError: the file is damaged; then nobody may in."""
        if self._path is None:
            return self._fixed
        try:
            status = self._path.stat()
        except OSError:
            return self._fixed
        seen = (status.st_mtime_ns, status.st_size, status.st_ino)
        if seen != self._seen:
            self._people = read(self._path) | self._fixed
            self._seen = seen
        return self._people


@contextmanager
def _changing(path: Path) -> Iterator[dict[str, str]]:
    """The people of a file, to be changed: one change at a time, written whole or not at all."""
    import fcntl

    path = path.resolve()
    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise UsageError(
            "a folder for the users file", f"{path.parent}: {error.strerror}", "make it, or set "
            "REGIOPLAN_USERS",
        ) from None  # fmt: skip
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        people = read(path)
        yield people
        try:
            for stale in path.parent.glob(f".{escape(path.name)}-*{_PART}"):  # of somebody killed
                stale.unlink()
            _write(path, "".join(f"{name}:{people[name]}\n" for name in sorted(people)))
        except OSError as error:
            raise UsageError(
                f"to write {path}", str(error.strerror), "mend the permissions of its folder"
            ) from None
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(path: Path, body: str) -> None:
    # mkstemp makes the file readable for its owner alone (0600), and a rename keeps that.
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-", suffix=_PART)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        with suppress(OSError):
            # root may add somebody to the file of the account that serves the page
            os.chown(fresh, path.stat().st_uid, path.stat().st_gid)
        Path(fresh).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(fresh).unlink()
        raise


def _derive(password: str, by: _Hash) -> bytes:
    # The same letter can be typed as one character or as letter and accent.
    plain = unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass")
    memory = 128 * by.r * (by.n + by.p + 8)
    return hashlib.scrypt(
        plain, salt=by.salt, n=by.n, r=by.r, p=by.p, maxmem=memory, dklen=len(by.key) or 32
    )


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise ValueError(str(error)) from None


@functools.cache
def _decoy() -> str:
    """A hash nobody's password fits."""
    return hash_password(secrets.token_hex())
