"""Comparable activities as HTML: columns per region, and field by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

from app import cards
from app.citation import where
from app.i18n import Translate
from indexes.comparison import Comparison, Field
from indexes.engine import Hit
from nlp.records import Activity


def counterparts(
    text: str,
    region: str | None,
    groups: Mapping[str, Sequence[Hit]],
    t: Translate,
    source: Activity | None = None,
) -> str:
    """Counterparts of a text side by side, a column per region, the one with the closest first.

    :param source: the activity the text is of, where it is one.
    """
    found = {name: hits for name, hits in groups.items() if hits}
    empty = [name for name, hits in groups.items() if not hits]
    columns = "".join(
        f'<section class="rp-column"><h2>{escape(name)}</h2><ol class="rp-list">'
        f"{''.join(cards.card(hit, t) for hit in hits)}</ol></section>"
        for name, hits in sorted(found.items(), key=lambda group: -group[1][0].score)
    )
    none = cards.message(t("none_there", regions=", ".join(empty))) if empty else ""
    whose = f"{escape(region)}: " if region else ""
    return (
        f'<blockquote class="rp-source"><span class="rp-note">{escape(t("compared"))}</span> '
        f'{whose}<span lang="lv">{escape(text)}</span>'
        f"{cards.actions(source, t) if source else ''}</blockquote>"
        f'<div class="rp-columns">{columns}</div>{none}'
    )


def side_by_side(found: Comparison, names: Mapping[str, str], t: Translate) -> str:
    """Activities in columns, a row per field; what all of them share is marked.

    :param names: what themes and concepts are called, by id.
    """
    heads = "".join(
        f'<th scope="col">{escape(a.region)} <span class="rp-note">{escape(t(a.stage))}</span>'
        f'<button type="button" class="rp-link" data-beside="{escape(a.id)}" aria-pressed="true">'
        f"{escape(t('take_away'))}</button></th>"
        for a in found.activities
    )
    texts = "".join(
        f'<td lang="lv">{cards.marked(a.text, (), shared)}</td>'
        for a, shared in zip(found.activities, found.words, strict=True)
    )
    rows = f'<tr><th scope="row">{escape(t("text"))}</th>{texts}</tr>'
    for f in found.fields:
        cells = "".join(f"<td>{_items(f, items, names, t)}</td>" for items in f.values)
        same = f' <span class="rp-note">({escape(t("the_same"))})</span>' if f.same else ""
        if len(found.activities) < 2:
            same = ""
        rows += f'<tr><th scope="row">{escape(t(f.name))}{same}</th>{cells}</tr>'
    sources = "".join(f"<td><cite>{escape(where(a, t))}</cite></td>" for a in found.activities)
    rows += f'<tr><th scope="row">{escape(t("source"))}</th>{sources}</tr>'
    table = (
        f'<table class="rp-beside"><thead><tr><td></td>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )
    note = f'<p class="rp-note">{escape(t("beside_note"))}</p>'
    return cards.scrolling(t("beside_title"), table) + note


def _items(f: Field, items: Sequence[str], names: Mapping[str, str], t: Translate) -> str:
    """The items of one activity in one field, those that all share marked."""
    out = []
    for item in items:
        shown = item
        if f.name in ("priority", "stage"):
            shown = t(item)
        elif f.name in ("theme", "concepts"):
            shown = names.get(item, item)
        elif f.name == "amount":
            shown = cards.euro(int(item))
        text = escape(shown)
        out.append(f"<mark>{text}</mark>" if f.shared(item) else text)
    return ", ".join(out) or "–"
