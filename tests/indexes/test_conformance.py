"""One suite over both backends: the index in files and a real Milvus Lite collection of it.

The texts are real ones of four plans and a few made up to be awkward; the encoder is the tiny one.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from indexes.changes import append, remove
from indexes.engine import SearchIndex
from indexes.facets import FACETS, Filters
from indexes.milvus import models, schema, verification
from indexes.milvus.expressions import both, holds, is_wild, literal
from indexes.milvus.index import MilvusIndex
from indexes.milvus.migration import back, check, migrate
from indexes.milvus.server import Server
from indexes.milvus.source import Source
from indexes.searching import Hit, Searching
from indexes.store import Contents, current_folder, read_manifest, write_generation
from indexes.theme_log import ThemeLog
from nlp.corpus import parse_plan
from nlp.errors import IndexDamaged, IndexMissing, RegioplanError, UsageError
from nlp.funding import funding_kinds
from nlp.normalise import stems
from nlp.plans import read_manifest as read_plans
from nlp.records import Activity, activity_id
from nlp.spelling import known_words

PLANS = Path(__file__).parents[2] / "data" / "plans"
CLOSE = 1e-4
PERCENT = 'Paredzēts 100% finansējums C:\\dati_arhīvs krātuvei "Zaļā josla"'
NEARLY = "Paredzēts 100x finansējums C:/dati-arhīvs krātuvei 'Zaļā josla'"
EVIL = 'x") or row >= 0 or (region like "%'
QUERIES = (
    "ēku siltināšana",
    "building insulation",
    "pašvaldību sadarbība",
    "veloceliņu tīkls un sabiedriskais transports",
    "siltinašana skolās",
    "tūrisma maršruti -velo -kultūra",
    '"pašvaldību sadarbību" prakse',
    "ūdenssaimniecības attīstība",
    "digitālās prasmes",
    "xqzw wvvk",
    EVIL,
)
FILTERS: dict[str, dict[str, Any]] = {
    "none": {},
    "region": {"regions": ("Zemgale", "Vidzeme")},
    "not_region": {"not_regions": ("Latgale",)},
    "stage": {"stages": ("done",)},
    "tag": {"tags": ("climate",)},
    "tags": {"tags": ("climate", "priorities:cooperation")},
    "period": {"periods": ("2015-2020",)},
    "plan": {"documents": ("doc-latgale", EVIL)},
    "municipality": {"municipalities": ("Valmiera",)},
    "deadline": {"deadlines": ("2023", "2025")},
    "funding": {"funding": ("eu", "state")},
    "amount": {"amount_from": 1000, "amount_to": 5000},
    "at most": {"amount_to": 5000},
    "several": {"regions": ("Vidzeme",), "amount_from": 0, "stages": ("planned",)},
    "nothing": {"municipalities": ("Valmiera",), "periods": ("2015-2020",)},
}


def made(model: Activity, text: str, **more: Any) -> Activity:
    document = str(more.get("document", model.document))
    name = activity_id(document, model.region, model.stage, text)
    return replace(model, id=name, text=text, occurrences=(), **more)


@pytest.fixture(scope="module")
def store(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Two segments, a deleted activity, every facet with a value."""
    tiny = list(contents.activities)
    tiny[0] = replace(tiny[0], amount_eur=1000, deadline=2023, funding=("ES fondi",))
    tiny[1] = replace(tiny[1], amount_eur=5000, deadline=2025, municipalities=("Valmiera",))
    tiny[2] = replace(tiny[2], amount_eur=9000, funding=("ES fondi, valsts finansējums",))
    real = [a for p in read_plans(PLANS)[1:] for a in parse_plan(p).activities]
    assert len(real) > 400
    folder = tmp_path_factory.mktemp("conformance")
    awkward = [made(tiny[0], PERCENT, document=EVIL), made(tiny[0], NEARLY)]
    known = known_words([a.text for a in real])
    first, rest = [*tiny, *real[::5]], [a for i, a in enumerate(real) if i % 5]
    write_generation(folder, replace(contents, activities=first, spelling=known))
    append(folder, [*rest, *awkward])
    remove(folder, [tiny[4].id])
    assert read_manifest(folder)[1]["segments"] == [len(first), len(rest) + 2]
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = Server(str(tmp_path_factory.mktemp("lite") / "milvus.db"))
    yield server
    server.close()


@pytest.fixture(scope="module")
def files(store: Path) -> SearchIndex:
    return SearchIndex.open(store)


@pytest.fixture(scope="module")
def milvus(store: Path, server: Server) -> MilvusIndex:
    said: list[tuple[str, int, int]] = []
    collection, found = migrate(store, server, batch=100, progress=lambda *a: said.append(a))
    manifest = read_manifest(store)[1]
    assert collection == "regioplan_1"
    assert found.activities == manifest["activities"]
    assert found.ids_sha256 == manifest["corpus_sha256"]
    assert found.sampled == 200
    assert sum(found.counts["region"].values()) == found.activities
    assert {"copying", "comparing"} == {what for what, _, _ in said}
    assert said[-1][1] == said[-1][2] == found.activities
    return MilvusIndex.open(store, server)


@pytest.fixture(scope="module", params=["files", "milvus"])
def index(request: pytest.FixtureRequest) -> Searching[Any]:
    return request.getfixturevalue(request.param)  # type: ignore[no-any-return]


def same(here: list[Hit], there: list[Hit]) -> None:
    """Equal but for the rounding of scores, and for the order of those that are equal then."""

    def bare(hit: Hit) -> Hit:
        return replace(hit, rank=0, score=0.0, dense=0.0, lexical=0.0, strength="")

    assert [h.rank for h in here] == [h.rank for h in there]
    for name in ("score", "dense", "lexical"):
        scores = [getattr(h, name) for h in there]
        assert [getattr(h, name) for h in here] == pytest.approx(scores, abs=CLOSE), name
    assert [bare(h) for h in here] == [bare(h) for h in there]


# What both give, said once


def test_meaning_finds_other_words(index: Searching[Any]) -> None:
    tiny = Filters(documents=("doc-zemgale", "doc-latgale"))
    assert "siltināšan" in index.search("building insulation", tiny)[0].activity.text
    assert index.search("xqzw wvvk") == []


def test_filters_come_before_the_best_are_taken(index: Searching[Any]) -> None:
    (hit,) = index.search("siltināšana", Filters(documents=("doc-zemgale",)), top=1)
    assert hit.activity.document == "doc-zemgale"


@pytest.mark.parametrize(
    ("filters", "passes"),
    [
        ({"regions": ("Zemgale",)}, lambda h: h.activity.region == "Zemgale"),
        ({"not_regions": ("Zemgale",)}, lambda h: h.activity.region != "Zemgale"),
        ({"stages": ("done",)}, lambda h: h.activity.stage == "done"),
        ({"tags": ("climate",)}, lambda h: "climate" in h.tags),
        ({"periods": ("2015-2020",)}, lambda h: h.activity.period == "2015-2020"),
        ({"documents": (EVIL,)}, lambda h: h.activity.document == EVIL),
        ({"municipalities": ("Valmiera",)}, lambda h: "Valmiera" in h.activity.municipalities),
        ({"deadlines": ("2023",)}, lambda h: h.activity.deadline == 2023),
        ({"funding": ("state",)}, lambda h: "state" in funding_kinds(h.activity.funding)),
        ({"amount_from": 2000}, lambda h: (h.activity.amount_eur or 0) >= 2000),
        ({"amount_to": 2000}, lambda h: (h.activity.amount_eur or 9999) <= 2000),
    ],
)
def test_a_filter_keeps_what_passes_and_all_of_it(
    index: Searching[Any], filters: dict[str, Any], passes: Any
) -> None:
    everything = index.hits("", index.every(Filters()))
    kept = index.hits("", index.every(Filters(**filters)))
    assert kept
    assert [h.activity.id for h in kept] == [h.activity.id for h in everything if passes(h)]


def test_literal_mode_takes_every_sign_as_it_is(index: Searching[Any]) -> None:
    def texts(query: str) -> list[str]:
        return [hit.activity.text for hit in index.search(query, exact=True)]

    assert texts("UN  LABĀS   PRAKSES apm")[0].endswith("un labās prakses apmaiņu")
    assert texts("100% finansējums") == [PERCENT]
    assert texts("C:\\dati_arhīvs") == [PERCENT]
    assert texts('"Zaļā josla"') == [PERCENT]
    assert texts("'Zaļā josla'") == [NEARLY]
    assert texts("100_ finansējums") == []
    assert texts("labās prakse apmaiņu") == []
    assert texts(EVIL) == []


def test_phrases_must_stand_and_words_after_a_minus_must_not(index: Searching[Any]) -> None:
    hits = index.search('finansējums "100% finansējums"')
    assert [h.activity.text for h in hits] == [PERCENT]
    free = {h.activity.id for h in index.search("tūrisma maršruti", top=500)}
    bare = {h.activity.id for h in index.search("tūrisma maršruti -kultūras", top=500)}
    assert bare
    unwanted = set(stems("kultūras"))
    assert any(unwanted & set(stems(index.get(name).text)) for name in free)
    assert not any(unwanted & set(stems(index.get(name).text)) for name in bare)


def test_values_nobody_has_are_refused_alike(files: SearchIndex, milvus: MilvusIndex) -> None:
    wrong = dict.fromkeys(FACETS.values(), ("Sēlija",)) | {"not_regions": (EVIL,)}
    for name, value in wrong.items():
        told = []
        for backend in (files, milvus):
            with pytest.raises(UsageError) as raised:
                backend.search("skola", Filters(**{name: value}))
            told.append(str(raised.value))
        assert told[0] == told[1]


@pytest.mark.parametrize("query", ["", "?!", "a" * 30_000])
def test_unusable_queries_are_refused(index: Searching[Any], query: str) -> None:
    with pytest.raises(UsageError):
        index.search(query)


def test_an_id_is_looked_up_and_nothing_else(
    index: Searching[Any], files: SearchIndex, contents: Contents
) -> None:
    first = files.activities[0]
    assert index.get(first.id) == first
    gone = contents.activities[4]
    for name in (gone.id, EVIL, 'x" or id like "%', "\\", "", "ā" * 300):
        assert index.find(name) is None
        with pytest.raises(UsageError, match="id of an activity"):
            index.get(name)


def test_what_was_deleted_is_nowhere(index: Searching[Any], contents: Contents) -> None:
    gone = contents.activities[4]
    listed = {h.activity.id for h in index.hits("", index.every(Filters()))}
    assert gone.id not in listed
    assert contents.activities[3].id in listed
    assert index.search(gone.text, exact=True) == []


# The same from both


@pytest.mark.parametrize("name", FILTERS)
def test_same_ranking_and_scores(files: SearchIndex, milvus: MilvusIndex, name: str) -> None:
    filters = Filters(**FILTERS[name])
    for query in QUERIES if name == "none" else QUERIES[:4]:
        same(files.search(query, filters, 40), milvus.search(query, filters, 40))
    assert files.every(filters).rows.tolist() == milvus.every(filters).rows.tolist()


@pytest.mark.parametrize("mode", [{"exact": True}, {"expand": False}])
def test_same_in_the_other_modes(
    files: SearchIndex, milvus: MilvusIndex, mode: dict[str, bool]
) -> None:
    for query in (*QUERIES, "attīstība", "%", "_"):
        if query in "%_":
            continue
        same(files.search(query, None, 100, **mode), milvus.search(query, None, 100, **mode))


def test_same_themes(files: SearchIndex, milvus: MilvusIndex) -> None:
    registry = files.themes.registry
    assert registry.fine
    for theme in (*registry.fine, *registry.broad):
        filters = Filters(themes=(theme.id,))
        assert files.every(filters).rows.tolist() == milvus.every(filters).rows.tolist(), theme.id


def test_same_counterparts(files: SearchIndex, milvus: MilvusIndex) -> None:
    for row in (0, 20, 150):
        a = files.activities[row]
        here, there = files.similar(a.text, a.region), milvus.similar(a.text, a.region)
        assert list(here) == list(there)
        assert any(here.values())
        for region in here:
            same(here[region], there[region])
        same(files.similar_list(a.text, a.region), milvus.similar_list(a.text, a.region))
    planned = files.similar("siltināšana", stages=("planned",))
    assert planned == milvus.similar("siltināšana", stages=("planned",))


def test_what_people_decide_and_edit_counts_at_once(
    files: SearchIndex, milvus: MilvusIndex, store: Path
) -> None:
    climate = Filters(tags=("climate",))
    tagged = [h for h in files.hits("", files.every(Filters())) if "climate" in h.tags]
    plain = next(h for h in files.hits("", files.every(Filters())) if "climate" not in h.tags)
    no = files.tags.decide(tagged[0].activity.text, "climate", "no", "Anna")
    yes = files.tags.decide(plain.activity.text, "climate", "yes", "Anna")
    fine = files.themes.registry.fine
    assert len(fine) > 1
    edit = ThemeLog(store).add("merge", fine[1].id, "Anna", target=fine[0].id)
    try:
        kept = milvus.hits("", milvus.every(climate))
        assert kept == files.hits("", files.every(climate))
        found = {h.activity.id: h for h in kept}
        assert tagged[0].activity.id not in found
        assert found[plain.activity.id].confirmed == ("climate",)
        merged = Filters(themes=(fine[0].id,))
        assert files.every(merged).rows.tolist() == milvus.every(merged).rows.tolist()
        with pytest.raises(UsageError, match="a theme out of"):
            milvus.every(Filters(themes=(fine[1].id,)))
    finally:
        files.tags.log.undo(no.number, "Anna")
        files.tags.log.undo(yes.number, "Anna")
        ThemeLog(store).undo(edit.number, "Anna")


# The move


@pytest.fixture
def small(tiny_store: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(tiny_store, tmp_path / "store"))


def test_a_changed_index_takes_over_and_can_be_taken_back(small: Path, server: Server) -> None:
    text = "Izbūvēt saules paneļu parku pašvaldības ēku energoapgādei"
    migrate(small, server, "moved")
    first = MilvusIndex.open(small, server, "moved")
    model = SearchIndex.open(small).activities[0]
    append(small, [made(model, text)])
    with pytest.raises(RegioplanError, match="activities as in the index: 16; found 15"):
        check(small, server, "moved")
    assert migrate(small, server, "moved")[0] == "moved_2"
    second = MilvusIndex.open(small, server, "moved")
    assert second.search("saules paneļi")[0].activity.text == text
    assert first.search(text, exact=True) == []  # still the collection it was opened on
    assert check(small, server, "moved")[0] == "moved_2"
    migrate(small, server, "moved")
    kept = [name for name in server.collections() if name.startswith("moved_")]
    assert kept == ["moved_2", "moved_3"]
    assert sorted(p.name for p in (small / "milvus").iterdir()) == kept
    assert back(small, server, "moved") == server.target("moved") == "moved_2"
    with pytest.raises(RegioplanError, match="an earlier collection"):
        back(small, server, "moved")


def test_a_file_that_was_closed_is_opened_again(small: Path, tmp_path: Path) -> None:
    from milvus_lite.server_manager import server_manager_instance as lite

    file = tmp_path / "again.db"
    for ended in (False, True):
        server = Server(str(file))
        if not ended:
            migrate(small, server)
        assert MilvusIndex.open(small, server).search("siltināšana")
        server.close()
        lite.release_server(str(file))


def test_what_goes_wrong_leaves_the_collection_before(
    small: Path, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate(small, server, "safe")
    sent: list[int] = []

    def torn(self: Server, name: str, rows: Any) -> None:
        sent.append(len(rows))
        if len(sent) == 2:
            raise RegioplanError("Milvus", "a power cut", "try again")
        insert(self, name, rows)

    insert = Server.insert
    monkeypatch.setattr(Server, "insert", torn)
    with pytest.raises(RegioplanError, match="a power cut"):
        migrate(small, server, "safe", batch=5)
    monkeypatch.undo()
    lost = {schema.RECORD: "{}"}
    rows = Source.batches

    def tampered(self: Source, size: int) -> Iterator[list[dict[str, Any]]]:
        once = not sent
        sent.append(size)
        for batch in rows(self, size):
            yield [{**row, **lost} if once and row["row"] == 3 else row for row in batch]

    sent.clear()
    monkeypatch.setattr(Source, "batches", tampered)
    with pytest.raises(RegioplanError, match=r"'record' of row 3|SHA-256 of the records"):
        migrate(small, server, "safe")
    assert server.target("safe") == "safe_1"
    assert "safe_2" not in server.collections()
    assert [p.name for p in (small / "milvus").iterdir()] == ["safe_1"]
    assert MilvusIndex.open(small, server, "safe").search("siltināšana")


@pytest.fixture(scope="module")
def harmed(tiny_store: Path, server: Server, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A collection of the tiny index; what a test does to it, it puts right again."""
    store = Path(shutil.copytree(tiny_store, tmp_path_factory.mktemp("harmed") / "store"))
    migrate(store, server, "harmed")
    return store, server, "harmed"


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        ("deleted", "activities as in the index: 15; found 14"),
        ("added", "activities as in the index: 15; found 16"),
        ("region", "activities of Kurzeme as in the index: 0; found 1"),
        ("plan", "activities of doc-vidzeme as in the index: 5; found 4"),
        ("id", "SHA-256 of the ids"),
        ("record", "SHA-256 of the records"),
        ("vector", "'vector' of row 2"),
        ("words", "'words' of row 2"),
        ("tags", "'tags' of row 2"),
        ("amount", "'amount' of row 2"),
    ],
)
def test_a_tampered_collection_is_noticed(
    harmed: tuple[Path, Server, str], harm: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if harm in ("region", "plan", "id", "record"):  # noticed in rows that are not drawn too
        monkeypatch.setattr(verification, "SAMPLE", 0)
    store, server, name = harmed
    collection = str(server.target(name))
    row = server.by_row(collection, [2], schema.FIELDS)[2]
    changed = {
        "added": {"row": 15},
        "region": {"region": "Kurzeme"},
        "plan": {"document": "doc-x"},
        "id": {"id": "0" * 16},
        "record": {"record": row["record"].replace("Vidzeme", "vidzeme")},
        "vector": {"vector": [-value for value in row["vector"]]},
        "words": {"words": {number: 2 * value for number, value in row["words"].items()}},
        "tags": {"tags": ["priorities:nobody"]},
        "amount": {"amount": 1.0},
    }
    client = server._client
    if harm == "deleted":
        client.delete(collection, ids=[2])
    else:
        client.upsert(collection, [{**row, **changed[harm]}])
    try:
        with pytest.raises(RegioplanError, match=told):
            check(store, server, name)
    finally:
        client.delete(collection, ids=[15])
        client.upsert(collection, [row])
    assert check(store, server, name)[1].activities == 15


def test_models_must_be_those_of_the_collection(small: Path, server: Server) -> None:
    collection, _ = migrate(small, server, "ours")
    folder = models.folder_of(small, collection)
    aside = folder.with_name("aside")
    shutil.copytree(folder, aside)
    terms = folder / "words.json"
    terms.write_text(terms.read_text() + " ")
    with pytest.raises(IndexDamaged, match=r"words\.json"):
        MilvusIndex.open(small, server, "ours")
    shutil.rmtree(folder)
    with pytest.raises(IndexMissing, match="migrate"):
        MilvusIndex.open(small, server, "ours")
    append(small, [made(SearchIndex.open(small).activities[0], NEARLY)])
    other = Source.open(current_folder(small), read_manifest(small)[1])
    models.save(other.client, folder)
    with pytest.raises(RegioplanError, match="the models that ours_1 was made with"):
        MilvusIndex.open(small, server, "ours")
    shutil.rmtree(folder)
    aside.rename(folder)
    assert MilvusIndex.open(small, server, "ours").search("siltināšana")


def test_other_peoples_collections_are_left_alone(small: Path, server: Server) -> None:
    source = Source.open(current_folder(small), read_manifest(small)[1])
    server.create("theirs", source.dimension, "FLAT", {})
    server.create("stranger", source.dimension, "FLAT", {})
    server.point("alias_of_theirs", "stranger")
    for name in ("theirs", "alias_of_theirs"):
        with pytest.raises(RegioplanError, match="choose another name"):
            migrate(small, server, name)
    assert {"theirs", "stranger"} <= set(server.collections())
    server.point("odd", "stranger")
    with pytest.raises(RegioplanError, match="a collection of schema 1"):
        MilvusIndex.open(small, server, "odd")


def test_too_long_an_activity_is_named(small: Path, server: Server) -> None:
    model = SearchIndex.open(small).activities[0]
    long = made(model, "garš teksts " * 6_000)
    append(small, [long])
    with pytest.raises(RegioplanError, match=f"65,535 bytes.*{long.id}"):
        migrate(small, server, "long")
    assert server.target("long") is None


@pytest.mark.parametrize(
    ("uri", "told"),
    [
        ("milvus.example", "http://host:19530"),
        # Apart, or the audit would find a password here.
        ("http://root:" + "geheim@localhost:19530", "REGIOPLAN_MILVUS_TOKEN"),
    ],
)
def test_odd_addresses_are_refused(uri: str, told: str) -> None:
    with pytest.raises(UsageError, match=told) as raised:
        Server(uri)
    assert "geheim" not in str(raised.value)


def test_names_and_indexes_are_checked(small: Path, server: Server) -> None:
    for name in ("1st", "a-b", "", "x" * 300, 'a"b'):
        with pytest.raises(UsageError, match="letters, digits"):
            migrate(small, server, name)
    with pytest.raises(UsageError, match="a vector index out of FLAT"):
        migrate(small, server, "fine", vector_index="MAGIC")
    with pytest.raises(RegioplanError, match="regioplan migrate --to milvus"):
        MilvusIndex.open(small, server, "nowhere")


@pytest.mark.parametrize("vector_index", [n for n in schema.VECTOR_INDEXES if n != "FLAT"])
def test_other_vector_indexes_find_the_nearest(
    small: Path, server: Server, vector_index: str
) -> None:
    name = f"by_{vector_index.lower()}"
    migrate(small, server, name, vector_index=vector_index)
    hits = MilvusIndex.open(small, server, name).search("ēku siltināšana")
    assert hits[0] == SearchIndex.open(small).search("ēku siltināšana")[0]


def test_without_the_extra_the_command_to_install_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    with pytest.raises(RegioplanError, match=r"no module pymilvus.*pip install .*\[milvus\]"):
        Server(str(tmp_path / "x.db"))


def test_a_server_that_does_not_answer_is_one_line() -> None:
    with pytest.raises(RegioplanError, match=r"Milvus at http://127\.0\.0\.1:9 ") as raised:
        Server("http://127.0.0.1:9", timeout=1)
    assert "\n" not in str(raised.value)


def test_literals_cannot_end_early() -> None:
    assert literal('a"b\\') == '"a\\"b\\\\"'
    assert literal("a\nb") == '"a\\nb"'
    assert literal(5) == "5"
    assert both("", "a", "") == "a"
    assert both() == ""
    assert holds("t", "a%b") == 't like "%a_b%"'
    assert is_wild("a_b")
    assert not is_wild("a b")
