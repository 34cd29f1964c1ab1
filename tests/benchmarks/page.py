"""The page docs/benchmarks.md, made from the raw results: claims with verdicts, tables, recipe.

Pure functions of what :func:`tests.benchmarks.run.collected` gives. A claim compares figures of one
run only; what was not measured is said to be so and is never OK.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.peers import SYSTEMS, system

Results = Mapping[str, Any]
OK, FAIL, UNKNOWN = "OK", "FAIL", "not measured"
MILLION, LARGE, REAL = "1000000", "100000", "real"
BENCH, WHOLE = "make bench", "make bench-million"
QUIET = 0.15  # processors others may keep busy before the page calls its figures provisional
_JUDGED = {"gold": "development gold", "queries": "further development queries"}


@dataclass(frozen=True)
class Claim:
    """One thing the index must hold; ``measured`` is words, ``value`` what was compared."""

    text: str
    command: str
    expected: str
    measured: str
    verdict: str


def order(corpus: str) -> int:
    """Where a corpus stands: the real one first, then by size."""
    return 0 if corpus == REAL else int(corpus)


def at(results: Results, *path: str) -> Any:
    """What lies at a path of the corpora, or None where anything on the way is missing."""
    found: Any = results["corpora"]
    for name in path:
        if not isinstance(found, Mapping) or name not in found:
            return None
        found = found[name]
    return found


def claims(results: Results) -> list[Claim]:
    """Everything the issue of this page promised, with a verdict each."""
    return [*_million(results), *_dense(results), *_rates(results), *_quality(results)]


def _bound(
    text: str, command: str, value: float | None, bound: float, unit: str, *, least: bool = False,
    digits: int = 2,
) -> Claim:  # fmt: skip
    """A claim about one figure; ``least``: it must reach the bound rather than stay under it."""
    said = f"{bound:g}{unit}"
    expected = f"at least {said}" if least else f"at most {said}"
    if value is None:
        return Claim(text, command, expected, UNKNOWN, UNKNOWN)
    right = value >= bound if least else value <= bound
    return Claim(text, command, expected, f"{value:.{digits}f}{unit}", OK if right else FAIL)


def _million(results: Results) -> Iterator[Claim]:
    seconds = at(results, MILLION, "regioplan", "build", "seconds")
    peak = at(results, MILLION, "regioplan", "build", "peak_mb")
    build = "1,000,000 activities: encode, index and BM25 built"
    yield _bound(f"{build} in time", WHOLE, seconds and seconds / 60, 15, " min", digits=1)
    yield _bound(f"{build} in memory", WHOLE, peak and peak / 1024, 6, " GB")
    for name, label, bound in (("regioplan-exact", "exact", 60), ("regioplan", "fast", 15)):
        yield _bound(
            f"1,000,000: filtered hybrid search, {label} mode, p50", WHOLE,
            at(results, MILLION, name, "search", "filtered", "p50_ms"), bound, " ms", digits=1,
        )  # fmt: skip
    for kind in ("filtered", "plain"):
        yield _bound(
            f"1,000,000: recall@10 of the fast mode against the exact one, {kind}", WHOLE,
            at(results, MILLION, "regioplan", "search", kind, "recall_of_exact"), 0.95, "",
            least=True, digits=3,
        )  # fmt: skip
    memory = at(results, MILLION, "regioplan", "search", "tree_mb")
    yield _bound(
        "1,000,000: resident memory of the searching process, mapped, models included", WHOLE,
        memory and memory / 1024, 2, " GB",
    )  # fmt: skip


def _dense(results: Results) -> Iterator[Claim]:
    for corpus, command in ((LARGE, BENCH), (MILLION, WHOLE)):
        for name, label in (("regioplan-exact", "exact"), ("regioplan", "fast")):
            if corpus == LARGE and name == "regioplan":
                continue  # there is no inverted file yet: the same measurement twice
            yield _bound(
                f"{int(corpus):,}: dense leg over raw FAISS on the same index, {label}", command,
                at(results, corpus, name, "search", "pairs", "ratio"), 1.15, " times",
            )  # fmt: skip


def _rates(results: Results) -> Iterator[Claim]:
    for other, least, kind in (
        ("txtai", 3, "plain"), ("milvus", 5, "plain"),
        ("txtai-sql", 3, "filtered"), ("milvus", 5, "filtered"),
    ):  # fmt: skip
        label = system(other).label
        text = f"100,000: hybrid throughput over that of {label}"
        if kind == "filtered":
            text += ", with filters"
        yield _bound(text, BENCH, ratio(results, LARGE, other, kind), least, " times", least=True)


def ratio(results: Results, corpus: str, other: str, kind: str) -> float | None:
    """Throughput of regioplan over that of another system, of one run; None elsewhere."""
    ours, theirs = (at(results, corpus, name, "search") for name in ("regioplan", other))
    if not ours or not theirs or ours.get("run") != theirs.get("run"):
        return None
    if kind not in ours or kind not in theirs:
        return None
    return float(ours[kind]["per_second"] / theirs[kind]["per_second"])


def _quality(results: Results) -> Iterator[Claim]:
    for judged, label in _JUDGED.items():
        for other in ("txtai", "milvus", "bm25s"):
            text = f"Real activities: nDCG@10 less that of {system(other).label}, {label}"
            ours, theirs = (
                at(results, REAL, name, "search", "ndcg", judged, "ndcg10")
                for name in ("regioplan", other)
            )
            more = None if ours is None or theirs is None else ours - theirs
            yield _bound(text, BENCH, more, 0, "", least=True, digits=3)


def render(results: Results, plot: str | None) -> str:
    """The whole page."""
    found = claims(results)
    parts = [
        "# Benchmarks\n\n"
        "regioplan beside the systems one would use instead, in one run on one machine: the same "
        "texts, the same vectors, pinned threads. Every figure here was written by "
        f"`{BENCH}` (2,000 and 100,000 activities) or `{WHOLE}` (1,000,000 as well), which make "
        "this page anew; the raw results are in [results.json](benchmarks/results.json).",
        _machine(results),
        "## What must hold\n\n" + _claim_table(found),
    ]
    if plot:
        parts.append(f"## Growth\n\n![Time, memory and disk by number of activities]({plot})")
    parts += [
        _corpus(results, corpus)
        for corpus in sorted(results["corpora"], key=order)
        if corpus != REAL
    ]
    parts += [_quality_table(results), _METHOD, _settings(results), _MISSING]
    return "\n\n".join(part for part in parts if part) + "\n"


def _claim_table(found: Sequence[Claim]) -> str:
    return table(
        ("", "Claim", "Expected", "Measured", "Command"),
        [
            (f"[{claim.verdict}]", claim.text, claim.expected, claim.measured, f"`{claim.command}`")
            for claim in found
        ],
    )


def _machine(results: Results) -> str:
    this = results["machine"]
    text = (
        f"Machine: {this['processor']}, {this['cores_used']} of {this['cores']} cores used, "
        f"{this['memory_gb']:.0f} GB, {this['system']}, Python {this['python']}."
    )
    loads = [
        part["others_cores"]
        for corpus in results["corpora"].values()
        for parts in corpus.values()
        for part in parts.values()
        if "others_cores" in part
    ]
    if loads and max(loads) > QUIET:
        text += (
            f" **Provisional: other programs kept up to {max(loads):.1f} cores busy meanwhile.** "
            "Ratios stand better than times."
        )
    elif loads:
        text += f" Other programs kept at most {max(loads):.2f} cores busy meanwhile."
    return text


def _corpus(results: Results, corpus: str) -> str:
    found = results["corpora"][corpus]
    speed, cost, troubles = [], [], []
    for what in SYSTEMS:
        parts = found.get(what.name, {})
        search, build, batch = (parts.get(name, {}) for name in ("search", "build", "batch"))
        for name, part in (("build", build), ("search", search), ("batch", batch)):
            if "error" in part:
                troubles.append(f"{what.label}, {name}: {part['error']}")
        if not parts:
            troubles.append(f"{what.label}: {UNKNOWN}")
            continue
        plain, narrowed = search.get("plain"), search.get("filtered")
        speed.append(
            (
                what.label,
                what.kind,
                _times(plain),
                _figure(plain, "per_second", "{:,.0f}"),
                _figure(plain, "cpu_ms", "{:.2f}"),
                _times(narrowed) if what.filters else "no filters",
                _figure(narrowed, "cpu_ms", "{:.2f}"),
                _figure(narrowed, "hits", "{:.1f}"),
                _figure(search, "dense_recall", "{:.3f}"),
                _figure(batch, "per_second", "{:,.0f}"),
            )
        )
        cost.append(
            (
                what.label,
                _figure(build, "seconds", "{:,.1f}"),
                _figure(build, "peak_mb", "{:,.0f}"),
                _figure(build, "disk_mb", "{:,.0f}"),
                _figure(search, "tree_mb", "{:,.0f}"),
                _less_libraries(results, corpus, what.name),
                _figure(search, "open_seconds", "{:.2f}"),
            )
        )
    parts = [
        f"## {int(corpus):,} activities",
        table(
            ("System", "By", "Search p50 / p95, ms", "A second", "CPU, ms",
             "Filtered p50 / p95, ms", "CPU, ms",
             "Hits of 10, filtered", "Dense recall@10 against Flat", "Batch, a second"),
            speed,
        ),
        table(
            ("System", "Build, s", "Build peak, MB", "Disk, MB", "Resident, MB",
             "Without libraries and models, MB", "Open, s"),
            cost,
        ),
        _by_filter(found),
        "".join(f"- {one}\n" for one in troubles).rstrip(),
    ]  # fmt: skip
    return "\n\n".join(part for part in parts if part)


def _less_libraries(results: Results, corpus: str, name: str) -> str:
    """Resident memory less what is there before any index is opened.

    regioplan opens models and index in one go, so for it that is what it takes with the real
    activities, an index fifty times smaller than 100,000.
    """
    whole = at(results, corpus, name, "search", "tree_mb")
    before = at(results, corpus, name, "search", "memory", "libraries", "whole_mb")
    if system(name).ours:
        before = at(results, REAL, name, "search", "tree_mb")
    return "" if whole is None or before is None else f"{max(0.0, whole - before):,.0f}"


def _by_filter(found: Results) -> str:
    words = {"region": "one region (1 in 200)", "regions": "20 regions (1 in 10)",
             "stage": "one stage"}  # fmt: skip
    rows = []
    for what in SYSTEMS:
        kinds = found.get(what.name, {}).get("search", {}).get("filtered", {}).get("by_filter")
        if kinds:
            rows.append((what.label, *(_times(kinds.get(kind)) for kind in words)))
    if not rows:
        return ""
    return "Filtered search by filter, p50 / p95, ms:\n\n" + table(
        ("System", *words.values()), rows
    )


def _quality_table(results: Results) -> str:
    rows = []
    for what in SYSTEMS:
        found = at(results, REAL, what.name, "search", "ndcg")
        if not found or what.name == "regioplan-exact":
            continue
        cells = [
            f"{found[name]['ndcg10']:.3f} ({found[name]['low']:.2f}-{found[name]['high']:.2f})"
            for name in _JUDGED
        ]
        rate = at(results, LARGE, what.name, "search", "plain", "per_second")
        rows.append((what.label, *cells, "" if rate is None else f"{rate:,.0f}"))
    if not rows:
        return ""
    counts = [
        str(at(results, REAL, "regioplan", "search", "ndcg", name, "queries")) for name in _JUDGED
    ]
    heads = [
        f"nDCG@10, {label} ({count} queries)"
        for label, count in zip(_JUDGED.values(), counts, strict=True)
    ]
    return (
        "## Quality\n\nThe real activities of the plans, the judged development queries, the same "
        "vectors for everybody; intervals of 95 %. Weights of regioplan were chosen on these "
        "queries, those of the others are their defaults.\n\n"
        + table(("System", *heads, "Searches a second at 100,000"), rows)
    )


def _settings(results: Results) -> str:
    rows = []
    for what in SYSTEMS:
        versions: dict[str, str] = {}
        for corpus in results["corpora"].values():
            versions |= corpus.get(what.name, {}).get("search", {}).get("versions", {})
        said = ", ".join(f"{name} {number}" for name, number in versions.items())
        rows.append((what.label, what.settings, said or UNKNOWN))
    return "## Settings\n\n" + table(("System", "Settings", "Versions"), rows)


def _figure(part: Mapping[str, Any] | None, name: str, form: str) -> str:
    value = (part or {}).get(name)
    return "" if value is None else form.format(value)


def _times(part: Mapping[str, Any] | None) -> str:
    if not part:
        return ""
    form: Callable[[float], str] = lambda ms: f"{ms:.2f}" if ms < 10 else f"{ms:,.0f}"  # noqa: E731
    return f"{form(part['p50_ms'])} / {form(part['p95_ms'])}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a bar in a cell would end it, so it is escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(c.replace("|", "\\|") for c in row) + " |" for row in lines)


_METHOD = """## How it is measured

**Texts.** `tests/benchmarks/corpus.py`: every real activity is cut into clauses at commas,
semicolons and "un"; a made activity joins one to three clauses of different texts, at random but
seeded, and takes all other fields from one real activity; 200 made-up regions with five
documents each. Words, lengths and headings are thus distributed as in the plans. `python -m
tests.benchmarks.prepare records 100000 FILE` writes them.

**Vectors and queries.** regioplan's own vectors (256 dimensions) are read out of its index and
given to every system, as are the vectors of the 111 judged queries. regioplan alone encodes each
query within its timing (nothing is cached between rounds); the others get the vector ready.

**Time.** Every system runs in a process of its own with one thread in every library, on the
cores named above; all have their index open and are warm (12 searches, with and without filter)
before the first one is timed. They take turns: three rounds without filters, three with, and up to
twelve more for those whose rounds took less than 25 s together: the speed of a machine with
neighbours changes within seconds, and a fast system would meet only one of its moods. A
search is timed from text (and vector) to the system's answer, ten hits. Where a system is so
slow that a round takes longer than 25 s, it is asked fewer of the queries, which are in mixed
order. *CPU* is processor time of a search, the mean of the best round: other programs disturb it
less than they do the clock. *Batch* is all queries in the system's own call for many, with as
many threads as cores; regioplan has no such call and answers them one after another.

**Dense leg over raw FAISS.** The same `faiss.Index` object asked directly and through the leg,
in turn and in changing order, every query three times; the median of the ratios.

**Filters.** In turn one region, 20 regions, one stage. FAISS gets a bitmap, bm25s a mask, both
made from number-coded fields within the timing; scikit-learn has none.

**Recall.** *Dense recall* is the system's vector search alone against an exact search over the
same vectors. That of the fast mode compares whole answers of regioplan, words and concepts
included.

**Memory.** Resident memory of the searching process after the searches, mapped files included.
*Without libraries and models*: less what it took before the index was opened, for regioplan less
what it takes with the 2,015 real activities. *Build peak* adds up all processes of the build,
pages they share once for each; regioplan's build starts from records (reading, encoding,
tagging, themes, near-copies), those of the others from vectors and texts in memory. *Disk* is
everything in the folder, of regioplan records and models too."""

_MISSING = """## What is not measured

- Relevance at 100,000 and 1,000,000: recombined texts have no judgements.
- Held-out queries: these figures are of the development sets.
- Systems that need a server (Elasticsearch, Qdrant, Milvus proper), and GPUs.
- Changes under load (adding, deleting), many people at once: `tests/benchmarks/test_load.py` does
  the latter.
- First searches after a restart, with the files not yet in the page cache."""
