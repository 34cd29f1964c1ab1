"""Milvus Lite through pymilvus: HNSW and BM25, fused by reciprocal ranks."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
from pymilvus import AnnSearchRequest, DataType, Function, FunctionType, MilvusClient, RRFRanker

from tests.benchmarks.inputs import FIELDS, Inputs, Narrow, Vectors
from tests.benchmarks.peers import Peer

_NAME = "activities"
_BLOCK = 2000  # rows of one insert; a message may hold 64 MB
_CANDIDATES = 100
_DENSE = {"metric_type": "IP", "params": {"ef": 64}}


class Lite(Peer):
    def __init__(self, threads: int) -> None:
        super().__init__(threads)
        faiss.omp_set_num_threads(threads)

    def build(self, inputs: Inputs, folder: Path) -> None:
        client = MilvusClient(str(folder / "milvus.db"))
        schema = MilvusClient.create_schema(auto_id=False)
        schema.add_field("id", DataType.INT64, is_primary=True)
        schema.add_field("text", DataType.VARCHAR, max_length=65535, enable_analyzer=True)
        for field in FIELDS:
            schema.add_field(field, DataType.VARCHAR, max_length=256)
        schema.add_field("vector", DataType.FLOAT_VECTOR, dim=inputs.vectors.shape[1])
        schema.add_field("sparse", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="bm25",
                function_type=FunctionType.BM25,
                input_field_names=["text"],
                output_field_names=["sparse"],
            )
        )
        client.create_collection(_NAME, schema=schema)
        columns = {field: inputs.column(field) for field in FIELDS}
        for start in range(0, len(inputs.texts), _BLOCK):
            rows = range(start, min(start + _BLOCK, len(inputs.texts)))
            block = inputs.vectors[rows.start : rows.stop].tolist()
            client.insert(
                _NAME,
                [
                    {
                        "id": row,
                        "text": inputs.texts[row],
                        "vector": block[row - start],
                        **{field: columns[field][row] for field in FIELDS},
                    }
                    for row in rows
                ],
            )
        client.flush(_NAME)
        wanted = client.prepare_index_params()
        wanted.add_index(
            field_name="vector",
            index_type="HNSW",
            metric_type="IP",
            params={"M": 16, "efConstruction": 200},
        )
        wanted.add_index(
            field_name="sparse", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25"
        )
        for field in FIELDS:
            wanted.add_index(field_name=field, index_type="INVERTED")
        client.create_index(_NAME, wanted)
        client.load_collection(_NAME)
        client.close()

    def open(self, inputs: Inputs, folder: Path) -> None:
        self.client = MilvusClient(str(folder / "milvus.db"))
        self.client.load_collection(_NAME)

    def search(self, text: str, vector: Vectors, narrow: Narrow, k: int) -> Sequence[Any]:
        return self._hybrid([text], vector[None], narrow, k)[0]

    def rows(self, found: Sequence[Any]) -> list[int]:
        return [int(hit["id"]) for hit in found]

    def dense(self, text: str, vector: Vectors, k: int) -> list[int]:
        found = self.client.search(
            _NAME, [vector.tolist()], anns_field="vector", limit=k, search_params=_DENSE
        )
        return self.rows(found[0])

    def batch(self, texts: Sequence[str], vectors: Vectors, k: int) -> object:
        return self._hybrid(texts, vectors, Narrow(), k)

    def _hybrid(self, texts: Sequence[str], vectors: Vectors, narrow: Narrow, k: int) -> Any:
        expression = _expression(narrow)
        routes = [
            AnnSearchRequest(vectors.tolist(), "vector", _DENSE, _CANDIDATES, expr=expression),
            AnnSearchRequest(
                list(texts), "sparse", {"metric_type": "BM25"}, _CANDIDATES, expr=expression
            ),
        ]
        return self.client.hybrid_search(_NAME, routes, RRFRanker(60), limit=k)


def _expression(narrow: Narrow) -> str | None:
    parts = [
        f"{field} in {json.dumps(list(wanted), ensure_ascii=False)}"
        for field, wanted in narrow.asked().items()
    ]
    return " and ".join(parts) or None
