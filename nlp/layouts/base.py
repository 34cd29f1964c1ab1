"""What a layout is: a function from the lines of a document to its activities.

To add a layout, write ``nlp/layouts/<name>.py`` with ``parse(lines) -> Parsed`` and enter it in
:data:`nlp.layouts.LAYOUTS`; the manifest names it for each plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from nlp.plans import Line
from nlp.records import ParsedActivity

Kind = Literal["record", "heading", "furniture", "noise", "leftover"]


@dataclass(frozen=True, slots=True)
class Span:
    """What became of the lines ``first``..``last`` (1-based, inclusive), and why."""

    first: int
    last: int
    kind: Kind
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A value a person should look at, with its page and line (0 for the whole document)."""

    page: int
    line: int
    message: str


@dataclass(frozen=True, slots=True)
class Parsed:
    """A parsed document: its activities in printed order, an account of its lines, doubts."""

    activities: tuple[ParsedActivity, ...]
    spans: tuple[Span, ...] = ()
    notes: tuple[Note, ...] = ()
    columns: tuple[tuple[str, str], ...] = ()  # of tables: title as printed, field it was taken for


Layout = Callable[[Sequence[Line]], Parsed]


def merge_spans(spans: Sequence[Span]) -> Iterator[Span]:
    """Join neighbouring spans of one kind and reason."""
    open_span: Span | None = None
    for span in spans:
        if open_span and (open_span.kind, open_span.reason) == (span.kind, span.reason):
            open_span = Span(open_span.first, span.last, span.kind, span.reason)
        else:
            if open_span:
                yield open_span
            open_span = span
    if open_span:
        yield open_span
