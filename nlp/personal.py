"""Contact data of persons: what must never be committed, indexed or exported."""

from __future__ import annotations

import re

_MARKS = (
    (re.compile(r"(?:mailto:)?[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE), "[e-pasts]"),
    # Links into staff folders carry a person's name in their path.
    (re.compile(r"https?://[\w.-]*sharepoint\.com/\S*", re.IGNORECASE), "[saite]"),
    (re.compile(r"\+\s?371[ \u00a0-]?(?:\d[ \u00a0-]?){7}\d"), "[tālrunis]"),
    (
        re.compile(
            r"(?P<word>\b(?:mob|tālr(?:unis)?|tel|t|phone)\b[.:]*[ \u00a0]*)"
            r"[26](?:[ \u00a0-]?\d){7}(?!\d)",
            re.IGNORECASE,
        ),
        r"\g<word>[tālrunis]",
    ),
)


def redact(text: str) -> str:
    """Replace e-mails, phone numbers and staff links by neutral marks; lines stay in place."""
    for pattern, mark in _MARKS:
        text = pattern.sub(mark, text)
    return text


def contains_personal(text: str) -> bool:
    """Whether :func:`redact` would change the text."""
    return any(pattern.search(text) for pattern, _ in _MARKS)
