"""Fits themes so that the same corpus gives the same themes, and nearly the same one nearly so.

Single clusterings of short texts are unstable: dropping one text in fifty changes a Ward tree or a
k-means partition by a third. Here many k-means runs vote (evidence accumulation, Fred and Jain
2005) and average linkage cuts the votes. Every run starts from texts chosen by a hash of their
words, so neither the order of the texts nor the presence of others changes where it starts.
"""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from nlp.encoder import Encoder
from nlp.glossary import ConceptFinder
from nlp.records import fold
from nlp.theme_labels import describe
from nlp.themes import UNCLASSIFIED, Floats, Numbers, Theme, ThemeRegistry

FINE, BROAD = 60, 10  # of ten to fourteen broad themes ten were the most stable
PER_FINE = 5  # texts a fine theme should have, at least
RUNS = 200
STEPS = 8
SAMPLE = 4000  # texts that vote; the rest are assigned
BOOTSTRAPS = 8
BOOTSTRAP_RUNS = 50
CLEAR_STEP = 0.05  # a step in the linkage this high, and this many times the next highest,
CLEAR_TIMES = 2.5  # tells the number of themes by itself
SMALLEST = 6
REPRESENTATIVES = 5
_MIX = np.uint64(0x9E3779B97F4A7C15)


@dataclass(frozen=True)
class ThemeTexts:
    """Activities as the themes see them, one entry each: id, text, vector, concepts it names."""

    ids: Sequence[str]
    texts: Sequence[str]
    vectors: Floats
    concepts: Sequence[Sequence[str]]
    mean_text: Floats
    mean_concepts: Floats


@dataclass(frozen=True, slots=True)
class Refit:
    """What a refit did to the themes before it."""

    kept: tuple[str, ...]
    born: tuple[str, ...]
    died: tuple[str, ...]
    split: tuple[tuple[str, str], ...]  # old theme, the new one that took part of it


def theme_vectors(
    dense: Floats,
    concepts: Sequence[Sequence[str]],
    encoder: Encoder,
    finder: ConceptFinder,
    means: tuple[Floats, Floats] | None = None,
) -> tuple[Floats, Floats, Floats]:
    """Unit vectors: what the text says plus what its glossary concepts mean, both centred.

    :param dense: ``(n, dimension)`` activity vectors.
    :param concepts: ids of the concepts of each text, with everything broader.
    :param means: of an earlier fit, so that new texts are seen as the old ones were.
    :returns: the vectors, mean of the texts, mean of the concepts.
    """
    named = _concept_vectors(concepts, encoder, finder)
    has = np.linalg.norm(named, axis=1) > 0
    if means is None:
        mean_text = dense.mean(axis=0) if len(dense) else np.zeros(encoder.dimension, np.float32)
        mean_concepts = named[has].mean(axis=0) if has.any() else np.zeros_like(mean_text)
    else:
        mean_text, mean_concepts = means
    meant = np.where(has[:, None], unit(named - mean_concepts), 0)
    vectors = unit(unit(dense - mean_text) + meant)
    return vectors.astype(np.float32), mean_text, mean_concepts


def _concept_vectors(
    concepts: Sequence[Sequence[str]], encoder: Encoder, finder: ConceptFinder
) -> Floats:
    """Sum of the vectors of each text's concepts; the more specific a concept, the more it says."""
    known = sorted({key for row in concepts for key in row} & set(finder.concepts))
    below = Counter(step for key in finder.concepts for step in finder.broader(key))
    rows = encoder.encode([" ".join(finder.concepts[key].terms) for key in known])
    total = len(finder.concepts)
    weighted = {
        key: row * math.log(1 + total / (1 + below[key]))
        for key, row in zip(known, rows, strict=True)
    }
    out = np.zeros((len(concepts), encoder.dimension), np.float32)
    for i, row in enumerate(concepts):
        for key in row:
            if key in weighted:
                out[i] += weighted[key]
    return unit(out)


def fit(
    texts: ThemeTexts, encoder: str, finder: ConceptFinder, bootstraps: int = BOOTSTRAPS
) -> tuple[ThemeRegistry, Numbers]:
    """Themes of a corpus and the fine theme of every text.

    The result does not depend on the order of the texts.

    :param bootstraps: refits for the stability of every theme; 0 leaves it at 0.
    """
    first: dict[str, int] = {}
    for i in sorted(range(len(texts.ids)), key=lambda i: texts.ids[i]):
        first.setdefault(fold(texts.texts[i]), i)
    keys = {text: _hash(text) for text in first}
    order = sorted(first, key=lambda text: (keys[text], text))
    rows = np.asarray([first[text] for text in order[:SAMPLE]], dtype=np.int64)
    hashes = np.asarray([keys[text] for text in order[:SAMPLE]], dtype=np.uint64)
    sample = texts.vectors[rows]
    labels, groups = _two_levels(sample, hashes, RUNS)
    registry = _registry(texts, rows, labels, groups, encoder, finder)
    stability = _stability(sample, hashes, labels, bootstraps)
    fine = tuple(
        replace(t, stability=round(s, 3)) for t, s in zip(registry.fine, stability, strict=True)
    )
    broad = tuple(_with_stability(theme, fine) for theme in registry.broad)
    registry = replace(registry, fine=fine, broad=broad)
    return registry, registry.assign(texts.vectors)[0]


def _with_stability(theme: Theme, fine: Sequence[Theme]) -> Theme:
    mine = [t for t in fine if t.parent == theme.id]
    total = sum(t.size for t in mine)
    value = sum(t.size * t.stability for t in mine) / total if total else 0.0
    return replace(theme, stability=round(value, 3))


def unit(matrix: npt.NDArray[np.floating]) -> Floats:
    """Rows of length one; zero rows stay."""
    norms = np.linalg.norm(matrix, axis=-1, keepdims=True)
    return np.asarray(matrix / np.maximum(norms, 1e-9), dtype=np.float32)


def _hash(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def _two_levels(
    vectors: Floats, hashes: npt.NDArray[np.uint64], runs: int
) -> tuple[Numbers, Numbers]:
    """Fine theme of every text, numbered by size; broad theme of every fine one."""
    wanted = max(1, min(FINE, len(vectors) // PER_FINE))
    labels = _consensus(vectors, hashes, wanted, runs)
    count = int(labels.max(initial=-1)) + 1
    few = max(1, min(BROAD, count // 3))
    wide = _consensus(vectors, hashes, few, 2 * runs, exactly=True)
    groups = np.asarray(
        [np.bincount(wide[labels == j]).argmax() for j in range(count)], dtype=np.int64
    )
    return labels, _numbered(groups, np.bincount(labels, minlength=count))


def _consensus(
    vectors: Floats,
    hashes: npt.NDArray[np.uint64],
    wanted: int,
    runs: int,
    exactly: bool = False,
) -> Numbers:
    """Clusters that most runs agree on, numbered by size.

    :param exactly: as many as wanted, however clearly the texts tell another number.
    """
    from scipy.cluster.hierarchy import fcluster, linkage

    n = len(vectors)
    if n < 3 or wanted < 2:
        return np.zeros(n, dtype=np.int64)
    together = np.zeros((n, n), dtype=np.uint16)
    for run in range(runs):
        k = min(n, max(2, round(wanted * (0.8 + 0.8 * run / runs))))
        nearest = _run(vectors, _starts(hashes, run, k))
        together += nearest[:, None] == nearest
    distance = 1 - together[np.triu_indices(n, 1)].astype(np.float32) / runs
    tree = linkage(distance, "average")
    clear = None if exactly else _clear_number(tree[:, 2], wanted)
    k = clear or wanted
    return _settled(vectors, fcluster(tree, k, "maxclust").astype(np.int64) - 1)


def _clear_number(heights: npt.NDArray[np.float64], wanted: int) -> int | None:
    """The number of clusters that one high step of the linkage tells, where there is one."""
    n = len(heights) + 1
    most = min(n - 1, wanted * 2)
    steps = {k: float(heights[n - k] - heights[n - k - 1]) for k in range(2, most + 1)}
    if len(steps) < 2:
        return None
    best, second = sorted(steps, key=lambda k: (-steps[k], k))[:2]
    clear = steps[best] >= max(CLEAR_STEP, CLEAR_TIMES * steps[second])
    return best if clear else None


def _starts(hashes: npt.NDArray[np.uint64], run: int, k: int) -> Numbers:
    """Texts a run starts from: chosen by their own hash, so the others do not matter."""
    with np.errstate(over="ignore"):
        mixed = (hashes ^ (np.uint64(run + 1) * _MIX)) * np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0x94D049BB133111EB)
        mixed ^= mixed >> np.uint64(32)
    return np.argsort(mixed, kind="stable")[:k]


def _run(vectors: Floats, starts: Numbers) -> npt.NDArray[np.int16]:
    """Number of the cluster of every text in a spherical k-means."""
    rows = np.arange(len(vectors))
    member = np.zeros((len(vectors), len(starts)), np.float32)
    nearest = (vectors @ vectors[starts].T).argmax(axis=1)
    for _ in range(STEPS - 1):
        member[:] = 0
        member[rows, nearest] = 1
        before, nearest = nearest, (vectors @ unit(member.T @ vectors).T).argmax(axis=1)
        if np.array_equal(before, nearest):  # nothing moves any more
            break
    return np.asarray(nearest, dtype=np.int16)


def _settled(vectors: Floats, labels: Numbers) -> Numbers:
    """A few k-means steps from the clusters; too small ones join the nearest; numbered by size."""
    for step in range(4):
        sizes = np.bincount(labels)
        least = SMALLEST if step and len(vectors) > SMALLEST * len(sizes) else 1
        kept = np.flatnonzero(sizes >= least)
        centroids = unit(np.stack([vectors[labels == j].sum(axis=0) for j in kept]))
        labels = (vectors @ centroids.T).argmax(axis=1)
    return _numbered(labels, np.ones(len(labels)))


def _numbered(labels: Numbers, weights: npt.NDArray[Any]) -> Numbers:
    """The same clusters, the heaviest first; of equals the one that comes first."""
    names = list(dict.fromkeys(labels.tolist()))
    heavy = {name: float(weights[labels == name].sum()) for name in names}
    order = sorted(names, key=lambda name: (-heavy[name], names.index(name)))
    place = {name: i for i, name in enumerate(order)}
    return np.asarray([place[name] for name in labels.tolist()], dtype=np.int64)


def _registry(
    texts: ThemeTexts,
    rows: Numbers,
    labels: Numbers,
    groups: Numbers,
    encoder: str,
    finder: ConceptFinder,
) -> ThemeRegistry:
    sample = texts.vectors[rows]
    count = len(groups)
    centroids = unit(np.stack([sample[labels == j].sum(axis=0) for j in range(count)]))
    blank = ThemeRegistry(
        tuple(Theme("", None, "", "", (), 0, 0.0, ()) for _ in range(count)),
        (), centroids, texts.mean_text, texts.mean_concepts, encoder,
    )  # fmt: skip
    where, similarity = blank.assign(texts.vectors)
    said = [texts.texts[i] for i in rows.tolist()]
    named = [texts.concepts[i] for i in rows.tolist()]
    words = describe(said, named, where[rows], count, finder)
    fine = tuple(
        Theme(
            f"T{j + 1:02d}", f"G{groups[j] + 1:02d}", words[j].lv, words[j].en, words[j].terms,
            int((where == j).sum()), 0.0, _closest(texts, where, similarity, j),
        )
        for j in range(count)
    )  # fmt: skip
    place = np.where(where == UNCLASSIFIED, UNCLASSIFIED, groups[np.maximum(where, 0)])
    wide = describe(said, named, place[rows], int(groups.max()) + 1, finder)
    broad = tuple(
        Theme(
            f"G{g + 1:02d}", None, wide[g].lv, wide[g].en, wide[g].terms,
            int((place == g).sum()), 0.0, _closest(texts, place, similarity, g),
        )
        for g in range(int(groups.max()) + 1)
    )  # fmt: skip
    return replace(blank, fine=fine, broad=broad)


def _closest(texts: ThemeTexts, where: Numbers, similarity: Floats, theme: int) -> tuple[str, ...]:
    """Ids of the most typical activities, each text once."""
    members = sorted(
        np.flatnonzero(where == theme).tolist(), key=lambda i: (-similarity[i], texts.ids[i])
    )
    seen: dict[str, str] = {}
    for i in members:
        seen.setdefault(fold(texts.texts[i]), texts.ids[i])
    return tuple(list(seen.values())[:REPRESENTATIVES])


def _stability(
    vectors: Floats, hashes: npt.NDArray[np.uint64], labels: Numbers, draws: int
) -> list[float]:
    """Mean best Jaccard of every theme over refits of nine texts in ten (Hennig 2007)."""
    count = int(labels.max(initial=-1)) + 1
    if len(vectors) < 30 or not draws:
        return [0.0] * count
    found = np.zeros((draws, count))
    for draw in range(draws):
        # Each text leaves by its own hash again: about one in ten.
        kept = np.flatnonzero((hashes >> np.uint64(8 * draw % 56)) % np.uint64(10) != 0)
        again = _consensus(vectors[kept], hashes[kept], count, BOOTSTRAP_RUNS)
        old = labels[kept]
        shared = np.zeros((count, int(again.max()) + 1))
        np.add.at(shared, (old, again), 1)
        union = shared.sum(axis=1, keepdims=True) + shared.sum(axis=0, keepdims=True) - shared
        found[draw] = (shared / np.maximum(union, 1)).max(axis=1)
    return [float(value) for value in found.mean(axis=0)]


def anchored(
    registry: ThemeRegistry, members: Sequence[Numbers], texts: ThemeTexts, encoder: str
) -> ThemeRegistry:
    """The same themes in the space of another encoder: centroids anew, from their members.

    :param members: rows of ``texts`` that belong to each fine theme; a theme without any keeps
        nothing to be found by.
    """
    size = texts.vectors.shape[1]
    centroids = [
        texts.vectors[rows].sum(axis=0) if len(rows) else np.zeros(size, np.float32)
        for rows in members
    ]
    return replace(
        registry,
        centroids=unit(np.stack(centroids)) if centroids else np.zeros((0, size), np.float32),
        mean_text=texts.mean_text,
        mean_concepts=texts.mean_concepts,
        encoder=encoder,
    )


def matched(
    old: ThemeRegistry,
    old_members: Mapping[str, frozenset[Any]],
    new: ThemeRegistry,
    new_members: Mapping[str, frozenset[Any]],
) -> tuple[ThemeRegistry, Refit]:
    """A refitted registry with the ids of the themes before it, where they are the same ones.

    Themes are matched one to one by the Jaccard of their activities; a new theme gets an id that
    no theme ever had.
    """
    kept: dict[str, str] = {}
    for level in ("fine", "broad"):
        kept |= _pairs(getattr(old, level), old_members, getattr(new, level), new_members)
    names = dict(kept)
    taken = {t.id for t in (*old.fine, *old.broad)} | set(old.retired)
    for theme in (*new.fine, *new.broad):
        if theme.id not in names:
            number = 1
            while f"{theme.id[0]}{number:02d}" in taken:
                number += 1
            names[theme.id] = f"{theme.id[0]}{number:02d}"
            taken.add(names[theme.id])
    renamed = replace(
        new,
        fine=tuple(replace(t, id=names[t.id], parent=names[str(t.parent)]) for t in new.fine),
        broad=tuple(replace(t, id=names[t.id]) for t in new.broad),
    )
    died = tuple(t.id for t in (*old.fine, *old.broad) if t.id not in kept.values())
    born = tuple(names[t.id] for t in (*new.fine, *new.broad) if t.id not in kept)
    split = []
    for theme in new.fine:
        mine = new_members.get(theme.id, frozenset())
        for before in old.fine:
            shared = len(mine & old_members.get(before.id, frozenset()))
            if theme.id not in kept and mine and shared > len(mine) / 2:
                split.append((before.id, names[theme.id]))
    registry = replace(renamed, retired=tuple(sorted({*old.retired, *died})))
    return registry, Refit(tuple(sorted(kept.values())), born, died, tuple(split))


def _pairs(
    old: Sequence[Theme],
    old_members: Mapping[str, frozenset[Any]],
    new: Sequence[Theme],
    new_members: Mapping[str, frozenset[Any]],
) -> dict[str, str]:
    from scipy.optimize import linear_sum_assignment

    overlap = np.zeros((len(new), len(old)))
    for i, theme in enumerate(new):
        mine = new_members.get(theme.id, frozenset())
        for j, before in enumerate(old):
            theirs = old_members.get(before.id, frozenset())
            overlap[i, j] = len(mine & theirs) / max(1, len(mine | theirs))
    rows, columns = linear_sum_assignment(-overlap)
    return {
        new[i].id: old[j].id
        for i, j in zip(rows.tolist(), columns.tolist(), strict=True)
        if overlap[i, j] >= 0.3
    }
