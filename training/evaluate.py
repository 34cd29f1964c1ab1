"""Measures search, counterparts and tags on the gold in ``data/gold``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path
from statistics import mean
from typing import Any

from indexes.engine import SearchIndex
from indexes.facets import Filters
from indexes.fusion import OWN_WORDS
from nlp.pages import html_page
from nlp.records import fold
from training import metrics
from training.cases import failures, read_cases
from training.judgements import Pool, Query, read_judgements
from training.tag_report import TagStudy, study_tags
from training.tagger import Language, read_labels

DEPTH = 20
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Scored:
    """The measures of one query."""

    query: Query
    ndcg10: float
    recall20: float
    mrr: float
    p5: float
    forbidden: int
    no_result: bool


def evaluate_search(index: SearchIndex, gold: Path) -> list[Row]:
    """A row per language and one per region: measures, interval of nDCG@10, p against BM25 alone.

    A region's row holds the queries answered there, searched and judged within that region alone.
    """
    pool, queries = read_judgements(gold, "queries.tsv", "qrels.tsv", "forbidden.tsv")
    rows = _compare(index, pool, queries, _slice, _search)
    for region in sorted({*index.facets.values("region")} & set(pool.regions)):
        within = [replace(pool.within(q, region), slice=answers_in(region)) for q in queries]
        answered = [q for q in within if q.grades]
        rows += _compare(index, pool, answered, _slice, _search_in(region))
    return rows


def answers_in(region: str) -> str:
    """Name of the row about the queries answered in a region."""
    return f"answers in {region}"


def evaluate_similar(index: SearchIndex, gold: Path) -> list[Row]:
    """Counterparts in other regions: one row over all judged activities."""
    pool, queries = read_judgements(gold, "similar_queries.tsv", "similar_qrels.tsv")
    return _compare(index, pool, queries, lambda _: "all", _similar)


def score_queries(
    index: SearchIndex,
    pool: Pool,
    queries: Sequence[Query],
    hits: Callable[[SearchIndex, Query], list[tuple[str, str]]],
) -> list[Scored]:
    """Every query's measures on an index."""
    out = []
    for query in queries:
        found = hits(index, query)
        run = pool.run(found)
        out.append(
            Scored(
                query,
                metrics.ndcg(run, query.grades),
                metrics.recall(run, query.grades),
                metrics.reciprocal_rank(run, query.grades),
                metrics.precision(run, query.grades),
                len(set(run[:5]) & query.forbidden),
                not found,
            )
        )
    return out


def evaluate_tags(labels: Path, index: SearchIndex) -> list[Row]:
    """Out of fold on the labelled texts (near-copies together): one row per label."""
    return [
        {
            name: value
            for name, value in vars(report).items()
            if isinstance(value, str | int | float)
        }
        for report in tag_study(labels, index).reports
    ]


def tag_study(labels: Path, index: SearchIndex) -> TagStudy:
    """Everything measured about the tagger: for the table, the model card and the page."""
    language = Language(index.encoder, index.finder, index.abbreviations)
    places = {fold(a.text): (a.document, a.stage) for a in index.activities}
    return study_tags(read_labels(labels), language, places)


def evaluate_cases(index: SearchIndex, path: Path) -> list[Row]:
    """The list of cases: one row per kind, and those that failed by name."""
    cases = read_cases(path)
    failed = failures(index, cases)
    return [
        {
            "kind": kind,
            "cases": sum(case.kind == kind for case in cases),
            "failed": sum(case.kind == kind for case in failed),
            "queries": "; ".join(case.query for case in failed if case.kind == kind),
        }
        for kind in dict.fromkeys(case.kind for case in cases)
    ]


def search_page(index: SearchIndex, gold: Path) -> str:
    """Every judged query with its top ten and their grades, as a page for a person to read."""
    pool, queries = read_judgements(gold, "queries.tsv", "qrels.tsv", "forbidden.tsv")
    parts: list[str] = []
    for query, scored in zip(queries, score_queries(index, pool, queries, _search), strict=True):
        parts.append(
            f"<h2>{escape(query.text)}</h2><p>{query.id}, {query.slice}: nDCG@10 "
            f"{scored.ndcg10:.2f}, recall@20 {scored.recall20:.2f}, P@5 {scored.p5:.2f}</p><ol>"
        )
        for hit in index.search(query.text):
            group = pool.of(hit.activity.text, hit.activity.region) or ""
            mark = "bad" if group in query.forbidden else f"g{query.grades.get(group, 0)}"
            known = "" if group else " (not judged)"
            parts.append(
                f"<li class='{mark}'>{hit.score:.2f} {escape(hit.activity.region)}: "
                f"{escape(hit.activity.text)}{known}</li>"
            )
        parts.append("</ol>")
    return html_page("Queries", parts, "lv")


def _compare(
    index: SearchIndex,
    pool: Pool,
    queries: Sequence[Query],
    slice_of: Callable[[Query], str],
    hits: Callable[[SearchIndex, Query], list[tuple[str, str]]],
) -> list[Row]:
    ours = score_queries(index, pool, queries, hits)
    words = score_queries(replace(index, fusion=OWN_WORDS), pool, queries, hits)
    slices: dict[str, list[int]] = defaultdict(list)
    for i, query in enumerate(queries):
        slices[slice_of(query)].append(i)
    rows: list[Row] = []
    for name, members in sorted(slices.items(), key=lambda item: -len(item[1])):
        mine, base = [ours[i] for i in members], [words[i] for i in members]
        low, high = metrics.interval([s.ndcg10 for s in mine])
        rows.append(
            {
                "slice": name,
                "queries": len(members),
                "ndcg10": mean(s.ndcg10 for s in mine),
                "low": low,
                "high": high,
                "recall20": mean(s.recall20 for s in mine),
                "mrr": mean(s.mrr for s in mine),
                "p5": mean(s.p5 for s in mine),
                "forbidden": sum(s.forbidden for s in mine),
                "no_result": sum(s.no_result for s in mine) / len(mine),
                "bm25_ndcg10": mean(s.ndcg10 for s in base),
                "p_bm25": metrics.paired_p([s.ndcg10 for s in mine], [s.ndcg10 for s in base]),
            }
        )
    return rows


def _slice(query: Query) -> str:
    return query.slice


def _search(
    index: SearchIndex, query: Query, filters: Filters | None = None
) -> list[tuple[str, str]]:
    hits = index.search(query.text, filters, top=DEPTH)
    return [(h.activity.text, h.activity.region) for h in hits]


def _search_in(region: str) -> Callable[[SearchIndex, Query], list[tuple[str, str]]]:
    return lambda index, query: _search(index, query, Filters(regions=(region,)))


def _similar(index: SearchIndex, query: Query) -> list[tuple[str, str]]:
    hits = index.similar_list(query.text, query.slice, DEPTH)
    return [(h.activity.text, h.activity.region) for h in hits]
