from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.live import LiveIndex
from app.server import create_app
from tests.browser.conftest import Visit, served

pytestmark = pytest.mark.browser
DATA = Path(__file__).parents[2] / "data"
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture
def address(tiny_store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A page with an index and a plans folder of its own, as these tests change them."""
    monkeypatch.setenv("REGIOPLAN_HOME", str(tmp_path))
    shutil.copytree(DATA / "plans", tmp_path / "data" / "plans")
    shutil.copyfile(DATA / "figures.json", tmp_path / "data" / "figures.json")
    shutil.copytree(tiny_store, tmp_path / "store")
    with served(create_app(LiveIndex(tmp_path / "store"))) as at:
        yield at


def plan_file(folder: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    sheet.append(["Nr.", "Rīcība", "Atbildīgais", "Finansējums, EUR", "Termiņš"])
    sheet.append(["1.1", f"Ierīkot ūdensroku un zivju tacis Kuldīgā {HOSTILE}", "KPR", 5000, 2026])
    sheet.append(["1.3", "Sakopt bākas un molus piekrastē", "", 7000, "drīz"])
    path = folder / "Kurzemes plāns.xlsx"
    book.save(path)
    return path


def test_a_plan_by_upload_is_looked_at_added_and_found(visit: Visit, tmp_path: Path) -> None:
    page = visit.page
    page.goto(f"{visit.address}/?tab=plans")
    page.get_by_role("tab", name="Plāni").click()
    page.wait_for_selector("#plan-documents tbody tr")
    assert page.locator("#plan-documents tbody tr").count() == 3
    page.locator("#plan-add > button").click()
    page.click("#plan-look")
    page.wait_for_selector("#plan-preview .rp-message")
    assert "Vispirms pievienojiet dokumentu" in page.inner_text("#plan-preview")

    page.set_input_files("#plan-file input[type=file]", str(plan_file(tmp_path)))
    page.wait_for_selector("#plan-file :text('.xlsx')")
    page.click("#plan-look")  # nothing is said of the plan yet
    page.wait_for_function(
        "() => document.querySelector('#plan-preview').textContent.includes('Neizdevās')"
    )
    page.fill("#plan-title textarea, #plan-title input", "Kurzemes rīcības plāns")
    page.fill("#plan-region input", "Kurzeme")
    page.press("#plan-region input", "Enter")
    page.fill("#plan-period textarea, #plan-period input", "2022-2027")
    page.fill("#plan-address textarea, #plan-address input", "https://www.kurzeme.example/plans")
    page.click("#plan-look")
    page.wait_for_selector("#plan-preview table")
    seen = page.inner_text("#plan-preview")
    assert "Atrastas 2 aktivitātes. Pagaidām nekas nav pievienots." in seen
    assert "zivju tacis" in seen
    assert HOSTILE in seen  # as text
    assert "termiņā „drīz” nav gada" in seen
    assert page.locator("#plan-documents tbody tr").count() == 3

    page.click("#plan-put")
    page.wait_for_function(
        "() => document.querySelector('#plan-preview').textContent.includes('pievienots')"
        " && document.querySelectorAll('#plan-documents tbody tr').length === 4"
    )
    assert not page.is_visible("#plan-put")
    assert "table" not in page.inner_text("#plan-documents")
    link = page.get_by_role("link", name="https://www.kurzeme.example/plans")
    assert "noopener" in (link.get_attribute("rel") or "")
    assert (tmp_path / "data" / "plans" / "kurzemes-plans.xlsx").is_file()

    page.get_by_role("tab", name="Meklēt").click()
    page.fill("#query textarea, #query input", "zivju tacis")
    page.click("#search")
    page.wait_for_selector("#hits .rp-card:has-text('zivju tacis')")
    page.goto(f"{visit.address}/?plan=kurzemes-plans")
    page.wait_for_selector("#hits .rp-card:has-text('bākas')")
    visit.nothing_wrong()


def test_a_field_changed_after_the_preview_asks_for_another_look(
    visit: Visit, tmp_path: Path
) -> None:
    page = visit.page
    page.goto(f"{visit.address}/en/?tab=plans")
    page.get_by_role("tab", name="Plans").click()
    page.locator("#plan-add > button").click()
    page.set_input_files("#plan-file input[type=file]", str(plan_file(tmp_path)))
    page.wait_for_selector("#plan-file :text('.xlsx')")
    page.fill("#plan-title textarea, #plan-title input", "Plan of Kurzeme")
    page.fill("#plan-region input", "Kurzeme")
    page.press("#plan-region input", "Enter")
    page.fill("#plan-period textarea, #plan-period input", "2022-2027")
    page.click("#plan-look")
    page.wait_for_selector("#plan-put")
    page.fill("#plan-title textarea, #plan-title input", "Another title")
    page.wait_for_selector("#plan-put", state="hidden")


def test_the_parse_report_of_a_document(visit: Visit, tmp_path: Path, contents: object) -> None:
    page = visit.page
    shutil.copyfile(
        DATA / "plans" / "001_c028780cd32c1fda.txt", tmp_path / "data" / "plans" / "doc-zemgale.txt"
    )
    manifest = tmp_path / "data" / "plans" / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("001_c028780cd32c1fda", "doc-zemgale"))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{visit.address}/?tab=plans")
    page.wait_for_selector("#plan-documents tbody tr")
    page.click("#plan-pick input")
    page.get_by_role("option", name="Zemgale plan").click()
    page.wait_for_selector("#plan-report table")
    report = page.inner_text("#plan-report")
    assert "Aktivitātes: 81. Rindas, par kurām nekas nav zināms: 0." in report
    assert "A 1.5: nav atbildīgā" in report
    assert "lappuses noformējums" in report
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0  # tables scroll in their own boxes
    page.click("#plan-pick input")
    page.get_by_role("option", name="Latgale plan").click()
    page.wait_for_function(
        "() => document.querySelector('#plan-report').textContent.includes('plānu mapē nav')"
    )
    visit.nothing_wrong()


@pytest.mark.parametrize(
    ("address_of", "words"),
    [
        ("/?tab=about", ("Kā tas darbojas", "15 aktivitātes", "Birkotāja modeļa karte",
                         "Uzmanību: skaitļi", "Plānu kopa (SHA-256)")),
        ("/en/?tab=about", ("How it works", "15 activities", "Model card of the tagger",
                            "Note: the figures", "Corpus (SHA-256)")),
    ],
)  # fmt: skip
def test_about_the_product(visit: Visit, address_of: str, words: tuple[str, ...]) -> None:
    page = visit.page
    page.goto(f"{visit.address}{address_of}")
    page.wait_for_selector("#about-versions dl")
    page.wait_for_selector("#about-figures table")
    shown = page.inner_text("body")
    assert not [text for text in words if text not in shown]
    visit.nothing_wrong()
