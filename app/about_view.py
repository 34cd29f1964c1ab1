"""The measured figures and the versions as HTML tables in the language of the page."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from importlib.metadata import version
from typing import Any

from app import cards
from app.i18n import Translate
from training.figures import COMMAND, FIGURES, Figures

_SHORT = 12  # characters of a hash that tell it apart
_CHANGES = {"rows reordered": "about_reordered", "2% dropped": "about_dropped"}
_TAG_MEASURES = {
    "texts": "about_texts",
    "positives": "about_yes",
    "precision": "about_precision",
    "recall": "about_recall_tags",
    "f1": "",
    "ap": "",
    "brier": "about_brier",
    "review_share": "about_review",
    "f1_when_sure": "about_rest",
    "false_tags": "about_false",
    "f1_without_region": "about_unseen",
}
_SHARES = ("review_share", "false_tags")


def figures_html(figures: Figures, manifest: Mapping[str, Any], t: Translate) -> str:
    """Everything that was measured, each part with the command that measures it again.

    :param manifest: of the index the page shows, to say where the figures belong to another.
    """
    lead = t("about_measured", date=figures.measured, version=figures.version, n=figures.activities)
    command = COMMAND.replace("FILE", f"data/{FIGURES}")
    parts = [f"<p>{escape(lead)} <code>{escape(command)}</code>.</p>"]
    if not figures.of_this(manifest):
        parts.append(cards.message(t("about_stale")))
    parts += [f"<p>{escape(t('about_bias'))}</p>", _search(figures, t)]
    parts += [_card(figures, t), _themes(figures, t)]
    return "".join(parts)


def versions_html(manifest: Mapping[str, Any], generation: str, themes: str, t: Translate) -> str:
    """What is running here, and how to cite it."""
    encoder = manifest["encoder"]
    packages = ", ".join(f"{name} {number}" for name, number in manifest["versions"].items())
    program = version("regioplan")
    rows = (
        ("about_program", f"regioplan {program}"),
        ("about_generation", generation),
        ("about_corpus", manifest["corpus_sha256"]),
        ("about_encoder", f"{encoder['name']}, {encoder['fingerprint']}"),
        ("about_registry", themes),
        ("about_packages", packages),
    )
    body = "".join(f"<dt>{escape(t(key))}</dt><dd>{escape(str(value))}</dd>" for key, value in rows)
    cite = t(
        "about_cite", version=program, corpus=manifest["corpus_sha256"][:_SHORT], themes=themes
    )
    return (
        f"<h2>{escape(t('about_versions'))}</h2><p>{escape(cite)}</p>"
        f'<dl class="rp-facts rp-versions">{body}</dl>'
    )


def _search(figures: Figures, t: Translate) -> str:
    heads = ("about_what", "about_queries", "", "about_interval", "about_recall", "", "about_bm25")
    names = iter(("nDCG@10", "P@5"))
    rows = []
    for row in (*figures.rows.get("search", ()), *figures.rows.get("similar", ())):
        what = str(row.get("slice", ""))
        rows.append(
            [
                escape(t(f"about_{what}") if what in ("lv", "en", "all") else what),
                _number(row.get("queries"), t),
                _number(row.get("ndcg10"), t),
                f"{_number(row.get('low'), t)}–{_number(row.get('high'), t)}",
                _number(row.get("recall20"), t),
                _number(row.get("p5"), t),
                _number(row.get("bm25_ndcg10"), t),
            ]
        )
    cases = figures.rows.get("cases", ())
    n = sum(int(row.get("cases", 0)) for row in cases)
    good = n - sum(int(row.get("failed", 0)) for row in cases)
    return _section(
        t("about_search"),
        t("about_search_lead"),
        cards.table(t("about_search"), [t(h) if h else next(names) for h in heads], rows)
        + (f"<p>{escape(t('about_cases', good=good, n=n))}</p>" if n else ""),
        ("search", "similar", "cases"),
    )


def _card(figures: Figures, t: Translate) -> str:
    heads = [t(key) if key else name.upper() for name, key in _TAG_MEASURES.items()]
    rows = [
        [
            escape(t(label) if label in ("cooperation", "climate", "digitalisation") else label),
            *(_number(row.get(name), t, name in _SHARES) for name in _TAG_MEASURES),
        ]
        for row in figures.rows.get("tags", ())
        for label in (str(row.get("label", "")),)
    ]
    return _section(
        t("about_card"),
        t("about_card_lead"),
        cards.table(t("about_card"), [t("label"), *heads], rows)
        + f"<p>{escape(t('about_card_measures'))}</p>",
        ("tags",),
    )


def _themes(figures: Figures, t: Translate) -> str:
    keys = ("about_change", "level", "tab_themes", "about_runs", "about_median", "about_least")
    rows = []
    for row in figures.rows.get("themes", ()):
        change, _, level = str(row.get("change", "")).rpartition(", ")
        rows.append(
            [
                escape(t(_CHANGES[change]) if change in _CHANGES else change),
                escape(t(level) if level in ("fine", "broad") else level),
                *(_number(row.get(name), t) for name in ("themes", "runs", "ari", "least")),
            ]
        )
    return _section(
        t("about_themes"),
        t("about_themes_lead"),
        cards.table(t("about_themes"), [t(key) for key in keys], rows),
        ("themes",),
    )


def _section(title: str, lead: str, body: str, measures: tuple[str, ...]) -> str:
    commands = ", ".join(f"<code>regioplan evaluate {name}</code>" for name in measures)
    return f"<h3>{escape(title)}</h3><p>{escape(lead)}</p>{body}<p>{commands}</p>"


def _number(value: object, t: Translate, share: bool = False) -> str | int:
    """A figure as the page writes it: whole numbers, two decimals, per cent; a dash for none."""
    if isinstance(value, int):
        return value
    if not isinstance(value, float):
        return "–"
    text = f"{value:.1%}".replace("%", " %") if share else f"{value:.2f}"
    return text.replace(".", ",") if t("lang") == "lv" else text
