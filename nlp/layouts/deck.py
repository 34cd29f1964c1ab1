"""Ministry deck: slides of bullets and numbered lists, with titles before or after the body.

A slide is an activity slide when its title, wherever it stands, speaks of activities, measures
or supported actions; slides on aims, partners, money and contacts hold none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp.layouts.base import Kind, Parsed, Span
from nlp.plans import Line
from nlp.records import ParsedActivity

_ACTIVITY = re.compile(
    r"aktivitātes|Atbalsta ietvaros|^\s*Pasākumi \d{4}|specifiskie virzieni", re.IGNORECASE
)
_NOT = re.compile(r"Projekta (?:mērķis|partneri|finansējums)|Kontaktinformācija", re.IGNORECASE)
_ITEM = re.compile(r"^\s*(?:•|\d+\.)\s*(?P<text>\S.*)$")
_TABLE_REGION = re.compile(r"^(?P<name>Rīgas|Kurzemes|Latgales|Vidzemes|Zemgales)\b")
_REGIONS = {"Kurzemes": "Kurzeme", "Zemgales": "Zemgale", "Vidzemes": "Vidzeme",
            "Rīgas": "Rīga", "Latgales": "Latgale"}  # fmt: skip
_GROUP = re.compile(r"–\s*(?:(?:\w+\s+)?\w+)?\s*$")
_GAP = 3
_TITLE_END = re.compile(r"^sagaidāmie rezultāti$")
_PAGE_NUMBER = re.compile(r"^\s*\d{1,3}\s*$")
_CAPTION = re.compile(r"^Pieredzes apmaiņas brauciens|^Apmācības pašvaldību speciālistiem")
_COLUMNS = re.compile(r"^(?:Pasākums Norises|Plānošanas reģions Publiskā)")
_DATED = re.compile(
    r"\d+\.\s(?:janvāris|februāris|marts|aprīlis|maijs|jūnijs|jūlijs|augusts"
    r"|septembris|oktobris|novembris|decembris)|Pavasaris|Vasara|Rudens|Ziema"
)


@dataclass
class _Block:
    lines: list[Line] = field(default_factory=list)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(line.text.strip() for line in self.lines)).strip()


def parse(lines: Sequence[Line]) -> Parsed:
    """Activities of all activity slides; spans account for every line."""
    activities: list[ParsedActivity] = []
    used: dict[int, tuple[Kind, str]] = {}
    waiting: list[Line] = []
    for slide in _slides(lines):
        whole = [*waiting, *slide]
        # A page that holds a title alone belongs to the page that follows it.
        bare = [line for line in whole if line.text.strip()]
        waiting = whole if len(bare) == 1 and _is_title(bare[0].text.strip()) else []
        if not waiting:
            activities += _slide(whole, used)
    spans = tuple(
        Span(n, n, *used.get(n, ("furniture", "blank") if not line.text.strip() else ("noise", "")))
        for n, line in ((line.number, line) for line in lines)
    )
    return Parsed(tuple(activities), spans)


def _slides(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Lines page by page; a slide number or three blank lines also close a slide."""
    slide: list[Line] = []
    blanks = 0
    for line in lines:
        blanks = 0 if line.text.strip() else blanks + 1
        if slide and line.page != slide[-1].page:
            yield slide
            slide = []
        slide.append(line)
        if _PAGE_NUMBER.match(line.text) or blanks == _GAP:
            yield slide
            slide = []
    if slide:
        yield slide


def _slide(slide: Sequence[Line], used: dict[int, tuple[Kind, str]]) -> Iterator[ParsedActivity]:
    short = [line for line in slide if _is_title(line.text.strip())]
    if not short or any(_NOT.search(ln.text) for ln in slide):
        return
    title = " ".join(ln.text.strip() for ln in short)
    for line in short:
        used[line.number] = ("heading", "slide title")
    blocks = _blocks([ln for ln in slide if ln not in short])
    group = ""
    region: str | None = None
    for block in blocks:
        text = block.text
        if _PAGE_NUMBER.match(text) or _COLUMNS.match(text) or _CAPTION.match(text):
            _mark(used, block, "furniture", "caption, column title or slide number")
            continue
        if "specifiskie virzieni" in title.lower():
            yield from _direction(block, title, used)
            continue
        item = _ITEM.match(text)
        if not item and _GROUP.search(text) and len(text) <= 60:
            group = f"{group} {text}".strip() if group.endswith("–") else text
            _mark(used, block, "heading", "activity group")
            continue
        if not item and len(text) <= 40 and group.endswith("–"):
            group = f"{group} {text}"
            _mark(used, block, "heading", "activity group")
            continue
        if len(text) < 12:
            _mark(used, block, "leftover", "too short to be an activity")
            continue
        body = item["text"] if item else text
        region = next(
            (r for key, r in _REGIONS.items() if re.search(rf"\b{key} plānošanas reģion", body)),
            None,
        )
        body = re.split(r"\s\*\s", body)[0].rstrip("*").strip()
        if _DATED.search(body) and len(body) < 120:
            body = body[: _DATED.search(body).start()].rstrip(" ,") or body  # type: ignore[union-attr]
        _mark(used, block, "record", "")
        yield _activity(block, body, tuple(p for p in (title, group) if p), region)


def _is_title(text: str) -> bool:
    """A short line that opens with a capital letter, names activities and is no list item."""
    if _TITLE_END.match(text):
        return True
    opens = text[:1].isupper() and not text.endswith((";", ",", "."))
    return opens and len(text) <= 60 and bool(_ACTIVITY.search(text)) and not _ITEM.match(text)


def _direction(
    block: _Block, title: str, used: dict[int, tuple[Kind, str]]
) -> Iterator[ParsedActivity]:
    """A row 'region | service direction' whose region name may be wrapped over two lines."""
    named = _TABLE_REGION.match(block.text)
    body = re.sub(r"^(?:\S+\s+plānošanas\s+reģions\s*(?:–\s*)?)+", "", block.text)
    if not named or not body:
        return
    _mark(used, block, "record", "")
    yield _activity(block, body, (title,), _REGIONS[named["name"]])


def _blocks(lines: Sequence[Line]) -> list[_Block]:
    """Paragraphs: cut at blank lines, bullets and numbers; a table row keeps its body."""
    blocks: list[_Block] = []
    open_block = False
    for line in lines:
        text = line.text.strip()
        if not text:
            open_block = False
            continue
        if not open_block or _ITEM.match(text):
            blocks.append(_Block())
            open_block = True
        blocks[-1].lines.append(line)
    return _with_bodies(blocks)


def _with_bodies(blocks: Sequence[_Block]) -> list[_Block]:
    """Join a bare region name with the paragraph that follows, and a date with its paragraph."""
    out: list[_Block] = []
    for block in blocks:
        bare = out and re.fullmatch(r"\S+\s+plānošanas\s+reģions", out[-1].text)
        dated = out and re.match(r"Novērtējuma izstrāde|Plānotais norises laiks", block.text)
        if bare or dated:
            out[-1].lines.extend(block.lines)
        else:
            out.append(block)
    return out


def _mark(used: dict[int, tuple[Kind, str]], block: _Block, kind: Kind, reason: str) -> None:
    for line in block.lines:
        used[line.number] = (kind, reason)


def _activity(
    block: _Block, text: str, path: tuple[str, ...], region: str | None
) -> ParsedActivity:
    return ParsedActivity(
        text=text,
        stage="planned",
        page=block.lines[0].page,
        first_line=block.lines[0].number,
        last_line=block.lines[-1].number,
        path=path,
        region=region,
    )
