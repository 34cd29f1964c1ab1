"""Places of activities on a plane: alike ones lie together. New ones never move the old ones."""

from __future__ import annotations

import numpy as np

from nlp.themes import Floats

SEED = 13
LEAST = 50  # below, principal components do as well
MOST = 8000  # drawn by t-SNE itself; more are placed beside their neighbours
NEIGHBOURS = 10
_PERPLEXITY = 30
_STEPS = 400


def fit_map(vectors: Floats) -> Floats:
    """Positions ``(n, 2)`` by t-SNE (openTSNE, Poličar et al. 2024), seeded, on one thread."""
    if len(vectors) < LEAST:
        return _components(vectors)
    from openTSNE import TSNE

    if len(vectors) > MOST:
        drawn = np.random.default_rng(SEED).permutation(len(vectors))
        drawn, rest = np.sort(drawn[:MOST]), np.sort(drawn[MOST:])
        out = np.zeros((len(vectors), 2), np.float32)
        out[drawn] = fit_map(vectors[drawn])
        out[rest] = extend_map(vectors[drawn], out[drawn], vectors[rest])
        return out
    embedding = TSNE(
        perplexity=_PERPLEXITY,
        metric="cosine",
        n_iter=_STEPS,
        neighbors="exact",
        negative_gradient_method="fft",
        random_state=SEED,
        n_jobs=1,  # sums over several threads would differ from run to run
    ).fit(vectors)
    return np.asarray(embedding, dtype=np.float32).round(3)


def extend_map(vectors: Floats, positions: Floats, fresh: Floats) -> Floats:
    """Positions of further vectors: the median of their nearest neighbours on the map."""
    if not len(fresh):
        return np.zeros((0, 2), np.float32)
    out = []
    for start in range(0, len(fresh), 1000):
        distance = -(fresh[start : start + 1000] @ vectors.T)
        near = np.argpartition(distance, min(NEIGHBOURS, len(vectors) - 1), axis=1)
        out.append(np.median(positions[near[:, :NEIGHBOURS]], axis=1))
    return np.vstack(out).astype(np.float32).round(3)


def _components(vectors: Floats) -> Floats:
    centred = vectors - vectors.mean(axis=0) if len(vectors) else vectors
    if len(vectors) < 3:
        return np.zeros((len(vectors), 2), np.float32)
    left, values, _ = np.linalg.svd(centred, full_matrices=False)
    return np.asarray(left[:, :2] * values[:2], dtype=np.float32).round(3)
