"""Tab-separated tables of our own, with a header."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

from nlp.errors import RegioplanError


def read_tsv(path: Path, columns: Sequence[str]) -> list[dict[str, str]]:
    """Rows by column name.

    :raises RegioplanError: the header is another one.
    """
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle, delimiter="\t", quoting=csv.QUOTE_NONE)
        if list(reader.fieldnames or ()) != list(columns):
            raise RegioplanError(
                f"columns {', '.join(columns)} in {path}",
                ", ".join(reader.fieldnames or ()) or "none",
                "mend the header",
            )
        return list(reader)
