"""What a collection holds of every activity, and how its vectors are indexed.

The primary key is the row number of the index that was copied, so equal scores come in the same
order as there. Vectors of terms hold what BM25 gives a text; what it asks of a query comes with the
query (:mod:`indexes.milvus.vocabulary`), so their inner product is the score.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from indexes.dense import LISTS, SHARE
from indexes.fusion import DEPTH

VERSION = 1  # of the fields below
PROPERTY = "regioplan"  # of the collection: facts as JSON

ROW, ID = "row", "id"
VECTOR, WORDS, CONCEPTS, TOKENS = "vector", "words", "concepts", "tokens"
STEMS = "stems"  # numbers of the words, which can be asked for in an expression
REGION, DOCUMENT, PERIOD, STAGE = "region", "document", "period", "stage"
MUNICIPALITIES, FUNDING, DEADLINE, AMOUNT = "municipalities", "funding", "deadline", "amount"
TAGS = "tags"  # scheme:label of what the models say yes to; people's decisions are asked for beside
TEXT_KEY = "text_key"  # of the folded text, by which people's decisions are looked up
THEME = "theme"  # number of the fitted theme, or -1: people's edits are asked for beside
GROUP = "copies_of"  # row of the first of its near-copies
FOLDED, RECORD = "folded", "record"

TEXT = 65_535  # bytes a text field may have
ITEMS = 4_096  # items an array may have

# Milvus's own names and limits. Vector fields: dense or sparse; arrays: kind of their items.
_NUMBERS = (THEME, GROUP)
_NULLABLE = {DEADLINE: "INT64", AMOUNT: "DOUBLE"}
_STRINGS = {
    ID: 256, REGION: 1024, DOCUMENT: 1024, PERIOD: 1024, STAGE: 64, TEXT_KEY: 16, FOLDED: TEXT,
    RECORD: TEXT,
}  # fmt: skip
_ARRAYS = {
    TOKENS: "INT32", STEMS: "INT32", MUNICIPALITIES: "VARCHAR", FUNDING: "VARCHAR", TAGS: "VARCHAR"
}  # fmt: skip
_FILTERED = (
    REGION, DOCUMENT, PERIOD, STAGE, ID, TEXT_KEY, THEME, DEADLINE, AMOUNT,
    STEMS, MUNICIPALITIES, FUNDING, TAGS,
)  # fmt: skip
FIELDS = (ROW, VECTOR, WORDS, CONCEPTS, *_NUMBERS, *_NULLABLE, *_STRINGS, *_ARRAYS)


@dataclass(frozen=True, slots=True)
class VectorIndex:
    """How Milvus indexes the dense vectors, and what it is asked with every search."""

    build: Mapping[str, int] = field(default_factory=dict)
    search: Mapping[str, int] = field(default_factory=dict)


# FLAT compares with all and so finds what FAISS finds. The others pass over what is unlikely to be
# near; ef has to reach as deep as a leg looks.
VECTOR_INDEXES: Mapping[str, VectorIndex] = {
    "FLAT": VectorIndex(),
    "AUTOINDEX": VectorIndex(),
    "HNSW": VectorIndex({"M": 32, "efConstruction": 200}, {"ef": 2 * DEPTH}),
    "IVF_FLAT": VectorIndex({"nlist": LISTS}, {"nprobe": LISTS // SHARE}),
}


def fields(client: type[Any], kinds: Any, dimension: int) -> Any:
    """The schema of a collection.

    :param client: ``pymilvus.MilvusClient``; ``kinds``: ``pymilvus.DataType``.
    """
    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field(ROW, kinds.INT64, is_primary=True)
    schema.add_field(VECTOR, kinds.FLOAT_VECTOR, dim=dimension)
    for name in (WORDS, CONCEPTS):
        schema.add_field(name, kinds.SPARSE_FLOAT_VECTOR)
    for name in _NUMBERS:
        schema.add_field(name, kinds.INT64)
    for name, kind in _NULLABLE.items():
        schema.add_field(name, kinds[kind], nullable=True)
    for name, length in _STRINGS.items():
        schema.add_field(name, kinds.VARCHAR, max_length=length)
    for name, kind in _ARRAYS.items():
        more = {"max_length": 1024} if kind == "VARCHAR" else {}
        schema.add_field(name, kinds.ARRAY, element_type=kinds[kind], max_capacity=ITEMS, **more)
    return schema


def indexes(client: type[Any], vector_index: str, *, lite: bool) -> Any:
    """The indexes of a collection: one for each vector, and for what is filtered by.

    :param lite: for Milvus Lite, which has none over arrays and looks at every row anyway.
    """
    wanted = client.prepare_index_params()
    build = dict(VECTOR_INDEXES[vector_index].build)
    wanted.add_index(VECTOR, index_type=vector_index, metric_type="IP", params=build)
    for name in (WORDS, CONCEPTS):
        wanted.add_index(name, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
    for name in () if lite else _FILTERED:
        wanted.add_index(name, index_type="INVERTED")
    return wanted
