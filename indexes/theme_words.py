"""The words of the theme report: Latvian first, English second."""

from __future__ import annotations

from nlp.languages import Language, Say, speaker

WORDS: dict[str, tuple[str, str]] = {
    "title": ("Reģionu plānu tēmas", "Themes of the regional plans"),
    "counts": (
        "Aktivitāšu skaits: {n}; tēmu versija <b>{version}</b>; bez tēmas ir {without} aktivitāšu.",
        "{n} activities; themes version <b>{version}</b>; {without} of the activities have no "
        "theme.",
    ),
    "map": ("Karte", "Map"),
    "map_note": (
        "Katrs punkts ir aktivitāte; līdzīgas atrodas blakus. Tās pašas aktivitātes uzskaita "
        "<code>regioplan export</code> un <code>regioplan themes show TĒMA</code>.",
        "Each point is an activity; alike ones lie together. The same activities are listed by "
        "<code>regioplan export</code> and <code>regioplan themes show THEME</code>.",
    ),
    "map_sample": (
        "Aktivitāšu ir daudz, tāpēc kartē ir viena no {step}; tabulas uzskaita visas.",
        "There are many activities, so the map shows one in {step}; the tables count all.",
    ),
    "by_region": ("Tēmas pa reģioniem", "Themes by region"),
    "broad": (
        "Plašās tēmas: aktivitāšu skaits, reģionā gandrīz vienādas skaitītas vienreiz",
        "Broad themes: activities, near-copies within a region once",
    ),
    "fine": ("Sīkās tēmas", "Fine themes"),
    "by_priority": ("Tēmas pa horizontālajām prioritātēm", "Themes by horizontal priority"),
    "by_stage": ("Tēmas pa posmiem", "Themes by stage"),
    "only_planned": (
        "Plānots, bet par paveikto nav ziņots: {themes}. Progresa ziņojums ir tikai Vidzemes "
        "dokuments, tāpēc par pārējiem reģioniem tas liecina maz.",
        "Planned, and nothing performed reported: {themes}. Only Vidzeme's document is a progress "
        "report, so this says little of the others.",
    ),
    "none": ("nav", "none"),
    "by_period": ("Tēmas pa periodiem", "Themes by period"),
    "change": (
        "Izmaiņa no {before} uz {after}: daļa no aktivitātēm un starpības 95 % intervāls",
        "Change from {before} to {after}, share of activities with 95 % interval of the difference",
    ),
    "change_note": (
        "Periodos ir dažādu reģionu plāni, tāpēc izmaiņa var būt arī atšķirība starp reģioniem.",
        "The periods hold plans of different regions, so a change may be a difference between "
        "regions.",
    ),
    "difference": ("Starpība", "Difference"),
    "low": ("No", "Low"),
    "high": ("Līdz", "High"),
    "gaps": ("Kas nav plānots: {region}", "Gaps of {region}"),
    "likest": ("Līdzīgākie reģioni: {peers}.", "Most alike: {peers}."),
    "warning": (
        "Ja plānā kaut kā nav, tas vēl nenozīmē, ka tā nav: to var darīt ārpus plāna.",
        "A plan's silence proves nothing: what is missing here may be done outside the plan.",
    ),
    "state": ("Stāvoklis", "State"),
    "gap": ("nav", "gap"),
    "near match": ("ir kas līdzīgs", "near match"),
    "has": ("Ir", "Has"),
    "expected": ("Gaidāmas", "Expected"),
    "also_in": ("Citur", "Also in"),
    "example": ("Piemēri", "For example"),
    "nearest": ("Tuvākā šajā reģionā", "Nearest here"),
    "themes": ("Tēmas", "Themes"),
    "theme": ("Tēma", "Theme"),
    "id": ("Nr.", "Id"),
    "latvian": ("Latviski", "Latvian"),
    "english": ("Angliski", "English"),
    "under": ("Plašā tēma", "Under"),
    "size": ("Aktivitātes", "Size"),
    "stability": ("Noturība", "Stability"),
    "words": ("Vārdi", "Words"),
    "method": ("Metode", "Method"),
    "method_text": (
        "Aktivitātes ir vienības vektori: kodētais teksts plus tajā nosauktie vārdnīcas jēdzieni, "
        "abi centrēti. {runs} sfērisko k-vidējo aprēķini no dažādiem sākumiem balso, kuri teksti "
        "ir kopā; balsis sadala vidējās saites hierarhiskā klasterēšana (Fred un Jain 2005). "
        "Aktivitāte pieder tuvākajam tēmas centram, ja kosinuss ir vismaz {threshold}. Noturība ir "
        "vidējais labākais Žakara indekss {bootstraps} atkārtojumos ar deviņām desmitdaļām tekstu "
        "(Hennig 2007). Nosaukumi ir vārdnīcas jēdzieni, kas tēmu atšķir no citām. Daļa ir no "
        "visām kolonnas aktivitātēm; reizes ir šī daļa pret daļu visās kolonnās kopā. Gaidāmais "
        "skaits ir reģiona aktivitāšu skaits reiz tēmas daļa citur; p ir hiperģeometriskā "
        "sadalījuma varbūtība, q ir tā pati ar Benjamini un Hohberga korekciju.",
        "Activities are unit vectors: their encoded text plus the encoded glossary concepts they "
        "name, both centred. {runs} spherical k-means runs from hashed starts vote which texts "
        "belong together; average linkage cuts the votes (Fred and Jain 2005). An activity belongs "
        "to the nearest centroid from a cosine of {threshold} on. Stability is the mean best "
        "Jaccard over {bootstraps} refits of nine tenths of the texts (Hennig 2007). Names are "
        "glossary concepts that set a theme apart. A share is of all activities of a column; a "
        "lift is that share over the share in all columns. Expected counts in gaps are a region's "
        "total times the share of the theme elsewhere; p is hypergeometric, q after Benjamini and "
        "Hochberg.",
    ),
    "package": ("Bibliotēka", "Package"),
    "package_version": ("Versija", "Version"),
    "plan": ("Plāns", "Plan"),
    "region": ("Reģions", "Region"),
    "period": ("Periods", "Period"),
    "activities": ("Aktivitātes", "Activities"),
    "planned": ("plānots", "planned"),
    "done": ("paveikts", "done"),
    "cooperation": ("Sadarbība un līdzdalība", "cooperation"),
    "climate": ("Klimats", "climate"),
    "digitalisation": ("Digitalizācija", "digitalisation"),
}


def theme_words(language: Language) -> Say:
    """A function from a key, and values to fill in, to the words in a language."""
    return speaker(WORDS, language)


def column_name(value: str, say: Say) -> str:
    """What a column is called: stages and built-in priorities are keys, the rest are names."""
    return say(value) if value in WORDS else value
