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
    "planned": ("plānots", "planned"),
    "done": ("paveikts", "done"),
    "cooperation": ("Sadarbība un līdzdalība", "Cooperation and participation"),
    "climate": ("Klimats", "Climate"),
    "digitalisation": ("Digitalizācija", "Digitalisation"),
    "strong": ("ļoti tuva", "strong match"),
    "good": ("tuva", "good match"),
    "weak": ("attāla", "weak match"),
    "hits": ("Atrasto aktivitāšu skaits: {n}.", "Activities found: {n}."),
    "results": ("Atrastās aktivitātes", "Activities found"),
    "no_match_here": (
        "Ar šo atlasi nekas pietiekami tuvs nav atrasts. Var atrast, ja:",
        "No close match with these filters. There is one if you:",
    ),
    "relax": ("noņem atlasi „{name}” ({n})", "remove the filter “{name}” ({n})"),
    "relax_all": ("noņem visu atlasi ({n})", "remove all filters ({n})"),
    "relax_mode": ("meklē pēc nozīmes ({n})", "search by meaning ({n})"),
    "municipality": ("Pašvaldība", "Municipality"),
    "concepts": ("Jēdzieni", "Concepts"),
    "narrow": ("Sašaurināt", "Narrow down"),
    "chosen_filters": ("Izvēlētā atlase", "Chosen filters"),
    "remove_filter": ("Noņemt atlasi: {name}", "Remove filter: {name}"),
    "reset": ("Notīrīt atlasi", "Clear filters"),
    "funding_eu": ("ES fondi un programmas", "EU funds and programmes"),
    "funding_cross_border": ("Pārrobežu sadarbība", "Cross-border cooperation"),
    "funding_state": ("Valsts", "State"),
    "funding_municipal": ("Pašvaldības", "Municipalities"),
    "funding_region": ("Plānošanas reģions", "Planning region"),
    "funding_private": ("Privāts", "Private"),
    "funding_instruments": ("Finanšu instrumenti", "Financial instruments"),
    "funding_other": ("Cits", "Other"),
    "amount_from": ("no", "from"),
    "amount_to": ("līdz", "to"),
    "mode": ("Kā meklēt", "How to search"),
    "mode_meaning": ("pēc nozīmes", "by meaning"),
    "mode_words": ("tikai mani vārdi", "my words only"),
    "mode_exact": ("tieši šī frāze", "this exact phrase"),
    "sort": ("Kārtot pēc", "Sort by"),
    "sort_relevance": ("atbilstības", "relevance"),
    "sort_plan": ("vietas plānā", "place in the plan"),
    "sort_region": ("reģiona", "region"),
    "sort_deadline": ("termiņa", "deadline"),
    "sort_amount": ("finansējuma", "budget"),
    "download_search": ("Lejupielādēt šo meklējumu:", "Download this search:"),
    "copy": ("Kopēt atsauci", "Copy citation"),
    "copied": ("Nokopēts", "Copied"),
    "to_basket": ("Grozā", "Basket"),
    "beside": ("Salīdzināt blakus", "Side by side"),
    "take_away": ("Noņemt", "Remove"),
    "beside_title": ("Blakus", "Side by side"),
    "beside_empty": (
        "Izvēlieties līdz trim aktivitātēm ar „Salīdzināt blakus”.",
        "Choose up to three activities with “Side by side”.",
    ),
    "beside_note": (
        "Iezīmēts tas, kas ir visām. Birkas, tēma un jēdzieni noteikti automātiski.",
        "What all of them share is marked. Tags, theme and concepts are automatic.",
    ),
    "the_same": ("vienāds", "the same"),
    "text": ("Teksts", "Text"),
    "source": ("Avots", "Source"),
    "basket_title": ("Grozs", "Basket"),
    "basket_empty": (
        "Grozs ir tukšs. Ielieciet tajā aktivitātes ar „Grozā”; tas paliek šajā pārlūkā.",
        "The basket is empty. Put activities in with “Basket”; it stays in this browser.",
    ),
    "download_basket": ("Lejupielādēt grozu:", "Download the basket:"),
    "any_stage": ("visi", "any"),
    "no_match": (
        "Nekas pietiekami tuvs nav atrasts. Pamēģiniet citus vārdus.",
        "No close match. Try other words.",
    ),
    "corrected": (
        "„{wrong}” plānos nav; meklēts „{right}”.",
        "“{wrong}” is not in the plans; searched for “{right}”.",
    ),
    "also_searched": ("Meklēts arī: {concepts}.", "Also searched for: {concepts}."),
    "own_words": ("Meklēt tikai manus vārdus", "Search my words only"),
    "why": ("Kāpēc?", "Why?"),
    "why_words": ("Vārdi, kas izšķīra", "Words that mattered"),
    "why_concepts": ("Kopīgi jēdzieni", "Shared concepts"),
    "why_score": ("Tuvums", "Score"),
    "part_meaning": ("nozīme", "meaning"),
    "part_words": ("vārdi", "words"),
    "part_concepts": ("jēdzieni", "concepts"),
    "part_alignment": ("vārdu atbilstība", "word alignment"),
    "empty_query": (
        "Ierakstiet, ko meklējat, vai izvēlieties atlasi.",
        "Type what you look for, or choose a filter.",
    ),
    "page": ("{n}. lpp.", "p. {n}"),
    "lines": ("{a}.–{b}. rinda", "lines {a}–{b}"),
    "line": ("{n}. rinda", "line {n}"),
    "also": ("Plānā atkārtota vēl {n}×", "Printed {n} more times in the plan"),
    "folded": ("+{n} gandrīz vienādas", "+{n} nearly the same"),
    "responsible": ("Atbildīgais", "Responsible"),
    "partners": ("Partneri", "Partners"),
    "amount": ("Finansējums, EUR", "Budget, EUR"),
    "funding": ("Finansējuma avots", "Source of funding"),
    "indicators": ("Rādītāji", "Indicators"),
    "deadline": ("Termiņš", "Deadline"),
    "count": ("Skaits", "Count"),
    "places": ("Vietas", "Places"),
    "nothing_done": ("pārskata periodā nav paveikts", "nothing done in the period"),
    "automatic": ("Birkas piešķirtas automātiski.", "Tags were assigned automatically."),
    "compare": ("Atrast līdzīgas citur", "Find comparable"),
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
    "none_there": (
        "Nekas pietiekami tuvs nav šeit: {regions}.",
        "Nothing close enough here: {regions}.",
    ),
    "more_facts": ("Kas, ar ko un par kādiem līdzekļiem", "Who, with whom, with what funding"),
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
    "tab_plans": ("Plāni", "Plans"),
    "plan_lead": (
        "Te redzams, kuri dokumenti ir iekļauti, kas no katra nolasīts un kas palicis nesaprasts.",
        "The documents that are in, what was read from each, and what was not understood.",
    ),
    "plan_documents": ("Iekļautie dokumenti", "Documents that are in"),
    "publisher": ("Izdevējs", "Publisher"),
    "layout": ("Uzbūve", "Layout"),
    "layout_progress": ("progresa ziņojums", "progress report"),
    "layout_action_plan": ("rīcības plāns", "action plan"),
    "layout_programme": ("attīstības programma", "development programme"),
    "layout_deck": ("prezentācija", "slide deck"),
    "layout_brochure": ("brošūra", "brochure"),
    "layout_table": ("tabula", "table"),
    "plan_pick": ("Nolasīšanas pārskats par dokumentu", "Parse report of a document"),
    "plan_report": ("Nolasīšanas pārskats", "Parse report"),
    "plan_report_lead": (
        "Katra dokumenta rinda ir uzskaitīta: par ko tā kļuva vai kāpēc ir izlaista.",
        "Every line of the document is accounted for: what it became, or why it was dropped.",
    ),
    "plan_reading": ("Lasa dokumentu", "Reading the document"),
    "plan_no_source": (
        "Šī dokumenta datnes plānu mapē nav, tāpēc pārskatu nevar sagatavot.",
        "The file of this document is not in the plans folder, so there is no report.",
    ),
    "plan_add": ("Pievienot plānu", "Add a plan"),
    "plan_add_lead": (
        "Vispirms apskatiet, kas no dokumenta ir saprasts. Nekas netiek mainīts, kamēr "
        "nenospiežat „Pievienot”. Dokuments paliek šajā datorā.",
        "First look at what was understood. Nothing is changed until you press “Add”. The "
        "document stays on this machine.",
    ),
    "plan_file": (
        "Dokuments (PDF, DOCX, XLSX, CSV vai TXT)",
        "Document (PDF, DOCX, XLSX, CSV or TXT)",
    ),
    "plan_title": ("Plāna nosaukums", "Title of the plan"),
    "plan_region": ("Reģions", "Region"),
    "plan_publisher": ("Izdevējs (nav obligāts)", "Publisher (optional)"),
    "plan_address": ("Publicēšanas adrese (nav obligāta)", "Where it was published (optional)"),
    "plan_stage": ("Tabulā ir", "The table lists what is"),
    "plan_columns": (
        "Savi kolonnu virsraksti (YAML, nav obligāti)",
        "Column titles of your own (YAML, optional)",
    ),
    "plan_columns_lead": (
        "Vajadzīgi tikai tad, ja dokumenta kolonnas netiek atpazītas. Paraugs: text: [Iecere].",
        "Needed only where the columns of the document are not recognised. Example: text: [Idea].",
    ),
    "plan_look": ("Apskatīt, kas saprasts", "Preview"),
    "plan_no_file": ("Vispirms pievienojiet dokumentu.", "Choose a document first."),
    "plan_previewed": (
        "Atrastas {n} aktivitātes. Pagaidām nekas nav pievienots.",
        "{n} activities found. Nothing has been added yet.",
    ),
    "plan_known": (
        "{n} no tām ar tādu pašu tekstu jau ir iekļauto plānu vidū.",
        "{n} of them are in the plans already, with the same text.",
    ),
    "plan_first": ("Pirmās aktivitātes: {shown} no {n}", "First activities: {shown} of {n}"),
    "plan_put": ("Pievienot", "Add"),
    "plan_adding": ("Pievieno plānu un atjauno indeksu", "Adding the plan and renewing the index"),
    "plan_added": (
        "Plāns „{title}” pievienots, aktivitātes: {n}. Meklēšana tās jau atrod.",
        "“{title}” was added with {n} activities. Search finds them now.",
    ),
    "plan_show": ("Rādīt šī plāna aktivitātes", "Show the activities of this plan"),
    "plan_read_only": (
        "Šajā lapā plānus pievienot nevar; to dara lapas uzturētājs.",
        "Plans cannot be added on this page; whoever runs it adds them.",
    ),
    "plan_look_first": (
        "Vispirms nospiediet „Apskatīt, kas saprasts”.",
        "Press “Preview” first.",
    ),
    "tab_about": ("Par", "About"),
    "about_figures": ("Cik labi tas darbojas", "How well it works"),
    "about_measured": (
        "Mērīts {date} ar regioplan {version}, {n} aktivitātēs. Visus skaitļus iegūst komanda",
        "Measured on {date} with regioplan {version}, {n} activities. Every figure comes from",
    ),
    "about_stale": (
        "Uzmanību: skaitļi mērīti ar citu plānu kopu vai valodas modeli, nekā šajā lapā ir tagad. "
        "Pēc plānu pievienošanas vai indeksa pārbūves tie jāmēra no jauna.",
        "Note: the figures were measured on other plans or another language model than this page "
        "holds now. Measure again after plans were added or the index was rebuilt.",
    ),
    "about_bias": (
        "Mērīts ar vērtējumiem, pēc kuriem rīks arī noregulēts, tāpēc citos meklējumos un tekstos "
        "jārēķinās ar nedaudz zemākiem skaitļiem.",
        "Measured on judgements that the tool was tuned on too: expect a little less elsewhere.",
    ),
    "about_search": ("Meklēšana", "Search"),
    "about_search_lead": (
        "nDCG@10: cik labi pirmajos desmit rezultātos sakārtots noderīgais (1 ir ideāli), ar 95 % "
        "ticamības intervālu. Atrasts@20: kāda daļa no noderīgā ir pirmajos divdesmit. "
        "P@5: kāda daļa no pirmajiem pieciem ir noderīga. Tikai vārdi: nDCG@10, ja meklē tikai "
        "pēc vārdiem.",
        "nDCG@10: how well the first ten put what is useful first (1 is ideal), with a 95 % "
        "interval. Recall@20: the share of what is useful among the first twenty. P@5: the share "
        "of the first five that is useful. Words alone: nDCG@10 of a search by words only.",
    ),
    "about_what": ("Kas mērīts", "What"),
    "about_lv": ("latviski", "Latvian"),
    "about_en": ("angliski", "English"),
    "about_all": ("līdzīgas aktivitātes citos reģionos", "counterparts in other regions"),
    "about_queries": ("Meklējumi", "Queries"),
    "about_interval": ("no–līdz", "low–high"),
    "about_recall": ("Atrasts@20", "Recall@20"),
    "about_bm25": ("Tikai vārdi", "Words alone"),
    "about_cases": (
        "Paraugu sarakstā izpildās {good} no {n} prasībām (piemēram, ka sinonīms tiek atrasts).",
        "{good} of {n} listed cases hold (for example, that a synonym is found).",
    ),
    "about_themes": ("Tēmu noturība", "How steady the themes are"),
    "about_themes_lead": (
        "Pielāgotais Randa indekss (1: tieši tās pašas tēmas, 0: nejauša sakritība) starp tēmām "
        "un tēmām, kas noteiktas no jauna pēc izmaiņas; mediāna un mazākais.",
        "Adjusted Rand index (1: the very same themes, 0: chance) of the themes with those found "
        "anew after a change; median and least.",
    ),
    "about_change": ("Izmaiņa", "Change"),
    "about_reordered": ("aktivitātes citā secībā", "activities in another order"),
    "about_dropped": (
        "izlaistas divas aktivitātes no simta",
        "two activities in a hundred left out",
    ),
    "about_runs": ("Reizes", "Runs"),
    "about_median": ("Mediāna", "Median"),
    "about_least": ("Mazākais", "Least"),
    "about_card": ("Birkotāja modeļa karte", "Model card of the tagger"),
    "about_card_lead": (
        "Domāts, lai cilvēkam, kurš lemj, ieteiktu aktivitātes horizontālās prioritātes; nav "
        "domāts lemšanai bez cilvēka un tekstiem citās valodās. Mērīts ar birkotiem tekstiem, "
        "kurus modelis attiecīgajā mērījumā nebija redzējis.",
        "For suggesting an activity's horizontal priorities to a person who decides; not for "
        "deciding without a person, nor for texts in other languages than Latvian. Measured on "
        "labelled texts that the model had not seen.",
    ),
    "about_card_measures": (
        "Precizitāte: cik no piešķirtajām birkām ir pareizas. Pārklājums: cik no pareizajām "
        "birkām ir piešķirtas. F1 apvieno abas. AP: precizitāte vidēji pa visiem sliekšņiem. "
        "Braiera kļūda: cik tālu varbūtības ir no patiesības (0 ir ideāli). Liekas birkas: cik "
        "tekstu bez nevienas birkas to tomēr saņem. Svešs reģions: F1, ja no reģiona apmācībā nav "
        "bijis nekā. Pilna karte ir docs/tagger.md.",
        "Precision: how many of the tags given are right. Recall: how many of the right tags are "
        "given. F1 joins both. AP: precision averaged over all thresholds. Brier: how far the "
        "probabilities are from the truth (0 is ideal). False tags: of the texts without any tag, "
        "those that get this one. Region unseen: F1 where nothing of a region was in training. "
        "The whole card is docs/tagger.md.",
    ),
    "about_texts": ("Teksti", "Texts"),
    "about_yes": ("No tiem „jā”", "Of them yes"),
    "about_precision": ("Precizitāte", "Precision"),
    "about_recall_tags": ("Pārklājums", "Recall"),
    "about_brier": ("Braiera kļūda", "Brier"),
    "about_review": ("Jāpārskata", "To review"),
    "about_rest": ("Pārējo F1", "F1 of the rest"),
    "about_false": ("Liekas birkas", "False tags"),
    "about_unseen": ("Svešs reģions", "Region unseen"),
    "about_versions": ("Versijas un atsaukšanās", "Versions and how to cite"),
    "about_program": ("Programma", "Program"),
    "about_generation": ("Indeksa paaudze", "Generation of the index"),
    "about_corpus": ("Plānu kopa (SHA-256)", "Corpus (SHA-256)"),
    "about_encoder": ("Valodas modelis", "Language model"),
    "about_registry": ("Tēmu versija", "Version of the themes"),
    "about_packages": ("Bibliotēkas", "Packages"),
    "about_cite": (
        "Atsaucoties norādiet: regioplan {version}, plānu kopa {corpus}, tēmas {themes}, un dienu, "
        "kurā skatījāties. Citējot aktivitāti, norādiet plānu, lappusi un rindu.",
        "To cite: regioplan {version}, corpus {corpus}, themes {themes}, and the day you looked. "
        "Cite an activity by its plan, page and line.",
    ),
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
    "file_search": ("Meklējuma rezultāti", "Search results"),
    "file_dossier": ("Aktivitāšu izlase", "Dossier of activities"),
    "file_hits": ("Aktivitātes", "Activities"),
    "file_about": ("Par datni", "About"),
    "file_query": ("Vaicājums", "Query"),
    "file_mode": ("Meklēšanas veids", "Mode"),
    "file_sort": ("Kārtība", "Order"),
    "file_sort_relevance": ("pēc tuvuma", "by relevance"),
    "file_sort_plan": ("pēc plāna", "by plan"),
    "file_sort_region": ("pēc reģiona", "by region"),
    "file_sort_deadline": ("pēc termiņa", "by deadline"),
    "file_sort_amount": ("pēc finansējuma", "by budget"),
    "file_filters": ("Atlase", "Filters"),
    "file_none": ("nav", "none"),
    "file_amount_from": ("Finansējums no, EUR", "Budget from, EUR"),
    "file_amount_to": ("Finansējums līdz, EUR", "Budget up to, EUR"),
    "file_total": ("Aktivitāšu skaits", "Number of activities"),
    "file_date": ("Sagatavots (UTC)", "Made at (UTC)"),
    "file_generation": ("Indeksa paaudze", "Index generation"),
    "file_corpus": ("Korpusa SHA-256", "Corpus SHA-256"),
    "file_version": ("regioplan versija", "regioplan version"),
    "file_themes": ("Tēmu versija", "Version of the themes"),
    "file_schema": ("Datnes shēmas versija", "Schema version of the file"),
    "file_tags_note": (
        "Birkas ar norādi „automātiski” noteikusi programma, un tās var būt kļūdainas.",
        "Tags marked “automatic” were assigned by a program and can be wrong.",
    ),
    "file_rank": ("Vieta", "Rank"),
    "file_strength": ("Tuvums vārdos", "Strength"),
    "file_folded": ("Gandrīz vienādas, skaits", "Nearly the same, number"),
    "file_id": ("Identifikators", "Id"),
    "file_document": ("Dokuments", "Document"),
    "file_code": ("Kods", "Code"),
    "file_section": ("Sadaļa", "Section"),
    "file_text": ("Teksts", "Text"),
    "file_path": ("Virsraksti plānā", "Headings in the plan"),
    "file_tags": ("Birkas", "Tags"),
    "file_actor": ("Izpildītājs", "Actor"),
    "file_priorities": ("Prioritātes plānā", "Priorities in the plan"),
    "file_note": ("Piezīme", "Note"),
    "file_page": ("Lappuse", "Page"),
    "file_lines": ("Rindas", "Lines"),
    "file_further": ("Plānā atkārtota", "Printed again at"),
    "file_citation": ("Atsauce", "Citation"),
    "file_automatic": ("automātiski, {value}", "automatic, {value}"),
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
