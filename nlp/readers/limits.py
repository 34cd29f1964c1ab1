"""What a file may cost, and telling kinds of files apart by their content, not their name."""

from __future__ import annotations

import struct
import time
import zipfile
from pathlib import Path

from nlp.errors import PlanError

MAX_BYTES = 50_000_000
MAX_UNPACKED = 500_000_000
MAX_RATIO = 200
MAX_PAGES = 800
MAX_ROWS = 50_000
MAX_COLUMNS = 1_000
MAX_CELLS = 2_000_000  # of a sheet, empty ones between others included
MAX_MERGED = 1_000_000  # cells of a sheet that are merged with others
MAX_SECONDS = 300.0


class Deadline:
    """Stops a reading that takes too long."""

    def __init__(self, path: Path, seconds: float = MAX_SECONDS) -> None:
        self._path = path
        self._end = time.monotonic() + seconds
        self._seconds = seconds

    def check(self) -> None:
        """:raises PlanError: the time is up."""
        if time.monotonic() > self._end:
            raise PlanError(
                f"a file that can be read in {self._seconds:.0f} s",
                f"{self._path.name} takes longer",
                "split it",
            )


def kind_of(path: Path) -> str:
    """'pdf', 'docx', 'xlsx', 'csv' or 'txt', by content and then by name.

    :raises PlanError: missing, empty, too large, encrypted, or of no known kind.
    """
    if not path.is_file():
        raise PlanError("a plan", f"no file {path}", "check the path")
    size = path.stat().st_size
    if size == 0:
        raise PlanError("a plan with text", f"{path.name} is empty", "check the file")
    if size > MAX_BYTES:
        raise PlanError(
            f"at most {MAX_BYTES // 1_000_000} MB", f"{path.name} is larger", "split it"
        )
    with path.open("rb") as handle:
        start = handle.read(8)
    if start.startswith(b"%PDF"):
        return "pdf"
    if start.startswith(b"PK\x03\x04"):
        return _office_kind(path)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise PlanError(
            "PDF, DOCX, XLSX, CSV or TXT",
            f"{path.name}, an old Office file or one with a password",
            "save it as .docx or .xlsx without a password",
        )
    if b"\x00" in start or start.startswith((b"\xff\xd8", b"\x89PNG", b"GIF8", b"II*", b"MM\x00")):
        raise PlanError(
            "PDF, DOCX, XLSX, CSV or TXT", f"{path.name}, a picture or another kind of file",
            "give the document itself; a scan needs text recognition first",
        )  # fmt: skip
    suffix = path.suffix.lower()
    return "csv" if suffix in (".csv", ".tsv") else "txt"


def _office_kind(path: Path) -> str:
    names = {name.split("/")[0] for name in archive_names(path)}
    if "word" in names:
        return "docx"
    if "xl" in names:
        return "xlsx"
    raise PlanError("DOCX or XLSX", f"{path.name}, another archive", "give the document itself")


def require_narrow(columns: int) -> None:
    """:raises PlanError: a row of more columns than any plan has."""
    if columns > MAX_COLUMNS:
        raise PlanError(f"at most {MAX_COLUMNS} columns", f"{columns}", "remove the empty ones")


def archive_names(path: Path, most: int = MAX_UNPACKED) -> list[str]:
    """Names of the entries of an Office file.

    :param most: bytes it may unpack to.
    :raises PlanError: no whole archive, or one that unpacks to far more than it shows.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, struct.error):
        raise PlanError(
            "a whole Office file", f"{path.name} is cut short or no archive", "save it again"
        ) from None
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > most or unpacked > MAX_RATIO * max(path.stat().st_size, 50_000):
        raise PlanError("a file of usual size", f"{unpacked} bytes when unpacked", "split it")
    return [entry.filename for entry in entries]
