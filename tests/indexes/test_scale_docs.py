"""The code of docs/scale.md is run as it stands, but for Ray and Spark themselves."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

import pandas as pd
import pytest
import yaml

from indexes.engine import SearchIndex
from indexes.reading import from_bytes
from indexes.records import line_of
from indexes.store import verify

DOCS = Path(__file__).parents[2] / "docs"
CODE = re.findall(r"```python\n(.*?)```", (DOCS / "scale.md").read_text("utf-8"), re.DOTALL)


@pytest.fixture
def code(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Names of every piece of code, as if it were imported."""
    monkeypatch.setitem(sys.modules, "ray", ModuleType("ray"))  # only asked when it is run
    out: list[dict[str, Any]] = []
    for text in CODE:
        piece = ModuleType("blocks" if not out else f"piece{len(out)}")
        monkeypatch.setitem(sys.modules, piece.__name__, piece)
        exec(compile(text, "docs/scale.md", "exec"), piece.__dict__)  # noqa: S102
        out.append(piece.__dict__)
    return out


def parts_of(index: SearchIndex, folder: Path, sizes: Sequence[int]) -> list[str]:
    folder.mkdir()
    lines = [line_of(activity) for activity in index.activities]
    files = []
    for number, size in enumerate(sizes):
        file = folder / f"{number:06}"
        file.write_bytes(b"".join(lines[:size]))
        lines = lines[size:]
        files.append(str(file))
    assert not lines
    return files


def test_blocks_read_anywhere_give_the_same_index(
    code: list[dict[str, Any]], tiny_store: Path, tiny_index: SearchIndex, tmp_path: Path
) -> None:
    _, ray, spark, together = code
    parts = parts_of(tiny_index, tmp_path / "parts", (6, 5, 4))
    target = tmp_path / "blocks"
    target.mkdir()
    actor = ray["Reader"](str(tiny_store), str(target))
    assert list(actor({"part": parts[:2]})["blocks"]) == [1, 1]
    first = (target / "000000.npz").stat().st_mtime_ns
    frames = spark["reader"](str(tiny_store), str(target))([pd.DataFrame({"part": parts})])
    assert [list(frame["blocks"]) for frame in frames] == [[1, 1, 1]]
    assert (target / "000000.npz").stat().st_mtime_ns == first  # not read again
    assert [len(from_bytes(f.read_bytes())) for f in sorted(target.iterdir())] == [6, 5, 4]
    store = tmp_path / "store"
    together["put_together"](tiny_store, target, store)
    index = SearchIndex.open(store)
    assert list(index.activities) == list(tiny_index.activities)
    assert index.search("ēku siltināšana") == tiny_index.search("ēku siltināšana")
    assert verify(store)["corpus_sha256"] == verify(tiny_store)["corpus_sha256"]


def test_the_compose_file_is_closed_to_others() -> None:
    content = yaml.safe_load((DOCS / "milvus-compose.yaml").read_text("utf-8"))
    milvus = content["services"]["milvus"]
    assert milvus["ports"] == ["127.0.0.1:19530:19530"]
    assert not milvus["image"].endswith(":latest")
    assert {c["source"] for c in milvus["configs"]} == set(content["configs"])
    user = yaml.safe_load(content["configs"]["milvus"]["content"])
    assert user["common"]["security"]["authorizationEnabled"] is True
