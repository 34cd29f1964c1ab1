"""Latgale programme: numbered sub-priorities, each with named sections of lettered items.

Only the section 'Uzdevumi' (tasks) holds activities. Sections are found by name, as their numbers
go astray in places; letters are taken as printed, as they restart, jump and double.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from nlp.layouts.base import Kind, Parsed, Span, merge_spans
from nlp.plans import Line
from nlp.records import ParsedActivity, unique_codes

_PART = re.compile(r"^\s*(?:\d+\.\s*)?Stratēģiskie virzieni un prioritātes\s*(?:\d+\.)?\s*$")
_DIRECTION = re.compile(r"^\s*Stratēģiskais virziens:?\s+(?P<title>.+?)\s+(?P<code>\d+\.\d+)\.\s*$")
_PRIORITY = re.compile(r"^\s*(?P<code>\d+\.\d+\.\d+)\.\s+Prioritāte\s+(?P<title>.+?)\s*$")
_UNIT = re.compile(r"^\s*(?P<code>\d+\.\d+\.\d+\.\d+)\.\s+(?P<title>.+?)\s*$")
_SECTIONS = {
    "Mērķis": "goal",
    "Apakšprioritātes pamatojums": "reason",
    "Līdzšinējās darbības": "past",
    "Ieviesēji": "implementers",
    "Sadarbības partneri": "partners",
    "Ieguvumi": "benefits",
    "Telpiskā piesaiste": "territory",
    "Uzdevumi": "tasks",
    "Finansējuma avoti": "funding",
    "Novērtēšanas rādītāji": "indicators",
}
_SECTION = re.compile(rf"^\s*\d+\.\s*(?P<name>{'|'.join(_SECTIONS)})\s*:?\s*(?P<rest>.*?)\s*$")
_LETTER = re.compile(r"^\s*(?P<letter>[a-z]{1,2})\.(?:\s+(?P<text>.*?))?\s*$")
_FOOTNOTE_RULE = re.compile(r"^\s{30,}$")
_FOOTER = re.compile(r"^\s*(?:\d{1,3}|Latgales plānošanas reģiona attīstības programma.*\d+)\s*$")


@dataclass
class _Item:
    letter: str | None
    first: Line
    last: Line
    parts: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.parts)).strip()


@dataclass
class _Unit:
    """A sub-priority: where it hangs and the items of its sections."""

    code: str
    path: tuple[str, ...]
    sections: dict[str, list[_Item]] = field(default_factory=dict)


def parse(lines: Sequence[Line]) -> Parsed:
    """Read the tasks of every sub-priority; spans account for every line."""
    units, spans = _units(lines)
    activities = [activity for unit in units for activity in _activities(unit)]
    return Parsed(tuple(activities), tuple(merge_spans(spans)))


def _units(lines: Sequence[Line]) -> tuple[list[_Unit], list[Span]]:
    units: list[_Unit] = []
    spans: list[Span] = []
    direction = priority = ""
    section: str | None = None
    inside = footnote = False

    def note(line: Line, kind: Kind, reason: str = "") -> None:
        spans.append(Span(line.number, line.number, kind, reason))

    before = ""
    for line in lines:
        text = line.text
        if _PART.match(text):
            inside, section = True, None
            note(line, "heading")
        elif not inside:
            note(line, "noise", "before the part with tasks")
        elif found := _DIRECTION.match(text):
            direction, section = found["title"], None
            note(line, "heading")
        elif found := _PRIORITY.match(text):
            priority, section = found["title"], None
            # Under some directions the priority itself carries the sections.
            units.append(_Unit(found["code"], (direction, priority)))
            note(line, "heading")
        elif found := _UNIT.match(text):
            units.append(_Unit(found["code"], (direction, priority, found["title"])))
            section = None
            note(line, "heading")
        elif units and (found := _SECTION.match(text)):
            section, footnote = _SECTIONS[found["name"]], False
            items = units[-1].sections.setdefault(section, [])
            if found["rest"].strip(" :"):
                items.append(_Item(None, line, line, [found["rest"].strip(" :")]))
            note(line, "heading")
        elif _FOOTNOTE_RULE.match(text):
            footnote = True
            note(line, "furniture", "footnote rule")
        elif not text.strip():
            note(line, "furniture", "blank")
        elif _FOOTER.match(text):
            note(line, "furniture", "page footer")
        elif not units or section is None:
            note(line, "noise", "text outside the sections")
        else:
            # A footnote ends where the next page goes on with a lettered item.
            footnote = footnote and not (text.startswith(" ") and _LETTER.match(text))
            if footnote:
                note(line, "furniture", "footnote")
            else:
                _take(units[-1].sections[section], line, before)
                kind: Kind = "record" if section in _USED else "noise"
                note(line, kind, "" if section in _USED else f"section {section}")
        before = text
    return units, spans


_USED = frozenset({"implementers", "partners", "tasks", "funding", "indicators"})


def _take(items: list[_Item], line: Line, before: str) -> None:
    """Add a line to the open item, or open one at a letter."""
    found = _LETTER.match(line.text)
    if found:
        text = found["text"] or ""
        items.append(_Item(found["letter"], line, line, [text] if text else []))
        return
    # After an empty letter a paragraph of its own is an item whose letter slipped away.
    slipped = any(not item.text for item in items)
    if items and not (
        slipped
        and not before.strip()
        and items[-1].text.endswith(".")
        and line.text.strip()[0].isupper()
    ):
        items[-1].parts.append(line.text.strip())
        items[-1].last = line
        return
    items.append(_Item(None, line, line, [line.text.strip()]))


def _activities(unit: _Unit) -> Iterator[ParsedActivity]:
    def texts(name: str) -> tuple[str, ...]:
        return tuple(item.text for item in unit.sections.get(name, ()) if item.text)

    letter = ""
    items = []
    for item in unit.sections.get("tasks", ()):
        letter = item.letter or letter
        if not item.text:
            continue
        items.append(
            ParsedActivity(
                text=item.text,
                stage="planned",
                page=item.first.page,
                first_line=item.first.number,
                last_line=item.last.number,
                path=unit.path,
                code=f"{unit.code}.{letter}",
                section=unit.code,
                responsible=", ".join(texts("implementers")) or None,
                partners=texts("partners"),
                funding=texts("funding"),
                indicators=texts("indicators"),
            )
        )
    yield from unique_codes(items)
