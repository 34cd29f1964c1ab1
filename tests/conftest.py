"""A small real index shared by the tests: real FAISS, BM25 and tagger over a few activities."""

from __future__ import annotations

import os
from pathlib import Path

import hypothesis
import pytest

os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
if "PYTEST_XDIST_WORKER" in os.environ:  # processes that share the cores
    os.environ.setdefault("OMP_NUM_THREADS", "1")

from indexes.engine import SearchIndex
from indexes.store import Contents, write_generation
from nlp import encoder as encoders
from nlp.encoder import Encoder
from nlp.glossary import Concept, ConceptFinder, pseudo_sentences
from nlp.plans import Plan
from nlp.records import Activity, ParsedActivity, build_records
from training.tagger import LabelledText, Language, train_tagger

# A busy machine is no failure; how quick things are is what tests/benchmarks measure.
hypothesis.settings.register_profile("regioplan", deadline=None)
hypothesis.settings.load_profile("regioplan")

QUALITY = Path(__file__).with_name("quality")
TEXTS = {
    "Vidzeme": [
        "Organizēts pieredzes apmaiņas brauciens pašvaldību speciālistiem uz Igauniju",
        "Daudzdzīvokļu māju siltināšana un energoefektivitātes uzlabošana",
        "Izveidota digitāla platforma e-pakalpojumu sniegšanai iedzīvotājiem",
        "Noorganizēts seminārs par invazīvo augu apkarošanu",
        "Sadarbības tīkla izveide starp skolām un uzņēmējiem",
    ],
    "Zemgale": [
        "Veikt ēku renovāciju un siltināšanu, samazinot enerģijas patēriņu",
        "Attīstīt e-pakalpojumus un datu platformu pašvaldībās",
        "Veicināt pašvaldību sadarbību un labās prakses apmaiņu",
        "Pilnveidot veloceliņu tīklu un sabiedrisko transportu",
        "Attīstīt tūrisma maršrutus kultūras mantojuma vietās",
    ],
    "Latgale": [
        "Pašvaldības ēku energoefektivitātes pasākumi un siltināšana",
        "Digitālo prasmju apmācības senioriem",
        "Jauniešu iesaiste lēmumu pieņemšanā un brīvprātīgais darbs",
        "Ceļu un ielu infrastruktūras uzlabošana",
        "Sadarbības projekti ar kaimiņu reģioniem",
    ],
}
CONCEPTS = [
    Concept("insulation", "siltināšana", ("ēku siltināšana",), ("building insulation",), "", None),
    Concept("e-services", "e-pakalpojumi", ("digitālie pakalpojumi",), ("e-services",), "", None),
    Concept("cycling", "veloceliņš", ("veloinfrastruktūra",), ("cycle path",), "", None),
]
MARKS = {
    "adarb": ("y", "n", "n"),
    "apmaiņ": ("y", "n", "n"),
    "auniešu": ("y", "n", "n"),
    "iltinā": ("n", "y", "n"),
    "velo": ("n", "y", "n"),
    "igitāl": ("n", "n", "y"),
    "e-pakalp": ("n", "n", "y"),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The module that takes longest begins, so that other processes do the rest meanwhile."""
    items.sort(key=lambda item: QUALITY not in item.path.parents)


def tiny_activities() -> list[Activity]:
    """Fifteen activities of three regions; one is printed twice."""
    out: list[Activity] = []
    for region, texts in TEXTS.items():
        plan = Plan(
            document=f"doc-{region.lower()}",
            file=Path("none.txt"),
            regions=(region,),
            title=f"{region} plan",
            period="2021-2027",
            publisher="",
            address="",
            layout="",
        )
        items = [
            ParsedActivity(t, "planned", 1, i, i, path=(f"{region} goal",), code=f"A {i}")
            for i, t in enumerate(texts, start=1)
        ]
        items.append(ParsedActivity(texts[0], "planned", 2, 40, 41))
        out.extend(build_records(plan, items))
    return out


def tiny_labels() -> list[LabelledText]:
    """Labels of the tiny activities, written several ways so that every fold has both marks."""
    rows = []
    for region, texts in TEXTS.items():
        for n, text in enumerate(texts):
            marks = next((m for key, m in MARKS.items() if key in text), ("n", "n", "n"))
            for k, tail in enumerate(("", " reģionā", " novadā un pilsētā 2025. gadā")):
                rows.append(LabelledText(f"{region}{n}{k}", region, text + tail, marks))
    return rows


def trained_encoder() -> Encoder:
    """The default encoder trained on the tiny texts."""
    texts = [t for rows in TEXTS.values() for t in rows] * 2
    model = encoders.train(texts, pseudo_sentences(CONCEPTS), dimension=16, vocabulary=600)
    return Encoder(model, "own", encoders.fingerprint(model))


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The tiny encoder."""
    return trained_encoder()


@pytest.fixture(scope="session")
def contents(encoder: Encoder) -> Contents:
    """What the tiny generation holds."""
    tagger = train_tagger(tiny_labels(), Language(encoder, ConceptFinder(CONCEPTS)))
    return Contents(tiny_activities(), encoder, CONCEPTS, [tagger], True, {})


@pytest.fixture(scope="session")
def tiny_store(contents: Contents, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with one generation; tests must not change it."""
    store = tmp_path_factory.mktemp("store")
    write_generation(store, contents)
    return store


@pytest.fixture(scope="session")
def tiny_index(tiny_store: Path) -> SearchIndex:
    """The opened tiny index."""
    return SearchIndex.open(tiny_store)
