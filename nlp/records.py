"""The activity record and how parsed items become records.

A layout (see :mod:`nlp.layouts`) yields :class:`ParsedActivity` items, one for every place where a
plan prints an activity. :func:`build_records` folds equal texts of one document into one
:class:`Activity` and gives it an id that survives a rebuild.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

from nlp.plans import Plan

Stage = Literal["planned", "done"]


@dataclass(frozen=True, slots=True)
class Place:
    """One place where a plan prints an activity; lines are 1-based lines of the source file."""

    document: str
    page: int
    first_line: int
    last_line: int
    path: tuple[str, ...] = ()
    code: str | None = None
    section: str | None = None
    count: int | None = None


@dataclass(frozen=True, slots=True)
class ParsedActivity:
    """One activity as a layout read it, before equal texts are folded together.

    ``text`` is verbatim and de-wrapped, without label and without a closing ``(n)``, which is
    ``count``. ``path`` holds the headings above, top first. ``no_activity`` is set on a planned
    action whose plan says that nothing was done in the period.
    """

    text: str
    stage: Stage
    page: int
    first_line: int
    last_line: int
    path: tuple[str, ...] = ()
    code: str | None = None
    section: str | None = None
    region: str | None = None
    actor: str | None = None
    responsible: str | None = None
    partners: tuple[str, ...] = ()
    amount_eur: int | None = None
    funding: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    deadline: int | None = None
    count: int | None = None
    no_activity: bool = False


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of one document.

    The place fields (``path``, ``code``, ``section``, ``count``, ``page``, ``first_line``,
    ``last_line``) describe the first printing; ``occurrences`` lists every further printing of
    the same text in the same document.
    """

    id: str
    region: str
    document: str
    plan: str
    period: str
    stage: Stage
    text: str
    page: int
    first_line: int
    last_line: int
    code: str | None = None
    section: str | None = None
    path: tuple[str, ...] = ()
    actor: str | None = None
    responsible: str | None = None
    partners: tuple[str, ...] = ()
    amount_eur: int | None = None
    funding: tuple[str, ...] = ()
    indicators: tuple[str, ...] = ()
    priorities: tuple[str, ...] = ()
    deadline: int | None = None
    count: int | None = None
    no_activity: bool = False
    municipalities: tuple[str, ...] = ()
    occurrences: tuple[Place, ...] = field(default=())

    @property
    def places(self) -> tuple[Place, ...]:
        """Every printing of the activity, the first one first."""
        first = Place(
            self.document,
            self.page,
            self.first_line,
            self.last_line,
            self.path,
            self.code,
            self.section,
            self.count,
        )
        return (first, *self.occurrences)

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready dict with the field names of the export contract."""
        return asdict(self)

    @classmethod
    def from_dict(cls, row: Mapping[str, Any]) -> Activity:
        """Inverse of :meth:`to_dict`; unknown keys are refused by the constructor."""
        values = dict(row)
        for name in _LISTS:
            if name in values:
                values[name] = tuple(values[name])
        if "occurrences" in values:
            values["occurrences"] = tuple(
                Place(**{**place, "path": tuple(place["path"])}) for place in row["occurrences"]
            )
        return cls(**values)


_LISTS = ("path", "partners", "funding", "indicators", "priorities", "municipalities")


def fold(text: str) -> str:
    """Key under which two printings count as the same text: case, spaces and end marks ignored."""
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip(" .;,").casefold()


def activity_id(document: str, region: str, stage: str, text: str) -> str:
    """16 hex digits from document, region, stage and folded text: equal after every rebuild."""
    key = "\x1f".join((document, region, stage, fold(text)))
    return hashlib.sha256(key.encode()).hexdigest()[:16]


def unique_codes(items: Iterable[ParsedActivity]) -> list[ParsedActivity]:
    """Printed codes kept as they are; the 2nd, 3rd, ... use of one gets ``-2``, ``-3``, ...

    A layout calls this when a plan repeats a letter inside one section (Latgale 3.2.1.4).
    """
    seen: Counter[str] = Counter()
    out = []
    for item in items:
        if item.code is not None:
            seen[item.code] += 1
            if seen[item.code] > 1:
                item = replace(item, code=f"{item.code}-{seen[item.code]}")
        out.append(item)
    return out


def build_records(plan: Plan, items: Iterable[ParsedActivity]) -> list[Activity]:
    """Fold the parsed items of one document into records, in order of first printing."""
    records: dict[str, Activity] = {}
    for item in items:
        region = item.region or plan.regions[0]
        key = activity_id(plan.document, region, item.stage, item.text)
        place = Place(
            plan.document,
            item.page,
            item.first_line,
            item.last_line,
            item.path,
            item.code,
            item.section,
            item.count,
        )
        known = records.get(key)
        if known is not None:
            records[key] = replace(known, occurrences=(*known.occurrences, place))
            continue
        values = {f.name: getattr(item, f.name) for f in fields(item) if f.name != "region"}
        records[key] = Activity(
            id=key,
            region=region,
            document=plan.document,
            plan=plan.title,
            period=plan.period,
            **values,
        )
    return list(records.values())
