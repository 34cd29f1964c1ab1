"""Tables as readers of PDF, Word and spreadsheets hand them on, their columns still unknown."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One printed row: ``number`` counts the rows of the document from 1, ``page`` from 1.

    A cell that spans several columns stands in the first one, the others are empty.
    """

    cells: tuple[str, ...]
    page: int
    number: int


@dataclass(frozen=True, slots=True)
class RawTable:
    """Rows that stand together, with the headings printed above them, top first."""

    rows: tuple[Row, ...]
    headings: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """What a reader got out of a file: its tables, and what it could not read."""

    tables: tuple[RawTable, ...]
    warnings: tuple[str, ...] = ()
