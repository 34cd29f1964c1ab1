"""Large corpora for benchmarks: clauses of real activities, recombined.

Recipe: every real text is cut into clauses at commas, semicolons and the word "un"; a made activity
joins one to three of them from different texts, at random but seeded, and takes all other fields
(headings, partners, amounts, ...) from one real activity. Regions are made up, 200 of them with
five documents each, as many as Europe's. Words, lengths and headings are thus distributed as
in the real plans; meanings are mixed. Copies of one text are rare but there.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from indexes.records import line_of
from nlp.records import Activity, activity_id

REGIONS, DOCUMENTS = 200, 5
SEED = 11
_CUT = re.compile(r"[,;]\s+|\s+un\s+")


def clauses(activities: Sequence[Activity]) -> list[str]:
    """All clauses of at least two words, each once."""
    found = (part.strip(" .") for a in activities for part in _CUT.split(a.text))
    return [part for part in dict.fromkeys(found) if part.count(" ")]


def recombined(activities: Sequence[Activity], count: int) -> Iterator[Activity]:
    """``count`` made activities; the first ones are the same whatever the count."""
    parts = clauses(activities)
    generator = random.Random(SEED)
    seen: set[str] = set()
    while len(seen) < count:
        text = ", ".join(generator.sample(parts, generator.randint(1, 3)))
        model = generator.choice(activities)
        region = f"Reģions {generator.randrange(REGIONS):03}"
        document = f"{region[-3:]}-{generator.randrange(DOCUMENTS)}"
        name = activity_id(document, region, model.stage, text)
        if name in seen:
            continue
        seen.add(name)
        yield replace(
            model, id=name, text=text, region=region, document=document, plan=f"Plāns {document}",
            occurrences=(),
        )  # fmt: skip


def write(activities: Sequence[Activity], count: int, file: Path) -> None:
    """Write made activities as JSON lines."""
    with file.open("wb") as handle:
        for activity in recombined(activities, count):
            handle.write(line_of(activity))


if __name__ == "__main__":
    from indexes.engine import SearchIndex

    store, number, target = sys.argv[1:]
    write(SearchIndex.open(Path(store)).activities, int(number), Path(target))
