"""Makes the inputs of a corpus: its records, regioplan's index of them, and what peers are given.

``python -m tests.benchmarks.prepare records CORPUS FILE`` writes the records of a corpus, a number
(:mod:`tests.benchmarks.corpus`) or ``real``; ``... inputs STORE FOLDER`` writes what is in an index
for the peers.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from app import settings
from indexes.engine import SearchIndex
from indexes.records import line_of
from tests.benchmarks import corpus
from tests.benchmarks.inputs import FIELDS
from tests.benchmarks.processes import memory, watched
from tests.benchmarks.session import ROOT
from training.judgements import read_judgements

REAL = "real"
# Queries a person judged, by the folder the judgements are in.
JUDGED = {"gold": ROOT / "data" / "gold", "queries": ROOT / "data" / "queries"}
_SEED = 17
_BLOCK = 20_000
_TRUTH = 10


def write_records(name: str, file: Path) -> None:
    """Records of a corpus as JSON lines; models and real texts come from the built index."""
    activities = list(SearchIndex.open(settings.store()).activities)
    fresh = file.with_suffix(".new")
    if name == REAL:
        fresh.write_bytes(b"".join(map(line_of, activities)))
    else:
        corpus.write(activities, int(name), fresh)
    fresh.replace(file)


def build_store(records: Path, store: Path, processes: int) -> dict[str, Any]:
    """Time of `regioplan build --records` and the most its processes held; FAISS may use as many.

    :raises RuntimeError: it failed; the message ends with what it said.
    """
    program = Path(sys.executable).with_name("regioplan")
    command = [program, "build", "--records", records, "--store", store]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "REGIOPLAN_HOME": str(ROOT),
        "OMP_NUM_THREADS": str(processes),
    }
    start = time.perf_counter()
    process = subprocess.Popen(
        [*map(str, command), "--processes", str(processes)],
        env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with watched(process.pid) as peak:
        said = process.communicate()[1]
    if process.returncode:
        raise RuntimeError(f"regioplan build ended with {process.returncode}: {said[-300:]}")
    return {"seconds": time.perf_counter() - start, "peak_mb": peak.mb, "processes": processes}


def write_inputs(store: Path, folder: Path) -> None:
    """Texts, vectors and fields of an index, the queries, and their exactly nearest rows."""
    index = SearchIndex.open(store)
    folder.mkdir(parents=True, exist_ok=True)
    texts = []
    fields: dict[str, list[str]] = {name: [] for name in FIELDS}
    for activity in index.activities:
        texts.append(activity.text)
        for name in FIELDS:
            fields[name].append(getattr(activity, name))
    values = {name: sorted(set(column)) for name, column in fields.items()}
    places = {name: {value: i for i, value in enumerate(values[name])} for name in FIELDS}
    codes = {name: np.asarray([places[name][v] for v in fields[name]], np.int16) for name in FIELDS}
    _write_json(folder / "texts.json", texts)
    _write_json(folder / "values.json", values)
    np.savez(folder / "codes.npz", **codes)

    dimension = index.encoder.dimension
    vectors = np.lib.format.open_memmap(
        folder / "vectors.npy", mode="w+", dtype=np.float32, shape=(len(texts), dimension)
    )
    queries = _queries(values["region"], len(values["region"]) >= corpus.REGIONS)
    asked = np.stack([index.query_vector(index.read_as(q["text"]).text) for q in queries])
    exact = faiss.ResultHeap(len(asked), _TRUTH, keep_max=True)
    rows = np.arange(len(texts), dtype=np.int64)
    for start in range(0, len(rows), _BLOCK):
        block = index.legs.dense.vectors(rows[start : start + _BLOCK])
        vectors[start : start + len(block)] = block
        part = faiss.IndexFlatIP(dimension)
        part.add(np.ascontiguousarray(block))
        scores, near = part.search(asked, min(_TRUTH, len(block)))
        exact.add_result(scores, near + start)
    exact.finalize()
    vectors.flush()
    np.save(folder / "query_vectors.npy", asked.astype(np.float32))
    _write_json(folder / "truth.json", exact.I.tolist())
    _write_json(folder / "queries.json", queries)
    _write_json(folder / "models.json", {"rows": len(texts), "memory": memory()})


def _queries(regions: Sequence[str], made_up: bool) -> list[dict[str, Any]]:
    """The development queries in a fixed mixed order; over a made corpus each has a filter.

    The filters take turns: one region (1 activity in 200), 20 regions (1 in 10), one stage.
    """
    chance = random.Random(_SEED)
    found = []
    for name, folder in JUDGED.items():
        for query in read_judgements(folder, "queries.tsv", "qrels.tsv")[1]:
            found.append({"id": query.id, "text": query.text, "judged": name})
    chance.shuffle(found)
    for i, query in enumerate(found):
        narrow: dict[str, Any] = {"kind": "none", "region": [], "stage": []}
        if made_up:
            kind = ("region", "regions", "stage")[i % 3]
            count = {"region": 1, "regions": 20, "stage": 0}[kind]
            stage = [("planned", "done")[i // 3 % 2]] if kind == "stage" else []
            narrow = {"kind": kind, "region": chance.sample(regions, count), "stage": stage}
        query["narrow"] = narrow
    return found


def _write_json(file: Path, content: Any) -> None:
    file.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    job, first, second = sys.argv[1:]
    if job == "records":
        write_records(first, Path(second))
    else:
        write_inputs(Path(first), Path(second))
