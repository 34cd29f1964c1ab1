"""The tagger's figures for people: a model card in Markdown and a page with plots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from statistics import mean
from typing import Any

from nlp.pages import html_figure, html_page, html_table
from training.tag_report import LabelReport, Slices, TagStudy

_MEASURES: Mapping[str, str] = {
    "label": "Label",
    "texts": "Texts",
    "positives": "Yes",
    "precision": "Precision",
    "recall": "Recall",
    "f1": "F1",
    "ap": "AP",
    "brier": "Brier",
    "review_share": "To review",
    "f1_when_sure": "F1 of the rest",
    "false_tags": "False tags",
    "f1_without_region": "F1, region unseen",
}
_SLICES: Mapping[str, str] = {
    "regions": "By region",
    "unseen_regions": "By region, that region left out of training",
    "documents": "By document",
    "stages": "By stage",
}


def model_card(study: TagStudy) -> str:
    """The model card, in Markdown."""
    read = [row for row in study.rows if not row.written]
    sources = ", ".join(f"{n} {r}" for r, n in Counter(row.region for row in read).most_common())
    reports = study.reports
    lines = [
        "# Model card: tagger of the horizontal priorities",
        "",
        "Written by `regioplan evaluate tags --card FILE`; every figure is out of fold.",
        "",
        "- **For**: suggesting an activity's three horizontal priorities to a person who decides.",
        "- **Not for**: deciding without a person; other languages than Latvian.",
        f"- **Trained on**: {len(read)} texts labelled by people ({sources}) and "
        f"{len(study.rows) - len(read)} written from knowledge of the domain, never measured on.",
        f"- **Encoder**: {study.encoder[:16]}.",
        "- **Outcomes**: yes, no, review; the review band is where a mistake is likeliest.",
        "- **False tags**: of the texts without any tag, the share that gets this one.",
        "",
        "| " + " | ".join(_MEASURES.values()) + " |",
        "|" + "---|" * len(_MEASURES),
    ]
    lines += ["| " + " | ".join(_shown(r, name) for name in _MEASURES) + " |" for r in reports]
    macro, unseen = mean(r.f1 for r in reports), mean(r.f1_without_region for r in reports)
    lines += ["", f"Macro-F1 {macro:.3f}; {unseen:.3f} where the region was left out of training."]
    for name, title in _SLICES.items():
        lines += ["", f"## {title} (F1, texts)", ""]
        for r in reports:
            part: Slices = getattr(r, name)
            cells = ", ".join(f"{key} {f1:.2f} ({n})" for key, (n, f1) in part.items())
            lines.append(f"- {r.label}: {cells}")
    lines += ["", "## Reliability (probability said, share of yes, texts)", ""]
    for r in reports:
        bins = ", ".join(f"{said:.2f}: {true:.2f} ({n})" for said, true, n in r.reliability)
        lines.append(f"- {r.label}: {bins}")
    lines += ["", "## F1 of the rest when the least sure texts go to a person", ""]
    for r in reports:
        steps = ", ".join(f"{1 - share:.0%}: {f1:.3f}" for share, f1 in r.coverage[-11::2][::-1])
        lines.append(f"- {r.label}: {steps}")
    lines += ["", f"## Near-copies labelled differently: {len(study.doubts)}", ""]
    lines += [
        f"- {d.label}: yes '{d.first.text[:90]}' ({d.first.id}), no '{d.second.text[:90]}' "
        f"({d.second.id})"
        for d in study.doubts
    ]
    return "\n".join(lines)


def tag_page(study: TagStudy) -> str:
    """The same figures as a page, with reliability and coverage drawn."""
    rows = [[getattr(r, name) for name in _MEASURES] for r in study.reports]
    parts = ["<p>Every figure is out of fold, near-copies kept together.</p>"]
    parts.append(html_table(list(_MEASURES.values()), rows))
    parts.append("<h2>Reliability: of the texts given this probability, how many are yes</h2>")
    parts.append(html_figure(_reliability(study), "reliability", first=True))
    parts.append(
        html_table(
            ("Label", "Probability", "Share of yes", "Texts"),
            [(r.label, *bin_) for r in study.reports for bin_ in r.reliability],
        )
    )
    parts.append("<h2>Coverage: F1 of the rest when the least sure go to a person</h2>")
    parts.append(html_figure(_coverage(study), "coverage", first=False))
    parts.append(
        html_table(
            ("Label", "Share decided", "F1"),
            [(r.label, *step) for r in study.reports for step in r.coverage],
        )
    )
    for name, title in _SLICES.items():
        parts.append(f"<h2>{title}</h2>")
        cells = [
            (r.label, key, n, f1)
            for r in study.reports
            for key, (n, f1) in getattr(r, name).items()
        ]
        parts.append(html_table(("Label", "Slice", "Texts", "F1"), cells))
    parts.append("<h2>Near-copies labelled differently</h2>")
    doubts = [(d.label, d.first.text, d.second.text) for d in study.doubts]
    parts.append(html_table(("Label", "Yes", "No"), doubts))
    return html_page("Tagger of the horizontal priorities", parts)


def _reliability(study: TagStudy) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure()
    figure.add_scatter(x=[0, 1], y=[0, 1], mode="lines", name="ideal", line={"dash": "dot"})
    for r in study.reports:
        said, true, texts = zip(*r.reliability, strict=True)
        figure.add_scatter(x=said, y=true, mode="lines+markers", name=r.label, text=texts)
    figure.update_layout(xaxis_title="probability said", yaxis_title="share of yes", height=420)
    return figure


def _coverage(study: TagStudy) -> Any:
    import plotly.graph_objects as go

    figure = go.Figure()
    for r in study.reports:
        share, f1 = zip(*r.coverage, strict=True)
        figure.add_scatter(x=share, y=f1, mode="lines+markers", name=r.label)
    figure.update_layout(xaxis_title="share decided without a person", yaxis_title="F1", height=420)
    return figure


def _shown(report: LabelReport, name: str) -> str:
    value = getattr(report, name)
    if name in ("review_share", "false_tags"):
        return f"{value:.1%}"
    return f"{value:.3f}" if isinstance(value, float) else str(value)
