"""Growth curves of a benchmark as SVG: ``python -m tests.benchmarks.plot RESULTS SVG``."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.benchmarks.peers import SYSTEMS

PANELS = (
    ("Search, p50 ms", ("search", "plain", "p50_ms")),
    ("Filtered search, p50 ms", ("search", "filtered", "p50_ms")),
    ("Resident memory, MB", ("search", "tree_mb")),
    ("Disk, MB", ("build", "disk_mb")),
)
_COLOURS = ("#b3261e", "#e07a5f", "#111111", "#1f77b4", "#7fb2dd", "#2a9d5c", "#8c6bb1", "#b8860b")


def draw(results: dict[str, Any], file: Path) -> None:
    """One panel for each measure, one line for each system."""
    mpl.rcParams |= {"svg.hashsalt": "regioplan", "font.size": 9}
    sizes = sorted(int(name) for name in results["corpora"] if name != "real")
    figure = Figure(figsize=(10, 7.5), layout="constrained")
    panels = figure.subplots(2, 2)
    for axes, (title, path) in zip(panels.flat, PANELS, strict=True):
        for what, colour in zip(SYSTEMS, _COLOURS, strict=True):
            points = []
            for size in sizes:
                found: Any = results["corpora"][str(size)].get(what.name, {})
                for name in path:
                    found = found.get(name, {})
                if isinstance(found, int | float):
                    points.append((size, found))
            if points:
                wide = 2.2 if what.ours else 1.3
                axes.plot(
                    *zip(*points, strict=True), "o-", color=colour, lw=wide, ms=4, label=what.label
                )
        axes.set(title=title, xscale="log", yscale="log", xlabel="activities")
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        axes.grid(color="#dddddd", lw=0.6)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=4)
    figure.savefig(file, metadata={"Date": None})


if __name__ == "__main__":
    source, target = sys.argv[1:]
    draw(json.loads(Path(source).read_text(encoding="utf-8")), Path(target))
