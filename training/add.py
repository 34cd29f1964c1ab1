"""Adds one more plan to the plans folder and to the index, without training anything anew."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

from indexes.store import append
from nlp.corpus import TABLE, ParsedPlan, parse_plan
from nlp.errors import PlanError
from nlp.layouts import LAYOUTS, get_layout
from nlp.plans import MANIFEST, Plan, read_manifest
from nlp.readers.limits import kind_of
from nlp.readers.text import read_lines


def prepare(file: Path, folder: Path, details: dict[str, Any]) -> ParsedPlan:
    """Read and parse a new plan where it lies; nothing is changed yet.

    A plain text is tried with every text layout; the one that finds most activities is kept.

    :param details: manifest fields: regions, title, period, publisher, address, and optionally
        columns (a YAML file) and stage.
    :raises PlanError: the file cannot be read, or the plan is there already.
    """
    stem = document_name(file.stem)
    known = {plan.document for plan in read_manifest(folder)}
    if stem in known:
        raise PlanError("a new plan", f"'{stem}' is in {folder} already", "rename the file")
    text = kind_of(file) == "txt"
    plan = Plan(
        document=stem,
        file=file,
        regions=tuple(details["regions"]),
        title=details["title"],
        period=details["period"],
        publisher=details["publisher"],
        address=details["address"],
        layout=best_layout(file) if text else TABLE,
        columns=Path(details["columns"]) if details.get("columns") else None,
        stage=details.get("stage", "planned"),
    )
    parsed = parse_plan(plan)
    if not parsed.activities:
        raise PlanError("at least one activity", f"none in {file.name}", "check the columns")
    return parsed


def add(parsed: ParsedPlan, folder: Path, store: Path) -> Path:
    """Put a prepared plan into the index and the plans folder; returns the new generation.

    The index comes first: if it cannot be written, the folder stays as it was.
    """
    plan = parsed.plan
    generation = append(store, parsed.activities)
    target = folder / f"{plan.document}{plan.file.suffix.lower()}"
    shutil.copyfile(plan.file, target)
    row: dict[str, Any] = {
        "file": target.name,
        "regions": list(plan.regions),
        "title": plan.title,
        "period": plan.period,
        "publisher": plan.publisher,
        "address": plan.address,
        "layout": plan.layout,
        "stage": plan.stage,
    }
    if plan.columns is not None:
        kept = folder / f"{plan.document}.columns.yaml"
        shutil.copyfile(plan.columns, kept)
        row["columns"] = kept.name
    manifest = folder / MANIFEST
    content = json.loads(manifest.read_text(encoding="utf-8"))
    content["plans"].append(row)
    fresh = manifest.with_suffix(".new")
    text = json.dumps(content, ensure_ascii=False, indent=2)
    fresh.write_text(text + "\n", encoding="utf-8")
    fresh.replace(manifest)
    return generation


def best_layout(file: Path) -> str:
    """Name of the text layout that finds most activities in a plain text.

    :raises PlanError: none finds any.
    """
    lines = read_lines(file)
    found = {name: len(get_layout(name)(lines).activities) for name in LAYOUTS}
    best = max(sorted(found), key=lambda name: found[name])
    if not found[best]:
        raise PlanError(
            "a text in one of the known layouts, or a table",
            f"no activity in {file.name}",
            "give the plan as PDF, DOCX, XLSX or CSV, or write a layout (CONTRIBUTING.md)",
        )
    return best


def document_name(stem: str) -> str:
    """A file stem of plain letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "plan"
