from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from indexes.records import keys_of
from indexes.themes import Earlier, Themes, ThemeSource, load, make_themes, refit, save
from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.records import Activity
from nlp.theme_fit import matched
from nlp.theme_tables import changes, count, peers, shortfalls
from nlp.themes import UNCLASSIFIED, Floats, Theme, ThemeEdit, ThemeRegistry, edited
from tests.conftest import tiny_activities

THEMES, EACH = 20, 40
NOTHING = ConceptFinder([])


@dataclass(frozen=True)
class WordEncoder(Encoder):
    """A deterministic stand-in: every word has a vector of its own, a text is their sum."""

    @property
    def dimension(self) -> int:
        return 48

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Floats:
        out = np.zeros((len(texts), self.dimension), np.float32)
        for i, text in enumerate(texts):
            for word in text.split():
                seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big")
                out[i] += np.random.default_rng(seed).normal(size=self.dimension)
        return out / np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-9)


ENCODER = WordEncoder(None, "words", "f" * 64)  # type: ignore[arg-type]


def planted(each: int = EACH, start: int = 0) -> tuple[list[Activity], list[int]]:
    """Activities of twenty themes: words of the theme and a few of anything."""
    generator = np.random.default_rng(7 + start)
    model = tiny_activities()[0]
    activities, truth = [], []
    for n in range(start, start + THEMES * each):
        theme = n % THEMES
        own = [f"tēma{theme}vārds{k}" for k in generator.choice(6, 4, replace=False)]
        noise = [f"cits{k}" for k in generator.choice(200, 2)]
        activities.append(replace(model, id=f"id{n:05d}", text=" ".join([*own, *noise, str(n)])))
        truth.append(theme)
    return activities, truth


def themes_of(activities: Sequence[Activity], earlier: Earlier | None = None) -> Themes:
    texts = [a.text for a in activities]
    return make_themes(source_of(activities, ENCODER.encode(texts)), ENCODER, NOTHING, earlier)


def source_of(activities: Sequence[Activity], dense: Floats) -> ThemeSource:
    """Activities with their vectors, without concepts."""
    keys = keys_of(a.id for a in activities)
    return ThemeSource(activities, keys, lambda rows: dense[rows], lambda rows: [[] for _ in rows])


@pytest.fixture(scope="module")
def fitted() -> tuple[list[Activity], list[int], Themes]:
    activities, truth = planted()
    return activities, truth, themes_of(activities)


def test_planted_themes_are_recovered(fitted: tuple[list[Activity], list[int], Themes]) -> None:
    _, truth, themes = fitted
    assert len(themes.registry.fine) == THEMES
    assert adjusted_rand_score(truth, themes.where) >= 0.9
    assert all(theme.stability > 0.9 for theme in themes.registry.fine)
    assert all(any(t.startswith("tēma") for t in theme.terms) for theme in themes.registry.fine)


def test_the_order_of_the_rows_changes_nothing(
    fitted: tuple[list[Activity], list[int], Themes],
) -> None:
    activities, _, themes = fitted
    order = np.random.default_rng(1).permutation(len(activities))
    again = themes_of([activities[i] for i in order])
    assert again.where.tolist() == themes.where[order].tolist()
    assert [t.id for t in again.registry.fine] == [t.id for t in themes.registry.fine]


def test_the_same_corpus_gives_the_same_bytes(
    fitted: tuple[list[Activity], list[int], Themes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    activities, _, themes = fitted
    one, two = tmp_path_factory.mktemp("one"), tmp_path_factory.mktemp("two")
    save(themes, one)
    save(themes_of(activities), two)
    for name in ("themes.json", "themes.npz"):
        assert (one / name).read_bytes() == (two / name).read_bytes()
    back = load(one)
    assert back.registry.version == themes.registry.version
    assert back.positions.tolist() == themes.positions.tolist()


def test_new_activities_move_no_old_one(
    fitted: tuple[list[Activity], list[int], Themes],
) -> None:
    activities, _, themes = fitted
    more, truth = planted(10, start=THEMES * EACH)
    earlier = Earlier(themes, keys_of(a.id for a in activities))
    grown = themes_of([*more, *activities], earlier)
    assert grown.where[len(more) :].tolist() == themes.where.tolist()
    assert grown.positions[len(more) :].tolist() == themes.positions.tolist()
    assert grown.registry.version == themes.registry.version
    told = grown.where[: len(more)] != UNCLASSIFIED
    assert told.mean() > 0.7  # these texts are a third noise
    assert adjusted_rand_score(np.asarray(truth)[told], grown.where[: len(more)][told]) >= 0.95
    strange = replace(more[0], id="strange", text="pavisam nesaistīti svešvārdi bez tēmas")
    assert themes_of([*activities, strange], earlier).where[-1] == UNCLASSIFIED


def test_another_encoder_keeps_the_themes(
    fitted: tuple[list[Activity], list[int], Themes],
) -> None:
    activities, _, themes = fitted
    other = replace(ENCODER, fingerprint="e" * 64)
    texts = [a.text for a in activities]
    earlier = Earlier(themes, keys_of(a.id for a in activities))
    dense = other.encode(texts)[:, ::-1]
    kept = make_themes(source_of(activities, dense), other, NOTHING, earlier)
    assert kept.where.tolist() == themes.where.tolist()
    assert kept.registry.encoder == "e" * 64
    assert (kept.registry.assign(dense - kept.registry.mean_text)[0] == themes.where).mean() > 0.9


def test_a_refit_keeps_the_ids_and_tells_what_is_new(
    fitted: tuple[list[Activity], list[int], Themes],
) -> None:
    activities, truth, themes = fitted
    kept = [i for i, theme in enumerate(truth) if theme != 3]
    fewer = [activities[i] for i in kept]
    again, what = refit(
        themes_of(fewer),
        keys_of(a.id for a in fewer),
        Earlier(themes, keys_of(a.id for a in activities)),
    )
    fine = {t.id for t in again.registry.fine}
    assert len(fine) == THEMES - 1
    assert fine < {t.id for t in themes.registry.fine}
    assert len([name for name in what.died if name.startswith("T")]) == 1
    assert set(what.died) == set(again.registry.retired)


def test_a_split_is_told_and_a_dead_id_is_never_given_again() -> None:
    old = registry(Theme("T01", "G01", "a", "a", (), 4, 1.0, ()), retired=("T02",))
    new = registry(
        Theme("T01", "G01", "b", "b", (), 3, 1.0, ()), Theme("T02", "G01", "c", "c", (), 1, 1.0, ())
    )
    before = {"T01": frozenset("wxyz"), "G01": frozenset("wxyz")}
    after = {"T01": frozenset("xyz"), "T02": frozenset("w"), "G01": frozenset("wxyz")}
    renamed, what = matched(old, before, new, after)
    assert [t.id for t in renamed.fine] == ["T01", "T03"]
    assert [name for name in what.born if name.startswith("T")] == ["T03"]
    assert what.split == (("T01", "T03"),)


def registry(*fine: Theme, retired: tuple[str, ...] = ()) -> ThemeRegistry:
    broad = tuple(
        Theme(name, None, name, name, (), 0, 1.0, ())
        for name in sorted({str(t.parent) for t in fine} | {"G01", "G02"})
    )
    nothing = np.zeros(2, np.float32)
    return ThemeRegistry(fine, broad, np.eye(len(fine), 2, dtype=np.float32), nothing, nothing,
                         "e", retired)  # fmt: skip


def edit(number: int, kind: str, theme: str, target: str = "", lv: str = "") -> ThemeEdit:
    return ThemeEdit(number, "", "Anna", kind, theme, target, lv)  # type: ignore[arg-type]


def test_edits_are_replayed_and_idle_ones_named() -> None:
    base = registry(
        Theme("T01", "G01", "a", "a", (), 4, 1.0, ()), Theme("T02", "G01", "b", "b", (), 2, 1.0, ())
    )
    seen = edited(
        base,
        [
            edit(1, "rename", "T01", lv="Ceļi"),
            edit(2, "merge", "T02", "T01"),
            edit(3, "move", "T01", "G02"),
            edit(4, "rename", "T02", lv="nav vairs"),
        ],
    )
    assert [(t.id, t.lv, t.en, t.size, t.parent) for t in seen.fine] == [
        ("T01", "Ceļi", "a", 6, "G02")
    ]
    assert seen.place == (0, 0)
    assert {t.id: t.size for t in seen.broad} == {"G01": 0, "G02": 6}
    assert [e.number for e in seen.idle] == [4]


def test_counts_hold_zeros_and_shares_are_of_the_column() -> None:
    matrix = count(["A", "B"], ["x", "y", "z"], np.asarray([0, 0, 1, -1]), np.asarray([0, 0, 0, 1]))
    assert matrix.counts.tolist() == [[2, 0, 0], [1, 0, 0]]
    assert matrix.totals.tolist() == [3, 1, 0]
    assert matrix.shares[0, 0] == pytest.approx(2 / 3)
    assert matrix.lifts[0, 0] == pytest.approx((2 / 3) / (2 / 4))
    assert matrix.lifts[0, 2] == 0


def test_a_shortfall_is_counted_by_hand() -> None:
    themes = np.repeat([0, 1, 1], 10)
    regions = np.repeat([0, 0, 1], 10)
    (worst, *_) = shortfalls(count(["A", "B"], ["x", "y"], themes, regions), "y")
    assert (worst.theme, worst.own, worst.expected, worst.others) == ("A", 0, 5.0, ("x",))
    # None of 10 drawn from 30 of which 10 are A: C(20,10) / C(30,10).
    assert worst.p == pytest.approx(184756 / 30045015, abs=1e-4)
    assert worst.q == pytest.approx(2 * 184756 / 30045015, abs=1e-4)


def test_peers_and_changes() -> None:
    themes = np.repeat([0, 1, 0, 1, 1], [8, 2, 7, 3, 10])
    matrix = count(["A", "B"], ["x", "y", "z"], themes, np.repeat([0, 1, 2], 10))
    assert [name for name, _ in peers(matrix, "x")] == ["y", "z"]
    (first, _) = changes(matrix, "x", "z")
    assert first.before + first.after == pytest.approx(1.0 if first.theme == "B" else 0.8, abs=0.3)
    assert first.low <= first.after - first.before <= first.high
