from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Route, expect

from app.i18n import translator
from tests.browser.conftest import HOSTILE, Visit

pytestmark = pytest.mark.browser
both = pytest.mark.parametrize("language", ["lv", "en"])
QUERY = "#query textarea, #query input"


def home(visit: Visit, language: str) -> str:
    return f"{visit.address}/" if language == "lv" else f"{visit.address}/en/"


def search(visit: Visit, words: str) -> None:
    visit.page.fill(QUERY, words)
    visit.page.click("#search")


def tag(visit: Visit, language: str, text: str) -> None:
    visit.page.goto(home(visit, language))
    visit.page.get_by_role("tab", name=translator(language)("tab_tag"), exact=True).click()
    visit.page.fill("#tag-text textarea", text)
    visit.page.click("#tag-one")


def regions_shown(visit: Visit) -> set[str]:
    return set(visit.page.locator("#hits .rp-region").all_inner_texts())


def facet(name: str, value: str) -> str:
    return f'#hits input[name="{name}"][value="{value}"]'


@both
def test_search_narrow_and_take_back(visit: Visit, language: str) -> None:
    page, t = visit.page, translator(language)
    page.goto(home(visit, language))
    search(visit, "ēku siltināšana")
    page.wait_for_selector("#hits .rp-card")
    first = page.locator("#hits .rp-card").first
    assert "siltināšan" in first.inner_text()
    assert first.locator("mark").count() >= 1
    assert t("page", n=1) in first.inner_text()
    before = len(regions_shown(visit))

    page.check(facet("region", "Latgale"))
    page.wait_for_selector("#hits .rp-chip")
    assert regions_shown(visit) == {"Latgale"}
    assert "region=Latgale" in page.url
    assert page.evaluate("document.activeElement.value") == "Latgale"  # nobody loses their place

    page.check(facet("region", "Zemgale"))
    page.wait_for_selector("#hits .rp-chip[data-value=Zemgale]")
    assert regions_shown(visit) == {"Latgale", "Zemgale"}
    page.click("#hits .rp-chip[data-value=Latgale]")
    page.wait_for_selector("#hits .rp-chip[data-value=Latgale]", state="detached")
    assert regions_shown(visit) == {"Zemgale"}
    page.click("#hits .rp-chips [data-reset]")
    page.wait_for_selector("#hits .rp-chip", state="detached")
    assert len(regions_shown(visit)) == before
    visit.nothing_wrong()


def test_modes_sorts_and_a_shared_link(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/")
    search(visit, "siltināšana")
    page.wait_for_selector("#hits .rp-card")
    page.check('#hits input[name=mode][value="words"]')
    page.wait_for_function("() => location.search.includes('mode=words')")
    page.select_option("#hits select[name=sort]", "region")
    page.wait_for_function("() => location.search.includes('sort=region')")
    regions = page.locator("#hits .rp-region").all_inner_texts()
    assert regions == sorted(regions)
    shared = page.url

    page.goto("about:blank")
    page.goto(shared)
    page.wait_for_selector("#hits .rp-card")
    assert page.input_value(QUERY) == "siltināšana"
    assert page.is_checked('#hits input[name=mode][value="words"]')
    assert page.locator("#hits .rp-region").all_inner_texts() == regions
    visit.nothing_wrong()


def test_nothing_found_says_what_to_relax(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?q=velocelinu+tikls&region=Latgale")
    page.wait_for_selector("#hits .rp-relax")
    assert not regions_shown(visit)
    page.click("#hits .rp-relax button >> nth=0")
    page.wait_for_selector("#hits .rp-card")
    assert "Zemgale" in regions_shown(visit)
    visit.nothing_wrong()


@both
def test_from_words_to_a_dossier_in_five_clicks(visit: Visit, language: str) -> None:
    """Find a comparable activity of another region and take it along."""
    page = visit.page
    page.goto(home(visit, language))
    page.fill(QUERY, "māju siltināšana")
    page.click("#search")  # 1
    page.wait_for_selector("#hits .rp-card")
    own = page.locator("#hits .rp-region").first.inner_text()
    page.locator("#hits [data-similar]").first.click()  # 2
    page.wait_for_selector("#compared .rp-columns .rp-card")
    assert own not in page.locator("#compared .rp-column h2").all_inner_texts()
    page.locator("#compared [data-basket]").nth(1).click()  # 3, past the source itself
    page.wait_for_selector("#basket .rp-downloads a")
    assert page.inner_text("#basket [data-count]") == "1"
    with page.expect_download() as download:
        page.locator("#basket .rp-downloads a").first.click()  # 4
    assert Path(download.value.path()).read_bytes().startswith(b"PK")
    assert "tab=similar" in page.url
    assert "q=" in page.url  # the search is still there
    visit.nothing_wrong()


@both
def test_a_basket_is_there_in_another_browser(visit: Visit, language: str) -> None:
    page = visit.page
    page.goto(home(visit, language) + "?q=siltin%C4%81%C5%A1ana")
    page.wait_for_selector("#hits .rp-card")
    before = page.locator("#hits [data-basket][aria-pressed=true]").count()
    page.locator("#hits [data-basket][aria-pressed=false]").first.click()
    page.wait_for_function("() => localStorage.getItem('regioplan-basket-number')")
    page.evaluate("localStorage.clear()")  # as if it was another
    page.reload()
    page.wait_for_selector("#hits [data-basket][aria-pressed=true]")
    assert page.locator("#hits [data-basket][aria-pressed=true]").count() == before + 1
    page.goto(home(visit, language) + "?tab=similar")
    page.wait_for_selector("#basket .rp-downloads a")
    visit.nothing_wrong()


def test_baskets_are_named_begun_deleted_and_brought_back(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?q=siltin%C4%81%C5%A1ana")
    page.wait_for_selector("#hits .rp-card")
    page.locator("#hits [data-basket][aria-pressed=false]").first.click()
    page.get_by_role("tab", name="Salīdzināmās aktivitātes").click()
    page.fill("#basket [name=name]", "Siltas <b>skolas")
    page.keyboard.press("Enter")
    expect(page.locator("#basket [name=name]")).to_have_value("Siltas <b>skolas")
    expect(page.locator("#basket [name=name]")).to_be_focused()  # nobody loses their place
    page.click("#basket [data-do=new]")
    expect(page.locator("#basket [data-count]")).to_have_text("0")
    expect(page.locator("#basket option:checked")).to_have_text("Grozs (0)")
    page.click("#basket [data-do=delete]")
    page.wait_for_selector("#basket [data-do=restore]")
    expect(page.locator("#basket [name=name]")).to_have_value("Siltas <b>skolas")
    page.click("#basket [data-do=restore]")
    page.select_option("#basket [name=number]", label="Siltas <b>skolas (1)")
    expect(page.locator("#basket [data-count]")).to_have_text("1")
    page.locator("#basket [data-basket]").first.click()  # out again
    expect(page.locator("#basket [data-count]")).to_have_text("0")
    visit.nothing_wrong()


def test_a_basket_of_before_moves_to_the_server(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?q=siltin%C4%81%C5%A1ana&sort=plan")
    page.wait_for_selector("#hits .rp-card")
    name = page.locator("#hits .rp-card").last.get_attribute("data-id")
    page.evaluate(
        "name => { localStorage.clear();"
        " localStorage.setItem('regioplan-basket', JSON.stringify([name])); }",
        name,
    )
    page.reload()
    page.wait_for_function("() => localStorage.getItem('regioplan-basket-number')")
    page.evaluate("localStorage.clear()")
    page.reload()
    page.wait_for_selector(f"#hits [data-basket='{name}'][aria-pressed=true]")
    visit.nothing_wrong()


def test_what_the_server_did_not_keep_does_not_look_kept(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?q=siltin%C4%81%C5%A1ana")
    page.wait_for_selector("#hits .rp-card")
    page.wait_for_function("() => window.regioplan.shown()")
    page.route("**/component_server/**", lambda route: route.abort())
    button = page.locator("#hits [data-basket][aria-pressed=false]").last
    name = button.get_attribute("data-basket")
    button.click()
    expect(page.get_by_role("alert")).to_contain_text("nav saglabāta")
    expect(page.locator(f"#hits [data-basket='{name}']")).to_have_attribute("aria-pressed", "false")
    page.unroute("**/component_server/**")
    page.locator(f"#hits [data-basket='{name}']").click()
    expect(page.locator(f"#hits [data-basket='{name}']")).to_have_attribute("aria-pressed", "true")
    assert not visit.errors


def test_side_by_side_is_kept_in_this_browser(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?q=siltin%C4%81%C5%A1ana")
    page.wait_for_selector("#hits .rp-card")
    for place in range(2):
        page.locator("#hits [data-beside]").nth(place).click()
    assert page.locator("#hits [data-beside][aria-pressed=true]").count() == 2
    page.get_by_role("tab", name="Salīdzināmās aktivitātes").click()
    page.wait_for_selector("#beside th[scope=col] >> nth=1")
    assert page.locator("#beside mark").count() >= 2
    page.locator("#beside thead [data-beside]").first.click()
    page.wait_for_function("() => document.querySelectorAll('#beside th[scope=col]').length === 1")
    page.reload()
    page.get_by_role("tab", name="Salīdzināmās aktivitātes").click()
    page.wait_for_selector("#beside th[scope=col]")
    visit.nothing_wrong()


def test_a_citation_is_copied(visit: Visit) -> None:
    page = visit.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{visit.address}/?q=siltin%C4%81%C5%A1ana")
    page.wait_for_selector("#hits .rp-card")
    button = page.locator("#hits [data-copy]").first
    button.click()
    page.wait_for_function("() => document.body.textContent.includes('Nokopēts')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "1. lpp." in copied
    assert copied.startswith("„")


def test_hostile_texts_stay_texts(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?q=naid%C4%ABgs&mode=exact")
    page.wait_for_selector("#hits .rp-card")
    assert HOSTILE in page.inner_text("#hits .rp-text")
    page.locator("#hits [data-beside]").first.click()
    page.locator("#hits [data-basket]").first.click()
    page.locator("#hits [data-similar]").first.click()
    page.wait_for_selector("#beside th[scope=col]")
    page.wait_for_selector("#basket li")
    assert HOSTILE in page.inner_text("#beside")
    assert page.evaluate("window.hacked") is None
    page.goto(f"{visit.address}/?q={quote(HOSTILE)}&region={quote(HOSTILE)}")
    page.wait_for_selector("#hits .rp-message")
    assert page.evaluate("window.hacked") is None
    visit.nothing_wrong()


def test_a_query_without_a_match_says_so(visit: Visit) -> None:
    visit.page.goto(f"{visit.address}/")
    search(visit, "xqzw wvvk")
    visit.page.wait_for_function(
        "() => document.querySelector('#hits').textContent.includes('Nekas pietiekami tuvs')"
    )


def test_an_empty_query_is_no_error(visit: Visit) -> None:
    visit.page.goto(f"{visit.address}/")
    visit.page.click("#search")
    visit.page.wait_for_selector("#hits .rp-message")
    assert "Ierakstiet" in visit.page.inner_text("#hits")


@both
def test_compare_a_pasted_text(visit: Visit, language: str) -> None:
    page, t = visit.page, translator(language)
    page.goto(home(visit, language))
    page.get_by_role("tab", name=t("tab_similar")).click()
    page.fill("#own-text textarea", "Veloceliņu tīkla attīstība")
    page.click("#compare")
    page.wait_for_selector("#compared .rp-columns")
    assert "veloceliņu" in page.inner_text("#compared")
    visit.nothing_wrong()


@both
def test_tag_one_text_and_a_table(visit: Visit, language: str, tmp_path: Path) -> None:
    page, t = visit.page, translator(language)
    tag(visit, language, "Digitāla platforma e-pakalpojumu sniegšanai")
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
    assert t("tag_done", tagged=2, rows=2) in page.inner_text("#tag-summary")
    with page.expect_download() as download:
        page.click("#tag-result")
    text = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith("nr,text,cooperation,cooperation_probability")
    visit.nothing_wrong()


@both
def test_decide_review_and_undo(visit: Visit, language: str) -> None:
    page, t = visit.page, translator(language)
    tag(visit, language, "Ceļu un ielu infrastruktūras uzlabošana")
    page.wait_for_selector("#decide #decide-1")
    page.locator("#decide-1").get_by_label(t("yes")).check()
    page.click("#save")
    page.wait_for_selector("#saved .rp-message")
    assert t("failed", why="").strip() in page.inner_text(
        "#saved"
    )  # without a name nothing is written down
    page.fill("#person textarea, #person input", "Anna <b>")
    page.click("#save")
    page.wait_for_function(
        "said => document.querySelector('#saved').textContent.includes(said)", arg=t("saved", n=3)
    )
    page.click("#tag-one")
    page.wait_for_selector("#tags .rp-person")
    assert f"✓ {t('yes')} (Anna <b>)" in page.inner_text("#tags")
    page.click("#log button")
    page.wait_for_selector("#log tbody tr")
    assert "Anna <b>" in page.inner_text("#log")
    page.click("#undo")
    page.wait_for_function(
        "said => document.querySelector('#saved').textContent.includes(said)", arg=t("undone")
    )
    page.click("#tag-one")
    page.wait_for_function("() => !document.querySelector('#tags .rp-person')")

    page.click("#queue-next")
    page.wait_for_function("() => document.querySelector('#tags .rp-message')")
    visit.nothing_wrong()


@both
def test_themes_table_map_and_gaps(visit: Visit, language: str) -> None:
    page, t = visit.page, translator(language)
    page.goto(home(visit, language))
    page.get_by_role("tab", name=t("tab_themes")).click()
    page.wait_for_selector("#theme-table [data-testid=cell-0-1]")
    page.locator("#theme-by").get_by_label(t("stage")).check()
    page.wait_for_function(
        "head => document.querySelector('#theme-table').textContent.includes(head)",
        arg=t("planned") + " (n=",
    )
    page.locator("#theme-table [data-testid=cell-0-1]").click()
    page.wait_for_selector("#theme-members li")
    page.locator("#map").scroll_into_view_if_needed()
    page.wait_for_selector("#map .main-svg")
    page.fill("#map-words textarea, #map-words input", "siltināšana")
    page.press("#map-words textarea, #map-words input", "Enter")
    page.wait_for_function(
        "name => (document.querySelector('.rp-map').data || []).some(t => t.name === name)",
        arg=t("found"),
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
    assert (
        t("planned") in Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]
    )
    page.click("#theme-report")
    page.wait_for_selector("#theme-page")
    with page.expect_download() as download:
        page.click("#theme-page")
    assert "Method" in Path(download.value.path()).read_text(encoding="utf-8")
    visit.nothing_wrong()


def test_the_page_in_english_and_a_link_that_searches(visit: Visit) -> None:
    visit.page.goto(f"{visit.address}/en?q=building%20insulation")
    visit.page.wait_for_selector("#hits .rp-card")
    assert "Activities found" in visit.page.inner_text("#hits")
    assert visit.page.evaluate("document.documentElement.lang") == "en"
    visit.page.get_by_role("link", name="Latviski").click()
    visit.page.wait_for_selector(QUERY)
    assert "Ko meklējat?" in visit.page.inner_text("body")
    visit.nothing_wrong()


def test_a_late_first_answer_does_not_hide_the_hits(visit: Visit) -> None:
    """Who types fast has asked before the page has got what it asked for when it opened."""
    page = visit.page
    held: list[Route] = []
    opening = True
    page.route("**/run/predict**", lambda r: held.append(r) if opening else r.continue_())
    page.goto(f"{visit.address}/")
    page.fill(QUERY, "siltināšana")
    page.wait_for_timeout(1000)
    opening = False
    page.press(QUERY, "Enter")
    page.wait_for_selector("#hits .rp-card")
    for route in held:
        route.continue_()
    page.wait_for_timeout(1500)
    assert page.locator("#hits .rp-card").count()
    visit.nothing_wrong()
