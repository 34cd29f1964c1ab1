"""Abbreviations of organisations, programmes and terms, written out for search and tagging."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from nlp.errors import RegioplanError
from nlp.tsv import read_tsv

COLUMNS = ("short", "lv", "en")
_TOKEN = re.compile(r"\w+")


def read_abbreviations(path: Path) -> dict[str, str]:
    """Abbreviation -> Latvian long form, from a TSV with the columns short, lv, en.

    :raises RegioplanError: the file is missing or has other columns.
    """
    if not path.is_file():
        raise RegioplanError(f"the abbreviations {path}", "no such file", "restore data/glossary")
    return {row["short"]: row["lv"] for row in read_tsv(path, COLUMNS)}


def written_out(text: str, table: Mapping[str, str]) -> str:
    """The text with the long forms of its abbreviations appended, each once."""
    longs = dict.fromkeys(table[t] for t in _TOKEN.findall(text) if t in table)
    return " ".join((text, *longs))
