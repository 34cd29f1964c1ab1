"""One row of the Vidzeme progress report: planned action, performed items, planned result.

The three cells follow each other as lines without marks. What can be told apart: an action is
narrow; a performed item ends with a count '(n)' or stands after a bullet; a planned result is a
closing run of very narrow lines, or shares a line with the end of a short performed cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from nlp.plans import Line

# Widths in characters: an action line is at most ACTION wide (some tables have a wider column),
# a result line a little narrower, and a performed line wider than WRAPPED was broken by its edge.
ACTION = 38
WIDE_ACTION = 52
RESULT = 32
SHARED_RESULT = 46
WRAPPED = 62

_UPPER = "A-ZĀČĒĢĪĶĻŅŠŪŽ"
_LOWER = "a-zāčēģīķļņšūž"
NUMBERED = re.compile(r"^\s*(?P<no>\d{1,2})\)\s*(?P<text>\S.*)$")
# '(5)', '(5);', '(5) EDIC', an unclosed '(5', and '(210 (ja kopā 2023 un 2024))'.
_COUNT = re.compile(
    r"\((?P<n>\d{1,4})(?:\s*\([^()]*\))?\)?\s*(?:EDIC|UV)?\s*[;.,]?\s*$|\s(?P<bare>\d{1,3})\)\s*[;.]?\s*$"
)
_AFTER_COUNT = re.compile(
    r"(?:(?<=\(\d\))|(?<=\(\d\d\))|(?<=\(\d{3}\)))(?:\s*EDIC)?[;.,]?\s+"
    rf"(?=[{_UPPER}][{_LOWER}])"
)
_EMPTY_COUNT = re.compile(r"\s*\(\s*\)\s*[;.]?$")
_BULLET = re.compile(r"^\s*(?:[•➢▪*]|o(?=\s)|-(?=\s))\s*(?:[•*]\s*)?")
_NOTHING = re.compile(
    r"(?:Pārskata periodā\b.*?)?(?:\bVPR\s+)?(?:\breģions\s+)?(?:aktivitātes\s+nav\s+"
    r"(?:notikušas|veiktas|veicis)|nav\s+veicis\s+aktivitātes|nav\s+informācijas)\s*[.;]?",
    re.IGNORECASE,
)
# A writer's note to the editor speaks of writing; it is no activity.
_NOTE = re.compile(r"varētu rakstīt|var pielikt|nevar likt|pierakstīt klāt", re.IGNORECASE)
_URL = re.compile(r"https?://\S+")
_CAPITALISED = re.compile(rf"(?<=\s)[{_UPPER}][{_LOWER}]+")
_PARTICIPLE = re.compile(r"(?:ts|ta|ti|tas)$")
_OPEN_END = re.compile(r"(?:[,/(–-]|\b(?:un|vai|ar|par|uz|no|lai|kas|kā))$")

Column = Literal["action", "performed", "result"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A line or a part of one; ``column`` where its form tells it."""

    line: Line
    text: str
    column: Column | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A performed item with the count printed after it."""

    text: str
    count: int | None
    first: Line
    last: Line


@dataclass(frozen=True, slots=True)
class Row:
    """A row taken apart; ``nothing_done`` only where the report says so in words."""

    action: str
    first: Line
    last: Line
    items: tuple[Item, ...]
    result: str | None
    nothing_done: bool


def split_shared(text: str) -> tuple[str, str] | None:
    """Cut a line that holds a numbered action and the start of its performed cell.

    The performed part starts at a bullet, a statement that nothing was done, a date, after a
    double space, or at a capitalised word, participles first ('… klastera projekts Organizēts …').
    """
    for pattern in (
        r"\s[•➢▪]\s",
        r"\s(?=Pārskata periodā\b)",
        r"\s{2,}(?=\S)",
        r"\s(?=\d{1,2}\.\d\d\.)",
    ):
        if found := re.search(pattern, text):
            tail = text[found.start() :].strip()
            return text[: found.start()].strip(), tail
    words = [w for w in _CAPITALISED.finditer(text) if " " in text[: w.start()].strip()]
    if not words:
        return None
    participles = [w for w in words if _PARTICIPLE.search(w.group())]
    start = participles[0] if participles else words[0]
    if not participles:
        # 'integrēšana Vidzemē Vizītes novados': of two neighbours the second opens the cell.
        for word, following in pairwise(words):
            if following.start() != word.end() + 1:
                break
            start = following
    return text[: start.start()].strip(), text[start.start() :].strip()


def ends_with_count(text: str) -> bool:
    """Whether a line closes a performed item."""
    return bool(_COUNT.search(text))


def read_row(lines: Sequence[Line]) -> Row:
    """Take a row apart. The first line holds the start of the action, with or without number."""
    pieces: list[Piece] = []
    page = lines[0].page
    for line in lines:
        # Within a page a leading space marks an empty cell before: here that of the performed.
        empty_before = line.text.startswith(" ") and line.page == page and bool(pieces)
        page = line.page
        for piece in _pieces(line):
            if empty_before and _narrow(piece, SHARED_RESULT):
                piece = replace(piece, column="result")
            pieces.append(piece)
    action, performed, result = _columns(pieces)
    nothing = any(_NOTHING.search(piece.text) for piece in performed)
    return Row(
        action=_join([replace(piece, text=_unnumbered(piece.text)) for piece in action]),
        first=action[0].line,
        last=action[-1].line,
        items=() if nothing else tuple(_items(performed)),
        result=_join(result) or None,
        nothing_done=nothing,
    )


def _pieces(line: Line) -> Iterator[Piece]:
    """Cut a line at the column borders that its text shows."""
    text = line.text.strip()
    if found := _NOTHING.search(text):
        yield Piece(line, text[: found.end()].strip(), "performed")
        if text[found.end() :].strip():
            yield Piece(line, text[found.end() :].strip(), "result")
        return
    if not text:
        yield Piece(line, "", "action")
        return
    *counted, last = _AFTER_COUNT.split(text)
    for part in counted:
        yield Piece(line, part.strip(), "performed")
    if counted and not ends_with_count(last) and len(last) <= SHARED_RESULT:
        yield Piece(line, last.strip(), "result")
        return
    before, gap, after = last.partition("  ")
    after = after.strip()
    if gap and before and after[:1].isupper() and len(after) <= SHARED_RESULT:
        yield Piece(line, before.strip())
        yield Piece(line, after, "performed" if ends_with_count(after) else "result")
        return
    marked = ends_with_count(last) or _BULLET.match(last) or counted
    yield Piece(line, last.strip(), "performed" if marked else None)


def _columns(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """Share the pieces of a row out over its three cells."""
    width = max(ACTION, min(len(pieces[0].text) + 2, WIDE_ACTION))
    start = 1
    while start < len(pieces) and (
        _narrow(pieces[start], width)
        # Some tables have a wider column, but a performed item seldom starts in lower case.
        or (_narrow(pieces[start], width + 6) and pieces[start].text[0].islower())
    ):
        start += 1
    action, rest = list(pieces[:start]), list(pieces[start:])
    # An action cut by the end of a page goes on at the top of the next one.
    for index in range(1, len(rest)):
        top = rest[index]
        if top.line.page > rest[index - 1].line.page and _open(action) and top.text[0].islower():
            end = index
            while end < len(rest) and _narrow(rest[end], width):
                end += 1
            action += rest[index:end]
            del rest[index:end]
            break
    performed: list[Piece] = []
    result: list[Piece] = []
    for _, page in groupby(rest, key=lambda piece: piece.line.page):
        # Each page ends with its part of the result, whatever goes on overleaf.
        pieces_here = list(page)
        end = _result_start(pieces_here)
        performed += [piece for piece in pieces_here[:end] if piece.column != "result"]
        result += [piece for piece in pieces_here[:end] if piece.column == "result"]
        result += pieces_here[end:]
    return action, performed, result


def _result_start(pieces: Sequence[Piece]) -> int:
    """Index of the first piece of the closing run that is the planned result."""
    end = len(pieces)
    while end > 0 and (pieces[end - 1].column == "result" or _narrow(pieces[end - 1], RESULT)):
        end -= 1
    # A wrapped performed line carries on into the next, however short that one is.
    while 0 < end < len(pieces) and _carries_on(pieces[end - 1], pieces[end]):
        end += 1
    return end


def _narrow(piece: Piece, width: int) -> bool:
    return piece.column is None and len(piece.text) <= width


def _open(pieces: Sequence[Piece]) -> bool:
    text = _join(pieces)
    return bool(_OPEN_END.search(text)) or text.count("(") > text.count(")")


def _carries_on(before: Piece, after: Piece) -> bool:
    if "result" in (before.column, after.column) or after.text[:1].isupper():
        return False
    # A bulleted item in a narrow column also carries on in lower case.
    return not ends_with_count(before.text) and not before.text.endswith((".", ";"))


def _items(pieces: Sequence[Piece]) -> Iterator[Item]:
    """Performed items: each ends with its count, before a bullet or number, or as a paragraph."""
    block: list[Piece] = []
    bulleted = False
    for piece in pieces:
        marked = bool(_BULLET.match(piece.text) or NUMBERED.match(piece.text))
        if marked and block and _broken_by_bullet(block[-1].text, piece.text):
            marked = False  # one item whose every line got a bullet
            bulleted = True
        if block and (marked or _paragraph_ends(block[-1].text, piece.text, bulleted)):
            yield from _item(block)
            block = []
        if not block:
            bulleted = marked
        block.append(piece)
        if ends_with_count(piece.text):
            yield from _item(block)
            block = []
    if block:
        yield from _item(block)


def _broken_by_bullet(last: str, text: str) -> bool:
    start = _clean(text)[:1]
    return (start.islower() or start == "(") and not last.endswith((".", ";", ":", ",", ")"))


def _paragraph_ends(last: str, text: str, bulleted: bool) -> bool:
    """Whether a new paragraph starts: the line before stopped short or closed a sentence."""
    if not text[:1].isupper():
        return False
    stopped_short = len(last) < WRAPPED - 10
    return stopped_short or (last.endswith((".", ";")) and not bulleted)


def _item(block: Sequence[Piece]) -> Iterator[Item]:
    text = re.sub(r"\s+", " ", " ".join(_clean(piece.text) for piece in block)).strip()
    found = _COUNT.search(text)
    count = int(found["n"] or found["bare"]) if found else None
    if found:
        text = text[: found.start()].strip()
    text = _EMPTY_COUNT.sub("", text)
    if len(text) >= 4 and not _NOTE.search(text):
        yield Item(text, count, block[0].line, block[-1].line)


def _clean(text: str) -> str:
    text = _BULLET.sub("", text)
    return _URL.sub("", _unnumbered(text)).strip()


def _unnumbered(text: str) -> str:
    found = NUMBERED.match(text)
    return found["text"] if found else text


def _join(pieces: Sequence[Piece]) -> str:
    return re.sub(r"\s+", " ", " ".join(piece.text for piece in pieces)).strip()
