from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import docx
import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from pydantic import SecretStr

from app import users
from app.address import API, from_address
from app.api import create_api
from app.api.models import Narrowed
from app.exports import About, Item, as_csv, as_docx, as_xlsx, file_name
from app.i18n import translator
from app.limits import API_BYTES
from app.live import LiveIndex
from app.server import create_app
from app.settings import Settings
from indexes.baskets import BasketLog
from indexes.engine import SearchIndex
from indexes.facets import FACETS, Filters
from indexes.question import Question, ask
from nlp.errors import IndexDamaged

FORMULA = '=HYPERLINK("http://example.org","x")'
HTML = "<script>alert(1)</script> & \x0b\x00 zīme"


@pytest.fixture(scope="module")
def client(tiny_index: SearchIndex) -> TestClient:
    return TestClient(create_app(LiveIndex(tiny_index.tags.log.store, tiny_index)))


def get(client: TestClient, path: str, **params: Any) -> Any:
    answer = client.get(API + path, params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(client: TestClient, status: int, path: str, **params: Any) -> Any:
    answer = client.get(API + path, params=params)
    assert answer.status_code == status, answer.text
    problem = answer.json()
    assert set(problem) == {"expected", "found", "next", "fields"}
    return problem


def test_every_facet_is_a_parameter() -> None:
    assert set(FACETS) <= set(Narrowed.model_fields)


def test_search_answers_as_the_core_does(client: TestClient, tiny_index: SearchIndex) -> None:
    answer = get(client, "/search", q="māju siltināšana", region=["Latgale", "Zemgale"], limit=5)
    filters = Filters(regions=("Latgale", "Zemgale"))
    expected = ask(tiny_index, Question("māju siltināšana", filters), 5)
    assert answer["schema_version"] == "1.0"
    assert answer["index"] == {"generation": "gen-1", "corpus": tiny_index.corpus}
    assert re.fullmatch("[0-9a-f]{64}", tiny_index.corpus)
    assert answer["total"] == expected.total
    assert answer["facets"] == expected.facets
    first, hit = answer["hits"][0], expected.hits[0]
    assert first["activity"]["id"] == hit.activity.id
    assert (first["rank"], first["score"], first["strength"]) == (1, hit.score, hit.strength)
    assert first["citation"].startswith(f"{hit.activity.plan} (2021-2027), 1. lpp., ")
    assert first["why"] is None


def test_why_is_told_on_demand(client: TestClient) -> None:
    answer = get(client, "/search", q="siltināšana", explain=True, lang="en")
    why = answer["hits"][0]["why"]
    assert {"meaning", "words", "concepts"} <= set(why["parts"])
    assert set(why["words"][0]) == {"word", "share"}
    assert ", p. 1, line" in answer["hits"][0]["citation"]
    literal = get(client, "/search", q="siltināšana", explain=True, mode="exact")
    assert literal["hits"][0]["why"] is None  # nothing but the words decided


@pytest.mark.parametrize("path", ["/search", "/activities"])
def test_pages_follow_without_gap_or_overlap(client: TestClient, path: str) -> None:
    seen: list[str] = []
    address: str | None = f"{API}{path}?limit=4&region=Vidzeme&region=Zemgale"
    while address is not None:
        page = client.get(address).json()
        rows = page["hits"] if path == "/search" else page["activities"]
        seen += [row["activity"]["id"] for row in rows]
        address = page["next"]
    assert len(seen) == len(set(seen)) == page["total"] == 10


def test_the_next_page_asks_the_same(client: TestClient) -> None:
    words = "ēku siltināšana & sadarbība = 100 % +"
    asked = {"q": words, "mode": "words", "sort": "region", "stage": "planned"}
    page = get(client, "/search", **asked, limit=1, lang="en")
    query = dict(parse_qsl(urlsplit(page["next"]).query))
    assert query["offset"] == query["limit"] == "1"
    assert query["lang"] == "en"
    filters = Filters(stages=("planned",))
    assert from_address(query.items()) == Question(words, filters, "words", "region")


def test_nothing_found_names_the_parameter_to_drop(client: TestClient) -> None:
    answer = get(client, "/search", q="veloceliņu", mode="words", region="Vidzeme")
    assert answer["total"] == 0
    assert answer["next"] is None
    assert answer["relax"]["region"] == 1


def test_wrong_parameters_are_named(client: TestClient) -> None:
    assert "Latgale" in refused(client, 400, "/search", region="Kurzemee")["expected"]
    assert refused(client, 400, "/search", q="?!")["expected"] == "a query with at least one word"
    problem = refused(client, 422, "/search", limit=201, regoin="Vidzeme", mode="x")
    assert set(problem["fields"]) == {"query.limit", "query.regoin", "query.mode"}
    assert refused(client, 422, "/export", format="pdf")["fields"] == ["query.format"]


def test_unknown_addresses_and_ids(client: TestClient) -> None:
    for path in ("/nothing", "/activities/none", "/similar/none", "/gaps/Nekur", "/", "/a%0Ab"):
        refused(client, 404, path)
    assert "bad1, bad2" in refused(client, 404, "/dossier", id=["bad1", "bad2"])["found"]
    wrong = client.get(API + "/tag")
    assert wrong.status_code == 405
    assert wrong.headers["allow"] == "POST"
    assert wrong.json()["found"] == f"GET {API}/tag"


def test_counterparts_of_an_activity_and_of_a_text(
    client: TestClient, tiny_index: SearchIndex
) -> None:
    source = next(a for a in tiny_index.activities if "siltināšana" in a.text)
    known = get(client, f"/similar/{source.id}", per_region=1)
    assert known["region"] == source.region == "Vidzeme"
    assert set(known["counterparts"]) == {"Latgale", "Zemgale"}
    assert all(len(hits) <= 1 for hits in known["counterparts"].values())
    body = {"text": source.text, "region": "Vidzeme", "per_region": 1}
    pasted = client.post(API + "/similar", json=body).json()
    assert pasted["counterparts"] == known["counterparts"]
    assert client.post(API + "/similar", json={**body, "region": "X"}).status_code == 400


def test_tags_of_a_text(client: TestClient, tiny_index: SearchIndex) -> None:
    text = "Veloceliņu tīkla attīstība"
    answer = client.post(API + "/tag", json={"text": text}).json()
    (expected,) = tiny_index.tagger.tag([text])
    assert [(row["label"], row["decision"], row["probability"]) for row in answer["labels"]] == [
        (d.label, d.decision, d.probability) for d in expected
    ]
    assert not any(row["by_person"] for row in answer["labels"])
    for body in ({"text": "12"}, {"text": text, "scheme": "none"}):
        assert client.post(API + "/tag", json=body).status_code == 400


def test_a_batch_keeps_its_order(client: TestClient) -> None:
    texts = ["Veloceliņu tīkla attīstība", "2024", "Digitālo prasmju apmācības"]
    results = client.post(API + "/tag/batch", json={"texts": texts}).json()["results"]
    assert [len(row) for row in results] == [3, 0, 3]
    alone = client.post(API + "/tag", json={"text": texts[2]}).json()["labels"]
    assert results[2] == alone


@pytest.mark.parametrize(
    ("texts", "status"),
    [([], 422), (["a"] * 1001, 422), (["a" * 20_001], 422), (["a" * 20_000] * 101, 400)],
)
def test_limits_of_a_batch(client: TestClient, texts: list[str], status: int) -> None:
    assert client.post(API + "/tag/batch", json={"texts": texts}).status_code == status


@pytest.mark.parametrize("stated", [True, False])
def test_a_body_too_large_is_refused(client: TestClient, stated: bool) -> None:
    def pieces() -> Iterator[bytes]:
        yield from (b" " * 1_000_000 for _ in range(API_BYTES // 1_000_000 + 1))

    body = b" " * (API_BYTES + 1) if stated else pieces()
    answer = client.post(API + "/tag", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 413
    assert "next" in answer.json()


@pytest.mark.parametrize(
    "body", [b"{", b"\xff", b'{"text": "\\ud800"}', b'{"\\ud800": 1}', b"[" * 100_000, b"1" * 9999]
)
def test_broken_json_is_refused(client: TestClient, body: bytes) -> None:
    answer = client.post(API + "/tag", content=body, headers={"content-type": "application/json"})
    assert answer.status_code in (400, 422)
    assert set(answer.json()) == {"expected", "found", "next", "fields"}


def test_an_activity_with_all_its_fields(client: TestClient, tiny_index: SearchIndex) -> None:
    activity = tiny_index.activities[0]
    answer = get(client, f"/activities/{activity.id}")
    assert tuple(answer["activity"]) == tuple(activity.to_dict())
    assert len(answer["activity"]["occurrences"]) == 1
    assert [tag["label"] for tag in answer["tags"]] == list(tiny_index.tagger.labels)


def test_decisions_of_people_are_marked(tiny_store: Path, tmp_path: Path) -> None:
    store = tmp_path / "store"
    shutil.copytree(tiny_store, store)
    index = SearchIndex.open(store)
    client = TestClient(create_app(LiveIndex(store, index)))
    activity = index.activities[3]
    before = get(client, f"/activities/{activity.id}")["tags"][0]["decision"]
    index.tags.decide(activity.text, "cooperation", "yes", "Anna", activity=activity)
    tag = get(client, f"/activities/{activity.id}")["tags"][0]
    assert (tag["decision"], tag["by_person"]) == ("yes", True)
    row = client.post(API + "/tag", json={"text": activity.text}).json()["labels"][0]
    assert (row["decision"], row["by_person"], row["model"]) == ("yes", True, before)
    dossier = client.get(API + "/dossier", params={"id": activity.id, "lang": "en"})
    text = words(dossier.content)
    assert "Cooperation and participation (confirmed by a person)" in text
    assert "Anna" not in text + client.get(f"{API}/activities/{activity.id}").text


def test_themes_and_gaps(client: TestClient) -> None:
    for level in ("fine", "broad"):
        answer = get(client, "/themes", level=level)
        assert answer["version"]
        for theme in answer["themes"]:
            assert theme["level"] == level
            assert set(theme["regions"]) == {"Latgale", "Vidzeme", "Zemgale"}
    gaps = get(client, "/gaps/Zemgale")
    assert "silence" in gaps["warning"]
    assert {peer["region"] for peer in gaps["peers"]} <= {"Latgale", "Vidzeme"}


def test_plans_are_counted(client: TestClient) -> None:
    plans = get(client, "/plans")["plans"]
    assert {plan["document"] for plan in plans} == {"doc-latgale", "doc-vidzeme", "doc-zemgale"}
    assert plans[0]["activities"] == plans[0]["stages"]["planned"] == 5


def test_health_and_metrics(tiny_index: SearchIndex) -> None:
    client = TestClient(create_app(LiveIndex(tiny_index.tags.log.store, tiny_index)))
    health = {"status": "ok", "activities": 15, "generation": "gen-1"}
    assert get(client, "/health") == health
    client.get(API + "/activities/none")
    client.get(API + "/no/such/address")
    answer = client.get(API + "/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = answer.text.splitlines()
    counted = [line for line in lines if line.startswith("regioplan_requests_total{")]
    assert counted == [
        'regioplan_requests_total{route="/api/v1/activities/{id}",status="404"} 1',
        'regioplan_requests_total{route="/api/v1/health",status="200"} 1',
        'regioplan_requests_total{route="other",status="404"} 1',
    ]
    assert 'regioplan_request_seconds_bucket{route="other",le="+Inf"} 1' in lines
    assert "regioplan_activities 15" in lines
    assert 'regioplan_index_info{generation="gen-1"} 1' in lines


def test_the_document_lists_the_api_and_nothing_else(client: TestClient) -> None:
    document = get(client, "/openapi.json")
    assert document["servers"] == [{"url": API}]
    assert set(document["paths"]) == {
        "/search", "/similar/{id}", "/similar", "/tag", "/tag/batch", "/activities",
        "/activities/{id}", "/plans", "/themes", "/gaps/{region}", "/export", "/dossier",
        "/health", "/metrics", "/baskets", "/baskets/{number}",
    }  # fmt: skip
    for path in ("/docs", "/redoc"):  # pages that load scripts from elsewhere
        refused(client, 404, path)


def test_the_api_is_no_way_around_a_login(tiny_index: SearchIndex) -> None:
    live = LiveIndex(tiny_index.tags.log.store, tiny_index)
    closed = TestClient(create_app(live, Settings(users=None, login=SecretStr("anna:parole123"))))
    for path in ("/search", "/openapi.json", "/export?format=json", "/metrics"):
        assert closed.get(API + path).status_code == 401
        assert closed.get(API + path, auth=("anna", "parole123")).status_code == 200
    assert closed.get(API + "/health").status_code == 200  # for monitors


def test_a_damaged_store_is_no_fault_of_the_question(
    tiny_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: Any) -> None:
        raise IndexDamaged("themes.json as it was built", "a changed file", "build it again")

    client = TestClient(create_api(LiveIndex(tiny_index.tags.log.store, tiny_index)))
    monkeypatch.setattr("app.api.shared.ThemeBoard", damaged)
    answer = client.get("/themes")
    assert answer.status_code == 503
    assert answer.json()["next"] == "build it again"


def test_a_fault_shows_no_traceback(
    tiny_index: SearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = create_api(LiveIndex(tiny_index.tags.log.store, tiny_index))
    client = TestClient(api, raise_server_exceptions=False)
    monkeypatch.setattr("app.api.search.ask", lambda *_: 1 / 0)
    answer = client.get("/search")
    assert answer.status_code == 500
    assert answer.json()["found"] == "a fault of the program"


def words(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*cells, *(p.text for p in document.paragraphs)])


def exported(client: TestClient, kind: str, **params: Any) -> bytes:
    answer = client.get(API + "/export", params={"format": kind, **params})
    assert answer.status_code == 200, answer.text
    return answer.content


def test_an_export_holds_every_hit(client: TestClient, tiny_index: SearchIndex) -> None:
    asked = {"q": "pašvaldību sadarbība", "region": ["Vidzeme", "Zemgale"], "lang": "en"}
    filters = Filters(regions=("Vidzeme", "Zemgale"))
    hits = ask(tiny_index, Question("pašvaldību sadarbība", filters), 100).hits
    texts = [hit.activity.text for hit in hits]
    assert len(texts) > 1

    book = load_workbook(io.BytesIO(exported(client, "xlsx", **asked)))
    head, *rows = book["Activities"].iter_rows(values_only=True)
    assert [row[head.index("Text")] for row in rows] == texts
    assert [row[head.index("Score")] for row in rows] == [hit.score for hit in hits]
    about = dict(book["About"].iter_rows(values_only=True))
    assert about["Query"] == "pašvaldību sadarbība"
    assert about["Filters"] == "Region: Vidzeme, Zemgale"
    assert (about["Index generation"], about["Corpus SHA-256"]) == ("gen-1", tiny_index.corpus)
    assert about["Schema version of the file"] == "1.0"
    assert datetime.fromisoformat(about["Made at (UTC)"]).tzinfo == UTC

    raw = exported(client, "csv", **asked)
    assert raw.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))
    assert [row["Text"] for row in table] == texts
    assert {row["Query"] for row in table} == {"pašvaldību sadarbība"}

    text = words(exported(client, "docx", **asked))
    assert "Search results" in text
    assert all(one in text for one in texts)
    assert hits[0].activity.plan in text

    content = get(client, "/export", format="json", **asked)
    assert [hit["activity"]["text"] for hit in content["hits"]] == texts
    assert content["about"]["filters"] == {"region": ["Vidzeme", "Zemgale"]}
    assert content["about"]["version"]


def test_an_export_in_latvian_with_a_safe_name(client: TestClient) -> None:
    params = {"format": "xlsx", "q": 'ēku "siltināšana"/..\\\r\nSet-Cookie: x'}
    answer = client.get(API + "/export", params=params)
    name = answer.headers["content-disposition"]
    assert re.fullmatch(
        r'attachment; filename="regioplan-eku-siltinasana-set-cookie-x-[\d-]{10}\.xlsx"', name
    )
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Aktivitātes", "Par datni"]
    assert "Teksts" in [cell.value for cell in book["Aktivitātes"][1]]


def test_an_export_without_hits_is_a_table_still(client: TestClient) -> None:
    for kind in ("xlsx", "csv", "docx", "json"):
        assert exported(client, kind, q="veloceliņu", mode="words", region="Vidzeme")


def test_too_large_a_search_is_not_exported(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.files.MOST_DOCX", 5)
    assert refused(client, 400, "/export", format="docx")["next"] == "narrow the search"
    assert exported(client, "csv")


def test_a_dossier(client: TestClient, tiny_index: SearchIndex) -> None:
    chosen = [tiny_index.activities[0], tiny_index.activities[7]]
    asked = {"id": [a.id for a in (*chosen, chosen[0])], "lang": "en"}
    word = client.get(API + "/dossier", params=asked)
    assert 'filename="regioplan-dossier-' in word.headers["content-disposition"]
    text = words(word.content)
    assert "Dossier of activities" in text
    for a in chosen:
        assert a.text in text
        assert a.id in text
    assert "Printed again at: p. 2, lines 40–41" in text
    sheet = client.get(API + "/dossier", params={**asked, "format": "xlsx"})
    head, *rows = load_workbook(io.BytesIO(sheet.content))["Activities"].iter_rows(values_only=True)
    assert [row[head.index("Id")] for row in rows] == [a.id for a in chosen]
    assert "Rank" not in head
    refused(client, 422, "/dossier")
    refused(client, 422, "/dossier", id=["a"] * 101)


def test_plan_texts_are_text_in_every_file(tiny_index: SearchIndex) -> None:
    hits = ask(tiny_index, Question(), 2).hits
    a = replace(hits[0].activity, text=FORMULA, partners=("@SUM(1)",), responsible="\t=1")
    b = replace(hits[1].activity, text=HTML, path=("-1+1",), indicators=("+1",))
    items = [Item(a, (), None, hits[0]), Item(b, (), None, hits[1])]
    question = Question("=1+1\x01\ufffe")
    about = About(question, 2, datetime(2026, 1, 2, tzinfo=UTC), "gen-1", "c", "1", "t")
    t = translator("en")
    clean = HTML.replace("\x0b", "").replace("\x00", "")

    book = load_workbook(io.BytesIO(as_xlsx(items, about, t)))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not str(cell.value or "").startswith(("=", "+", "-", "@", "\t", "\r"))
    values = {cell.value for row in book["Activities"].iter_rows() for cell in row}
    assert {"'" + FORMULA, clean, "'@SUM(1)", "'\t=1", "'+1", "'-1+1"} <= values

    text = as_csv(items, about, t).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len({len(row) for row in rows}) == 1
    assert not any(c.startswith(("=", "+", "-", "@", "\t", "\r")) for row in rows for c in row)
    assert "'=1+1" in rows[1]

    shown = words(as_docx(items, about, t))
    assert FORMULA in shown
    assert clean in shown
    assert file_name(about, "docx") == "regioplan-1-1-2026-01-02.docx"


def test_filters_are_named_in_files(tiny_index: SearchIndex) -> None:
    from indexes.theme_board import ThemeBoard
    from indexes.theme_log import ThemeLog

    board = ThemeBoard(tiny_index, ThemeLog(tiny_index.tags.log.store))
    theme = board.themes("broad")[0]
    filters = Filters(
        stages=("planned",), tags=("climate", "own"), themes=(theme.id,), funding=("eu", "other"),
        municipalities=("Cēsu novads",), amount_from=5,
    )  # fmt: skip
    about = About(
        Question("x", filters, "exact", "amount"), 0, datetime.now(UTC), "g", "c", "1", "t",
        {theme.id: theme},
    )  # fmt: skip
    text = words(as_docx([], about, translator("lv")))
    assert "Posms: plānots; " in text
    assert "Klimats, own" in text
    assert f"{theme.lv} ({theme.id})" in text
    assert "ES fondi un programmas, Cits" in text
    assert "Finansējums no, EUR: 5" in text
    assert "tieši šī frāze" in text


def test_baskets_are_those_of_who_asks(tiny_store: Path, tmp_path: Path) -> None:
    store = Path(shutil.copytree(tiny_store, tmp_path / "store"))
    live, log = LiveIndex(store), BasketLog(store)
    one = live.index.activities[0]
    gone = replace(one, id="9" * 16, text="Jumts")
    log.put(log.new("Skolas", "anna", "anna").number, [one, gone], "anna")
    log.new("Tilti", "bruno", "bruno")
    (tmp_path / "users").touch()
    users.add(tmp_path / "users", "anna", "gara parole")
    app = create_app(live, Settings(users=tmp_path / "users"))
    anna = TestClient(app, headers={"Authorization": "Basic YW5uYTpnYXJhIHBhcm9sZQ=="})
    (row,) = get(anna, "/baskets")["baskets"]
    assert (row["number"], row["name"], row["size"]) == (1, "Skolas", 2)
    whole = get(anna, "/baskets/1")
    assert whole["basket"] == row
    assert [a["text"] for a in whole["activities"]] == [one.text, "Jumts"]
    assert whole["gone"] == [gone.id]
    assert refused(anna, 404, "/baskets/2")["next"].startswith("take a number")
    assert TestClient(app).get(f"{API}/baskets").status_code == 401


def test_without_a_login_there_are_the_baskets_of_nobody(client: TestClient) -> None:
    assert get(client, "/baskets")["baskets"] == []
    refused(client, 404, "/baskets/1")
    refused(client, 422, "/baskets/0")
