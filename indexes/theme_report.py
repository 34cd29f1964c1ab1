"""One page a researcher can attach to a paper: figures, numbers, method, versions."""

from __future__ import annotations

from html import escape
from importlib.metadata import version
from typing import Any

import numpy as np

from indexes.engine import SearchIndex
from indexes.theme_board import WARNING, Gap, ThemeBoard
from nlp.pages import html_figure, html_page, html_table
from nlp.records import Activity
from nlp.theme_fit import BOOTSTRAPS, RUNS
from nlp.theme_tables import Matrix
from nlp.themes import THRESHOLD

_PACKAGES = ("regioplan", "scikit-learn", "scipy", "opentsne", "numpy", "sentence-transformers")


def theme_report(index: SearchIndex, board: ThemeBoard, region: str | None = None) -> str:
    """The page, in English with the Latvian names of the themes.

    :raises UsageError: no such region.
    """
    gaps = board.gaps(region) if region else []
    regions = board.matrix("region", "fine")
    parts = [
        f"<p>{len(index.activities)} activities; themes version <b>{escape(board.version)}</b>; "
        f"{board.unclassified:.1%} of the activities have no theme.</p>",
        "<h2>Map</h2>",
        html_figure(_map(index, board), "map", first=True),
        "<p>Each point is an activity; alike ones lie together. The same activities are listed by "
        "<code>regioplan export</code> and <code>regioplan themes show THEME</code>.</p>",
        "<h2>Themes by region</h2>",
        html_figure(_heat(board, board.matrix("region", "broad")), "regions", first=False),
        "<h3>Broad themes: activities, near-copies within a region once</h3>",
        _table(board, board.matrix("region", "broad")),
        "<h3>Fine themes</h3>",
        _table(board, regions),
        "<h2>Themes by horizontal priority</h2>",
        _table(board, board.matrix("priority", "broad")),
        "<h2>Themes by stage</h2>",
        _table(board, board.matrix("stage", "fine")),
        "<p>Planned, and nothing performed reported: "
        f"{escape(', '.join(t.lv for t in board.only_planned()) or 'none')}. Only Vidzeme's "
        "document is a progress report, so this says little of the others.</p>",
        "<h2>Themes by period</h2>",
        _table(board, board.matrix("period", "broad")),
        *_changes(board),
        *(_gaps(region, board, gaps) if region else ()),
        "<h2>Themes</h2>",
        _themes(board),
        "<h2>Method</h2>",
        f"<p>Activities are unit vectors: their encoded text plus the encoded glossary concepts "
        f"they name, both centred. {RUNS} spherical k-means runs from hashed starts vote which "
        f"texts belong together; average linkage cuts the votes (Fred and Jain 2005). An activity "
        f"belongs to the nearest centroid from a cosine of {THRESHOLD} on. Stability is the mean "
        f"best Jaccard over {BOOTSTRAPS} refits of nine tenths of the texts (Hennig 2007). Names "
        "are glossary concepts that set a theme apart. A share is of all activities of a column; a "
        "lift is that share over the share in all columns. Expected counts in gaps are a region's "
        "total times the share of the theme elsewhere; p is hypergeometric, q after Benjamini and "
        f"Hochberg.</p><p>{escape(WARNING)}</p>",
        html_table(("Package", "Version"), [(name, version(name)) for name in _PACKAGES]),
        html_table(("Plan", "Region", "Period", "Activities"), _plans(index)),
    ]
    return html_page("Themes of the regional plans", parts)


def _plans(index: SearchIndex) -> list[tuple[str, str, str, int]]:
    found: dict[tuple[str, str], list[str]] = {}
    for a in index.activities:
        found.setdefault((a.plan.split("\n")[0], a.period), []).append(a.region)
    return [
        (plan, ", ".join(sorted(set(regions))), period, len(regions))
        for (plan, period), regions in found.items()
    ]


def _table(board: ThemeBoard, matrix: Matrix) -> str:
    """Count, share and lift in every cell, zeros included, with the totals below."""
    columns = zip(matrix.columns, matrix.totals, strict=True)
    header = ["Theme", *(f"{name} (n={n})" for name, n in columns)]
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    shares, lifts = matrix.shares, matrix.lifts
    body = ""
    for i, name in enumerate(matrix.rows):
        cells = "".join(
            f"<td class='{'n' if n else 'n zero'}'>{n}<br><small>{shares[i, j]:.1%}, "
            f"{lifts[i, j]:.1f}x</small></td>"
            for j, n in enumerate(matrix.counts[i].tolist())
        )
        body += f"<tr><th>{name} {escape(board.get(name).lv)}</th>{cells}</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _changes(board: ThemeBoard) -> list[str]:
    periods = board.matrix("period", "broad").columns
    if len(periods) < 2:
        return []
    before, after = periods[0], periods[-1]
    rows = [
        (board.get(c.theme).lv, c.before, c.after, c.after - c.before, c.low, c.high)
        for c in board.change(before, after)
    ]
    return [
        f"<h3>Change from {escape(before)} to {escape(after)}, share of activities with 95 % "
        "interval of the difference</h3><p>The periods hold plans of different regions, so a "
        "change may be a difference between regions.</p>",
        html_table(("Theme", before, after, "Difference", "Low", "High"), rows),
    ]


def _gaps(region: str, board: ThemeBoard, gaps: list[Gap]) -> list[str]:
    rows = [
        (
            g.state, f"{g.theme.id} {g.theme.lv}", g.shortfall.own, g.shortfall.expected,
            g.shortfall.q, ", ".join(g.shortfall.others),
            " | ".join(f"{a.region}: {a.text[:120]}" for a in g.evidence[:2]),
            " | ".join(f"{value:.2f} {a.text[:120]}" for a, value in g.nearest[:1]),
        )
        for g in gaps
        if g.state != "covered"
    ]  # fmt: skip
    header = ("State", "Theme", "Has", "Expected", "q", "Also in", "For example", "Nearest here")
    likest = ", ".join(f"{name} {value:.2f}" for name, value in board.peers(region))
    return [
        f"<h2>Gaps of {escape(region)}</h2><p>Most alike: {escape(likest)}. {escape(WARNING)}</p>",
        html_table(header, rows),
    ]


def _themes(board: ThemeBoard) -> str:
    names = {theme.id: theme.lv for theme in board.themes("broad")}
    rows = [
        (t.id, t.lv, t.en, names[str(t.parent)], t.size, t.stability, ", ".join(t.terms))
        for t in board.themes("fine")
    ]
    return html_table(("Id", "Latvian", "English", "Under", "Size", "Stability", "Words"), rows)


def _map(index: SearchIndex, board: ThemeBoard) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure()
    positions = index.themes.positions
    broad = [board.theme_of(row, "broad") for row in range(len(index.activities))]
    for theme in board.themes("broad"):
        rows = [row for row, own in enumerate(broad) if own is not None and own.id == theme.id]
        figure.add_scattergl(
            x=positions[rows, 0], y=positions[rows, 1], mode="markers", name=theme.lv,
            marker={"size": 5},
            text=[_hover(index.activities[row]) for row in rows],
            hoverinfo="text",
        )  # fmt: skip
    figure.update_layout(height=620, xaxis_visible=False, yaxis_visible=False)
    return figure


def _hover(activity: Activity) -> str:
    return f"{activity.region}: {escape(activity.text[:120])}"


def _heat(board: ThemeBoard, matrix: Matrix) -> Any:
    import plotly.graph_objects as go

    return go.Figure(
        go.Heatmap(
            z=np.round(matrix.shares * 100, 1),
            x=list(matrix.columns),
            y=[board.get(name).lv for name in matrix.rows],
            text=matrix.counts,
            texttemplate="%{text}",
            colorscale="Blues",
            colorbar={"title": "%"},
        )
    ).update_layout(height=480, yaxis_autorange="reversed")
