from __future__ import annotations

import contextlib
import io
import json
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

import pytest

from app.cli import main
from indexes.corrections import CorrectionLog
from indexes.engine import SearchIndex
from indexes.records import line_of

ANYBODY = "Pēteris"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: str) -> Done:
    """The command line in this process: every command but the start of Python itself is real."""
    out, err, code = io.StringIO(), io.StringIO(), 0
    with (
        mock.patch.object(sys, "argv", ["regioplan", *arguments]),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            main()
        except SystemExit as stop:
            code = int(stop.code or 0)
    return Done(code, out.getvalue(), err.getvalue())


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom app.cli import main\n"
        "try:\n    sys.argv = ['regioplan', '--help']; main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'torch', 'gradio', 'faiss', 'spacy', 'sklearn', 'pandas', 'numpy'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


def test_verify_names_the_file_that_is_not_as_built(tiny_store: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(tiny_store, tmp_path / "store"))
    whole = run("verify", "--store", str(store))
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "files as built, 15 activities" in whole.stdout
    (table,) = store.glob("gen-*/themes.json")
    table.write_text(table.read_text("utf-8") + " ", encoding="utf-8")
    damaged = run("verify", "--store", str(store))
    assert damaged.returncode not in (0, 2)
    assert "themes.json as it was built" in damaged.stderr


def test_search_json_has_the_contract_fields(tiny_store: Path) -> None:
    done = run("search", "ēku siltināšana", "--format", "json", "--store", str(tiny_store))
    assert done.returncode == 0, done.stderr
    hits = json.loads(done.stdout)
    assert set(hits[0]) == {
        "rank", "id", "region", "document", "plan", "stage", "code", "path", "text", "score",
        "strength", "tags", "occurrences",
    }  # fmt: skip


def test_search_narrows_and_sorts(tiny_store: Path) -> None:
    given = ("--plan", "doc-zemgale", "--plan", "doc-latgale", "--sort", "region")
    done = run("search", "siltināšana", *given, "--format", "json", "--store", str(tiny_store))
    regions = [hit["region"] for hit in json.loads(done.stdout)]
    assert set(regions) == {"Latgale", "Zemgale"}
    assert regions == sorted(regions)
    wrong = run("search", "siltināšana", "--sort", "size", "--store", str(tiny_store))
    assert wrong.returncode == 2
    assert "relevance, plan, region" in wrong.stderr


def test_a_batch_with_an_empty_query_is_refused(tiny_store: Path, tmp_path: Path) -> None:
    (tmp_path / "q.tsv").write_text("q1\tlv\tceļi\nq2\tlv\t \n", encoding="utf-8")
    done = run("search", "--queries", str(tmp_path / "q.tsv"), "--store", str(tiny_store))
    assert done.returncode == 2
    assert "at least one word" in done.stderr


def test_no_close_match_is_an_empty_list(tiny_store: Path) -> None:
    done = run("search", "xqzw wvvk", "--format", "json", "--store", str(tiny_store))
    assert (done.returncode, json.loads(done.stdout)) == (0, [])


def test_batches_write_ranked_lines(tiny_store: Path, tmp_path: Path) -> None:
    queries = tmp_path / "q.tsv"
    queries.write_text("q1\tlv\tsadarbība\nq2\ten\tbuilding insulation\n", encoding="utf-8")
    out = tmp_path / "hits.jsonl"
    done = run("search", "--queries", str(queries), "--top", "2", "--out", str(out),
               "--store", str(tiny_store))  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert {r["qid"] for r in rows} == {"q1", "q2"}
    assert set(rows[0]) == {"qid", "rank", "id", "region", "text", "score"}
    texts = tmp_path / "t.tsv"
    texts.write_text("x\tVidzeme\tēku siltināšana\n", encoding="utf-8")
    done = run("similar", "--texts", str(texts), "--top", "3", "--out", str(out),
               "--store", str(tiny_store))  # fmt: skip
    assert done.returncode == 0, done.stderr
    rows = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert rows
    assert all(r["region"] != "Vidzeme" for r in rows)


@pytest.mark.parametrize("kind", ["jsonl", "csv", "xlsx", "parquet"])
def test_export_writes_every_record(tiny_store: Path, tmp_path: Path, kind: str) -> None:
    import pandas as pd

    out = tmp_path / f"all.{kind}"
    done = run("export", "--format", kind, "--out", str(out), "--store", str(tiny_store))
    assert done.returncode == 0, done.stderr
    read = {
        "jsonl": lambda p: pd.read_json(p, lines=True),
        "csv": pd.read_csv,
        "xlsx": pd.read_excel,
        "parquet": pd.read_parquet,
    }
    assert len(read[kind](out)) == 15


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["search", ""], 2),
        (["search", "a" * 100_000], 2),
        (["search"], 2),
        (["search", "skola", "--region", "Sēlija"], 2),
        (["similar", "nothing"], 2),
        (["tag"], 2),
        (["export"], 2),
        (["search", "--queries", "none.tsv"], 2),
        (["build", "--plans", "/nowhere"], 1),
    ],
)
def test_bad_use_is_one_line(tiny_store: Path, arguments: list[str], code: int) -> None:
    done = run(*arguments, "--store", str(tiny_store))
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("command", [["search", "skola"], ["info"], ["serve"], ["tag", "skola"]])
def test_no_index_yet_names_the_command(tmp_path: Path, command: list[str]) -> None:
    done = run(*command, "--store", str(tmp_path))
    assert done.returncode == 1
    assert "run 'regioplan build' first" in done.stderr
    assert "Traceback" not in done.stderr


def test_tag_and_info(tiny_store: Path) -> None:
    done = run("tag", "ēku siltināšana", "--format", "json", "--store", str(tiny_store))
    assert [d["label"] for d in json.loads(done.stdout)] == [
        "cooperation", "climate", "digitalisation",
    ]  # fmt: skip
    done = run("info", "--format", "json", "--store", str(tiny_store))
    assert json.loads(done.stdout)["activities"] == 15


def test_add_shows_what_it_read_and_adds(tiny_store: Path, tmp_path: Path) -> None:
    import shutil

    folder, store = tmp_path / "plans", tmp_path / "store"
    folder.mkdir()
    shutil.copytree(tiny_store, store)
    (folder / "a.txt").write_text("x\n", encoding="utf-8")
    row = {"file": "a.txt", "regions": ["Latgale"], "title": "", "period": "", "publisher": "",
           "address": "", "layout": "latgale-programme"}  # fmt: skip
    (folder / "manifest.json").write_text(json.dumps({"plans": [row]}), encoding="utf-8")
    plan = tmp_path / "kurzeme.csv"
    plan.write_text("Nr.,Rīcība,Termiņš\n1,Sakopt bāku,2026\n", encoding="utf-8")
    arguments = ["add", str(plan), "--region", "Kurzeme", "--title", "T", "--period", "2022-2027",
                 "--plans", str(folder), "--store", str(store), "--yes"]  # fmt: skip
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    assert "Sakopt bāku" in done.stdout
    assert "1 activities added" in done.stdout
    done = run("search", "bāku", "--exact", "--format", "json", "--store", str(store))
    assert json.loads(done.stdout)[0]["region"] == "Kurzeme"
    done = run(*arguments)
    assert done.returncode == 1
    assert "already" in done.stderr


def test_decide_list_and_take_back(tiny_store: Path, tmp_path: Path) -> None:
    store = ["--store", str(shutil.copytree(tiny_store, tmp_path / "store"))]
    waiting = run("review", "--format", "json", *store)
    assert waiting.returncode == 0, waiting.stderr
    assert all({"id", "label", "probability"} <= set(row) for row in json.loads(waiting.stdout))
    hit = json.loads(run("search", "ceļu uzlabošana", "--format", "json", *store).stdout)[0]
    assert "climate" not in hit["tags"]
    done = run("correct", hit["id"], "climate", "yes", "--by", "Anna", "--note", "tests", *store)
    assert "-> yes" in done.stdout, done.stderr
    hit = json.loads(run("search", "ceļu uzlabošana", "--format", "json", *store).stdout)[0]
    assert "climate" in hit["tags"]
    tags = json.loads(run("tag", hit["text"], "--format", "json", *store).stdout)
    assert {row["label"]: row["decided_by"] for row in tags}["climate"] == "Anna"
    assert run("undo", "1", "--by", ANYBODY, *store).returncode == 0
    rows = json.loads(run("corrections", "--format", "json", *store).stdout)
    assert [(row["person"], row["undoes"]) for row in rows] == [("Anna", None), (ANYBODY, 1)]
    assert run("undo", "1", *store).returncode == 2
    assert run("correct", hit["id"], "weather", "yes", *store).returncode == 2
    assert run("tag", "Ceļš", "--scheme", "sdg", *store).returncode == 2
    assert run("train", "tagger", "--undo", *store).returncode == 1


def test_baskets_are_filled_and_brought_back(tiny_store: Path, tmp_path: Path) -> None:
    store = ["--store", str(shutil.copytree(tiny_store, tmp_path / "store"))]
    hits = json.loads(run("search", "siltināšana", "--format", "json", *store).stdout)
    one, two = (hit["id"] for hit in hits[:2])
    assert run("baskets", *store).stdout == ""
    assert "baskets put 1" in run("baskets", "new", "Skolas", "--owner", "anna", *store).stdout
    assert "2 activities" in run("baskets", "put", "1", one, two, *store).stdout
    assert run("baskets", "put", "1", "nowhere", *store).returncode == 2
    assert run("baskets", "take", "1", "nowhere", *store).returncode == 2
    assert "1 activities" in run("baskets", "take", "1", one, *store).stdout
    assert run("baskets", "rename", "1", "Siltas skolas", *store).returncode == 0
    (row,) = json.loads(run("baskets", "--format", "json", *store).stdout)
    assert (row["name"], row["owner"], row["ids"]) == ("Siltas skolas", "anna", [two])
    whole = json.loads(run("baskets", "show", "1", "--format", "json", *store).stdout)
    assert [a["id"] for a in whole["activities"]] == [two]
    assert two in run("baskets", "show", "1", *store).stdout
    assert "baskets restore 1" in run("baskets", "delete", "1", *store).stdout
    assert run("baskets", "show", "1", *store).returncode == 2
    assert "Siltas skolas  (anna)" in run("baskets", "--deleted", *store).stdout
    assert "1 activities" in run("baskets", "restore", "1", *store).stdout


def test_a_damaged_log_is_named_and_salvaged(tiny_store: Path, tmp_path: Path) -> None:
    store = shutil.copytree(tiny_store, tmp_path / "store")
    log = CorrectionLog(store)
    for text in ("Tilts", "Mežs"):
        log.add(person="Anna", scheme="s", label="l", text=text, old="no", new="yes")
    where = ("--store", str(store))
    assert "2 rows of decisions" in run("verify", *where).stdout
    assert run("salvage", *where).returncode == 2
    path = store / "user.sqlite"
    path.write_bytes(path.read_bytes().replace(b"Tilts", b"Tults"))
    for command in ("verify", "corrections"):
        damaged = run(command, *where)
        assert damaged.returncode == 1
        assert "damaged row 1 of corrections" in damaged.stderr
        assert "regioplan salvage" in damaged.stderr
    saved = run("salvage", *where).stdout
    assert "1 rows are whole and stay; set aside: user.sqlite.before-salvage" in saved
    assert "lost of corrections: 1" in saved
    assert [row.text for row in log.rows()] == ["Mežs"]
    assert run("verify", *where).returncode == 0


def test_themes_gaps_and_the_report(tiny_store: Path, tmp_path: Path) -> None:
    store = ["--store", str(shutil.copytree(tiny_store, tmp_path / "store"))]
    listed = json.loads(run("themes", "--format", "json", *store).stdout)
    assert {"version", "unclassified_share", "themes"} == set(listed)
    theme = next(t for t in listed["themes"] if t["level"] == "fine")
    assert {"id", "parent", "label_lv", "label_en", "terms", "stability", "regions"} <= set(theme)
    assert theme["id"] in run("themes", *store).stdout
    members = json.loads(run("themes", "show", theme["id"], "--format", "json", *store).stdout)
    assert len(members) == theme["size"]
    renamed = run("themes", "rename", theme["id"], "--lv", "Jauns vārds", "--by", "Anna", *store)
    assert renamed.returncode == 0, renamed.stderr
    assert "Jauns vārds" in run("themes", *store).stdout
    assert "Anna" in run("themes", "log", *store).stdout
    assert run("themes", "undo", "1", *store).returncode == 0
    assert run("themes", "merge", theme["id"], theme["id"], *store).returncode == 2
    assert run("themes", "rename", "T99", "--lv", "x", *store).returncode == 2
    gaps = json.loads(run("gaps", "Latgale", "--format", "json", *store).stdout)
    assert {"region", "version", "warning", "peers", "gaps"} == set(gaps)
    assert run("gaps", "Narnia", *store).returncode == 2
    page = tmp_path / "themes.html"
    assert run("report", "--out", str(page), *store).returncode == 0
    assert listed["version"] in page.read_text(encoding="utf-8")
    assert run("report", "--lang", "lv", "--out", str(page), *store).returncode == 0
    assert "<h2>Karte</h2>" in page.read_text(encoding="utf-8")
    assert run("report", "--lang", "de", *store).returncode == 2
    refit = run("themes", "refit", *store)
    assert "themes stay" in refit.stdout, refit.stderr


def test_records_are_added_changed_deleted_and_merged(
    tiny_store: Path, tiny_index: SearchIndex, tmp_path: Path
) -> None:
    store = Path(shutil.copytree(tiny_store, tmp_path / "store"))
    file = tmp_path / "new.jsonl"
    fresh = replace(tiny_index.activities[0], id="f" * 16, text="Saules parks uz skolas jumta")
    file.write_bytes(line_of(fresh))

    def done(*given: str) -> str:
        found = run(*given, "--store", str(store))
        assert found.returncode == 0, found.stderr
        return found.stdout

    done("append", str(file))
    assert "segments: [15, 1]" in done("info")
    file.write_bytes(line_of(replace(fresh, text="Vēja parks uz skolas jumta")))
    done("update", str(file))
    assert "Vēja parks" in done("search", "vēja parks", "--exact")
    done("remove", "f" * 16)
    assert done("search", "vēja parks", "--exact", "--format", "json").strip() == "[]"
    done("compact")
    assert "segments: [15]\ndeleted: 0" in done("info")
    refused = run("remove", "f" * 16, "--store", str(store))
    assert refused.returncode == 2
    assert "expected the id of an activity" in refused.stderr


def test_an_index_is_built_from_records(tiny_store: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "all.jsonl", tmp_path / "other"
    run("export", "--format", "jsonl", "--out", str(file), "--store", str(tiny_store))
    given = ("build", "--records", str(file), "--processes", "1", "--store", str(other))
    built = run(*given, "--models", str(tiny_store))
    assert built.returncode == 0, built.stderr
    again = tmp_path / "again.jsonl"
    run("export", "--format", "jsonl", "--out", str(again), "--store", str(other))
    assert again.read_bytes() == file.read_bytes()
    assert run(*given, "--plans", str(tmp_path)).returncode == 2
    assert run("build", "--processes", "2").returncode == 2
