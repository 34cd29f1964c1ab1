from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from indexes.changes import replace_taggers
from indexes.engine import SearchIndex
from indexes.facets import Filters
from indexes.store import previous
from nlp.errors import RegioplanError, UsageError


@pytest.fixture
def index(tiny_store: Path, tmp_path: Path) -> SearchIndex:
    shutil.copytree(tiny_store, tmp_path / "store")
    return SearchIndex.open(tmp_path / "store")


def test_what_a_person_decides_counts_at_once(index: SearchIndex) -> None:
    (before,) = index.search("ceļu infrastruktūras uzlabošana", top=1)
    assert "climate" not in before.tags
    index.tags.decide(before.activity.text, "climate", "yes", "Anna", activity=before.activity)
    (after,) = index.search("ceļu infrastruktūras uzlabošana", top=1)
    assert "climate" in after.tags
    assert after.confirmed == ("climate",)
    found = index.search("ceļu infrastruktūras uzlabošana", Filters(tags=("climate",)), top=1)
    assert found[0].activity.id == before.activity.id
    index.tags.log.undo(1, "Anna")
    assert "climate" not in index.search("ceļu infrastruktūras uzlabošana", top=1)[0].tags


def test_a_person_can_take_a_tag_away(index: SearchIndex) -> None:
    row = next(i for i in range(len(index.activities)) if index.tags.yes(i))
    label = index.tags.yes(row)[0]
    old = index.tags.decide(index.activities[row].text, label, "no", "Anna").old
    assert old == "yes"
    assert label not in index.tags.yes(row)
    assert not index.tags.mask(label)[row]


def test_masks_agree_with_the_tags_shown(index: SearchIndex) -> None:
    for label in index.tagger.labels:
        shown = [label in index.tags.yes(row) for row in range(len(index.activities))]
        assert index.tags.mask(label).tolist() == shown


def test_the_queue_is_ordered_and_a_decision_leaves_it(index: SearchIndex) -> None:
    waiting = index.tags.pending()
    states = [index.tags.states(row) for row in range(len(index.activities))]
    assert len(waiting) == sum(s.decision == "review" for row in states for s in row)
    assert [p.distance for p in waiting] == sorted(p.distance for p in waiting)
    if waiting:
        first = waiting[0]
        index.tags.decide(first.activity.text, first.label, "borderline", "Anna")
        assert (first.activity.id, first.label) not in {
            (p.activity.id, p.label) for p in index.tags.pending()
        }


def test_unknown_names_are_refused(index: SearchIndex) -> None:
    with pytest.raises(UsageError, match="cooperation"):
        index.tags.decide("Ceļš", "klimats", "yes", "Anna")
    with pytest.raises(UsageError, match="priorities"):
        index.tags.tagger("sdg")
    with pytest.raises(UsageError, match="digitalisation"):
        index.tags.mask("klimats")
    with pytest.raises(UsageError, match="climate"):
        index.tags.pending(label="klimats")


def test_taggers_are_replaced_and_brought_back(index: SearchIndex, tmp_path: Path) -> None:
    store = tmp_path / "store"
    index.tags.decide(index.activities[0].text, "climate", "yes", "Anna")
    assert replace_taggers(store, index.tags.taggers).name == "gen-2"
    again = SearchIndex.open(store)
    assert again.shown(np.arange(1))[0].confirmed == ("climate",)
    assert previous(store).name == "gen-1"
    with pytest.raises(RegioplanError, match="an earlier generation"):
        previous(store)
