from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser
QUERY = "#query textarea, #query input"


def nothing_left_the_machine(visit: Visit) -> None:
    away = [
        url for url in visit.asked
        if not url.startswith((visit.address, "data:", "blob:", "ws://127.0.0.1"))
    ]  # fmt: skip
    assert visit.asked
    assert not away
    assert not visit.errors


def search(visit: Visit, words: str) -> None:
    visit.page.fill(QUERY, words)
    visit.page.click("#search")


def tag(visit: Visit, text: str) -> None:
    visit.page.goto(f"{visit.address}/")
    visit.page.get_by_role("tab", name="Birkot").click()
    visit.page.fill("#tag-text textarea", text)
    visit.page.click("#tag-one")


def test_search_filter_and_compare(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/")
    search(visit, "ēku siltināšana")
    page.wait_for_selector("#hits .rp-card")
    first = page.locator("#hits .rp-card").first
    assert "siltināšan" in first.inner_text()
    assert first.locator("mark").count() >= 1
    assert "lpp." in first.inner_text()

    page.click("#region input")
    page.get_by_role("option", name="Latgale").click()
    page.wait_for_function(
        "() => { const r = [...document.querySelectorAll('#hits .rp-region')];"
        " return r.length > 0 && r.every(e => e.textContent === 'Latgale'); }"
    )

    page.locator("#hits .rp-compare").first.click()
    page.wait_for_selector("#compared .rp-columns .rp-card")
    regions = page.locator("#compared .rp-column h3").all_inner_texts()
    assert set(regions) == {"Vidzeme", "Zemgale"}
    nothing_left_the_machine(visit)


def test_a_query_without_a_match_says_so(visit: Visit) -> None:
    visit.page.goto(f"{visit.address}/")
    search(visit, "xqzw wvvk")
    visit.page.wait_for_selector("#hits .rp-message")
    assert "Nekas pietiekami tuvs" in visit.page.inner_text("#hits")


def test_an_empty_query_is_no_error(visit: Visit) -> None:
    visit.page.goto(f"{visit.address}/")
    visit.page.click("#search")
    visit.page.wait_for_selector("#hits .rp-message")
    assert "Ierakstiet" in visit.page.inner_text("#hits")


def test_compare_a_pasted_text(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/")
    page.get_by_role("tab", name="Salīdzināmās aktivitātes").click()
    page.fill("#own-text textarea", "Veloceliņu tīkla attīstība")
    page.click("#compare")
    page.wait_for_selector("#compared .rp-columns")
    assert "veloceliņu" in page.inner_text("#compared")
    nothing_left_the_machine(visit)


def test_tag_one_text_and_a_table(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    tag(visit, "Digitāla platforma e-pakalpojumu sniegšanai")
    page.wait_for_selector("#tags .rp-decisions")
    assert page.locator("#tags tbody tr").count() == 3
    assert page.locator("#tag-near .rp-card").count() >= 1

    source = tmp_path / "in.csv"
    source.write_text("nr,text\n1,Ēku siltināšana\n2,Skolu sadarbība\n", encoding="utf-8")
    page.click("#tag-batch button")
    page.set_input_files("#tag-file input[type=file]", str(source))
    page.wait_for_function("() => document.querySelector('#tag-column input').value === 'text'")
    page.click("#tag-table")
    page.wait_for_selector("#tag-summary .rp-message")
    assert "Birkotas 2 no 2 rindām." in page.inner_text("#tag-summary")
    with page.expect_download() as download:
        page.click("#tag-result")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("nr,text,cooperation,cooperation_probability")
    nothing_left_the_machine(visit)


def test_decide_review_and_undo(visit: Visit) -> None:
    page = visit.page
    tag(visit, "Ceļu un ielu infrastruktūras uzlabošana")
    page.wait_for_selector("#decide #decide-1")
    page.locator("#decide-1").get_by_label("jā").check()
    page.click("#save")
    page.wait_for_selector("#saved .rp-message")
    assert "Neizdevās" in page.inner_text("#saved")  # without a name nothing is written down
    page.fill("#person textarea, #person input", "Anna <b>")
    page.click("#save")
    page.wait_for_function(
        "() => document.querySelector('#saved').textContent.includes('Saglabāti')"
    )
    page.click("#tag-one")
    page.wait_for_selector("#tags .rp-person")
    assert "✓ jā (Anna <b>)" in page.inner_text("#tags")
    page.click("#log button")
    page.wait_for_selector("#log tbody tr")
    assert "Anna <b>" in page.inner_text("#log")
    page.click("#undo")
    page.wait_for_function(
        "() => document.querySelector('#saved').textContent.includes('atsaukti')"
    )
    page.click("#tag-one")
    page.wait_for_function("() => !document.querySelector('#tags .rp-person')")

    page.click("#queue-next")
    page.wait_for_function(
        "() => /Pārskatāmas|Nekas negaida/.test(document.querySelector('#tags').textContent)"
    )
    nothing_left_the_machine(visit)


def test_themes_table_map_and_gaps(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/")
    page.get_by_role("tab", name="Tēmas").click()
    page.wait_for_selector("#theme-table [data-testid=cell-0-1]")
    page.locator("#theme-by").get_by_label("Posms").check()
    page.wait_for_function(
        "() => document.querySelector('#theme-table').textContent.includes('plānots (n=')"
    )
    page.locator("#theme-table [data-testid=cell-0-1]").click()
    page.wait_for_selector("#theme-members li")
    page.locator("#map").scroll_into_view_if_needed()
    page.wait_for_selector("#map .main-svg")
    page.fill("#map-words textarea, #map-words input", "siltināšana")
    page.press("#map-words textarea, #map-words input", "Enter")
    page.wait_for_function(
        "() => (document.querySelector('.rp-map').data || []).some(t => t.name === 'atrasts')"
    )
    page.evaluate(
        "document.querySelector('.rp-map').emit('plotly_selected',"
        " {points: [{customdata: 0}, {customdata: 1}]})"
    )
    page.wait_for_selector("#map-members li:nth-child(2)")
    page.click("#gap-region input")
    page.get_by_role("option", name="Latgale").click()
    page.wait_for_selector("#gaps .rp-message")
    with page.expect_download() as download:
        page.click("#theme-save")
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    with page.expect_download() as download:
        page.click("#theme-csv")
    assert "plānots" in Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]
    page.click("#theme-report")
    page.wait_for_selector("#theme-page")
    with page.expect_download() as download:
        page.click("#theme-page")
    assert "Method" in Path(download.value.path()).read_text(encoding="utf-8")
    nothing_left_the_machine(visit)


def test_the_page_in_english_and_a_link_that_searches(visit: Visit) -> None:
    visit.page.goto(f"{visit.address}/en?q=building%20insulation")
    visit.page.wait_for_selector("#hits .rp-card")
    assert "closest activities" in visit.page.inner_text("#hits") or "activities found" in (
        visit.page.inner_text("#hits")
    )
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    visit.page.get_by_role("link", name="Latviski").click()
    visit.page.wait_for_selector(QUERY)
    assert "Ko meklējat?" in visit.page.inner_text("body")
    nothing_left_the_machine(visit)
