"""What failed, in Latvian: the program speaks English everywhere but on the Latvian page.

Every part of an error is looked up by its English template, in which ``{}`` stands for a value; the
Latvian one takes the same values. A person at the page cannot run a command, so what only whoever
runs the page can do is asked of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from nlp.errors import RegioplanError

_ASK = "Lūdziet lapas uzturētāju "

EXPECTED: Mapping[str, str] = {
    # one of the values there are
    "a {} out of {}": "jānorāda viena no vērtībām: {1} ({0})",
    "a deadline out of {}": "jānorāda viens no termiņiem: {}",
    "a funding out of {}": "jānorāda viens no finansējuma avotiem: {}",
    "a label out of {}": "jānorāda viena no prioritātēm: {}",
    "a mode out of {}": "jānorāda viens no meklēšanas veidiem: {}",
    "a municipality out of {}": "jānorāda viena no pašvaldībām: {}",
    "a period out of {}": "jānorāda viens no periodiem: {}",
    "a plan out of {}": "jānorāda viens no plāniem: {}",
    "a priority out of {}": "jānorāda viena no prioritātēm: {}",
    "a region out of {}": "jānorāda viens no reģioniem: {}",
    "a scheme out of {}": "jānorāda viena no birku kopām: {}",
    "a sort out of {}": "jānorāda viena no kārtošanas kārtībām: {}",
    "a stage out of {}": "jānorāda viens no posmiem: {}",
    "a tag out of {}": "jānorāda viena no birkām: {}",
    "a theme out of {}": "jānorāda viena no tēmām: {}",
    "one of {}": "jānorāda viena no vērtībām: {}",
    # questions and decisions
    "a query of at most {} characters": "meklējumā drīkst būt ne vairāk kā {} zīmes",
    "a query with at least one word": "vajadzīgs meklējums ar vismaz vienu vārdu",
    "1 to {} activities": "jāizvēlas no 1 līdz {} aktivitātēm",
    "the id of an activity": "vajadzīgs aktivitātes identifikators",
    "the id of a theme": "vajadzīgs tēmas identifikators",
    "the name of who decides": "vajadzīgs lēmēja vārds",
    "the name of who edits": "vajadzīgs labotāja vārds",
    "a note of at most {} signs": "piezīmē drīkst būt ne vairāk kā {} zīmes",
    "the number of a decision": "vajadzīgs lēmuma numurs",
    "a decision that stands": "vajadzīgs lēmums, kas ir spēkā",
    "a new name": "vajadzīgs jauns nosaukums",
    "the number of an edit in force": "vajadzīgs spēkā esoša labojuma numurs",
    "a basket of at most {} activities": "grozā drīkst būt ne vairāk kā {} aktivitātes",
    "at most {} baskets": "drīkst būt ne vairāk kā {} grozi",
    "the number of a basket": "vajadzīgs groza numurs",
    "the number of a deleted basket": "vajadzīgs izdzēsta groza numurs",
    "a name of the basket": "vajadzīgs groza nosaukums",
    "a name of at most {} printable signs": "nosaukumā drīkst būt ne vairāk kā {} redzamas zīmes",
    # tables to tag
    "a CSV, TSV or XLSX file": "vajadzīga CSV, TSV vai XLSX datne",
    "a file of at most {} bytes": "datnē drīkst būt ne vairāk kā {} baiti",
    "--out FILE.csv, .tsv or .xlsx": "rezultāta datnei jābūt CSV, TSV vai XLSX",
    "a column '{}' in {}": "datnē {1} vajadzīga kolonna „{0}”",
    "a table without the result columns": "tabulā nedrīkst jau būt rezultāta kolonnu",
    "a readable XLSX workbook": "vajadzīga XLSX darbgrāmata, ko var nolasīt",
    "at most {} rows": "drīkst būt ne vairāk kā {} rindas",
    # documents
    "a plan": "vajadzīgs plāna dokuments",
    "a plan with text": "vajadzīgs plāns, kurā ir teksts",
    "a new plan": "jāpievieno jauns plāns",
    "a title of the plan": "vajadzīgs plāna nosaukums",
    "a period of the plan": "vajadzīgs plāna periods",
    "the region of the activities": "vajadzīgs aktivitāšu reģions",
    "at least one activity": "jābūt vismaz vienai aktivitātei",
    "at most {} MB": "datnē drīkst būt ne vairāk kā {} MB",
    "at most {} columns": "drīkst būt ne vairāk kā {} kolonnas",
    "at most {} cells in a sheet": "darblapā drīkst būt ne vairāk kā {} šūnas",
    "at most {} merged cells": "drīkst būt ne vairāk kā {} apvienotas šūnas",
    "at most {} pages": "dokumentā drīkst būt ne vairāk kā {} lappuses",
    "PDF, DOCX, XLSX, CSV or TXT": "vajadzīgs PDF, DOCX, XLSX, CSV vai TXT",
    "DOCX or XLSX": "vajadzīgs DOCX vai XLSX",
    "titles as text in {}": "datnē {} kolonnu nosaukumiem jābūt tekstam",
    "a whole Office file": "vajadzīga vesela Office datne",
    "a file of usual size": "vajadzīga parasta lieluma datne",
    "a file that can be read in {} s": "datnei jābūt nolasāmai {} sekundēs",
    "a Word document": "vajadzīgs Word dokuments",
    "a document with at least one table": "dokumentā jābūt vismaz vienai tabulai",
    "a workbook": "vajadzīga Excel darbgrāmata",
    "a workbook with rows": "darbgrāmatā jābūt rindām",
    "a CSV table": "vajadzīga CSV tabula",
    "a PDF that can be opened": "vajadzīgs PDF, ko var atvērt",
    "a PDF with text": "vajadzīgs PDF, kurā ir teksts",
    "a PDF with at least one table": "PDF dokumentā jābūt vismaz vienai tabulai",
    "a text of at most {} bytes": "tekstā drīkst būt ne vairāk kā {} baiti",
    "UTF-8 text": "vajadzīgs teksts UTF-8 kodējumā",
    "a table with columns": "vajadzīga tabula ar kolonnām",
    "a text in one of the known layouts, or a table": (
        "vajadzīgs teksts kādā no pazīstamajām uzbūvēm vai tabula"
    ),
    "a table with a column such as 'Rīcība', 'Aktivitāte' or 'Uzdevums'": (
        "vajadzīga tabula ar tādu kolonnu kā „Rīcība”, „Aktivitāte” vai „Uzdevums”"
    ),
    "a YAML file": "vajadzīga YAML datne",
    "a YAML file of column titles": "vajadzīga YAML datne ar kolonnu virsrakstiem",
    "fields out of {} in {}": "datnē {1} drīkst būt tikai šie lauki: {0}",
    "a layout out of {}": "jānorāda viena no uzbūvēm: {}",
    # the folder of plans
    "a folder of plans": "vajadzīga plānu mape",
    "the manifest {} in {}": "mapē {1} jābūt plānu sarakstam {0}",
    "a manifest {} as described in data/README.md": (
        "plānu sarakstam {} jābūt tādam, kā aprakstīts data/README.md"
    ),
    "the plan {}": "vajadzīgs plāns {}",
    "at least one region per plan": "katram plānam vajadzīgs vismaz viens reģions",
    "at least one plan": "sarakstā jābūt vismaz vienam plānam",
    "a folder of plans that can be written, {}": "plānu mapei {} jābūt rakstāmai",
    # the index and what it is built from
    "a manifest {} that can be read": "plānu sarakstam {} jābūt nolasāmam",
    "an index in {}": "mapē {} vajadzīgs indekss",
    "a generation in {}": "mapē {} vajadzīga indeksa paaudze",
    "an earlier generation": "vajadzīga agrāka indeksa paaudze",
    "index schema {}": "vajadzīgs indekss ar shēmu {}",
    "{} as it was built": "datnei {} jābūt tādai, kāda tā izveidota",
    "{} as it was written": "datnei {} jābūt tādai, kāda tā ierakstīta",
    "only files that were built in {}": "mapē {} drīkst būt tikai izveidotās datnes",
    "readable files in {}": "datnēm mapē {} jābūt nolasāmām",
    "at least one id": "jābūt vismaz vienam identifikatoram",
    "every activity once": "katrai aktivitātei jābūt vienreiz",
    "an activity that stays": "jāpaliek vismaz vienai aktivitātei",
    "new activities": "jāpievieno jaunas aktivitātes",
    "a backup file": "jānorāda rezerves kopijas datne",
    "a whole backup in {}": "datnē {} jābūt nebojātai rezerves kopijai",
    "writable folders {} and {}": "mapēm {} un {} jābūt rakstāmām",
    "readable folders and a writable {}": "mapēm jābūt lasāmām un {} – rakstāmai",
    "a writable folder with free space at {}": "mapei {} jābūt rakstāmai un diskā jābūt vietai",
    "a folder that can be written, {}": "mapei {} jābūt rakstāmai",
    "to be the only writer of {}": "mapē {} vienlaikus drīkst rakstīt tikai viens",
    "a readable and writable log {}": "žurnālam {} jābūt nolasāmam un rakstāmam",
    "a log of schema {}": "vajadzīgs žurnāls ar shēmu {}",
    "a tagger in {}": "mapē {} vajadzīgs birkotājs",
    "the encoder {} the tagger was trained with": (
        "vajadzīgs valodas modelis {}, ar kuru birkotājs apmācīts"
    ),
    "the encoder with fingerprint {}": "vajadzīgs valodas modelis ar kontrolsummu {}",
    "a sentence-transformers {} (folder or hub name)": (
        "vajadzīgs sentence-transformers modelis ({}): mape vai nosaukums"
    ),
    "at least two sentences": "vajadzīgi vismaz divi teikumi",
    "the abbreviations {}": "vajadzīgs saīsinājumu saraksts {}",
    "{} columns in {}": "datnē {1} jābūt {0} kolonnām",
    "columns {} in {}": "datnē {1} jābūt kolonnām {0}",
    "a place name ending in {}": "vietas nosaukumam jābeidzas ar {}",
    "measured figures in {}": "vajadzīgi izmērītie skaitļi datnē {}",
}

FOUND: Mapping[str, str] = {
    "one more": "vēl viens",
    "'{}'": "norādīts „{}”",
    "'{}' ({})": "norādīts „{}” ({})",
    "none": "tāda nav",
    "more": "ir vairāk",
    "others": "ir citādi",
    "{} rows of {} columns": "{} rindas ar {} kolonnām",
    "none in {}": "datnē {} tādu nav",
    "none for {}": "datnei {} tāda nav",
    "none in the plans": "plānos nav nevienas",
    "none there": "tāda tur nav",
    "no file {}": "datnes {} nav",
    "no such file": "tādas datnes nav",
    "no folder {}": "mapes {} nav",
    "{}, taken back before": "lēmums {} jau ir atsaukts",
    "a larger one": "datne ir lielāka",
    "an empty table": "tabula ir tukša",
    "{} is damaged": "datne {} ir bojāta",
    "{} is empty": "datne {} ir tukša",
    "{} is larger": "datne {} ir lielāka",
    "{} is none": "datne {} nav YAML datne",
    "{} is in another encoding": "datne {} ir citā kodējumā",
    "{} is protected by a password": "datne {} ir aizsargāta ar paroli",
    "{} holds only pictures of pages": "datnē {} ir tikai lappušu attēli",
    "{} pages in {}": "lappušu skaits datnē {1} ir {0}",
    "{} bytes when unpacked": "izsaiņotas datnes lielums baitos ir {}",
    "{} takes longer": "datnei {} vajag vairāk laika",
    "{} is cut short or no archive": "datne {} ir aprauta vai nav Office datne",
    "{}, another archive": "datne {} ir cits arhīvs",
    "{}, an old Office file or one with a password": (
        "datne {} ir vecā Office formātā vai aizsargāta ar paroli"
    ),
    "{}, a picture or another kind of file": "datne {} ir attēls vai cita veida datne",
    "plain text in {}": "datnē {} ir vienkāršs teksts",
    "no text in the tables": "tabulās nav teksta",
    "no activity in {}": "datnē {} nav nevienas aktivitātes",
    "'{}' is in {} already": "„{0}” mapē {1} jau ir",
    "another {} is there": "tur jau ir cita datne {}",
    "an empty list in {}": "datnē {} saraksts ir tukšs",
    "one given twice": "viena ir norādīta divreiz",
    "several with one id": "vairākām ir viens identifikators",
    "'{}', which is in the index": "„{}” indeksā jau ir",
    "only {}": "ir tikai {}",
    "another build at work": "to pašlaik dara kāds cits",
    "a changed file": "datne ir mainīta",
    "a changed one": "datne ir mainīta",
    "{} with fingerprint {}": "ir {} ar kontrolsummu {}",
    "{} columns in row {}": "kolonnu skaits {1}. rindā ir {0}",
    "another content": "tajā ir kas cits",
}

NEXT: Mapping[str, str] = {
    "choose one of them": "Izvēlieties kādu no nosauktajām vērtībām",
    "choose fewer of them": "Izvēlieties mazāk",
    "type what you look for": "Ierakstiet, ko meklējat",
    "shorten the text": "Saīsiniet tekstu",
    "shorten it": "Saīsiniet to",
    "give your name": "Ierakstiet savu vārdu",
    "give one in Latvian or English": "Ierakstiet to latviski vai angliski",
    "decide anew": "Pieņemiet lēmumu no jauna",
    "fill it in": "Aizpildiet šo lauku",
    "check the path": "Pievienojiet datni vēlreiz",
    "check the file": "Pārbaudiet datni",
    "check the columns": "Pārbaudiet kolonnu virsrakstus",
    "name one of these with --text-column": "Izvēlieties kādu no šīm kolonnām",
    "rename or remove them": "Pārdēvējiet vai izņemiet tās",
    "rename the file": "Pārdēvējiet datni",
    "build another index instead": "Tā vietā izveidojiet citu indeksu",
    "leave it out, or update it": "Izlaidiet to vai atjauniniet",
    "leave out the repeated records": "Izlaidiet atkārtotos ierakstus",
    "split it": "Sadaliet to",
    "split the file": "Sadaliet datni",
    "remove the empty ones": "Izdzēsiet tukšās",
    "merge fewer of them": "Apvienojiet mazāk šūnu",
    "split the table": "Sadaliet tabulu",
    "save it again": "Saglabājiet to vēlreiz",
    "save it again as .docx": "Saglabājiet to vēlreiz kā .docx",
    "save it again as .xlsx": "Saglabājiet to vēlreiz kā .xlsx",
    "save it as UTF-8": "Saglabājiet to UTF-8 kodējumā",
    "save it without protection": "Saglabājiet to bez aizsardzības",
    "save the table as one of them": "Saglabājiet tabulu kādā no šiem formātiem",
    "save it as .docx or .xlsx without a password": (
        "Saglabājiet to bez paroles kā .docx vai .xlsx"
    ),
    "get the file again": "Iegūstiet datni no jauna",
    "give the document itself": "Pievienojiet pašu dokumentu",
    "give the document itself; a scan needs text recognition first": (
        "Pievienojiet pašu dokumentu; skenētam dokumentam vispirms jāatpazīst teksts"
    ),
    "run text recognition (OCR) on it first": "Vispirms atpazīstiet dokumenta tekstu (OCR)",
    "give the plan as DOCX or XLSX": "Pievienojiet plānu kā DOCX vai XLSX",
    "give the plan's text": "Pievienojiet plāna tekstu",
    "give the plan as PDF, DOCX, XLSX or CSV, or write a layout (CONTRIBUTING.md)": (
        "Pievienojiet plānu kā PDF, DOCX, XLSX vai CSV"
    ),
    "put the plan in a table": "Ievietojiet plānu tabulā",
    "name your columns in a YAML file like nlp/columns.yaml and give it with --columns": (
        "Pievienojiet YAML datni ar saviem kolonnu virsrakstiem"
    ),
    "see nlp/columns.yaml": "Paraugs: text: [Iecere]",
    "wait for it": "Pagaidiet un mēģiniet vēlreiz",
    "take an id from 'regioplan search' or 'regioplan export'": (
        "Izvēlieties aktivitāti no meklējuma"
    ),
    "take an id from 'regioplan themes'": "Izvēlieties tēmu no saraksta",
    "see 'regioplan corrections'": "Skatiet lēmumu žurnālu",
    "see 'themes log'": f"{_ASK}apskatīt tēmu labojumus (regioplan themes log)",
    "see 'regioplan baskets'": "Izvēlieties grozu no saraksta",
    "see 'regioplan baskets --deleted'": f"{_ASK}apskatīt dzēstos grozus",
    "take some out, or begin another basket": "Izņemiet kādu vai sāciet jaunu grozu",
    "delete one that is not needed": "Izdzēsiet kādu, kas nav vajadzīgs",
    "give one": "Norādiet to",
    "give another": "Norādiet citu",
    # what only whoever runs the page can do
    "run 'regioplan build'": f"{_ASK}izveidot indeksu no jauna (regioplan build)",
    "run 'regioplan build' first": f"{_ASK}vispirms izveidot indeksu (regioplan build)",
    "run 'regioplan build' again": f"{_ASK}izveidot indeksu no jauna (regioplan build)",
    "run 'regioplan build' to train it again": (
        f"{_ASK}apmācīt birkotāju no jauna (regioplan build)"
    ),
    "run 'regioplan build' first, or give another folder with --store": (
        f"{_ASK}izveidot indeksu vai norādīt citu mapi (regioplan build)"
    ),
    "run 'regioplan build' with this encoder, or use the one the index was built with": (
        f"{_ASK}izveidot indeksu no jauna ar šo valodas modeli (regioplan build)"
    ),
    "build a new one": f"{_ASK}izveidot jaunu indeksu (regioplan build)",
    "run '{}'": f"{_ASK}izpildīt komandu {{}}",
    "free space or give another folder with --store": (
        f"{_ASK}atbrīvot vietu diskā vai norādīt citu mapi"
    ),
    "free space or mend permissions": f"{_ASK}atbrīvot vietu diskā vai labot mapju tiesības",
    "check paths and disk": f"{_ASK}pārbaudīt ceļus un disku",
    "take another backup": "Izmantojiet citu rezerves kopiju",
    "free space or mend its rights": f"{_ASK}atbrīvot vietu diskā vai labot mapes tiesības",
    "check folder and disk; if the log is damaged, restore a backup, or keep every row that is "
    "whole by 'regioplan salvage'": (
        f"{_ASK}pārbaudīt mapi un disku; ja žurnāls ir bojāts, atjaunot rezerves kopiju vai "
        "saglabāt visas veselās rindas ar „regioplan salvage”"
    ),
    "use a newer version of regioplan": f"{_ASK}uzstādīt jaunāku regioplan versiju",
    "check the layouts": f"{_ASK}pārbaudīt plānus un to uzbūvi",
    "mend 'layout' in the manifest": f"{_ASK}labot plānu sarakstu (layout)",
    "mend the manifest": f"{_ASK}labot plānu sarakstu",
    "mend {}": f"{_ASK}labot datni {{}}",
    "mend the row": f"{_ASK}labot šo rindu",
    "mend the header": f"{_ASK}labot tabulas galvu",
    "add it or mend {}": f"{_ASK}pievienot to vai labot datni {{}}",
    "add a plan to the manifest": f"{_ASK}pievienot sarakstam plānu",
    "give an existing one with --plans DIR": f"{_ASK}izveidot plānu mapi",
    "write one (see data/README.md, 'Manifest')": f"{_ASK}izveidot plānu sarakstu",
    "give a folder that holds {}, or check the name and the network": (
        f"{_ASK}norādīt mapi, kurā ir {{}}, vai pārbaudīt nosaukumu un tīklu"
    ),
    "add plans with more text": f"{_ASK}pievienot plānus ar vairāk teksta",
    "restore data/glossary": f"{_ASK}atjaunot mapi data/glossary",
    "list its forms": f"{_ASK}pierakstīt tā locījumus",
}

# What the operating system says of a folder or file, word for word.
SYSTEM: Mapping[str, str] = {
    "Permission denied": "nav tiesību",
    "No space left on device": "diskā nav vietas",
    "Read-only file system": "disku drīkst tikai lasīt",
    "No such file or directory": "tādas datnes vai mapes nav",
    "Disk quota exceeded": "atvēlētā vieta diskā ir beigusies",
    "Input/output error": "diska kļūda",
}

Patterns = tuple[tuple[re.Pattern[str], str], ...]


def in_latvian(error: RegioplanError) -> tuple[str, str, str]:
    """The three parts of an error in Latvian; one that nobody translated stays as it is."""
    return (
        _said(error.expected, _EXPECTED),
        _said(error.found, _FOUND),
        _said(error.next_step, _NEXT),
    )


def patterns(words: Mapping[str, str]) -> Patterns:
    """What to look for and what to say, the templates with most words of their own first."""
    ordered = sorted(words, key=lambda template: -len(template.replace("{}", "")))
    return tuple((_pattern(template), words[template]) for template in ordered)


def _pattern(template: str) -> re.Pattern[str]:
    return re.compile("(.*)".join(map(re.escape, template.split("{}"))), re.DOTALL)


def _said(part: str, known: Patterns) -> str:
    for pattern, latvian in known:
        if found := pattern.fullmatch(part):
            return latvian.format(*found.groups())
    return part


_EXPECTED = patterns(EXPECTED)
_FOUND = patterns({**FOUND, **SYSTEM})
_NEXT = patterns(NEXT)
