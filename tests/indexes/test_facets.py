from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from indexes.engine import SearchIndex
from indexes.facets import FACETS, Filters
from indexes.question import Question, ask
from indexes.store import Contents, write_generation
from indexes.theme_log import ThemeLog
from nlp.errors import UsageError


@pytest.fixture(scope="module")
def rich_index(
    contents: Contents, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[SearchIndex]:
    """The tiny activities, some with amount, deadline, funding and places."""
    store = tmp_path_factory.mktemp("rich")
    extra = {
        0: {"amount_eur": 1000, "deadline": 2023, "funding": ("ES fondi",)},
        1: {"amount_eur": 5000, "deadline": 2025, "municipalities": ("Rūjiena", "Valmiera")},
        2: {"amount_eur": 9000, "funding": ("ES fondi, valsts finansējums",)},
    }
    activities = [
        replace(a, **extra.get(i, {}))  # type: ignore[arg-type]
        for i, a in enumerate(contents.activities)
    ]
    write_generation(store, replace(contents, activities=activities))
    yield SearchIndex.open(store)
    shutil.rmtree(store)


def listed(index: SearchIndex, **filters: object) -> list[int]:
    answer = ask(index, Question(filters=Filters(**filters)), limit=100)  # type: ignore[arg-type]
    return sorted(index.row_of(hit.activity.id) for hit in answer.hits)


def test_every_facet_counts_all_activities_without_a_question(rich_index: SearchIndex) -> None:
    answer = ask(rich_index, Question())
    assert answer.total == 15
    assert set(answer.facets) == set(FACETS)
    assert answer.facets["region"] == {"Latgale": 5, "Vidzeme": 5, "Zemgale": 5}
    assert answer.facets["municipality"] == {"Valmiera": 1}  # a town counts in its municipality
    assert answer.facets["funding"] == {"eu": 2, "state": 1}
    assert answer.facets["deadline"] == {"2023": 1, "2025": 1}
    assert answer.with_amount == 3
    assert all(hit.strength == "" for hit in answer.hits)


def test_filters_narrow_and_combine(rich_index: SearchIndex) -> None:
    assert listed(rich_index, municipalities=("Valmiera",)) == [1]
    assert listed(rich_index, funding=("state",)) == [2]
    assert listed(rich_index, funding=("eu", "state")) == [0, 2]
    assert listed(rich_index, deadlines=("2025",)) == [1]
    assert listed(rich_index, amount_from=1000, amount_to=5000) == [0, 1]
    assert listed(rich_index, amount_from=6000, funding=("eu",)) == [2]
    assert len(listed(rich_index, documents=("doc-latgale",), stages=("planned",))) == 5


def test_a_facet_with_chosen_values_still_counts_the_others(rich_index: SearchIndex) -> None:
    free = ask(rich_index, Question("siltināšana"))
    only = ask(rich_index, Question("siltināšana", Filters(regions=("Zemgale",))))
    assert only.facets["region"] == free.facets["region"]
    assert only.total == free.facets["region"]["Zemgale"] < free.total
    assert sum(only.facets["plan"].values()) == only.total


def test_counts_are_what_choosing_the_value_gives(rich_index: SearchIndex) -> None:
    free = ask(rich_index, Question("attīstība pašvaldībās"))
    for name, field_name in FACETS.items():
        for value, n in free.facets[name].items():
            filters = Filters(**{field_name: (value,)})
            assert ask(rich_index, Question("attīstība pašvaldībās", filters)).total == n


def test_every_chosen_priority_must_hold(rich_index: SearchIndex) -> None:
    both = ask(rich_index, Question(filters=Filters(tags=("climate", "cooperation"))), 100)
    assert all({"climate", "cooperation"} <= set(h.tags) for h in both.hits)
    one = ask(rich_index, Question(filters=Filters(tags=("climate",))))
    assert one.facets["priority"]["cooperation"] == both.total


def test_sorts_keep_what_has_no_value_for_the_end(rich_index: SearchIndex) -> None:
    def amounts(sort: str) -> list[int | None]:
        answer = ask(rich_index, Question(sort=sort), 4)  # type: ignore[arg-type]
        return [hit.activity.amount_eur for hit in answer.hits]

    assert amounts("amount") == [9000, 5000, 1000, None]
    deadlines = [h.activity.deadline for h in ask(rich_index, Question(sort="deadline"), 3).hits]
    assert deadlines == [2023, 2025, None]
    regions = [h.activity.region for h in ask(rich_index, Question(sort="region"), 15).hits]
    assert regions == sorted(regions)


def test_pages_follow_one_another(rich_index: SearchIndex) -> None:
    whole = ask(rich_index, Question("pašvaldību attīstība"), 100)
    parts = [ask(rich_index, whole.question, 2, offset) for offset in range(0, whole.total, 2)]
    assert [h for part in parts for h in part.hits] == list(whole.hits)


def test_nothing_found_names_the_filter_to_relax(rich_index: SearchIndex) -> None:
    filters = Filters(regions=("Latgale",), deadlines=("2023",))
    answer = ask(rich_index, Question("siltināšana", filters))
    assert answer.total == 0
    relax = dict(answer.relax)
    assert relax["deadlines"] > 0
    assert relax["filters"] >= relax["deadlines"]
    literal = ask(rich_index, Question("siltināt mājas", mode="exact"))
    assert dict(literal.relax)["mode"] > 0


def test_unknown_values_modes_and_sorts_are_refused(rich_index: SearchIndex) -> None:
    with pytest.raises(UsageError, match="a funding out of eu, state"):
        ask(rich_index, Question(filters=Filters(funding=("gold",))))
    with pytest.raises(UsageError, match="sort"):
        Question(sort="size")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="mode"):
        Question(mode="magic")  # type: ignore[arg-type]


def test_themes_filter_by_id_and_follow_edits(contents: Contents, tmp_path: Path) -> None:
    write_generation(tmp_path, contents)
    index = SearchIndex.open(tmp_path)
    fine, broad = index.themes.registry.fine, index.themes.registry.broad
    counts = ask(index, Question()).facets["theme"]
    assert set(counts) == {t.id for t in (*fine, *broad)}
    for theme in fine:
        assert len(listed(index, themes=(theme.id,))) == counts[theme.id]
    if len(fine) > 1:
        ThemeLog(tmp_path).add("merge", fine[1].id, "Anna", target=fine[0].id)
        merged = ask(index, Question()).facets["theme"]
        assert fine[1].id not in merged
        assert merged[fine[0].id] == counts[fine[0].id] + counts[fine[1].id]


def test_a_decision_changes_the_priority_facet_at_once(contents: Contents, tmp_path: Path) -> None:
    write_generation(tmp_path, contents)
    index = SearchIndex.open(tmp_path)
    before = ask(index, Question()).facets["priority"]["climate"]
    row = next(r for r in range(len(index.activities)) if "climate" in index.tags.yes(r))
    index.tags.decide(index.activities[row].text, "climate", "no", "Anna")
    assert ask(index, Question()).facets["priority"]["climate"] == before - 1
