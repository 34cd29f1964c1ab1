"""Runs the benchmark: ``python -m tests.benchmarks.run --sizes 2000 100000 --out docs/benchmarks``.

Parts that are finished are kept (``--work``/results, one JSON each) and skipped the next time;
``--again`` measures searches anew, ``--rebuild`` everything. Searches of one corpus are one part:
only systems that took turns in it are compared, so ``--only`` is for trying things out. Writes
the raw results, a plot of the growth curves and the page beside the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tests.benchmarks import page
from tests.benchmarks.inputs import Inputs
from tests.benchmarks.measure import by_kind, recall, rounded, summary
from tests.benchmarks.peers import SYSTEMS, System
from tests.benchmarks.processes import Others, machine, tree_mb, watched
from tests.benchmarks.session import NOT_INSTALLED, ROOT, Session, WorkerFailed

CORES = 2
ROUNDS = 15  # at most
ENOUGH = 3  # rounds after which a system that had its time takes no further part
BUDGET = 25.0  # seconds of searches one system may take in a round, and in all further ones
REAL = "real"
Result = dict[str, Any]


@dataclass(frozen=True)
class Bench:
    """Where a run works and what of it was asked for."""

    work: Path
    peers_python: Path
    systems: Sequence[System]
    again: bool
    build_seconds: float

    def folder(self, corpus: str) -> Path:
        return self.work / corpus

    def inputs(self, corpus: str) -> Path:
        return self.folder(corpus) / "inputs"

    def index(self, corpus: str, what: System) -> Path:
        """Folder of a system's index."""
        folder = self.folder(corpus)
        return folder / "store" if what.ours else folder / "peers" / what.name

    def open(self, corpus: str, what: System, threads: int) -> Session:
        """A worker. :raises WorkerFailed: the system is not installed."""
        python = Path(sys.executable) if what.ours else self.peers_python
        index = self.index(corpus, what)
        log = self.work / "logs" / f"{corpus}-{what.name}.log"
        log.parent.mkdir(parents=True, exist_ok=True)
        return Session(what, python, self.inputs(corpus), index, threads, log)

    def result(self, corpus: str, name: str, part: str) -> Path:
        return self.work / "results" / f"{corpus}.{name}.{part}.json"

    def kept(self, corpus: str, name: str, part: str) -> Result | None:
        """A finished part of an earlier run, where there is one."""
        path = self.result(corpus, name, part)
        return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else None

    def keep(self, corpus: str, name: str, part: str, content: Result) -> None:
        path = self.result(corpus, name, part)
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(content, ensure_ascii=False) + "\n", encoding="utf-8")
        fresh.replace(path)


def say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def prepare(bench: Bench, corpus: str) -> None:
    """Records, regioplan's index (timed) and what the peers are given."""
    folder = bench.folder(corpus)
    folder.mkdir(parents=True, exist_ok=True)
    records, store = folder / "activities.jsonl", folder / "store"
    if not records.is_file():
        say(f"{corpus}: records")
        _step("records", corpus, records)
    if bench.kept(corpus, "regioplan", "build") is None:
        from tests.benchmarks.prepare import build_store

        say(f"{corpus}: regioplan build")
        shutil.rmtree(store, ignore_errors=True)
        shutil.rmtree(bench.inputs(corpus), ignore_errors=True)
        others = Others()
        built = build_store(records, store, CORES)
        built |= {"others_cores": others.cores(), "disk_mb": _disk_mb(store)}
        bench.keep(corpus, "regioplan", "build", built)
    if not (bench.inputs(corpus) / "models.json").is_file():
        say(f"{corpus}: inputs of the peers")
        _step("inputs", store, bench.inputs(corpus))


def _step(*words: object) -> None:
    command = [sys.executable, "-m", "tests.benchmarks.prepare", *map(str, words)]
    subprocess.run(command, check=True, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})


def build(bench: Bench, corpus: str, what: System) -> None:
    """Build a peer's index in a process of its own; what went wrong is a result too."""
    if bench.kept(corpus, what.name, "build") is not None:
        return
    say(f"{corpus}: build {what.name}")
    folder = bench.index(corpus, what)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    others = Others()
    session = None
    try:
        session = bench.open(corpus, what, CORES)
        with watched(session.process.pid) as peak:
            built = session.ask("build", timeout=bench.build_seconds)
        built |= {"peak_mb": peak.mb, "disk_mb": _disk_mb(folder), "others_cores": others.cores()}
    except WorkerFailed as error:
        built = {"error": str(error)}
        say(f"{corpus}: {what.name}: {error}")
    finally:
        if session:
            session.close()
    if not _absent(built):
        bench.keep(corpus, what.name, "build", built)


def _absent(result: Result) -> bool:
    """Whether a system was not installed: the next time it may be."""
    return bool(result.get("error", "").startswith(NOT_INSTALLED))


def searches(bench: Bench, corpus: str) -> None:
    """Single searches of all systems in turn, each in its process of one thread, all open."""
    names = [what.name for what in bench.systems]
    done = [bench.kept(corpus, name, "search") for name in names]
    whole = all(one and not _absent(one) for one in done)
    if not bench.again and whole and len({one["run"] for one in done if one}) == 1:
        return
    run = time.strftime("%Y-%m-%dT%H:%M:%S")
    say(f"{corpus}: searches")
    others = Others()
    found: dict[str, Result] = {}
    sessions: dict[str, Session] = {}

    def each(
        task: Callable[[Session], Result], names: Sequence[str] | None = None
    ) -> dict[str, Result]:
        out = {}
        for name in list(sessions) if names is None else names:
            try:
                out[name] = task(sessions[name])
            except WorkerFailed as error:
                say(f"{corpus}: {name}: {error}")
                found[name] = {"error": str(error)}
                sessions.pop(name).close()
        return out

    for what in bench.systems:
        failed = (bench.kept(corpus, what.name, "build") or {}).get("error")
        if failed:
            found[what.name] = {"error": f"not built: {failed}"}
            continue
        try:
            sessions[what.name] = bench.open(corpus, what, 1)
            found[what.name] = dict(sessions[what.name].hello)
        except WorkerFailed as error:
            say(f"{corpus}: {what.name}: {error}")
            found[what.name] = {"error": str(error)}
    for name, opened in each(lambda s: s.ask("open", timeout=900)).items():
        found[name] |= opened
    if corpus == REAL:
        judge(bench, each(lambda s: s.ask("judged")), found)
    else:
        taken = _rounds(sessions, each)
        _summarise(bench, corpus, taken, found)
        truth = json.loads((bench.inputs(corpus) / "truth.json").read_text())
        for name, dense in each(lambda s: s.ask("dense", truth=truth, budget=BUDGET)).items():
            found[name]["dense_recall"] = dense["recall"]
        for name, pairs in each(lambda s: s.ask("pairs", timeout=900)).items():
            found[name]["pairs"] = pairs
    for name, used in each(lambda s: s.ask("memory")).items():
        found[name]["memory"] = used
        found[name]["tree_mb"] = tree_mb(sessions[name].process.pid)
    cores = others.cores()
    for session in sessions.values():
        session.close()
    for name, content in found.items():
        bench.keep(corpus, name, "search", {**content, "run": run, "others_cores": cores})


class Each(Protocol):
    """Does a task in all sessions that still work, or in those of some names."""

    def __call__(
        self, task: Callable[[Session], Result], names: Sequence[str] | None = None
    ) -> dict[str, Result]: ...


def _rounds(sessions: dict[str, Session], each: Each) -> dict[str, dict[str, list[Result]]]:
    """Every system takes its turn in every round, so that all meet the same moods of a machine.

    The turn of a fast one is over in the blink of a mood: it takes part as often as it has time.
    """
    taken: dict[str, dict[str, list[Result]]] = {"plain": {}, "filtered": {}}
    for number in range(ROUNDS):
        for kind, by_name in taken.items():
            due = [name for name in sessions if number < ENOUGH or _spent(by_name[name]) < BUDGET]
            say(f"  round {number + 1}, {kind}: {', '.join(due)}")
            narrowed = kind == "filtered"
            answers = each(lambda s, n=narrowed: s.ask("round", narrowed=n, budget=BUDGET), due)
            for name, answer in answers.items():
                by_name.setdefault(name, []).append(answer)
    return taken


def _spent(rounds: Sequence[Result]) -> float:
    """Seconds a system searched."""
    return sum(map(sum, (one["times"] for one in rounds))) / 1000


def _summarise(
    bench: Bench,
    corpus: str,
    taken: Mapping[str, Mapping[str, list[Result]]],
    found: dict[str, Result],
) -> None:
    """Figures of the rounds; what the fast mode finds of what the exact one does."""
    queries = Inputs(bench.inputs(corpus)).queries
    for kind, by_name in taken.items():
        for name, rounds in by_name.items():
            times = [t for one in rounds for t in one["times"]]
            if not times or "error" in found[name]:
                continue
            figures: Result = {**summary(times)}
            figures["cpu_ms"] = min(one["cpu_ms"] / len(one["times"]) for one in rounds)
            figures["hits"] = sum(map(len, rounds[0]["rows"])) / len(rounds[0]["rows"])
            if kind == "filtered":
                kinds = [queries[i].narrow.kind for one in rounds for i in one["queries"]]
                figures["by_filter"] = by_kind(times, kinds)
            found[name][kind] = figures
        if {"regioplan", "regioplan-exact"} <= by_name.keys():
            mine, exact = by_name["regioplan"][0]["rows"], by_name["regioplan-exact"][0]["rows"]
            if kind in found["regioplan"]:
                found["regioplan"][kind]["recall_of_exact"] = recall(mine, exact)


def judge(bench: Bench, answers: Mapping[str, Result], found: dict[str, Result]) -> None:
    """nDCG@10 on the real activities, by set of judgements."""
    from tests.benchmarks.prepare import JUDGED
    from training.judgements import read_judgements
    from training.metrics import interval, ndcg

    inputs = Inputs(bench.inputs(REAL))
    regions = inputs.column("region")
    for folder, path in JUDGED.items():
        pool, queries = read_judgements(path, "queries.tsv", "qrels.tsv")
        grades = {query.id: query.grades for query in queries}
        for name, answer in answers.items():
            scores = []
            for query, rows in zip(inputs.queries, answer["rows"], strict=True):
                if query.judged == folder:
                    hits = [(inputs.texts[row], regions[row]) for row in rows]
                    scores.append(ndcg(pool.run(hits), grades[query.id]))
            low, high = interval(scores)
            mean = sum(scores) / len(scores)
            found[name].setdefault("ndcg", {})[folder] = {
                "ndcg10": mean, "low": low, "high": high, "queries": len(scores),
            }  # fmt: skip


def batch(bench: Bench, corpus: str, what: System) -> None:
    """All queries at once with every core, one system after another."""
    if not bench.again and bench.kept(corpus, what.name, "batch") is not None:
        return
    if "error" in (bench.kept(corpus, what.name, "search") or {"error": ""}):
        return
    say(f"{corpus}: batch {what.name}")
    others = Others()
    session = None
    try:
        session = bench.open(corpus, what, CORES)
        session.ask("open", timeout=900)
        result = session.ask("batch", rounds=ENOUGH, budget=BUDGET, timeout=900)
        result["others_cores"] = others.cores()
    except WorkerFailed as error:
        result = {"error": str(error)}
    finally:
        if session:
            session.close()
    bench.keep(corpus, what.name, "batch", result)


def collected(bench: Bench, corpora: Sequence[str]) -> Result:
    """Everything measured so far, as the page takes it."""
    sizes: dict[str, dict[str, Result]] = {}
    for corpus in corpora:
        for what in SYSTEMS:
            parts = {
                part: content
                for part in ("build", "search", "batch")
                if (content := bench.kept(corpus, what.name, part)) is not None
            }
            if parts:
                sizes.setdefault(corpus, {})[what.name] = parts
    return rounded({"machine": machine(CORES), "corpora": sizes})


def write(bench: Bench, out: Path, corpora: Sequence[str]) -> list[page.Claim]:
    """Raw results, plot and page."""
    results = collected(bench, corpora)
    out.mkdir(parents=True, exist_ok=True)
    raw = out / "results.json"
    raw.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    plot = out / "growth.svg"
    if bench.peers_python.is_file():
        command = [bench.peers_python, "-m", "tests.benchmarks.plot", raw, plot]
        subprocess.run([str(x) for x in command], check=True, cwd=ROOT)
    text = page.render(results, f"{out.name}/{plot.name}" if plot.is_file() else None)
    out.with_suffix(".md").write_text(text, encoding="utf-8")
    return page.claims(results)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure what is missing, write everything."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", nargs="*", type=int, default=[2000, 100_000])
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "benchmarks")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "benchmarks")
    parser.add_argument("--peers-python", type=Path, default=ROOT / ".venv-bench/bin/python")
    parser.add_argument("--only", help="names of systems with commas; all without it")
    parser.add_argument("--again", action="store_true", help="measure searches anew")
    parser.add_argument("--rebuild", action="store_true", help="measure everything anew")
    parser.add_argument("--build-minutes", type=float, default=60, help="most for one peer's build")
    given = parser.parse_args(arguments)
    names = given.only.split(",") if given.only else [what.name for what in SYSTEMS]
    unknown = sorted(set(names) - {what.name for what in SYSTEMS})
    if unknown:
        parser.error(f"no system {unknown[0]}; there are {', '.join(w.name for w in SYSTEMS)}")
    allowed = sorted(os.sched_getaffinity(0))[:CORES]
    os.sched_setaffinity(0, allowed)  # workers inherit it
    bench = Bench(
        given.work.resolve(),
        given.peers_python.absolute(),  # a link in a virtual environment must stay one
        [what for what in SYSTEMS if what.name in names],
        given.again,
        60 * given.build_minutes,
    )
    if given.rebuild:
        shutil.rmtree(bench.work / "results", ignore_errors=True)
    for corpus in [REAL, *map(str, sorted(given.sizes))]:
        prepare(bench, corpus)
        for what in bench.systems:
            if not what.ours:
                build(bench, corpus, what)
        searches(bench, corpus)
        if corpus != REAL:
            for what in bench.systems:
                batch(bench, corpus, what)
        # After every corpus, so that a run that is stopped has left a page.
        known = sorted({p.name.split(".")[0] for p in (bench.work / "results").glob("*.json")})
        claims = write(bench, given.out, sorted(known, key=page.order))
    for claim in claims:
        print(f"[{claim.verdict}] {claim.text}: {claim.measured} ({claim.expected})")


def _disk_mb(folder: Path) -> float:
    return sum(p.stat().st_size for p in folder.rglob("*") if p.is_file()) / 2**20


if __name__ == "__main__":
    main()
