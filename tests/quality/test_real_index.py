"""The index as `make index` builds it from the shipped plans: what it must be able to do.

The bounds lie below what was measured, so that a real loss shows and chance does not.
"""

from __future__ import annotations

import random
import re
import unicodedata
from pathlib import Path
from statistics import mean

import pytest

from indexes.engine import SearchIndex
from indexes.explain import explain
from indexes.facets import Filters
from training.build import build
from training.cases import failures, read_cases
from training.evaluate import _search, answers_in, evaluate_search, evaluate_similar, score_queries
from training.judgements import Query, read_judgements
from training.theme_study import evaluate_themes

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> SearchIndex:
    store = tmp_path_factory.mktemp("real")
    steps: list[str] = []
    built = build(DATA / "plans", DATA, store, None, steps.append)
    assert built.plans == 5
    assert built.tag_macro_f1 >= 0.89
    assert steps[-1] == "building the index and its themes"
    return SearchIndex.open(store)


def test_measures_of_the_search(index: SearchIndex) -> None:
    rows = {row["slice"]: row for row in evaluate_search(index, DATA / "gold")}
    assert rows["lv"]["ndcg10"] >= 0.80
    assert rows["en"]["ndcg10"] >= 0.70
    assert rows["lv"]["ndcg10"] - rows["lv"]["bm25_ndcg10"] >= 0.15
    for region in ("Latgale", "Vidzeme", "Zemgale"):
        assert rows[answers_in(region)]["ndcg10"] >= rows[answers_in(region)]["bm25_ndcg10"]
    (similar,) = evaluate_similar(index, DATA / "gold")
    assert similar["ndcg10"] >= 0.55


def test_nine_cases_in_ten_hold(index: SearchIndex) -> None:
    cases = read_cases(DATA / "queries" / "cases.tsv")
    assert len(cases) >= 100
    failed = failures(index, cases)
    assert len(failed) <= 0.1 * len(cases), failed


def without_diacritics(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def with_a_slip(text: str, seed: int) -> str:
    """One letter of a longer word lost, doubled up or swapped."""
    chance = random.Random(f"{seed}{text}")
    words = text.split()
    place = max(range(len(words)), key=lambda i: (len(words[i]) >= 5, chance.random()))
    word = words[place]
    if len(word) < 5:
        return text
    i = chance.randrange(1, len(word) - 1)
    words[place] = chance.choice(
        [word[:i] + word[i + 1 :], word[:i] + word[i + 1] + word[i] + word[i + 2 :]]
    )
    return " ".join(words)


def test_diacritics_and_slips_cost_little(index: SearchIndex) -> None:
    pool, queries = read_judgements(DATA / "gold", "queries.tsv", "qrels.tsv")
    latvian = [q for q in queries if q.slice == "lv"]

    def ndcg(change: object) -> float:
        changed = [Query(q.id, q.slice, change(q.text), q.grades, q.forbidden) for q in latvian]  # type: ignore[operator]
        return mean(s.ndcg10 for s in score_queries(index, pool, changed, _search))

    clean = ndcg(lambda text: text)
    assert clean - ndcg(without_diacritics) <= 0.03
    slips = mean(ndcg(lambda text, seed=seed: with_a_slip(text, seed)) for seed in range(4))
    assert clean - slips <= 0.05


@pytest.mark.parametrize("words", ["xqzw wvvk", "bitcoin mining", "qwertz"])
def test_no_close_match_is_an_answer(index: SearchIndex, words: str) -> None:
    assert index.search(words) == []


def test_filters_hold_and_explanations_add_up(index: SearchIndex) -> None:
    hits = index.search("tūrisma maršruti", Filters(regions=("Latgale",), stages=("planned",)))
    assert hits
    for hit in hits:
        assert (hit.activity.region, hit.activity.stage) == ("Latgale", "planned")
        found = explain(index, "tūrisma maršruti", hit.activity.id)
        assert sum(found.parts.values()) == pytest.approx(hit.score, abs=2e-3)
        shares = sum(share for _, share in found.words) + found.headings + found.glossary
        assert shares == pytest.approx(hit.dense, abs=2e-3)


def test_no_contact_data_in_any_record(index: SearchIndex) -> None:
    pattern = re.compile(r"[\w.]+@[\w.]+\.\w+|\+371[ \d]{8,}|sharepoint\.com")
    assert not [a.id for a in index.activities if pattern.search(str(a.to_dict()))]


def test_themes_hold_still_and_have_names(index: SearchIndex) -> None:
    rows = {row["change"]: row for row in evaluate_themes(index, draws=1)}
    for level in ("fine", "broad"):
        assert rows[f"rows reordered, {level}"]["ari"] >= 0.98
    assert rows["2% dropped, fine"]["ari"] >= 0.8
    registry = index.themes.registry
    assert 40 <= len(registry.fine) <= 80
    assert 8 <= len(registry.broad) <= 14
    assert len({theme.lv for theme in registry.fine}) == len(registry.fine)
    assert (index.themes.where < 0).mean() < 0.15
