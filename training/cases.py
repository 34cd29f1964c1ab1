"""A list of things a search must do, each one a line a person can read and add to.

``data/queries/cases.tsv``: ``expected QUERY PATTERN`` (three of the top five say it, or as many as
there are), ``forbidden QUERY PATTERN`` (none of the top five does), ``above QUERY A B`` (the first
A stands above any B) and ``paraphrase QUERY QUERY`` (three of the top ten are the same). Patterns
match anywhere in a text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from indexes.engine import SearchIndex
from nlp.errors import RegioplanError

MOST = 3  # of five, or all there are
SHARED = 3  # of ten


@dataclass(frozen=True, slots=True)
class Case:
    """One line of the list."""

    kind: str
    query: str
    arguments: tuple[str, ...]


def read_cases(path: Path) -> list[Case]:
    """The cases of a file.

    :raises RegioplanError: an unknown kind, or a line of another width.
    """
    widths = {"expected": 3, "forbidden": 3, "above": 4, "paraphrase": 3}
    out = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        cells = line.split("\t")
        if len(cells) != widths.get(cells[0]):
            raise RegioplanError(
                f"a case out of {', '.join(widths)}", f"line {number} of {path.name}", "mend it"
            )
        out.append(Case(cells[0], cells[1], tuple(cells[2:])))
    return out


def holds(index: SearchIndex, case: Case) -> bool:
    """Whether the index does what the case asks."""
    texts = _texts(index, case.query)
    if case.kind == "paraphrase":
        return len(set(texts) & set(_texts(index, case.arguments[0]))) >= min(SHARED, len(texts))
    says = [[bool(re.search(p, text, re.IGNORECASE)) for text in texts] for p in case.arguments]
    if case.kind == "expected":
        pattern = re.compile(case.arguments[0], re.IGNORECASE)
        there = sum(bool(pattern.search(a.text)) for a in index.activities)
        return sum(says[0][:5]) >= min(MOST, there)
    if case.kind == "forbidden":
        return not any(says[0][:5])
    return any(says[0]) and (not any(says[1]) or says[0].index(True) < says[1].index(True))


def failures(index: SearchIndex, cases: Sequence[Case]) -> list[Case]:
    """The cases an index fails."""
    return [case for case in cases if not holds(index, case)]


def _texts(index: SearchIndex, query: str) -> list[str]:
    return [hit.activity.text for hit in index.search(query, top=10)]
