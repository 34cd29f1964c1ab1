"""Every string of the page, Latvian first, English second."""

from __future__ import annotations

from collections.abc import Callable

LANGUAGES = ("lv", "en")

Translate = Callable[..., str]

_TEXTS: dict[str, tuple[str, str]] = {
    "title": ("Reģionu plāni", "Regional plans"),
    "lead": (
        "{activities} aktivitātes no {plans} plāniem. Meklē pēc nozīmes, ne tikai pēc vārdiem.",
        "{activities} activities of {plans} plans. Searches by meaning, not only by words.",
    ),
    "other_language": ("English", "Latviski"),
    "tab_search": ("Meklēt", "Search"),
    "tab_similar": ("Salīdzināmās aktivitātes", "Comparable activities"),
    "tab_tag": ("Birkot", "Tag"),
    "query": ("Ko meklējat?", "What are you looking for?"),
    "query_hint": (
        "piemēram: daudzdzīvokļu māju siltināšana",
        "for example: insulation of apartment buildings",
    ),
    "search": ("Meklēt", "Search"),
    "more": ("Rādīt vēl", "Show more"),
    "region": ("Reģions", "Region"),
    "plan": ("Plāns", "Plan"),
    "stage": ("Posms", "Stage"),
    "priority": ("Horizontālā prioritāte", "Horizontal priority"),
    "all": ("visi", "all"),
    "exact": ("Tikai tieši šie vārdi", "Only these very words"),
    "planned": ("plānots", "planned"),
    "done": ("paveikts", "done"),
    "cooperation": ("Sadarbība un līdzdalība", "Cooperation and participation"),
    "climate": ("Klimats", "Climate"),
    "digitalisation": ("Digitalizācija", "Digitalisation"),
    "strong": ("ļoti tuva", "strong match"),
    "good": ("tuva", "good match"),
    "weak": ("attāla", "weak match"),
    "hits": ("Atrastas {n} aktivitātes", "{n} activities found"),
    "hits_more": ("Rādītas {n} tuvākās aktivitātes", "The {n} closest activities"),
    "no_match": (
        "Nekas pietiekami tuvs nav atrasts. Pamēģiniet citus vārdus vai noņemiet atlasi.",
        "No close match. Try other words or remove a filter.",
    ),
    "corrected": (
        "„{wrong}” plānos nav; meklēts „{right}”.",
        "“{wrong}” is not in the plans; searched for “{right}”.",
    ),
    "also_searched": ("Meklēts arī: {concepts}.", "Also searched for: {concepts}."),
    "own_words": ("Tikai mani vārdi (bez sinonīmiem)", "My words only (no synonyms)"),
    "why": ("Kāpēc?", "Why?"),
    "why_words": ("Vārdi, kas izšķīra", "Words that mattered"),
    "why_concepts": ("Kopīgi jēdzieni", "Shared concepts"),
    "why_score": ("Tuvums", "Score"),
    "part_meaning": ("nozīme", "meaning"),
    "part_words": ("vārdi", "words"),
    "part_concepts": ("jēdzieni", "concepts"),
    "part_alignment": ("vārdu atbilstība", "word alignment"),
    "empty_query": ("Ierakstiet, ko meklējat.", "Type what you look for."),
    "page": ("{n}. lpp.", "p. {n}"),
    "lines": ("{a}.–{b}. rinda", "lines {a}–{b}"),
    "line": ("{n}. rinda", "line {n}"),
    "also": ("Plānā atkārtota vēl {n}×", "Printed {n} more times in the plan"),
    "folded": ("+{n} gandrīz vienādas", "+{n} nearly the same"),
    "responsible": ("Atbildīgais", "Responsible"),
    "partners": ("Partneri", "Partners"),
    "amount": ("Finansējums, EUR", "Budget, EUR"),
    "funding": ("Avoti", "Funding"),
    "indicators": ("Rādītāji", "Indicators"),
    "deadline": ("Termiņš", "Deadline"),
    "count": ("Skaits", "Count"),
    "places": ("Vietas", "Places"),
    "nothing_done": ("pārskata periodā nav paveikts", "nothing done in the period"),
    "automatic": ("Birkas piešķirtas automātiski.", "Tags were assigned automatically."),
    "compare": ("Līdzīgas citur", "Similar elsewhere"),
    "own_text": ("Aktivitātes teksts", "Text of the activity"),
    "own_text_hint": (
        "Ielīmējiet tekstu vai izvēlieties aktivitāti augstāk.",
        "Paste a text or choose an activity above.",
    ),
    "own_region": ("Jūsu reģions (netiks rādīts)", "Your region (left out)"),
    "pick": ("Izvēlieties reģiona aktivitāti", "Choose an activity of the region"),
    "compare_button": ("Salīdzināt", "Compare"),
    "per_region": ("Aktivitātes no katra reģiona", "Activities per region"),
    "compared": ("Salīdzināts ar", "Compared with"),
    "none_here": ("Nekas pietiekami tuvs.", "Nothing close enough."),
    "tag_text": ("Viena aktivitāte", "One activity"),
    "tag_button": ("Noteikt birkas", "Tag"),
    "tag_file": ("Tabula (CSV, TSV vai XLSX)", "Table (CSV, TSV or XLSX)"),
    "tag_column": ("Kolonna ar tekstu", "Column with the text"),
    "tag_file_button": ("Birkot tabulu", "Tag the table"),
    "tag_download": ("Lejupielādēt rezultātu", "Download the result"),
    "tag_done": ("Birkotas {tagged} no {rows} rindām.", "{tagged} of {rows} rows tagged."),
    "tag_skipped": ("Bez birkām palika rindas: {rows}", "Rows left without tags: {rows}"),
    "tag_no_file": ("Vispirms pievienojiet tabulu.", "Add a table first."),
    "tag_progress": ("Apstrādātas {n} rindas", "{n} rows done"),
    "yes": ("jā", "yes"),
    "no": ("nē", "no"),
    "review": ("jāpārskata", "review"),
    "probability": ("varbūtība", "probability"),
    "because": ("Izšķīra", "Because of"),
    "label": ("Prioritāte", "Priority"),
    "decision": ("Lēmums", "Decision"),
    "priorities": ("Horizontālās prioritātes", "Horizontal priorities"),
    "scheme": ("Birku kopa", "Label set"),
    "borderline": ("robežgadījums", "borderline"),
    "queue_next": ("Nākamā, kas jāpārskata", "Next one to review"),
    "queue_left": (
        "Pārskatāmas vēl {n} aktivitātes. Šī ir no reģiona: {region}.",
        "{n} activities wait for review. This one is from: {region}.",
    ),
    "queue_empty": ("Nekas negaida pārskatīšanu.", "Nothing waits for review."),
    "decide": ("Jūsu lēmums", "Your decision"),
    "person": ("Jūsu vārds", "Your name"),
    "note": ("Piezīme (nav obligāta)", "Note (optional)"),
    "save": ("Saglabāt lēmumu", "Save the decision"),
    "saved": (
        "Saglabāti {n} lēmumi. Tie ir spēkā uzreiz; birkotājs no tiem mācīsies vēlāk, apmācībā.",
        "{n} decisions saved. They count at once; the tagger learns from them when next trained.",
    ),
    "nothing_chosen": ("Izvēlieties vismaz vienu lēmumu.", "Choose at least one decision."),
    "undo": ("Atsaukt pēdējo saglabāto", "Undo what was saved last"),
    "undone": ("Lēmumi atsaukti.", "The decisions were taken back."),
    "undoes": ("atsauc nr. {n}", "takes back no. {n}"),
    "log": ("Lēmumu žurnāls", "Log of decisions"),
    "log_empty": ("Lēmumu vēl nav.", "No decisions yet."),
    "number": ("Nr.", "No."),
    "when": ("Laiks (UTC)", "Time (UTC)"),
    "model_says": ("modelis:", "model:"),
    "by_person": ("apstiprinājis cilvēks", "confirmed by a person"),
    "labelled": (
        "Līdzīgākie teksti, kurus birkojuši cilvēki",
        "The closest texts that people labelled",
    ),
    "no_label": ("neviena", "none"),
    "duplicates": ("Šāda aktivitāte jau ir:", "There is such an activity already:"),
    "neighbours": ("Tuvākās aktivitātes un to birkas", "The closest activities and their tags"),
    "lang": ("lv", "en"),
    "tab_themes": ("Tēmas", "Themes"),
    "themes_lead": (
        "{fine} sīkas tēmas {broad} plašās tēmās; {without} aktivitāšu ir bez tēmas. Tēmas "
        "noteiktas automātiski un paliek nemainīgas, kad pievieno plānus. "
        "Versija, ko citēt: {version}.",
        "{fine} fine themes in {broad} broad ones; {without} of the activities have none. Themes "
        "are automatic and stay as they are when plans are added. Version to cite: {version}.",
    ),
    "broad": ("plašās tēmas", "broad themes"),
    "fine": ("sīkās tēmas", "fine themes"),
    "level": ("Līmenis", "Level"),
    "columns": ("Kolonnas", "Columns"),
    "period": ("Periods", "Period"),
    "measure": ("Rāda", "Shows"),
    "number_of": ("skaits", "count"),
    "share": ("daļa no kolonnas", "share of the column"),
    "lift": ("reizes pret vidējo", "times the average"),
    "theme": ("Tēma", "Theme"),
    "theme_table": (
        "Tēmas un to aktivitātes: nospiediet šūnu, lai tās redzētu",
        "Themes and their activities: press a cell to see them",
    ),
    "save_table": ("Lejupielādēt tabulu (XLSX)", "Download the table (XLSX)"),
    "make_report": ("Sagatavot pārskatu (HTML)", "Prepare the report (HTML)"),
    "save_csv": ("Lejupielādēt tabulu (CSV)", "Download the table (CSV)"),
    "within": ("Tikai reģionā", "Only in the region"),
    "save_report": ("Lejupielādēt pārskatu (HTML)", "Download the report (HTML)"),
    "listed": ("{n} aktivitātes, redzamas {shown}", "{n} activities, {shown} shown"),
    "map": ("Karte", "Map"),
    "map_hint": (
        "Katrs punkts ir aktivitāte; līdzīgas atrodas blakus. Nospiediet punktu vai apvelciet "
        "vairākus ar laso, lai tās redzētu; tās pašas ir tabulā augstāk.",
        "Every point is an activity; alike ones lie together. Press a point or draw a lasso around "
        "several to see them; the table above holds the same.",
    ),
    "colour": ("Krāsa pēc", "Colour by"),
    "light_up": ("Izcelt meklējuma atradumus", "Light up what a search finds"),
    "found": ("atrasts", "found"),
    "chosen": ("Izvēlētās aktivitātes", "Chosen activities"),
    "no_theme": ("bez tēmas", "no theme"),
    "gaps": ("Kas reģionā nav plānots, bet citur ir", "What others plan and a region does not"),
    "gap_region": ("Reģions", "Region"),
    "gap": ("nav", "gap"),
    "near match": ("ir kas līdzīgs", "near match"),
    "gap_numbers": (
        "ir {own}, gaidāmas {expected} (q {q})",
        "has {own}, expected {expected} (q {q})",
    ),
    "also_in": ("Citur", "Elsewhere"),
    "nearest_here": ("Tuvākā šajā reģionā", "Nearest in this region"),
    "gap_warning": (
        "Ja plānā kaut kā nav, tas vēl nenozīmē, ka tā nav: to var darīt ārpus plāna.",
        "A plan's silence proves nothing: what is missing here may be done outside the plan.",
    ),
    "peers": ("Līdzīgākie reģioni pēc tēmām: {peers}", "Most alike by themes: {peers}"),
    "failed": ("Neizdevās: {why}", "Failed: {why}"),
    "login_title": ("regioplan – pieslēgšanās", "regioplan – log in"),
    "login_name": ("Lietotājvārds", "User name"),
    "login_password": ("Parole", "Password"),
    "login_button": ("Pieslēgties", "Log in"),
    "login_wrong": (
        "Lietotājvārds vai parole nav pareiza. Pamēģiniet vēlreiz.",
        "The user name or the password is wrong. Try again.",
    ),
    "login_too_many": (
        "Pārāk daudz nepareizu mēģinājumu. Pagaidiet {seconds} s un mēģiniet vēlreiz.",
        "Too many wrong attempts. Wait {seconds} s and try again.",
    ),
    "login_by_proxy": (
        "Šeit var ienākt tikai caur iestādes pieteikšanās lapu. Atveriet regioplan no turienes.",
        "The way in is your organisation's own login page. Open regioplan from there.",
    ),
    "logout": ("Iziet", "Log out"),
    "refused_login": (
        "Jūs neesat pieslēdzies vai pieslēgums ir beidzies. Pārlādējiet lapu un pieslēdzieties.",
        "You are not logged in, or no longer. Reload the page and log in.",
    ),
    "refused_attempts": (
        "Pārāk daudz nepareizu paroļu. Pagaidiet {seconds} s.",
        "Too many wrong passwords. Wait {seconds} s.",
    ),
    "refused_users": (
        "Lietotāju sarakstu nevar nolasīt. Pasakiet to tam, kurš uztur šo lapu.",
        "The list of users cannot be read. Tell whoever runs this page.",
    ),
    "refused_origin": (
        "Pieprasījums nāca no citas vietnes un netika izpildīts.",
        "The request came from another web site and was not carried out.",
    ),
    "refused_rate": (
        "Pārāk daudz pieprasījumu. Pagaidiet {seconds} s un mēģiniet vēlreiz.",
        "Too many requests. Wait {seconds} s and try again.",
    ),
    "refused_size": (
        "Datne ir pārāk liela: vienā reizē var sūtīt līdz {mb} MB.",
        "The file is too large: up to {mb} MB can be sent at once.",
    ),
}


# What Gradio itself writes into an upload field; it has no Latvian of its own.
WIDGETS = {
    "lv": {
        "upload_text.drop_file": "Ievelciet datni šeit",
        "upload_text.click_to_upload": "izvēlieties to",
        "common.or": "vai",
    },
    "en": {},
}


def translator(language: str) -> Translate:
    """A function from key (and values to fill in) to the string in a language."""
    place = LANGUAGES.index(language)

    def translate(key: str, **values: object) -> str:
        return _TEXTS[key][place].format(**values)

    return translate
