"""One page a researcher can attach to a paper: figures, numbers, method, versions."""

from __future__ import annotations

from collections import Counter
from html import escape
from importlib.metadata import version
from typing import Any

import numpy as np

from indexes.engine import SearchIndex
from indexes.theme_board import Gap, ThemeBoard
from indexes.theme_words import column_name, theme_words
from nlp.languages import Language, Say
from nlp.pages import html_figure, html_page, html_table
from nlp.records import Activity
from nlp.theme_fit import BOOTSTRAPS, RUNS
from nlp.theme_tables import Matrix
from nlp.themes import THRESHOLD

_PACKAGES = ("regioplan", "scikit-learn", "scipy", "opentsne", "numpy", "sentence-transformers")


def theme_report(
    index: SearchIndex, board: ThemeBoard, region: str | None = None, language: Language = "en"
) -> str:
    """The page, with the Latvian names of the themes in either language.

    :param region: whose gaps it lists too.
    :raises UsageError: no such region.
    """
    say = theme_words(language)
    gaps = board.gaps(region) if region else []
    unclassified = f"{board.unclassified:.1%}"
    counts = say(
        "counts", n=len(index.activities), version=escape(board.version), without=unclassified
    )
    only_planned = escape(", ".join(t.lv for t in board.only_planned()) or say("none"))
    method = say("method_text", runs=RUNS, threshold=THRESHOLD, bootstraps=BOOTSTRAPS)
    by_region = board.matrix("region", "broad")
    parts = [
        f"<p>{counts}</p>",
        f"<h2>{say('map')}</h2>",
        html_figure(_map(index, board), "map", first=True, language=language),
        f"<p>{say('map_note')}</p>",
        *([f"<p>{say('map_sample', step=index.map_step)}</p>"] if index.map_step > 1 else ()),
        f"<h2>{say('by_region')}</h2>",
        html_figure(_heat(board, by_region), "regions", first=False, language=language),
        f"<h3>{say('broad')}</h3>",
        _table(board, by_region, say),
        f"<h3>{say('fine')}</h3>",
        _table(board, board.matrix("region", "fine"), say),
        f"<h2>{say('by_priority')}</h2>",
        _table(board, board.matrix("priority", "broad"), say),
        f"<h2>{say('by_stage')}</h2>",
        _table(board, board.matrix("stage", "fine"), say),
        f"<p>{say('only_planned', themes=only_planned)}</p>",
        f"<h2>{say('by_period')}</h2>",
        _table(board, board.matrix("period", "broad"), say),
        *_changes(board, say),
        *(_gaps(region, board, gaps, say) if region else ()),
        f"<h2>{say('themes')}</h2>",
        _themes(board, say, with_english=language == "en"),
        f"<h2>{say('method')}</h2>",
        f"<p>{escape(method)}</p><p>{escape(say('warning'))}</p>",
        html_table(
            (say("package"), say("package_version")), [(name, version(name)) for name in _PACKAGES]
        ),
        html_table([say(key) for key in ("plan", "region", "period", "activities")], _plans(index)),
    ]
    return html_page(say("title"), parts, language)


def _plans(index: SearchIndex) -> list[tuple[str, str, str, int]]:
    found: dict[tuple[str, str], Counter[str]] = {}
    for document in index.documents:
        found.setdefault((document.title, document.period), Counter()).update(document.regions)
    return [
        (plan, ", ".join(sorted(regions)), period, regions.total())
        for (plan, period), regions in found.items()
    ]


def _table(board: ThemeBoard, matrix: Matrix, say: Say) -> str:
    """Count, share and lift in every cell, zeros included, with the totals below."""
    columns = zip(matrix.columns, matrix.totals, strict=True)
    header = [say("theme"), *(f"{column_name(name, say)} (n={n})" for name, n in columns)]
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    shares, lifts = matrix.shares, matrix.lifts
    body = ""
    for i, name in enumerate(matrix.rows):
        cells = "".join(
            f"<td class='{'n' if n else 'n zero'}'>{n}<br><small>{shares[i, j]:.1%}, "
            f"{lifts[i, j]:.1f}×</small></td>"
            for j, n in enumerate(matrix.counts[i].tolist())
        )
        body += f"<tr><th>{name} {escape(board.get(name).lv)}</th>{cells}</tr>"
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _changes(board: ThemeBoard, say: Say) -> list[str]:
    periods = board.matrix("period", "broad").columns
    if len(periods) < 2:
        return []
    before, after = periods[0], periods[-1]
    rows = [
        (board.get(c.theme).lv, c.before, c.after, c.after - c.before, c.low, c.high)
        for c in board.change(before, after)
    ]
    return [
        f"<h3>{say('change', before=escape(before), after=escape(after))}</h3>",
        f"<p>{say('change_note')}</p>",
        html_table((say("theme"), before, after, *map(say, ("difference", "low", "high"))), rows),
    ]


def _gaps(region: str, board: ThemeBoard, gaps: list[Gap], say: Say) -> list[str]:
    rows = [
        (
            say(g.state), f"{g.theme.id} {g.theme.lv}", g.shortfall.own, g.shortfall.expected,
            g.shortfall.q, ", ".join(g.shortfall.others),
            " | ".join(f"{a.region}: {a.text[:120]}" for a in g.evidence[:2]),
            " | ".join(f"{value:.2f} {a.text[:120]}" for a, value in g.nearest[:1]),
        )
        for g in gaps
        if g.state != "covered"
    ]  # fmt: skip
    names = ("state", "theme", "has", "expected", "", "also_in", "example", "nearest")
    header = [say(name) if name else "q" for name in names]
    likest = ", ".join(f"{name} {value:.2f}" for name, value in board.peers(region))
    return [
        f"<h2>{say('gaps', region=escape(region))}</h2>",
        f"<p>{say('likest', peers=escape(likest))} {escape(say('warning'))}</p>",
        html_table(header, rows),
    ]


def _themes(board: ThemeBoard, say: Say, *, with_english: bool) -> str:
    under = {theme.id: theme.lv for theme in board.themes("broad")}
    rows = [
        (t.id, t.lv, *((t.en,) if with_english else ()), under[str(t.parent)], t.size, t.stability,
         ", ".join(t.terms))
        for t in board.themes("fine")
    ]  # fmt: skip
    names = ("latvian", "english") if with_english else ("theme",)
    header = [say(key) for key in ("id", *names, "under", "size", "stability", "words")]
    return html_table(header, rows)


def _map(index: SearchIndex, board: ThemeBoard) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure()
    positions = index.themes.positions
    drawn = index.on_map()
    for theme in board.themes("broad"):
        rows = np.intersect1d(drawn, board.members(theme.id)).tolist()
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
