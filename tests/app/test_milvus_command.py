"""The move to Milvus and searches there, by the command line and a real Milvus Lite file."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.app.test_cli import run


@pytest.fixture(scope="module")
def moved(tiny_store: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """A store, and the file it was moved to."""
    folder = tmp_path_factory.mktemp("moved")
    store, file = shutil.copytree(tiny_store, folder / "store"), folder / "milvus.db"
    done = run("migrate", "--to", "milvus", str(file), "--store", str(store))
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "regioplan_1 answers as regioplan: 15 activities, as in the index"
    assert lines[1] == "  Latgale: 5, Vidzeme: 5, Zemgale: 5"
    assert "15 drawn ones compared field by field" in lines[-1]
    assert "Traceback" not in done.stderr
    return str(store), str(file)


def test_search_and_similar_say_the_same(moved: tuple[str, str]) -> None:
    store, file = moved
    known = json.loads(run("search", "ēku siltināšana", "--format=json", f"--store={store}").stdout)
    for command in (
        ["search", "ēku siltināšana"],
        ["search", "siltināšanu", "--region", "Zemgale", "--exact"],
        ["search", "siltināšana", "--tag", "climate", "--own-words"],
        ["similar", known[0]["id"]],
        ["similar", "--text", "Ēku siltināšana"],
    ):
        here = run(*command, "--format", "json", "--store", store)
        there = run(*command, "--format", "json", "--store", store, "--milvus", file)
        assert there.returncode == 0, there.stderr
        assert json.loads(there.stdout) == json.loads(here.stdout) != []


def test_tables_of_questions_are_answered_there(moved: tuple[str, str], tmp_path: Path) -> None:
    store, file = moved
    queries, texts = tmp_path / "queries.tsv", tmp_path / "texts.tsv"
    queries.write_text("q1\tlv\tsiltināšana\nq2\tlv\tsadarbība\n", encoding="utf-8")
    texts.write_text("t1\tLatgale\tĒku siltināšana\n", encoding="utf-8")
    for command in (["search", "--queries", str(queries)], ["similar", "--texts", str(texts)]):
        here = run(*command, "--store", store)
        assert here.stdout
        assert run(*command, "--store", store, "--milvus", file).stdout == here.stdout


def test_the_setting_chooses_milvus(
    moved: tuple[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store, file = moved
    monkeypatch.setenv("REGIOPLAN_MILVUS", file)
    monkeypatch.setenv("REGIOPLAN_MILVUS_COLLECTION", "nowhere")
    done = run("search", "siltināšana", "--store", store)
    assert done.returncode == 1
    assert "expected a collection 'nowhere'" in done.stderr
    monkeypatch.delenv("REGIOPLAN_MILVUS_COLLECTION")
    (copied := tmp_path / "other").mkdir()  # another machine: the models alone
    shutil.copytree(Path(store) / "milvus", copied / "milvus")
    done = run("search", "ēku siltināšana", "--store", str(copied))
    assert done.returncode == 0, done.stderr
    assert "siltināš" in done.stdout


def test_the_copy_is_compared_again(moved: tuple[str, str]) -> None:
    store, file = moved
    done = run("migrate", file, "--check", "--format", "json", "--store", store)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["collection"] == "regioplan_1"
    assert found["activities"] == found["sampled"] == 15
    manifest = json.loads((Path(store) / "gen-1" / "manifest.json").read_text("utf-8"))
    assert found["ids_sha256"] == manifest["corpus_sha256"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "the address of Milvus"),
        (["--to", "paper", "x.db"], 2, "a target out of milvus"),
        (["localhost"], 2, "http://host:19530"),
        (["x.db", "--check", "--back"], 2, "--check or --back"),
        (["x.db", "--format", "xml"], 2, "--format table or json"),
        (["FILE", "--vector-index", "MAGIC"], 2, "a vector index out of"),
        (["FILE", "--collection", "a-b"], 2, "letters, digits"),
        (["FILE", "--back"], 1, "an earlier collection"),
        (["FILE", "--check", "--collection", "none"], 1, "a collection 'none'"),
        (["FILE", "--store", "/nowhere"], 1, "run 'regioplan build' first"),
    ],
)
def test_wrong_use_is_one_line(
    moved: tuple[str, str], arguments: list[str], code: int, told: str
) -> None:
    store, file = moved
    given = [file if a == "FILE" else a for a in arguments]
    done = run("migrate", *(given if "--store" in given else [*given, "--store", store]))
    assert done.returncode == code
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("given", ["--explain", "--sort=region"])
def test_what_milvus_cannot_is_refused(moved: tuple[str, str], given: str) -> None:
    store, file = moved
    done = run("search", "siltināšana", given, "--store", store, "--milvus", file)
    assert done.returncode == 2
    assert f"leave {given.split('=')[0]} out" in done.stderr
