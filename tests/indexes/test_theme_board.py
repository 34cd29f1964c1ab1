from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from app.i18n import translator
from indexes import theme_words
from indexes.changes import append, refitted_themes, replace_themes
from indexes.engine import SearchIndex
from indexes.records import keys_of
from indexes.theme_board import WARNING, ThemeBoard
from indexes.theme_log import ThemeLog
from indexes.theme_report import theme_report
from indexes.themes import Earlier, Themes
from nlp.errors import RegioplanError, UsageError
from nlp.pages import PLOTLY_WORDS
from nlp.themes import UNCLASSIFIED, Theme, ThemeRegistry

# Theme of each tiny activity by a word of it: what a person would say they are about.
WORDS = {"siltin": 0, "energ": 0, "adarb": 1, "apmaiņ": 1, "igitāl": 2, "e-pakalp": 2}


@pytest.fixture
def store(tiny_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_store, tmp_path / "store"))


@pytest.fixture
def index(store: Path) -> SearchIndex:
    """The tiny index with three hand-made themes."""
    found = SearchIndex.open(store)
    where = np.asarray(
        [
            next((n for word, n in WORDS.items() if word in a.text), UNCLASSIFIED)
            for a in found.activities
        ]
    )
    vectors = found.theme_vectors(np.arange(len(where)))
    centroids = np.stack([vectors[where == j].mean(axis=0) for j in range(3)])
    fine = tuple(
        Theme(f"T0{j + 1}", "G01" if j else "G02", f"t{j}", f"e{j}", (), int((where == j).sum()),
              1.0, ())
        for j in range(3)
    )  # fmt: skip
    broad = (
        Theme("G01", None, "a", "a", (), 0, 1.0, ()),
        Theme("G02", None, "b", "b", (), 0, 1.0, ()),
    )
    old = found.themes.registry
    registry = ThemeRegistry(fine, broad, centroids, old.mean_text, old.mean_concepts, old.encoder)
    ones = np.ones(len(where), np.float32)
    themes = Themes(registry, where, ones, found.themes.positions)
    replace_themes(store, Earlier(themes, keys_of(a.id for a in found.activities)))
    return SearchIndex.open(store)


@pytest.fixture
def board(index: SearchIndex, store: Path) -> ThemeBoard:
    return ThemeBoard(index, ThemeLog(store))


def test_every_cell_opens_what_it_counts(index: SearchIndex, board: ThemeBoard) -> None:
    matrix = board.matrix("region")
    for i, theme in enumerate(matrix.rows):
        regions = Counter(index.activities[row].region for row in board.members(theme))
        for j, region in enumerate(matrix.columns):
            assert matrix.counts[i, j] == regions[region]
    assert matrix.totals.sum() == len(index.activities)


def test_what_a_region_lacks_is_a_gap_with_evidence(board: ThemeBoard) -> None:
    gaps = {gap.theme.id: gap for gap in board.gaps("Latgale")}
    insulation = gaps["T01"]
    assert insulation.shortfall.own == 1
    assert insulation.state == "covered"
    assert {a.region for a in insulation.evidence} == {"Vidzeme", "Zemgale"}
    assert insulation.nearest[0][0].region == "Latgale"
    assert [name for name, _ in board.peers("Latgale")] != []


def test_a_theme_no_one_else_has_is_no_gap(index: SearchIndex, store: Path) -> None:
    where = index.themes.where.copy()
    regions = [a.region for a in index.activities]
    where[[r != "Vidzeme" for r in regions]] = UNCLASSIFIED
    only = replace(index, themes=replace(index.themes, where=where))
    board = ThemeBoard(only, ThemeLog(store))
    assert board.gaps("Vidzeme") == []
    assert {gap.shortfall.own for gap in board.gaps("Latgale")} == {0}
    assert all(gap.state in ("gap", "near match") for gap in board.gaps("Latgale"))


def test_edits_show_at_once_and_change_the_version(index: SearchIndex, store: Path) -> None:
    log = ThemeLog(store)
    before = ThemeBoard(index, log)
    renamed = log.add("rename", "T01", "Anna", lv="Siltas mājas")
    log.add("merge", "T03", "Anna", target="T02")
    after = ThemeBoard(index, log)
    assert after.get("T01").lv == "Siltas mājas"
    assert len(after.themes("fine")) == 2
    both = set(before.members("T02")) | set(before.members("T03"))
    assert set(after.members("T02")) == both
    assert after.version.startswith(f"{before.version}+")
    log.undo(renamed.number, "Anna")
    assert ThemeBoard(index, log).get("T01").lv == "t0"
    with pytest.raises(UsageError):
        log.undo(renamed.number, "Anna")
    with pytest.raises(UsageError, match="name"):
        log.add("rename", "T01", "Anna")


def test_unknown_names_are_refused(board: ThemeBoard) -> None:
    for ask in (
        lambda: board.get("T99"),
        lambda: board.gaps("Kurzeme"),
        lambda: board.peers("Kurzeme"),
        lambda: board.change("1999", "2021-2027"),
    ):
        with pytest.raises(UsageError):
            ask()


def test_planned_themes_without_anything_done(board: ThemeBoard) -> None:
    assert {theme.id for theme in board.only_planned()} == {"T01", "T02", "T03"}


def test_added_activities_move_no_other(index: SearchIndex, store: Path) -> None:
    before = index.themes.where.tolist()
    fresh = replace(
        index.activities[0], id="new", text="Veikt skolas ēkas siltināšanu un renovāciju"
    )
    append(store, [fresh])
    grown = SearchIndex.open(store)
    assert grown.themes.where[:-1].tolist() == before
    assert grown.themes.registry.version == index.themes.registry.version


def test_a_refit_is_only_used_when_asked_for(index: SearchIndex, store: Path) -> None:
    fresh, _ = refitted_themes(store)
    assert SearchIndex.open(store).themes.registry.version == index.themes.registry.version
    replace_themes(store, fresh)
    assert SearchIndex.open(store).themes.registry.version == fresh.themes.registry.version


def test_the_report_is_one_page_that_asks_no_server(index: SearchIndex, board: ThemeBoard) -> None:
    text = index.activities[0].text
    hostile = replace(index.activities[0], text=f"<script>alert(1)</script> {text}")
    index.activities = (hostile, *index.activities[1:])
    page = theme_report(index, board, "Latgale")
    assert board.version in page
    assert "Gaps of Latgale" in page
    assert "<script src" not in page
    assert "<script>alert(1)" not in page
    with pytest.raises(RegioplanError):
        theme_report(index, board, "Kurzeme")


def test_the_report_in_latvian_has_no_english_words(index: SearchIndex, board: ThemeBoard) -> None:
    page = theme_report(index, board, "Latgale", "lv")
    assert "<html lang='lv'>" in page
    assert '"locale": "lv"' in page
    assert '"showSendToCloud": false' in page
    text = re.sub(r"<script.*?</script>|<style.*?</style>|<code>.*?</code>", " ", page, flags=re.S)
    text = re.sub(r"<[^>]+>", " ", text)
    for name in (*board.get(board.themes("fine")[0].id).terms, "Latgale plan", "openTSNE"):
        text = text.replace(name, " ")
    english = (
        r"\b(the|of|and|theme|themes|region|gaps?|planned|done|cooperation|climate|none|share|"
        r"activities|version|near match|plan's|low|high|size|words|method|english)\b"
    )
    assert re.findall(english, text, re.I) == []
    for word in ("Karte", "Sīkās tēmas", "Kas nav plānots: Latgale", "Klimats (n=", "plānots (n="):
        assert word in text
    same = theme_report(index, board, "Latgale", "en")
    assert "Themes of the regional plans" in same
    assert '"locale": "lv"' not in same


def test_both_languages_of_the_report_take_the_same_values() -> None:
    for latvian, english in theme_words.WORDS.values():
        assert set(re.findall(r"{(\w+)}", latvian)) == set(re.findall(r"{(\w+)}", english))
    assert WARNING == theme_words.WORDS["warning"][1] == translator("en")("gap_warning")
    assert theme_words.WORDS["warning"][0] == translator("lv")("gap_warning")


def test_plotly_asks_for_these_words() -> None:
    code = (files("plotly") / "package_data" / "plotly.min.js").read_text(encoding="utf-8")
    assert [word for word in PLOTLY_WORDS["lv"] if json.dumps(word) not in code] == []
