from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import gradio as gr
import pytest

from app.i18n import translator
from app.live import LiveIndex
from app.plan_tab import added, plan_tab, previewed, report_of
from app.plan_view import document_table, preview_table, report_html, with_sources
from app.report_words import report_words
from indexes.engine import SearchIndex
from nlp.corpus import parse_plan, parse_plans
from nlp.errors import PlanError
from nlp.plans import Plan
from nlp.report import make_report

T = translator("lv")
BAD = "<img src=x onerror=alert(1)>"
PLANS = Path(__file__).parents[2] / "data" / "plans"
DETAILS = {
    "regions": ["Kurzeme"],
    "title": f"Kurzemes {BAD}",
    "period": "2022-2027",
    "publisher": BAD,
    "address": f'javascript:alert("{BAD}")',
}


@pytest.fixture
def live(tiny_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LiveIndex:
    """A page of its own, with an index and a plans folder that a test may change."""
    monkeypatch.setenv("REGIOPLAN_HOME", str(tmp_path))
    folder = tmp_path / "data" / "plans"
    folder.mkdir(parents=True)
    (folder / "old.txt").write_text("x\n", encoding="utf-8")
    row = {**DETAILS, "title": "Vecs", "file": "old.txt", "layout": "latgale-programme"}
    (folder / "manifest.json").write_text(json.dumps({"schema": 1, "plans": [row]}))
    shutil.copytree(tiny_store, tmp_path / "store")
    return LiveIndex(tmp_path / "store")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "Jauns.csv"
    path.write_text(
        f"Nr.,Rīcība,Atbildīgais\n1,Ierīkot zivju taci {BAD},\n,,{BAD}\n"
        "3,Ceļu un ielu infrastruktūras uzlabošana,VPR\n",
        encoding="utf-8",
    )
    return path


def test_headings_go_down_step_by_step(live: LiveIndex, file: Path) -> None:
    html, parsed = previewed(live, file, DETAILS, "lv", T)
    for shown in (html, report_html(make_report(parsed), "lv", T)):
        levels = [1, *map(int, re.findall(r"<h(\d)", shown))]  # under the heading of the page
        assert len(levels) > 2
        assert all(after <= before + 1 for before, after in pairwise(levels)), levels


def test_documents_of_the_index_with_what_the_manifest_knows(tiny_index: SearchIndex) -> None:
    plan = Plan(
        "doc-latgale", Path("x"), ("Latgale",), "t", "p", BAD, "https://a.lv/?a=1&b=<", "new-layout"
    )
    rows = with_sources(tiny_index.documents, [plan])
    assert (rows[0].name, rows[0].planned, rows[0].done) == ("doc-vidzeme", 5, 0)
    html = document_table(rows, T)
    assert BAD not in html
    assert 'href="https://a.lv/?a=1&amp;b=&lt;" target="_blank" rel="noopener' in html
    assert "new-layout" in html
    unsafe = replace(rows[0], address="javascript:alert(1)", title=BAD)
    html = document_table([unsafe], T)
    assert "href" not in html
    assert "<img" not in html


def test_a_preview_changes_nothing_and_shows_everything_as_text(
    live: LiveIndex, file: Path
) -> None:
    before = live.index
    html, parsed = previewed(live, file, DETAILS, "lv", T)
    assert "<img" not in html
    assert "Atrastas 2 aktivitātes" in html
    assert "1 no tām ar tādu pašu tekstu jau ir" in html
    assert "nav atbildīgā" in html
    assert "rinda bez aktivitātes: &lt;img" in html
    assert len(parsed.activities) == 2
    assert live.refresh() is before
    assert "<img" not in preview_table(parsed.activities, T)


def test_an_added_plan_is_in_the_index_at_once(live: LiveIndex, file: Path) -> None:
    _, parsed = previewed(live, file, DETAILS, "lv", T)
    html = added(live, parsed, T, read_only=False)
    assert "aktivitātes: 2" in html
    assert "<img" not in html
    assert 'href="?plan=jauns"' in html
    assert live.index.search("zivju taci", exact=True)[0].activity.document == "jauns"
    with pytest.raises(PlanError, match="already"):
        added(live, parsed, T, read_only=False)


def test_nothing_is_added_where_only_reading_is_allowed(live: LiveIndex, file: Path) -> None:
    _, parsed = previewed(live, file, DETAILS, "lv", T)
    before = live.index
    assert "nevar" in added(live, parsed, T, read_only=True)
    assert "Vispirms" in added(live, None, T, read_only=False)
    assert live.refresh() is before
    for read_only in (True, False):
        with gr.Blocks() as page:
            plan_tab(live, "lv", T, read_only)
        ids = [getattr(block, "elem_id", None) for block in page.blocks.values()]
        assert ("plan-look" in ids) is not read_only


def test_a_report_is_made_once_for_each_state_of_a_file(file: Path) -> None:
    plan = Plan("jauns", file, ("Kurzeme",), "T", "2022-2027", "", "", "table")
    first = report_of(plan)
    assert report_of(plan) is first
    file.write_text("Nr.,Rīcība\n1,Cita rīcība pavisam\n", encoding="utf-8")
    assert report_of(plan).activities == 1
    assert first.activities == 2


def test_the_page_has_words_for_all_that_the_parsers_say() -> None:
    lv, en = report_words("lv"), report_words("en")
    for plan in parse_plans(PLANS):
        report = make_report(plan)
        said = [*report.lines, *report.dropped, *report.filled, *(n.message for n in report.notes)]
        assert not [text for text in said if lv(text) == text]
        html = report_html(report, "lv", T)
        assert "furniture" not in html
        assert "missing" not in html
    assert lv("A 1.5: nobody is responsible") == "A 1.5: nav atbildīgā"
    assert en("furniture") == "page furniture"
    assert lv("something new") == "something new"
    sources = (PLANS.parents[1] / "nlp" / "layouts").glob("*.py")
    reasons = {
        reason
        for source in sources
        for reason in re.findall(
            r'"(?:furniture|noise|leftover|heading)", "([^"{]+)"', source.read_text("utf-8")
        )
    }
    assert reasons
    assert not [reason for reason in reasons if lv(reason) == reason]


def test_the_same_report_stays_english_on_the_command_line(file: Path) -> None:
    plan = Plan("jauns", file, ("Kurzeme",), "T", "2022-2027", "", "", "table")
    html = report_html(make_report(parse_plan(plan)), "en", translator("en"))
    assert "Not understood, please look" in html
    assert "<img" not in html
