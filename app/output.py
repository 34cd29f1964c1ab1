"""Hits and records as JSON, tables and files."""

from __future__ import annotations

import csv
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from app.settings import require_folder
from indexes.engine import Hit
from nlp.errors import UsageError
from nlp.records import Activity

FORMATS = ("jsonl", "csv", "xlsx", "parquet")
_RISKY = ("=", "+", "-", "@", "\t", "\r")


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
    """Where to write a file that the page offers for download; nobody else writes there."""
    return Path(tempfile.mkdtemp(prefix="regioplan-")) / name


def safe_cell(value: Any) -> Any:
    """Text a spreadsheet would run as a formula gets a leading apostrophe."""
    if isinstance(value, str) and value.startswith(_RISKY):
        return "'" + value
    return value


def flat(activity: Activity) -> dict[str, Any]:
    """A record for tables: lists joined with '; ', occurrences as JSON, cells made safe."""
    row: dict[str, Any] = {}
    for name, value in activity.to_dict().items():
        if name == "occurrences":
            value = json.dumps(value, ensure_ascii=False) if value else ""
        elif isinstance(value, list | tuple):
            value = "; ".join(str(v) for v in value)
        row[name] = safe_cell(value)
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
    """Write an XLSX or CSV table of texts and numbers, cells made safe."""
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            csv.writer(handle).writerows([safe_cell(c) for c in row] for row in (header, *rows))
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("themes")
    for row in (header, *rows):
        sheet.append([safe_cell(cell) for cell in row])
    book.save(path)


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
    rows = [flat(a) for a in activities]
    header = list(rows[0]) if rows else []
    if kind == "csv":
        with path.open("w", encoding="utf-8-sig", newline="") as handle:
            writer = csv.DictWriter(handle, header)
            writer.writeheader()
            writer.writerows(rows)
        return
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("activities")
    sheet.append(header)
    for row in rows:
        sheet.append(list(row.values()))
    book.save(path)
