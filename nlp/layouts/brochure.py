"""Results brochure: activity lists under 'Aktivitāte „...”:' with one starred item per activity."""

from __future__ import annotations

import re
from collections.abc import Sequence

from nlp.layouts.base import Kind, Parsed, Span
from nlp.plans import Line
from nlp.records import ParsedActivity

_GROUP = re.compile(r"^\s*Aktivitāte\s+[„\"“](?P<title>.+?)[”\"“]\s*:\s*$")
_EXTRA = re.compile(r"^\s*Papildus aktivitātes:\s*(?P<rest>.*)$")
_STAR = re.compile(r"^\s*[*•]\s*(?P<text>\S.*)$")
_REGIONS = {"Kurzemes": "Kurzeme", "Zemgales": "Zemgale", "Vidzemes": "Vidzeme",
            "Rīgas": "Rīga", "Latgales": "Latgale"}  # fmt: skip
_REGION = re.compile(rf"\b({'|'.join(_REGIONS)})\s+plānošanas\s+reģion")


def parse(lines: Sequence[Line]) -> Parsed:
    """Starred items per activity group and the list of additional ones, all of them done."""
    found: list[tuple[list[Line], str, str]] = []  # lines, text, group
    spans: list[Span] = []
    group = ""
    extra = False

    def note(line: Line, kind: Kind, reason: str = "") -> None:
        spans.append(Span(line.number, line.number, kind, reason))

    for line in lines:
        text = line.text.replace("\u00a0", " ").strip()
        if match := _GROUP.match(text):
            group, extra = match["title"], False
            note(line, "heading")
        elif match := _EXTRA.match(text):
            group, extra = "Papildus aktivitātes", True
            found.append(([line], match["rest"], group))
            note(line, "record")
        elif not text:
            # A blank line closes the list of additional activities; stars close themselves.
            if extra:
                group, extra = "", False
            note(line, "furniture", "blank")
        elif group and not extra and (match := _STAR.match(text)):
            found.append(([line], match["text"], group))
            note(line, "record")
        elif group and found and found[-1][0][-1].number == line.number - 1:
            held, before, name = found[-1]
            found[-1] = ([*held, line], f"{before} {text}", name)
            note(line, "record")
        else:
            note(line, "noise", "story, credits or links")
    activities = []
    for held, text, name in found:
        parts = _enumerated(text) if name == "Papildus aktivitātes" else [text]
        activities += [_activity(held, part, name) for part in parts]
    return Parsed(tuple(activities), tuple(spans))


def _enumerated(text: str) -> list[str]:
    """Cut a running list at its commas and 'un', but never inside brackets."""
    depth, parts, start = 0, [], 0
    for i, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        if depth == 0 and (char == "," or text.startswith(" un ", i)):
            head = text[start:i]
            # ' un ' joins two items only after a closed bracket: 'seminārs (2015) un vizīte'.
            if char != "," and not head.rstrip().endswith(")"):
                continue
            parts.append(head)
            start = i + (1 if char == "," else 4)
    parts.append(text[start:])
    return [p.strip(" .") for p in parts if p.strip(" .")]


def _activity(held: Sequence[Line], text: str, group: str) -> ParsedActivity:
    text = re.sub(r"\s+", " ", text.replace("\u00a0", " ")).strip()
    named = {_REGIONS[m] for m in _REGION.findall(text)}
    return ParsedActivity(
        text=text,
        stage="done",
        page=held[0].page,
        first_line=held[0].number,
        last_line=held[-1].number,
        path=(group,),
        region=named.pop() if len(named) == 1 else None,
    )
