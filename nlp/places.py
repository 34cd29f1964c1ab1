"""Municipalities named in a text, in any inflected form, as spaCy entities.

``places.tsv`` lists today's municipalities and state cities, and the municipalities and towns from
before the reform of 2021 with the one they belong to now. A street or a planning region that bears
a town's name is not the town.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nlp.errors import RegioplanError
from nlp.tsv import read_tsv

if TYPE_CHECKING:
    from spacy.language import Language

PLACES = Path(__file__).with_name("places.tsv")
LABEL = "MUNICIPALITY"
_ENDINGS = {
    "pils": ("pils", "pilij", "pili", "pilī"),
    "a": ("a", "as", "ai", "u", "ā"),
    "e": ("e", "es", "ei", "i", "ē"),
    "i": ("i", "u", "iem", "us", "os"),
    "s": ("s", "a", "am", "u", "ā"),
}
_NOT_A_TOWN_BEFORE = re.compile(
    r"^(?:iel\w*|plānošanas|jūras|šosej\w*|gatv\w*|prospekt\w*|laukum\w*)$", re.IGNORECASE
)


def forms(name: str) -> tuple[str, ...]:
    """The singular or plural case forms of a place name.

    :raises RegioplanError: a name whose ending is unknown; list its forms in ``places.tsv``.
    """
    for ending, cases in _ENDINGS.items():
        if name.endswith(ending):
            stem = name.removesuffix(ending)
            return tuple(stem + case for case in cases)
    raise RegioplanError(
        f"a place name ending in {', '.join(_ENDINGS)}", f"'{name}'", "list its forms"
    )


@lru_cache(maxsize=1)
def read_places(path: Path = PLACES) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Place name -> (municipality of today, case forms)."""
    return {
        row["name"]: (
            row["municipality"],
            tuple(row["forms"].split("|")) if row["forms"] else forms(row["name"]),
        )
        for row in read_tsv(path, ("name", "municipality", "forms"))
    }


@lru_cache(maxsize=1)
def pipeline() -> Language:
    """A blank Latvian spaCy pipeline with an entity ruler for the places."""
    import spacy

    language = spacy.blank("lv")
    ruler: Any = language.add_pipe("entity_ruler")
    ruler.add_patterns(
        [
            {"label": LABEL, "pattern": [{"ORTH": form}], "id": name}
            for name, (_, cases) in read_places().items()
            for form in dict.fromkeys(cases)
        ]
    )
    return language


def municipalities(texts: list[str]) -> list[tuple[str, ...]]:
    """For each text the places it names, in order of first mention, each once.

    Places of before 2021 keep their own name: that is what the plan says.
    """
    out = []
    for document in pipeline().pipe(texts):
        found: dict[str, None] = {}
        for entity in document.ents:
            following = document[entity.end].text if entity.end < len(document) else ""
            if not _NOT_A_TOWN_BEFORE.match(following):
                found[entity.ent_id_] = None
        out.append(tuple(found))
    return out


def municipality_of(place: str) -> str | None:
    """Today's municipality of a place, or None for an unknown one."""
    known = read_places().get(place)
    return known[0] if known else None
