"""What no build can make again, in one file: people's decisions, edits and baskets, and the plans.

A ZIP archive of ``user.sqlite``, the plans folder and ``backup.json`` with a checksum for each.
"""

from __future__ import annotations

import hashlib
import json
import lzma
import shutil
import sqlite3
import struct
import tempfile
import zipfile
import zlib
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from indexes.disk import sha256_of, swap_in
from indexes.store import writer
from indexes.user_check import rows_of
from indexes.user_data import FILE, copy_raw, exists, reading, remember, take_over
from nlp.errors import RegioplanError, UsageError
from nlp.plans import MANIFEST

LISTING = "backup.json"
PLANS = "plans"
ASIDE = ".before-restore"
MAX_BYTES = 1_000_000_000  # unpacked, as it is checked in memory
# What reading a damaged archive, or a listing of another shape, ends in.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, KeyError,
    ValueError, TypeError, AttributeError, OverflowError, OSError, struct.error, lzma.LZMAError,
)  # fmt: skip


def backup(store: Path, plans: Path, target: Path) -> list[str]:
    """Write a backup while others go on reading and deciding; returns the names in it.

    :raises RegioplanError: a folder cannot be read, or the target not be written.
    """
    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory() as scratch:
            files = {f"{PLANS}/{p.name}": p for p in sorted(plans.iterdir()) if p.is_file()}
            if exists(store):
                files[FILE] = Path(scratch) / FILE
                with reading(store) as source, closing(sqlite3.connect(files[FILE])) as copy:
                    source.backup(copy)
                    rows_of(copy)  # damage is noticed while there still is a backup without it
            listing = {
                "created": datetime.now(UTC).isoformat(timespec="seconds"),
                "files": {name: sha256_of(path) for name, path in files.items()},
            }
            with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
                for name, path in files.items():
                    archive.write(path, name)
                archive.writestr(LISTING, json.dumps(listing, indent=1))
        check(part)
        swap_in(part, target)
    except OSError as error:
        raise RegioplanError(
            f"readable folders and a writable {target}", str(error), "check paths and disk"
        ) from None
    finally:
        part.unlink(missing_ok=True)
    return sorted(files)


def check(source: Path) -> list[str]:
    """Names in a backup whose files are all as they were.

    :raises UsageError: no backup, or a damaged one.
    """
    return sorted(_contents(source))


def restore(source: Path, store: Path, plans: Path) -> list[str]:
    """Put a backup back; returns the names of what was set aside for it, which nothing deletes.

    Plans that the backup does not have stay in the folder, but its manifest lists them no more.
    The index itself is not in a backup: a build makes it again.

    :raises UsageError: no backup, or a damaged one; nothing was changed then.
    :raises RegioplanError: somebody is writing, or the disk refuses.
    """
    contents = _contents(source)
    try:
        store.mkdir(parents=True, exist_ok=True)
        plans.mkdir(parents=True, exist_ok=True)
        with writer(store):
            aside = []
            # The manifest comes last: until then the folder is as it was, with files more.
            for name in sorted(contents, key=lambda n: (n.endswith(MANIFEST), n)):
                if name == FILE:
                    aside += _put_log(contents[name], store)
                else:
                    aside += _put(contents[name], plans / PurePosixPath(name).name)
        if FILE in contents:
            remember(store)
        return aside
    except OSError as error:
        raise RegioplanError(
            f"writable folders {store} and {plans}", str(error), "free space or mend permissions"
        ) from None


def _put(fresh: bytes, place: Path) -> list[str]:
    """Put a file in its place; one that differs is kept beside it."""
    kept = _kept(fresh, place)
    if kept:
        shutil.copyfile(place, kept)
    swap_in(_beside(fresh, place), place)
    return [kept.name] if kept else []


def _put_log(fresh: bytes, store: Path) -> list[str]:
    """Put what people entered in its place; a log that differs is kept beside it."""
    kept = _kept(fresh, store / FILE)
    if kept:
        try:  # what was written last may still lie in its journal
            with reading(store) as source, closing(sqlite3.connect(kept)) as copy:
                source.backup(copy)
        except RegioplanError:  # damaged, which is why a backup comes in its place
            copy_raw(store, kept)
    take_over(store, _beside(fresh, store / FILE))
    return [kept.name] if kept else []


def _kept(fresh: bytes, place: Path) -> Path | None:
    """Where the file that is there is kept; None where there is none, or the same."""
    if not place.exists() or sha256_of(place) == hashlib.sha256(fresh).hexdigest():
        return None
    return place.with_name(place.name + ASIDE)


def _beside(fresh: bytes, place: Path) -> Path:
    part = place.with_name(f".{place.name}.part")
    part.write_bytes(fresh)
    return part


def _contents(source: Path) -> dict[str, bytes]:
    """The files of a backup by name, each compared with its checksum."""
    if not source.is_file():
        raise UsageError("a backup file", f"no file {source}", "check the path")
    try:
        with zipfile.ZipFile(source) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_BYTES:
                raise _damaged(source, f"more than {MAX_BYTES} bytes")
            files: dict[str, str] = json.loads(archive.read(LISTING))["files"]
            for name in files:
                parts = PurePosixPath(name).parts
                if name != FILE and (len(parts) != 2 or parts[0] != PLANS or parts[1] == ".."):
                    raise _damaged(source, f"the name {name[:80]!r}")
            contents = {name: archive.read(name) for name in files}
    except _BROKEN as error:
        raise _damaged(source, f"{type(error).__name__}: {error}"[:200]) from None
    for name, content in contents.items():
        if hashlib.sha256(content).hexdigest() != files[name]:
            raise _damaged(source, f"a changed {name[:80]}")
    return contents


def _damaged(source: Path, found: str) -> UsageError:
    return UsageError(f"a whole backup in {source.name}", found, "take another backup")
