"""CSV and TSV files one row at a time: encoding, delimiter and quoted line breaks seen to."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nlp.errors import PlanError


@contextmanager
def csv_rows(path: Path) -> Iterator[Iterator[list[str]]]:
    """The rows of a table, the header first; a quoted cell may hold line breaks.

    UTF-8 or, as Latvian Excel writes it, the Windows code page 1257; comma, semicolon or tab.

    :raises PlanError: no CSV.
    """
    with path.open(encoding=_encoding(path), errors="replace", newline="") as handle:
        tabs = path.suffix.lower() == ".tsv"
        delimiter = "\t" if tabs else delimiter_of(handle.readline())
        handle.seek(0)
        try:
            yield csv.reader(handle, delimiter=delimiter)
        except csv.Error as error:
            raise PlanError("a CSV table", f"{path.name}: {error}", "save it again") from None


def delimiter_of(header: str) -> str:
    """Comma, semicolon or tab, whichever the header holds most of."""
    return max(",;\t", key=header.count)


def _encoding(path: Path) -> str:
    try:
        with path.open(encoding="utf-8-sig") as handle:
            while handle.read(1 << 20):
                pass
    except UnicodeDecodeError:
        return "cp1257"
    return "utf-8-sig"
