"""The themes of an index: fitted once, kept by every later build, stored with each generation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from indexes.records import Keys
from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.records import Activity
from nlp.theme_fit import Refit, ThemeTexts, anchored, fit, matched, theme_vectors
from nlp.theme_map import extend_map, fit_map
from nlp.themes import UNCLASSIFIED, Floats, Numbers, ThemeRegistry

REGISTRY = "themes.json"
ARRAYS = "themes.npz"
WHOLE = 20_000  # activities up to which all are fitted together
DRAWN = 8_000  # activities that a new one may lie beside on the map
_BLOCK = 10_000
Means = tuple[Floats, Floats]  # see nlp.theme_fit.theme_vectors


@dataclass(frozen=True)
class Themes:
    """A registry with what it says of every activity of a generation.

    ``where``: number of the fine theme, or UNCLASSIFIED; ``similarity``: cosine with its centroid;
    ``positions``: ``(n, 2)`` on the map.
    """

    registry: ThemeRegistry
    where: Numbers
    similarity: Floats
    positions: Floats


@dataclass(frozen=True)
class Earlier:
    """Themes of the generation before, and the keys of its activities in order."""

    themes: Themes
    keys: Keys


@dataclass(frozen=True)
class ThemeSource:
    """Activities as themes are made from them, looked at as far as needed.

    ``dense`` and ``concepts`` give, for some rows, activity vectors and the ids of the concepts of
    each with everything broader.
    """

    activities: Sequence[Activity]
    keys: Keys  # of the ids
    dense: Callable[[Numbers], Floats]
    concepts: Callable[[Numbers], list[list[str]]]

    def seen(
        self, rows: Numbers, encoder: Encoder, finder: ConceptFinder, means: Means | None = None
    ) -> ThemeTexts:
        """Some activities as the themes see them."""
        chosen = [self.activities[row] for row in rows.tolist()]
        return theme_texts(chosen, self.dense(rows), self.concepts(rows), encoder, finder, means)

    def vectors(
        self, rows: Numbers, encoder: Encoder, finder: ConceptFinder, means: Means
    ) -> Floats:
        """Their vectors alone."""
        return theme_vectors(self.dense(rows), self.concepts(rows), encoder, finder, means)[0]


def make_themes(
    source: ThemeSource, encoder: Encoder, finder: ConceptFinder, earlier: Earlier | None = None
) -> Themes:
    """Themes of activities: fitted, or those of before with new activities assigned.

    An activity that had a theme keeps it. Of more than ``WHOLE`` activities a sample chosen by
    their ids is fitted, and the others are assigned.
    """
    if earlier is None:
        return _fitted(source, encoder, finder)
    return _carried_over(source, encoder, finder, earlier)


def refit(fresh: Themes, keys: Keys, earlier: Earlier) -> tuple[Themes, Refit]:
    """Newly fitted themes under the ids of those before, and what became of each.

    :param keys: of the ids of the activities the new ones were fitted on.
    """
    registry, what = matched(
        earlier.themes.registry,
        _members(earlier.themes, earlier.keys),
        fresh.registry,
        _members(fresh, keys),
    )
    return Themes(registry, fresh.where, fresh.similarity, fresh.positions), what


def save(themes: Themes, folder: Path) -> None:
    """Write ``themes.json`` and ``themes.npz``."""
    text = json.dumps(themes.registry.to_dict(), ensure_ascii=False, indent=1, sort_keys=True)
    (folder / REGISTRY).write_text(text + "\n", encoding="utf-8")
    np.savez(
        folder / ARRAYS,
        centroids=themes.registry.centroids,
        mean_text=themes.registry.mean_text,
        mean_concepts=themes.registry.mean_concepts,
        where=themes.where,
        similarity=themes.similarity,
        positions=themes.positions,
    )


def load(folder: Path) -> Themes:
    """Read what :func:`save` wrote."""
    content = json.loads((folder / REGISTRY).read_text(encoding="utf-8"))
    with np.load(folder / ARRAYS, allow_pickle=False) as arrays:
        registry = ThemeRegistry.from_dict(
            content, arrays["centroids"], arrays["mean_text"], arrays["mean_concepts"]
        )
        return Themes(registry, arrays["where"], arrays["similarity"], arrays["positions"])


def theme_texts(
    activities: Sequence[Activity],
    dense: Floats,
    concepts: Sequence[Sequence[str]],
    encoder: Encoder,
    finder: ConceptFinder,
    means: Means | None = None,
) -> ThemeTexts:
    """Activities as the themes see them; see :func:`nlp.theme_fit.theme_vectors`."""
    vectors, mean_text, mean_concepts = theme_vectors(dense, concepts, encoder, finder, means)
    return ThemeTexts(
        [a.id for a in activities], [a.text for a in activities],
        vectors, concepts, mean_text, mean_concepts,
    )  # fmt: skip


def _fitted(source: ThemeSource, encoder: Encoder, finder: ConceptFinder) -> Themes:
    chosen = _sample(source.keys, WHOLE)
    seen = source.seen(chosen, encoder, finder)
    registry, where = fit(seen, encoder.fingerprint, finder)
    similarity = registry.assign(seen.vectors)[1]
    positions = _map(seen.ids, seen.vectors)
    if len(chosen) == len(source.keys):
        return Themes(registry, where, similarity, positions)
    known = Themes(registry, where, similarity, positions)
    whole = _carried_over(source, encoder, finder, Earlier(known, source.keys[chosen]))
    return replace(whole, registry=_sized(registry, whole.where))


def _carried_over(
    source: ThemeSource, encoder: Encoder, finder: ConceptFinder, earlier: Earlier
) -> Themes:
    old, size = earlier.themes, len(source.keys)
    known, before = _met(source.keys, earlier.keys)
    fresh = np.setdiff1d(np.arange(size, dtype=np.int64), known)
    where = np.full(size, UNCLASSIFIED, dtype=np.int64)
    where[known] = old.where[before]
    similarity = np.zeros(size, np.float32)
    similarity[known] = old.similarity[before]
    positions = np.zeros((size, 2), np.float32)
    positions[known] = old.positions[before]
    registry = old.registry
    if registry.encoder != encoder.fingerprint:
        some = known[_sample(source.keys[known], WHOLE)]
        seen = source.seen(some, encoder, finder)
        members = [np.flatnonzero(where[some] == j) for j in range(len(registry.fine))]
        registry = anchored(registry, members, seen, encoder.fingerprint)
    means = (registry.mean_text, registry.mean_concepts)
    if registry is not old.registry:  # how near an old activity is has another measure now
        for rows in _blocks(known):
            vectors = source.vectors(rows, encoder, finder, means)
            similarity[rows] = registry.assign(vectors)[1]
    if len(fresh):
        anchors = known[_sample(source.keys[known], DRAWN)]
        beside = source.vectors(anchors, encoder, finder, means)
    for rows in _blocks(fresh):
        vectors = source.vectors(rows, encoder, finder, means)
        where[rows], similarity[rows] = registry.assign(vectors)
        if len(anchors):
            positions[rows] = extend_map(beside, positions[anchors], vectors)
    return Themes(registry, where, similarity, positions)


def _sample(keys: Keys, most: int) -> Numbers:
    """Rows of the smallest keys, which are hashes: a sample no order of the rows can change."""
    if len(keys) <= most:
        return np.arange(len(keys), dtype=np.int64)
    return np.sort(np.argsort(keys, kind="stable")[:most]).astype(np.int64)


def _met(keys: Keys, earlier: Keys) -> tuple[Numbers, Numbers]:
    """Rows whose key was there before, and which row it was then."""
    _, now, before = np.intersect1d(keys, earlier, return_indices=True)
    order = np.argsort(now)
    return now[order].astype(np.int64), before[order].astype(np.int64)


def _blocks(rows: Numbers) -> Iterator[Numbers]:
    for start in range(0, len(rows), _BLOCK):
        yield rows[start : start + _BLOCK]


def _sized(registry: ThemeRegistry, where: Numbers) -> ThemeRegistry:
    """The registry with the sizes that all activities give."""
    sizes = np.bincount(where[where != UNCLASSIFIED], minlength=len(registry.fine)).tolist()
    fine = tuple(replace(t, size=n) for t, n in zip(registry.fine, sizes, strict=True))
    broad = tuple(
        replace(theme, size=sum(t.size for t in fine if t.parent == theme.id))
        for theme in registry.broad
    )
    return replace(registry, fine=fine, broad=broad)


def _map(ids: Sequence[str], vectors: Floats) -> Floats:
    """The map, drawn in the order of the ids, so that the order of the rows does not matter."""
    order = np.asarray(sorted(range(len(ids)), key=lambda i: ids[i]), np.int64)
    positions = np.zeros((len(ids), 2), np.float32)
    positions[order] = fit_map(vectors[order])
    return positions


def _members(themes: Themes, keys: Keys) -> dict[str, frozenset[int]]:
    """Keys of the activities of every theme, fine and broad."""
    out: dict[str, set[int]] = {t.id: set() for t in themes.registry.broad}
    for j, theme in enumerate(themes.registry.fine):
        mine = set(keys[themes.where == j].tolist())
        out[theme.id] = mine
        out[str(theme.parent)] |= mine
    return {name: frozenset(members) for name, members in out.items()}
