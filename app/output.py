"""Hits and records as JSON, tables and files."""

from __future__ import annotations

import csv
import json
import re
import shutil
import tempfile
import time
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

from app.settings import require_folder
from indexes.engine import Hit
from nlp.errors import UsageError
from nlp.records import Activity
from nlp.tagger import TagDecision

FORMATS = ("jsonl", "csv", "xlsx", "parquet")
_KEPT = 3600  # seconds
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def hit_row(hit: Hit) -> dict[str, Any]:
    """One hit as the command-line contract lists it; ``occurrences`` holds every printing."""
    a = hit.activity
    places = [
        {
            "document": p.document,
            "page": p.page,
            "first_line": p.first_line,
            "last_line": p.last_line,
            "path": list(p.path),
            "count": p.count,
        }
        for p in a.places
    ]
    return {
        "rank": hit.rank,
        "id": a.id,
        "region": a.region,
        "document": a.document,
        "plan": a.plan,
        "stage": a.stage,
        "code": a.code,
        "path": list(a.path),
        "text": a.text,
        "score": hit.score,
        "strength": hit.strength,
        "tags": list(hit.tags),
        "occurrences": places,
    }


def decision_row(decision: TagDecision) -> dict[str, Any]:
    """What a tagger says of one label, as programs get it."""
    return {
        "label": decision.label,
        "decision": decision.decision,
        "probability": decision.probability,
        "evidence": list(decision.evidence),
    }


def run_rows(qid: str, hits: Iterable[Hit]) -> list[str]:
    """JSON lines of a batch run: qid, rank, id, region, text, score."""
    return [
        json.dumps(
            {
                "qid": qid,
                "rank": rank,
                "id": h.activity.id,
                "region": h.activity.region,
                "text": h.activity.text,
                "score": h.score,
            },
            ensure_ascii=False,
        )
        for rank, h in enumerate(hits, start=1)
    ]


def download(name: str) -> Path:
    """Where to write a file that the page offers for download; nobody else writes there.

    What was offered an hour ago is removed, and everything when the program ends.
    """
    folder = Path(_downloads().name)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > _KEPT:
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(dir=folder)) / name


@lru_cache(maxsize=1)
def _downloads() -> tempfile.TemporaryDirectory[str]:
    """The folder of this process; it goes with it."""
    return tempfile.TemporaryDirectory(prefix="regioplan-")


def plain(text: str) -> str:
    """A text without the signs that no XML file, so no XLSX or DOCX, can hold."""
    return _NOT_XML.sub("", text)


def safe_cell(value: Any) -> Any:
    """Text a spreadsheet would run as a formula gets a leading apostrophe; see :func:`plain`."""
    if isinstance(value, str):
        value = plain(value)
        return "'" + value if value.startswith(_RISKY) else value
    return value


def flat(activity: Activity) -> dict[str, Any]:
    """A record for tables: lists joined with '; ', occurrences as JSON."""
    row: dict[str, Any] = {}
    for name, value in activity.to_dict().items():
        if name == "occurrences":
            value = json.dumps(value, ensure_ascii=False) if value else ""
        elif isinstance(value, list | tuple):
            value = "; ".join(str(v) for v in value)
        row[name] = value
    return row


def write_records(activities: Sequence[Activity], kind: str, path: Path) -> None:
    """Write all records in one of :data:`FORMATS`, through a temporary file.

    :raises UsageError: unknown format, or the folder is not there.
    """
    if kind not in FORMATS:
        raise UsageError(f"a format out of {', '.join(FORMATS)}", f"'{kind}'", "choose one of them")
    require_folder(path)
    fresh = path.with_name(f".{path.name}.part")
    try:
        _write(activities, kind, fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def write_table(header: Sequence[str], rows: Iterable[Sequence[Any]], path: Path) -> None:
    """Write an XLSX or CSV table, cells made safe; a sheet is called as its file."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            write_csv(header, rows, handle)
        return
    write_book([(path.stem, header, rows)], path)


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Any]], handle: IO[str]) -> None:
    """One header row, then the rows, cells made safe."""
    csv.writer(handle).writerows([safe_cell(c) for c in row] for row in (header, *rows))


def write_book(
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Any]]]], target: Path | IO[bytes]
) -> None:
    """An XLSX workbook of sheets (title, header, rows); headers stay in sight, cells are safe."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    book = Workbook(write_only=True)
    for title, header, rows in sheets:
        sheet = book.create_sheet(title)
        sheet.freeze_panes = "A2"
        cells = [WriteOnlyCell(sheet, safe_cell(name)) for name in header]
        for cell in cells:
            cell.font = Font(bold=True)
        sheet.append(cells)
        for row in rows:
            sheet.append([safe_cell(value) for value in row])
    book.save(target)


def _write(activities: Sequence[Activity], kind: str, path: Path) -> None:
    if kind == "jsonl":
        with path.open("w", encoding="utf-8") as handle:
            handle.writelines(
                json.dumps(a.to_dict(), ensure_ascii=False) + "\n" for a in activities
            )
        return
    if kind == "parquet":
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.Table.from_pylist([a.to_dict() for a in activities]), path)
        return
    records = [flat(a) for a in activities]
    header = list(records[0]) if records else []
    rows = [list(record.values()) for record in records]
    if kind == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            write_csv(header, rows, handle)
        return
    write_book([("activities", header, rows)], path)
