"""How much the themes depend on what should not matter: order of rows, single activities."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median
from typing import Any

import numpy as np

from indexes.engine import SearchIndex
from indexes.themes import theme_texts
from nlp.theme_fit import fit
from nlp.themes import Numbers

DRAWS = 10
DROPPED = 0.02
SEED = 100


def evaluate_themes(
    index: SearchIndex, progress: Callable[[str], None] = lambda _: None, draws: int = DRAWS
) -> list[dict[str, Any]]:
    """Adjusted Rand index of refits with the first fit, for fine and broad themes.

    One row for the rows in another order, one for two in a hundred activities dropped at random
    (median and least of ``draws``). Unclassified activities count as a theme of their own.
    """
    from sklearn.metrics import adjusted_rand_score

    concepts = [index.finder.with_ancestors(text) for text in index.texts]
    everything = np.arange(len(index.activities))
    base = _themes(index, concepts, everything)
    generator = np.random.default_rng(SEED)
    shuffled = generator.permutation(everything)
    progress("rows in another order")
    runs = {"rows reordered": [(shuffled, _themes(index, concepts, shuffled))]}
    dropped = []
    for draw in range(draws):
        progress(f"activities dropped, {draw + 1} of {draws}")
        kept = np.sort(generator.permutation(everything)[round(DROPPED * len(everything)) :])
        dropped.append((kept, _themes(index, concepts, kept)))
    runs[f"{DROPPED:.0%} dropped"] = dropped
    out = []
    for level in (0, 1):
        for name, results in runs.items():
            values = [
                adjusted_rand_score(base[level][kept], found[level]) for kept, found in results
            ]
            out.append(
                {
                    "change": f"{name}, {('fine', 'broad')[level]}",
                    "runs": len(values),
                    "themes": len(set(base[level].tolist()) - {-1}),
                    "ari": float(median(values)),
                    "least": float(min(values)),
                }
            )
    return out


def _themes(
    index: SearchIndex, concepts: Sequence[Sequence[str]], rows: Numbers
) -> tuple[Numbers, Numbers]:
    """Fine and broad theme of the given activities, fitted on them alone."""
    activities = [index.activities[i] for i in rows.tolist()]
    mine = [concepts[i] for i in rows.tolist()]
    dense = index.legs.dense.vectors(rows)
    seen = theme_texts(activities, dense, mine, index.encoder, index.finder)
    registry, fine = fit(seen, index.encoder.fingerprint, index.finder, bootstraps=0)
    groups = {theme.id: i for i, theme in enumerate(registry.broad)}
    parents = np.asarray([groups[str(theme.parent)] for theme in registry.fine])
    return fine, np.where(fine < 0, -1, parents[np.maximum(fine, 0)])
