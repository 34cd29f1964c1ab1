"""The themes of an index: fitted once, kept by every later build, stored with each generation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.records import Activity
from nlp.theme_fit import Refit, ThemeTexts, anchored, fit, matched, theme_vectors
from nlp.theme_map import extend_map, fit_map
from nlp.themes import UNCLASSIFIED, Floats, Numbers, ThemeRegistry

REGISTRY = "themes.json"
ARRAYS = "themes.npz"


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
    """Themes of the generation before, and the ids of its activities in order."""

    themes: Themes
    ids: Sequence[str]


def make_themes(
    activities: Sequence[Activity],
    texts: Sequence[str],
    dense: Floats,
    encoder: Encoder,
    finder: ConceptFinder,
    earlier: Earlier | None = None,
) -> Themes:
    """Themes of activities: fitted, or those of before with new activities assigned.

    An activity that had a theme keeps it.

    :param texts: with abbreviations written out.
    :param dense: activity vectors.
    """
    concepts = [finder.with_ancestors(text) for text in texts]
    if earlier is None:
        seen = theme_texts(activities, dense, concepts, encoder, finder)
        registry, where = fit(seen, encoder.fingerprint, finder)
        similarity = registry.assign(seen.vectors)[1]
        return Themes(registry, where, similarity, _map(activities, seen.vectors))
    return _carried_over(activities, dense, concepts, encoder, finder, earlier)


def refit(fresh: Themes, activities: Sequence[Activity], earlier: Earlier) -> tuple[Themes, Refit]:
    """Newly fitted themes under the ids of those before, and what became of each."""
    registry, what = matched(
        earlier.themes.registry,
        _members(earlier.themes, earlier.ids),
        fresh.registry,
        _members(fresh, [a.id for a in activities]),
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
    means: tuple[Floats, Floats] | None = None,
) -> ThemeTexts:
    """Activities as the themes see them; see :func:`nlp.theme_fit.theme_vectors`."""
    vectors, mean_text, mean_concepts = theme_vectors(dense, concepts, encoder, finder, means)
    return ThemeTexts(
        [a.id for a in activities], [a.text for a in activities],
        vectors, concepts, mean_text, mean_concepts,
    )  # fmt: skip


def _carried_over(
    activities: Sequence[Activity],
    dense: Floats,
    concepts: Sequence[Sequence[str]],
    encoder: Encoder,
    finder: ConceptFinder,
    earlier: Earlier,
) -> Themes:
    old = earlier.themes
    row = {name: i for i, name in enumerate(earlier.ids)}
    known = [i for i, a in enumerate(activities) if a.id in row]
    before = np.asarray([row[activities[i].id] for i in known], dtype=np.int64)
    same = old.registry.encoder == encoder.fingerprint
    means = (old.registry.mean_text, old.registry.mean_concepts) if same else None
    seen = theme_texts(activities, dense, concepts, encoder, finder, means)
    where = np.full(len(activities), UNCLASSIFIED, dtype=np.int64)
    where[known] = old.where[before]
    registry = old.registry
    if not same:
        members = [np.flatnonzero(where == j) for j in range(len(registry.fine))]
        registry = anchored(registry, members, seen, encoder.fingerprint)
    assigned, similarity = registry.assign(seen.vectors)
    fresh = [i for i, a in enumerate(activities) if a.id not in row]
    where[fresh] = assigned[fresh]
    positions = np.zeros((len(activities), 2), np.float32)
    positions[known] = old.positions[before]
    positions[fresh] = extend_map(seen.vectors[known], positions[known], seen.vectors[fresh])
    return Themes(registry, where, similarity, positions)


def _map(activities: Sequence[Activity], vectors: Floats) -> Floats:
    """The map, drawn in the order of the ids, so that the order of the rows does not matter."""
    order = np.asarray(sorted(range(len(activities)), key=lambda i: activities[i].id), np.int64)
    positions = np.zeros((len(activities), 2), np.float32)
    positions[order] = fit_map(vectors[order])
    return positions


def _members(themes: Themes, ids: Sequence[str]) -> dict[str, frozenset[str]]:
    """Ids of the activities of every theme, fine and broad."""
    out: dict[str, set[str]] = {t.id: set() for t in themes.registry.broad}
    for j, theme in enumerate(themes.registry.fine):
        mine = {ids[i] for i in np.flatnonzero(themes.where == j).tolist()}
        out[theme.id] = mine
        out[str(theme.parent)] |= mine
    return {name: frozenset(members) for name, members in out.items()}
