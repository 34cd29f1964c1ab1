"""Plain-text reader for the text of PDFs."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from nlp.errors import PlanError
from nlp.plans import Line

MAX_BYTES = 50_000_000


def read_lines(path: Path, not_page_starts: Collection[int] = ()) -> list[Line]:
    """Read a UTF-8 text file into lines with page numbers.

    The extraction turned each form feed into one leading space on the first line of the new page,
    so a line that starts with a space after a non-blank line starts a page.

    :param not_page_starts: 1-based numbers of lines that look like page starts and are none.
    :raises PlanError: too large, empty or not UTF-8.
    """
    if path.stat().st_size > MAX_BYTES:
        raise PlanError(f"a text of at most {MAX_BYTES} bytes", f"{path} is larger", "split it")
    try:
        raw = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise PlanError(
            "UTF-8 text", f"{path} is in another encoding", "save it as UTF-8"
        ) from None
    if not raw.strip():
        raise PlanError("a plan with text", f"{path} is empty", "give the plan's text")
    lines: list[Line] = []
    page, before = 1, ""
    for number, text in enumerate(raw.split("\n"), start=1):
        starts = text.startswith(" ") and bool(before.strip()) and number not in not_page_starts
        page += starts
        lines.append(Line(number, text.rstrip("\r"), page))
        before = text
    return lines
