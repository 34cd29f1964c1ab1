"""Adds one more plan to the plans folder and to the index, without training anything anew."""

from __future__ import annotations

import json
import re
import shutil
import unicodedata
from pathlib import Path
from typing import Any

from indexes.store import append
from nlp.corpus import ParsedPlan, parse_plan
from nlp.errors import PlanError, UsageError
from nlp.plans import MANIFEST, Plan, read_manifest


def prepare(file: Path, folder: Path, details: dict[str, Any]) -> ParsedPlan:
    """Read and parse a new plan where it lies; nothing is changed yet.

    :param details: manifest fields: regions, title, period, publisher, address, and optionally
        columns (a YAML file) and stage.
    :raises PlanError: the file cannot be read, or the plan is there already.
    """
    stem = document_name(file.stem)
    known = {plan.document for plan in read_manifest(folder)}
    if stem in known:
        raise PlanError("a new plan", f"'{stem}' is in {folder} already", "rename the file")
    plan = Plan(
        document=stem,
        file=file,
        regions=tuple(details["regions"]),
        title=details["title"],
        period=details["period"],
        publisher=details["publisher"],
        address=details["address"],
        layout="table",
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
    if plan.file.suffix.lower() not in (".pdf", ".docx", ".xlsx", ".csv", ".tsv"):
        raise UsageError("PDF, DOCX, XLSX, CSV or TSV", plan.file.name, "rename the file")
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


def document_name(stem: str) -> str:
    """A file stem of plain letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "plan"
