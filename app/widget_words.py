"""What Gradio itself writes on the Latvian page: it has no Latvian of its own."""

from __future__ import annotations

import json
from collections.abc import Mapping

# By the keys of its own lists of words.
WIDGETS: Mapping[str, str] = {
    "blocks.connection_can_break": (
        "Tālrunī savienojums var pārtrūkt, ja šo cilni aizver vai ierīce iemieg."
    ),
    "blocks.long_requests_queue": "Gaida daudz pieprasījumu. Lūdzu, uzgaidiet.",
    "blocks.lost_connection": "Savienojums pārtrūka, jo lapa bija aizvērta. Savienojas no jauna…",
    "blocks.waiting_for_inputs": "Datne vēl tiek augšupielādēta. Pēc brīža mēģiniet vēlreiz.",
    "common.clear": "Notīrīt",
    "common.complete": "Pabeigts",
    "common.download": "Lejupielādēt",
    "common.edit": "Labot",
    "common.empty": "Tukšs",
    "common.error": "Kļūda",
    "common.loading": "Ielādē",
    "common.or": "vai",
    "common.progress": "Norise",
    "common.remove": "Noņemt",
    "common.settings": "Iestatījumi",
    "common.share": "Kopīgot",
    "common.submit": "Nosūtīt",
    "common.undo": "Atsaukt",
    "common.upload": "Augšupielādēt",
    "dataframe.clear_filter": "Noņemt atlasi",
    "dataframe.clear_sort": "Noņemt kārtojumu",
    "dataframe.filter": "Atlasīt",
    "dataframe.sort_ascending": "Kārtot augošā secībā",
    "dataframe.sort_column": "Kārtot kolonnu",
    "dataframe.sort_descending": "Kārtot dilstošā secībā",
    "errors.build_error": "lapu neizdevās sagatavot",
    "errors.config_error": "lapas iestatījumos ir kļūda",
    "errors.contact_page_author": "Lūdzu, pasakiet to lapas uzturētājam.",
    "errors.runtime_error": "lapas darbībā radās kļūda",
    "file.uploading": "Augšupielādē…",
    "status.queue_position": "Rindā: {position}. no {size}",
    "upload_text.click_to_upload": "izvēlieties to",
    "upload_text.drop_file": "Ievelciet datni šeit",
}

# What it writes past those lists, in labels, tool tips and messages.
WRITTEN: Mapping[str, str] = {
    "An error occurred.": "Radās kļūda.",
    "Apply filter and update dataframe values": "Lietot atlasi tabulai",
    "Clear": "Notīrīt",
    "Click to upload or drop files": "Izvēlieties datni vai ievelciet to šeit",
    "Close": "Aizvērt",
    "Connection Lost": "Savienojums pārtrūka",
    "Connection errored out.": "Savienojums ar serveri neizdevās.",
    "Connection to the server was lost. Attempting reconnection...": (
        "Savienojums ar serveri pārtrūka. Mēģina savienoties no jauna…"
    ),
    "Contains": "satur",
    "Copied": "Nokopēts",
    "Copied to clipboard": "Nokopēts",
    "Copy": "Kopēt",
    "Copy table data": "Kopēt tabulu",
    "Could not resolve app config.": "Lapas iestatījumus neizdevās ielādēt.",
    "Dataframe": "Tabula",
    "Does not contain": "nesatur",
    "Download": "Lejupielādēt",
    "Ends with": "beidzas ar",
    "Error": "Kļūda",
    "Exit fullscreen mode": "Aizvērt pilnekrānu",
    "File upload": "Datnes pievienošana",
    "Filter as": "Atlasīt kā",
    "Filtered": "Atlasīts",
    "Fullscreen": "Pilnekrāns",
    "Info": "Ziņa",
    "Info.": "Ziņa.",
    "Is": "ir",
    "Is empty": "ir tukšs",
    "Is not": "nav",
    "Is not empty": "nav tukšs",
    "More tabs": "Citas cilnes",
    "Open cell menu": "Šūnas izvēlne",
    "Remove this file": "Noņemt šo datni",
    "Reset to default value": "Atjaunot sākuma vērtību",
    "Starts with": "sākas ar",
    "Success.": "Izdevās.",
    "Table actions": "Darbības ar tabulu",
    "This application is currently busy. Please try again.": (
        "Lapa pašlaik ir aizņemta. Mēģiniet vēlreiz."
    ),
    "Type a value": "Ierakstiet vērtību",
    "Warning": "Brīdinājums",
    "Warning.": "Brīdinājums.",
    "number": "skaitlis",
    "processing |": "apstrādā |",
    "string": "teksts",
}

# The same, where something follows; it stays only after words that end in a space.
BEGUN: Mapping[str, str] = {
    "Change filter type. Filtering ": "Mainīt atlases veidu",
    "Change filter. Using ": "Mainīt atlases nosacījumu",
    "Invalid file type": "Šāda veida datni šeit pievienot nevar.",
    "number input for ": "Skaitlis: ",
    "queue: ": "rindā: ",
    "range slider for ": "Slīdnis: ",
}


# Gradio follows the browser and falls back to English, in a Latvian browser too. These are the
# others that people in Latvia use; each makes the page 4 kB longer.
_BROWSERS = ("en", "ru", "de", "lt", "et")


def widgets(language: str) -> dict[str, dict[str, str]]:
    """What replaces Gradio's own words, by the language of the browser and its keys."""
    return {name: dict(WIDGETS) for name in _BROWSERS} if language == "lv" else {"en": {}}


def words_script(language: str) -> str:
    """JavaScript that tells ``page.js`` what to put in place of the rest."""
    words = {"whole": WRITTEN, "begun": BEGUN} if language == "lv" else None
    return f"const WIDGET_WORDS = {json.dumps(words, ensure_ascii=False)};\n"
