"""Self-contained HTML pages: they ask nothing of any server."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = (
    "body{font:16px system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;margin:.5rem 0}"
    "td,th{padding:.2rem .8rem;border-bottom:1px solid #ccc;text-align:left;vertical-align:top}"
    "td.n{text-align:right;font-variant-numeric:tabular-nums}"
    ".g2{background:#bbf7d0}.g1{background:#fef9c3}.bad{background:#fecaca}"
    ".zero{background:#f5f5f4;color:#57534e}"
)


def html_page(title: str, parts: Iterable[str], language: str = "en") -> str:
    """A whole page.

    :param parts: HTML, already escaped.
    """
    name = escape(title)
    return "\n".join(
        [
            f"<!doctype html><html lang='{language}'><meta charset='utf-8'>",
            "<meta name='viewport' content='width=device-width'>",
            f"<title>{name}</title><style>{_STYLE}</style><h1>{name}</h1>",
            *parts,
        ]
    )


def html_table(header: Sequence[object], rows: Iterable[Sequence[object]]) -> str:
    """A table of texts and numbers; numbers stand to the right, and nothing is trusted."""
    head = "".join(f"<th>{escape(str(cell))}</th>" for cell in header)
    body = "".join(f"<tr>{''.join(_cell(value) for value in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"<td class='n'>{value:.3f}</td>"
    kind = " class='n'" if isinstance(value, int) else ""
    return f"<td{kind}>{escape(str(value))}</td>"


# What plotly calls the buttons above a figure, and says when one is pressed.
PLOTLY_WORDS: Mapping[str, Mapping[str, str]] = {
    "lv": {
        "Autoscale": "Mērogot pēc datiem",
        "Box Select": "Atlasīt taisnstūrī",
        "Double-click on legend to isolate one trace": (
            "Divreiz noklikšķiniet uz nosaukuma, lai rādītu tikai to"
        ),
        "Double-click to zoom back out": "Divreiz noklikšķiniet, lai tālinātu atpakaļ",
        "Download plot": "Lejupielādēt attēlu",
        "Download plot as a PNG": "Lejupielādēt attēlu (PNG)",
        "Image download succeeded": "Attēls lejupielādēts",
        "Lasso Select": "Atlasīt ar laso",
        "Pan": "Pārvietot",
        "Preparing image - this may take a few seconds": "Attēlu sagatavo, uzgaidiet",
        "Reset axes": "Atjaunot sākuma skatu",
        "Sorry, there was a problem downloading your image!": "Attēlu neizdevās lejupielādēt.",
        "Zoom": "Tuvināt apgabalu",
        "Zoom in": "Tuvināt",
        "Zoom out": "Tālināt",
    }
}


def plotly_language(language: str) -> dict[str, Any]:
    """The part of plotly's configuration that makes a figure speak a language."""
    words = PLOTLY_WORDS.get(language)
    if words is None:
        return {}
    return {"locale": language, "locales": {language: {"dictionary": dict(words)}}}


def html_figure(figure: Any, name: str, *, first: bool, language: str = "en") -> str:
    """A plotly figure that can be saved as SVG from its menu.

    :param name: of the saved picture, and of the element.
    :param first: the first figure of a page brings the drawing code with it.
    :param language: of the buttons above it.
    """
    return str(
        figure.to_html(
            full_html=False,
            include_plotlyjs=first,
            div_id=name,
            config={
                "displaylogo": False,
                "showSendToCloud": False,
                **plotly_language(language),
                "toImageButtonOptions": {"format": "svg", "filename": name},
            },
        )
    )
