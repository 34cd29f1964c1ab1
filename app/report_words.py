"""The words of a parse report in the language of the page: parsers and reports speak English."""

from __future__ import annotations

import re
from collections.abc import Callable

from nlp.languages import LANGUAGES

# What a report says -> (Latvian, English); English where the page says it more plainly.
_WORDS: dict[str, tuple[str, str]] = {
    "Columns": (
        "Kolonnas: virsraksts un kā tas saprasts",
        "Columns: title and what it is taken for",
    ),
    "What the lines became": ("Par ko kļuva rindas", "What the lines became"),
    "Dropped": ("Kas izlaists un kāpēc", "What was dropped and why"),
    "Fields filled": ("Cik aktivitātēm lauks ir aizpildīts", "Activities with the field filled"),
    "Left over": ("Nesaprasts, lūdzu, pārbaudiet", "Not understood, please look"),
    "To look at": ("Šaubīgas vērtības", "Doubtful values"),
    "None.": ("Nav.", "None."),
    "record": ("aktivitātes", "activities"),
    "heading": ("virsraksti", "headings"),
    "furniture": ("lappuses noformējums", "page furniture"),
    "noise": ("teksts, kas nav aktivitāte", "text that is no activity"),
    "leftover": ("nesaprasts", "not understood"),
    "blank": ("tukšas rindas", "blank lines"),
    "table title": ("tabulas nosaukums", "table title"),
    "table header": ("tabulas galva", "table header"),
    "task": ("uzdevums", "task"),
    "whose work": ("kura darbs", "whose work"),
    "link": ("saite", "link"),
    "conclusions": ("secinājumi", "conclusions"),
    "page footer": ("lappuses kājene", "page footer"),
    "text outside the tables": ("teksts ārpus tabulām", "text outside the tables"),
    "text outside the sections": ("teksts ārpus sadaļām", "text outside the sections"),
    "before the activity table": ("pirms aktivitāšu tabulas", "before the activity table"),
    "introduction to the table": ("ievads pirms tabulas", "introduction to the table"),
    "before the part with tasks": ("pirms uzdevumu daļas", "before the part with tasks"),
    "section goal": ("sadaļa „Mērķis”", "section on goals"),
    "section reason": ("sadaļa „Pamatojums”", "section on reasons"),
    "section past": ("sadaļa par līdzšinējo darbu", "section on past work"),
    "section benefits": ("sadaļa par ieguvumiem", "section on benefits"),
    "section territory": ("sadaļa par teritoriju", "section on territory"),
    "footnote rule": ("vēres svītra", "footnote rule"),
    "footnote": ("vēre", "footnote"),
    "slide title": ("slaida virsraksts", "slide title"),
    "activity group": ("aktivitāšu grupa", "activity group"),
    "caption, column title or slide number": (
        "paraksts, kolonnas virsraksts vai slaida numurs",
        "caption, column title or slide number",
    ),
    "too short to be an activity": (
        "pārāk īss, lai būtu aktivitāte",
        "too short to be an activity",
    ),
    "story, credits or links": ("stāsts, autori vai saites", "story, credits or links"),
    "a table without a column for activities": (
        "tabula bez aktivitāšu kolonnas",
        "a table without a column for activities",
    ),
    "above the header": ("virs tabulas galvas", "above the header"),
    "numbers of the columns": ("kolonnu numuri", "numbers of the columns"),
    "a row without an activity": ("rinda bez aktivitātes", "a row without an activity"),
    "rest of a row cut by the page": (
        "rindas turpinājums nākamajā lappusē",
        "rest of a row cut by the page",
    ),
    "code": ("numurs", "number"),
    "text": ("teksts", "text"),
    "path": ("virsraksti virs tās", "headings above"),
    "responsible": ("atbildīgais", "responsible"),
    "partners": ("partneri", "partners"),
    "amount_eur": ("finansējums", "budget"),
    "funding": ("finansējuma avoti", "funding"),
    "indicators": ("rādītāji", "indicators"),
    "priorities": ("prioritātes", "priorities"),
    "deadline": ("termiņš", "deadline"),
    "municipalities": ("vietas", "places"),
    "performed": ("paveiktais", "what was done"),
    "direction": ("rīcības virziens", "line of action"),
    "nothing": ("netiek izmantota", "not used"),
    "nobody is responsible": ("nav atbildīgā", "nobody is responsible"),
}

# Sentences with a value in them: pattern -> (Latvian, English), with the groups to fill in.
_SENTENCES: tuple[tuple[re.Pattern[str], tuple[str, str]], ...] = tuple(
    (re.compile(pattern), texts)
    for pattern, texts in (
        (
            r"(.+) follows, (.+) is missing",
            ("pēc kārtas {0}, bet {1} nav", "{0} follows, {1} is missing"),
        ),
        (
            r"(\S+): its planned action is not printed",
            (
                "{0}: plānotā darbība dokumentā nav nodrukāta",
                "{0}: its planned action is not printed",
            ),
        ),
        (
            r"amount '(.*)' is no number in thousands",
            (
                "summa „{0}” nav skaitlis ar tūkstošu grupām",
                "amount “{0}” is no number in thousands",
            ),
        ),
        (
            r"amount '(.*)' is not grouped in thousands",
            (
                "summā „{0}” cipari nav grupēti pa tūkstošiem",
                "amount “{0}” is not grouped in thousands",
            ),
        ),
        (
            r"deadline '(.*)' names no year",
            ("termiņā „{0}” nav gada", "deadline “{0}” names no year"),
        ),
        (r"there is no priority (.+)", ("prioritātes {0} plānā nav", "there is no priority {0}")),
        (
            r"indicators are numbered (.+)",
            ("rādītāju numuri ir {0}", "indicators are numbered {0}"),
        ),
        (
            r"page (\d+) is a picture without text",
            ("{0}. lappuse ir attēls bez teksta", "page {0} is a picture without text"),
        ),
        (
            r"(\d+) activities; (\d+) lines unaccounted\.",
            (
                "Aktivitātes: {0}. Rindas, par kurām nekas nav zināms: {1}.",
                "Activities: {0}. Lines not accounted for: {1}.",
            ),
        ),
        (r"and (\d+) more", ("un vēl {0}", "and {0} more")),
        (r"lines (\d+)-\1", ("{0}. rinda", "line {0}")),
        (r"lines (\d+)-(\d+)", ("{0}.–{1}. rinda", "lines {0}–{1}")),
        (r"p\. (\d+), line (\d+)", ("{0}. lpp., {1}. rinda", "p. {0}, line {1}")),
        (r"the whole document", ("viss dokuments", "the whole document")),
    )
)
_OF_AN_ITEM = re.compile(r"(A [\d.]+): (.+)")  # 'A 1.5: nobody is responsible'


def report_words(language: str) -> Callable[[str], str]:
    """A function from what a report says to the same in a language; the unknown stays as it is."""
    place = LANGUAGES.index(language)

    def say(text: str) -> str:
        if text in _WORDS:
            return _WORDS[text][place]
        for pattern, said in _SENTENCES:
            if found := pattern.fullmatch(text):
                return said[place].format(*found.groups())
        if found := _OF_AN_ITEM.fullmatch(text):
            return f"{found[1]}: {say(found[2])}"
        return text

    return say
