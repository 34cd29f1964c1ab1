"""Hits and decisions as HTML. Everything that comes from a plan or a person is escaped."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from html import escape

from app.citation import quotation, where
from app.error_words import in_latvian
from app.i18n import Translate
from indexes.corrections import Correction
from indexes.engine import Hit
from indexes.explain import Explanation
from indexes.theme_board import Gap
from nlp.errors import RegioplanError
from nlp.places import municipality_of
from nlp.records import Activity
from nlp.tagger import Labelled, TagDecision

_WORD = re.compile(r"[\w-]+")


def card(hit: Hit, t: Translate, reason: Explanation | None = None) -> str:
    """One activity with its text, where it stands, and its tags."""
    a = hit.activity
    tags = "".join(_tag(tag, tag in hit.confirmed, t) for tag in hit.tags)
    code = f' <span class="rp-code">{escape(a.code)}</span>' if a.code else ""
    text = marked(a.text, hit.matched, reason.strongest() if reason else ())
    return (
        f'<li class="rp-card" data-id="{escape(a.id)}">'
        f'<div class="rp-head"><span class="rp-region">{escape(a.region)}</span>'
        f'<span class="rp-stage">{escape(t(a.stage))}</span>{code}'
        f"{_strength(hit, t)}</div>"
        f'<p class="rp-text" lang="lv">{text}</p>'
        f'<div class="rp-tags">{tags}</div>'
        f"{_facts(a, t)}{_source(a, hit.folded, t)}"
        f"{actions(a, t)}{_why(hit, reason, t)}"
        "</li>"
    )


def actions(a: Activity, t: Translate) -> str:
    """What can be done with an activity; ``page.js`` does it."""
    name = escape(a.id)
    return (
        f'<div class="rp-actions"><a class="rp-compare" href="?tab=similar&amp;id={name}" '
        f'data-similar="{name}">{escape(t("compare"))}</a>'
        f'<button type="button" class="rp-link" data-beside="{name}" aria-pressed="false">'
        f"{escape(t('beside'))}</button>"
        f'<button type="button" class="rp-link" data-basket="{name}" aria-pressed="false">'
        f"{escape(t('to_basket'))}</button>"
        f'<button type="button" class="rp-link" data-copy="{escape(quotation(a, t))}" '
        f'data-done="{escape(t("copied"))}">{escape(t("copy"))}</button></div>'
    )


def _strength(hit: Hit, t: Translate) -> str:
    if not hit.strength:
        return ""
    return (
        f'<span class="rp-strength rp-{hit.strength}" title="{hit.score:.2f}">'
        f"{escape(t(hit.strength))}</span>"
    )


def marked(text: str, words: Collection[str], related: Collection[str] = ()) -> str:
    """A text, escaped, with the query's words marked and, lighter, those of like meaning."""
    wanted = set(words)
    out, end = [], 0
    for found in _WORD.finditer(text):
        out.append(escape(text[end : found.start()]))
        word = escape(found.group())
        if found.group() in wanted:
            word = f"<mark>{word}</mark>"
        elif found.group() in related:
            word = f'<mark class="rp-related">{word}</mark>'
        out.append(word)
        end = found.end()
    return "".join([*out, escape(text[end:])])


def decisions(
    rows: Sequence[TagDecision],
    t: Translate,
    names: Mapping[str, str],
    people: Mapping[str, Correction],
) -> str:
    """The tags of one text with probability and evidence; what a person decided stands first.

    :param names: what each label is called.
    :param people: decisions of people by label.
    """
    head = "".join(f"<th>{escape(t(key))}</th>" for key in ("label", "decision", "probability"))
    body = "".join(
        f'<tr class="rp-{d.decision}"><th scope="row">{escape(names[d.label])}</th>'
        f"<td>{_by_person(people.get(d.label), t)}{escape(t(d.decision))}</td>"
        f'<td><meter min="0" max="1" value="{d.probability}"></meter> {d.probability:.2f}</td>'
        f"<td>{escape(', '.join(d.evidence))}</td></tr>"
        for d in rows
    )
    rows_of = (
        f'<table class="rp-decisions"><thead><tr>{head}<th>{escape(t("because"))}</th></tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )
    return f'{scrolling(t("decision"), rows_of)}<p class="rp-note">{escape(t("automatic"))}</p>'


def neighbours(same: Sequence[Activity], near: Sequence[Hit], t: Translate) -> str:
    """What is in the plans already: near-copies first, then the closest activities with tags."""
    out = ""
    if same:
        items = "".join(f"<li>{brief(a, t)}</li>" for a in same)
        out += f'<h2>{escape(t("duplicates"))}</h2><ul class="rp-same">{items}</ul>'
    if near:
        cards = "".join(card(hit, t) for hit in near)
        out += f'<h2>{escape(t("neighbours"))}</h2><ol class="rp-list">{cards}</ol>'
    return out


def labelled(
    examples: Sequence[Labelled], labels: Sequence[str], names: Mapping[str, str], t: Translate
) -> str:
    """The closest texts that people labelled, with their labels."""
    items = ""
    for example in examples:
        marks = zip(labels, example.marks, strict=True)
        yes = ", ".join(names[label] for label, mark in marks if mark == "y") or t("no_label")
        items += (
            f"<li><b>{escape(yes)}</b> – {escape(example.region)}: "
            f'<span lang="lv">{escape(example.text)}</span></li>'
        )
    heading = escape(t("labelled"))
    return f'<h2>{heading}</h2><ul class="rp-same">{items}</ul>' if items else ""


def log(rows: Sequence[Correction], t: Translate) -> str:
    """What people decided, as a table."""
    head = "".join(
        f"<th>{escape(t(key))}</th>" for key in ("number", "when", "person", "label", "decision")
    )
    body = ""
    for row in rows:
        what = f"{t(row.old)} → {t(row.new)}" if row.undoes is None else t("undoes", n=row.undoes)
        body += (
            f"<tr><td>{row.number}</td><td>{escape(row.time[:16].replace('T', ' '))}</td>"
            f"<td>{escape(row.person)}</td><td>{escape(row.label)}</td>"
            f"<td>{escape(what)}{escape(f' ({row.note})' if row.note else '')}</td>"
            f'<td lang="lv">{escape(row.text[:200])}</td></tr>'
        )
    return scrolling(
        t("log"),
        f'<table class="rp-decisions rp-wide"><thead><tr>{head}<th>{escape(t("own_text"))}</th>'
        f"</tr></thead><tbody>{body}</tbody></table>",
    )


def failure(error: RegioplanError, t: Translate) -> str:
    """A failure as a notice: what was expected, what was found, what to do."""
    return message(failed(error, t))


def failed(error: RegioplanError, t: Translate) -> str:
    """The same as plain text."""
    parts = (error.expected, error.found, error.next_step)
    expected, found, next_step = in_latvian(error) if t("lang") == "lv" else parts
    return t("failed", why=f"{expected}; {found}. {next_step}.")


def _by_person(decided: Correction | None, t: Translate) -> str:
    """What a person decided, told apart from what the model says by its mark."""
    if decided is None:
        return ""
    return (
        f'<span class="rp-person">✓ {escape(t(decided.new))} ({escape(decided.person)})</span> '
        f"{escape(t('model_says'))} "
    )


def listing(title: str, activities: Sequence[Activity], most: int, t: Translate) -> str:
    """Activities in a plain list with their places and a way to compare each."""
    items = "".join(f"<li>{brief(a, t)}{actions(a, t)}</li>" for a in activities[:most])
    count = t("listed", n=len(activities), shown=min(most, len(activities)))
    return f'<h2>{escape(title)}</h2><p>{escape(count)}</p><ul class="rp-same">{items}</ul>'


def gaps(found: Sequence[Gap], peers: Sequence[tuple[str, float]], t: Translate) -> str:
    """What a region leaves out and others do, with the nearest it has."""
    likest = ", ".join(f"{name} {value:.2f}" for name, value in peers)
    items = ""
    for gap in found:
        if gap.state == "covered":
            continue
        s = gap.shortfall
        name = gap.theme.name(t("lang"))
        others = "".join(f"<li>{brief(a, t)}</li>" for a in gap.evidence[:3])
        own = "".join(f"<li>{value:.2f} {brief(a, t)}</li>" for a, value in gap.nearest[:1])
        numbers = t("gap_numbers", own=s.own, expected=f"{s.expected:.1f}", q=f"{s.q:.2f}")
        items += (
            f'<details class="rp-gap"><summary><b>{escape(t(gap.state))}</b>: {escape(name)} – '
            f"{escape(numbers)}</summary><p>{escape(t('also_in'))}:</p>"
            f'<ul class="rp-same">{others}</ul><p>{escape(t("nearest_here"))}:</p>'
            f'<ul class="rp-same">{own}</ul></details>'
        )
    return message(t("gap_warning")) + message(t("peers", peers=likest)) + items


def brief(a: Activity, t: Translate) -> str:
    """An activity in one line: where it stands, and its text."""
    return (
        f"{escape(a.region)}, {escape(a.plan)}, {escape(t('page', n=a.page))}: "
        f'<span lang="lv">{escape(a.text)}</span>'
    )


def table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str | int]]) -> str:
    """A table that scrolls inside its own box, the first cell of a row its head.

    :param title: read out, not shown.
    :param rows: HTML, already escaped, or numbers.
    """
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>'
        + "".join(
            f'<td class="rp-n">{cell}</td>' if isinstance(cell, int) else f"<td>{cell}</td>"
            for cell in cells
        )
        + "</tr>"
        for first, *cells in rows
    )
    return scrolling(
        title,
        f'<table class="rp-decisions rp-wide"><thead><tr>{head}</tr></thead>'
        f"<tbody>{body}</tbody></table>",
    )


def scrolling(title: str, html: str) -> str:
    """A box that scrolls sideways by itself, with the keys too, so that the page need not."""
    return (
        f'<div class="rp-scroll" role="region" tabindex="0" aria-label="{escape(title)}">'
        f"{html}</div>"
    )


def euro(amount: int | None) -> str:
    """Whole euro with the thousands apart; empty where none is given."""
    return f"{amount:,}".replace(",", " ") if amount is not None else ""


def message(text: str) -> str:
    """A plain notice."""
    return f'<p class="rp-message" role="status">{escape(text)}</p>'


def _tag(label: str, by_person: bool, t: Translate) -> str:
    """A tag; a tick says that a person decided it."""
    mark = f' <span title="{escape(t("by_person"))}">✓</span>' if by_person else ""
    return f'<span class="rp-tag rp-{label}">{escape(t(label))}{mark}</span>'


def _why(hit: Hit, reason: Explanation | None, t: Translate) -> str:
    """Why the activity was found, folded away until asked for."""
    if reason is None:
        return ""
    rows = (
        (t("why_words"), ", ".join(reason.strongest())),
        (t("why_concepts"), ", ".join(reason.concepts)),
        (
            t("why_score"),
            f"{hit.score:.2f} = "
            + " + ".join(
                f"{t('part_' + name)} {value:.2f}" for name, value in reason.parts.items()
            ),
        ),
    )
    return (
        f'<details class="rp-why"><summary>{escape(t("why"))}</summary>'
        f'<dl class="rp-facts">{_definitions(rows)}</dl></details>'
    )


def _facts(a: Activity, t: Translate) -> str:
    """Short facts at once; lists, which can be long, folded away."""
    short = (
        ("amount", euro(a.amount_eur)),
        ("deadline", a.deadline),
        ("count", a.count),
        ("places", ", ".join(_place(name) for name in a.municipalities)),
    )
    long = (
        ("responsible", a.responsible),
        ("partners", ", ".join(a.partners)),
        ("funding", ", ".join(a.funding)),
        ("indicators", "; ".join(a.indicators)),
    )
    at_once = _definitions((t(key), value) for key, value in short)
    if a.no_activity:
        at_once += f"<dd>{escape(t('nothing_done'))}</dd>"
    folded = _definitions((t(key), value) for key, value in long)
    out = f'<dl class="rp-facts">{at_once}</dl>' if at_once else ""
    if folded:
        out += (
            f'<details class="rp-why"><summary>{escape(t("more_facts"))}</summary>'
            f'<dl class="rp-facts">{folded}</dl></details>'
        )
    return out


def _definitions(rows: Iterable[tuple[str, object]]) -> str:
    return "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in rows if value
    )


def _place(name: str) -> str:
    """A place, with the municipality it belongs to since 2021 where that is another."""
    today = municipality_of(name)
    return name if today in (None, name) else f"{name} (→ {today})"


def _source(a: Activity, folded: int, t: Translate) -> str:
    path = " › ".join(escape(part) for part in a.path)
    also = f" · {escape(t('also', n=len(a.occurrences)))}" if a.occurrences else ""
    also += f" · {escape(t('folded', n=folded))}" if folded else ""
    return (
        f'<div class="rp-source"><cite>{escape(where(a, t))}</cite>{also}'
        + (f'<div class="rp-path" lang="lv">{path}</div>' if path else "")
        + "</div>"
    )
