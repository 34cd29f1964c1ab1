"""Whether an opened index hangs together: its parts speak of the same activities and find them."""

from __future__ import annotations

from indexes.engine import SearchIndex

SAMPLE = 50
_TOP = 3


def problems(index: SearchIndex, sample: int = SAMPLE) -> list[str]:
    """What does not fit, in words; empty where all is well.

    Counts of every part are compared, and ``sample`` activities spread over the index are looked
    for by their own text: each, or a near-copy of it, must be among the first hits.
    """
    n = len(index.activities)
    counts = {
        "vectors": len(index.legs.dense),
        "groups of near-copies": len(index.groups),
        "themes": len(index.themes.where),
        "positions on the map": len(index.themes.positions),
        **{f"tags of {name}": len(rows) for name, rows in index.tags.probabilities.items()},
    }
    out = [f"{m} {name} for {n} activities" for name, m in counts.items() if m != n]
    if out:
        return out
    for row in range(0, n, max(1, n // sample)):
        activity = index.activities[row]
        found = index.similar_list(activity.text, "", _TOP)
        if index.groups[row] not in {index.groups[index.row_of(h.activity.id)] for h in found}:
            out.append(f"activity {activity.id} is not found by its own text")
    return out
