"""Whether a collection holds what the generation does: counts, hashes, and a sample whole."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from indexes.milvus import schema
from indexes.milvus.server import PAGE, Row, Server
from indexes.milvus.source import Source
from indexes.records import keys_of
from nlp.errors import RegioplanError

SAMPLE = 200  # rows compared field by field
CLOSE = 1e-6  # 32-bit floats come back as they went
_SEED = 13
_COUNTED = {"region": schema.REGION, "plan": schema.DOCUMENT}
_VECTORS = (schema.VECTOR, schema.WORDS, schema.CONCEPTS)
_NEXT = "run 'regioplan migrate' again; until then the collection before answers"


@dataclass(frozen=True, slots=True)
class Verified:
    """What was compared and found equal; ``counts``: by region and by plan."""

    activities: int
    counts: Mapping[str, Mapping[str, int]]
    ids_sha256: str
    records_sha256: str
    sampled: int


def verify(
    server: Server, collection: str, source: Source, progress: Callable[[int], None]
) -> Verified:
    """Compare a collection with the generation it was copied from.

    Every id and every record is read back; of ``SAMPLE`` rows, drawn by a fixed seed, every field.

    :param progress: told how many rows have been compared.
    :raises RegioplanError: naming the first thing that differs.
    """
    _same("activities", len(source), server.count(collection))
    counts = {name: source.counts(name) for name in _COUNTED}
    counted: dict[str, Counter[str]] = {name: Counter() for name in _COUNTED}
    random = np.random.default_rng(_SEED)
    sample = set(random.permutation(len(source))[:SAMPLE].tolist())
    here, there = _Hashes(), _Hashes()
    done = 0
    for rows in source.batches(PAGE):
        numbers = [int(row[schema.ROW]) for row in rows]
        found = _page(server, collection, numbers[0], numbers[-1] + 1)
        _same(f"rows {numbers[0]} to {numbers[-1]}", numbers, sorted(found), tell=len)
        here.add(rows)
        there.add([found[number] for number in numbers])
        for name, field in _COUNTED.items():
            counted[name].update(row[field] for row in found.values())
        drawn = [number for number in numbers if number in sample]
        if drawn:
            whole = server.by_row(collection, drawn, schema.FIELDS)
            for number in drawn:
                _same_fields(rows[number - numbers[0]], whole[number])
        done += len(rows)
        progress(done)
    for name, expected in counts.items():
        for value in sorted(expected.keys() | counted[name].keys()):
            _same(f"activities of {value}", expected.get(value, 0), counted[name][value])
    _same("SHA-256 of the ids", source.manifest["corpus_sha256"], there.ids.hexdigest())
    _same("SHA-256 of the records", here.records.hexdigest(), there.records.hexdigest())
    return Verified(
        done, counts, there.ids.hexdigest(), there.records.hexdigest(), min(SAMPLE, done)
    )


class _Hashes:
    """Over ids, as the manifest of a generation has it, and over records, in the order of rows."""

    def __init__(self) -> None:
        self.ids = hashlib.sha256()
        self.records = hashlib.sha256()

    def add(self, rows: list[Row]) -> None:
        self.ids.update(keys_of(row[schema.ID] for row in rows).tobytes())
        for row in rows:
            self.records.update(row[schema.RECORD].encode() + b"\n")


def _page(server: Server, collection: str, first: int, end: int) -> dict[int, Row]:
    fields = [schema.ROW, schema.ID, schema.RECORD, *_COUNTED.values()]
    window = f"{schema.ROW} >= {first} and {schema.ROW} < {end}"
    rows = server.query(collection, window, fields, consistency_level="Strong")
    return {int(row[schema.ROW]): row for row in rows}


def _same_fields(here: Row, there: Row) -> None:
    for name in schema.FIELDS:
        equal = _close(here[name], there[name]) if name in _VECTORS else _equal(here, there, name)
        if not equal:
            raise RegioplanError(
                f"'{name}' of row {here[schema.ROW]} as it was sent", "another value", _NEXT
            )


def _equal(here: Row, there: Row, name: str) -> bool:
    if isinstance(here[name], list):
        return bool(here[name] == list(there[name]))
    return bool(here[name] == there[name])


def _close(here: Any, there: Any) -> bool:
    if isinstance(here, dict):
        if here.keys() != there.keys():
            return False
        here, there = list(here.values()), [there[number] for number in here]
    return bool(np.allclose(here, there, rtol=0, atol=CLOSE))


def _same(what: str, expected: Any, found: Any, tell: Callable[[Any], object] = str) -> None:
    if expected != found:
        raise RegioplanError(
            f"{what} as in the index: {tell(expected)}", f"{tell(found)} in the collection", _NEXT
        )
