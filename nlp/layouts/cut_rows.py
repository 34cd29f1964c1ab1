"""Rows of a table cut in two by the end of a page.

After the break the text goes on with the rest of those cells that were not finished, in column
order and without marks between them. Which line belongs to which cell is found by weighing every
way to share them out:

- a row is cut at one height, so only the cells printed about as far down as the longest go on;
- a line is no wider than its column, and a line that had room for the next word ended its cell;
- a cell that stopped at a comma, a dash, an open bracket or a conjunction is not finished, and
  words that are neighbours elsewhere in the document are likely to be here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise

from nlp.layouts.wrapped import Words, is_broken_word

_OPEN_END = re.compile(
    r"(?:[,–(/-]|\b(?:un|vai|kā|arī|par|ar|uz|no|pie|lai|kas|t\.sk\.))$", re.IGNORECASE
)
# A list that ended with an abbreviation is not continued by a common word.
_ABBREVIATION_END = re.compile(r"\b[A-ZĀČĒĢĪĶĻŅŠŪŽ]{2,}$")
_NUMBERED = re.compile(r"^\d{1,2}[.\s]\s*\S")
_TOLERANCE = 2  # lines by which the heights of cut cells may differ
_SLACK = 4  # characters by which widths in a proportional font may be misjudged


@dataclass(frozen=True)
class CutCell:
    """A cell as printed before the break; ``width`` in characters."""

    lines: Sequence[str]
    width: int
    numbered: bool = False


def assign_rest(rest: Sequence[str], cells: Sequence[CutCell], words: Words) -> list[list[str]]:
    """The cells with the lines after the break added, as lists of lines.

    :param rest: lines printed after the break.
    :param cells: the cells that may go on, in column order.
    """
    whole = [list(cell.lines) for cell in cells]
    if not rest:
        return whole
    height = max(len(cell.lines) for cell in cells)
    ways: Iterator[tuple[int, ...]] = (
        (0, *cuts, len(rest))
        for cuts in combinations_with_replacement(range(len(rest) + 1), len(cells) - 1)
    )

    def total(edges: tuple[int, ...]) -> float:
        return sum(
            _cost(cell, rest[start:end], height, words)
            for cell, (start, end) in zip(cells, pairwise(edges), strict=True)
        )

    best = min(ways, key=total)
    for column, (start, end) in enumerate(pairwise(best)):
        whole[column].extend(rest[start:end])
    return whole


def _cost(cell: CutCell, more: Sequence[str], height: int, words: Words) -> float:
    """How unlikely it is that exactly these lines are the rest of the cell."""
    printed = " ".join(cell.lines)
    unfinished = bool(_OPEN_END.search(printed)) or printed.count("(") > printed.count(")")
    if not more:
        return 2.0 if unfinished else 0.0
    cost = 1.0
    if len(cell.lines) < height - _TOLERANCE:
        cost += 10
    if not cell.numbered:
        cost += 10 * sum(bool(_NUMBERED.match(line)) for line in more)
    cost += 10 * sum(len(line) > cell.width + _SLACK for line in more)
    new_item = cell.numbered and bool(_NUMBERED.match(more[0]))
    if not new_item and printed.endswith((".", ")", ";")):
        cost += 2
    if not new_item:
        cost += -1 if unfinished else 0.5
    if _ABBREVIATION_END.search(printed) and more[0][0].islower():
        cost += 2
    chain = [*cell.lines[-1:], *more]
    for before, after in pairwise(chain):
        if cell.numbered and _NUMBERED.match(after):
            continue
        if is_broken_word(before, after, words):
            continue
        room = cell.width - _SLACK - len(before)
        if len(after.split()[0]) + 1 <= room:
            cost += 5
    ended = " ".join((printed, *more))
    if ended.count("(") < ended.count(")"):
        cost += 5
    if _OPEN_END.search(ended):
        cost += 2
    if words.neighbours(printed, more[0]):
        cost -= 1.5
    # These stand next to each other here already, so once is no evidence.
    cost -= 0.3 * sum(words.neighbours(a, b) > 1 for a, b in pairwise(more))
    return cost
