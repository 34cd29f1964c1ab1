"""Adds one more plan to the plans folder and to the index, without training anything anew."""

from __future__ import annotations

import filecmp
import json
import re
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from indexes.changes import append
from indexes.disk import sync
from indexes.store import current_folder, open_current, writer
from nlp.corpus import TABLE, ParsedPlan, parse_plan
from nlp.errors import PlanError, RegioplanError
from nlp.layouts import LAYOUTS, get_layout
from nlp.plans import MANIFEST, Plan, read_manifest
from nlp.readers.limits import kind_of
from nlp.readers.text import read_lines

_PART = ".part"


def prepare(file: Path, folder: Path, details: dict[str, Any]) -> ParsedPlan:
    """Read and parse a new plan where it lies; nothing is changed yet.

    A plain text is tried with every text layout; the one that finds most activities is kept.

    :param details: manifest fields: regions, title, period, publisher, address, and optionally
        columns (a YAML file) and stage.
    :raises PlanError: the file cannot be read, or the plan is there already.
    """
    for name in ("title", "period"):
        if not details[name].strip():
            raise PlanError(f"a {name} of the plan", "none", "fill it in")
    if not all(region.strip() for region in details["regions"]):
        raise PlanError("the region of the activities", "none", "fill it in")
    stem = document_name(file.stem)
    _require_new(stem, folder)
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

    Both or neither: the files are written first and taken back where the index refuses. What a
    crash left half done is completed by adding the same plan again.

    :raises RegioplanError: another writer is at work, or the folder or the index cannot be written.
    """
    plan = parsed.plan
    with writer(store):
        _require_new(plan.document, folder)
        with _kept(plan, folder) as manifest:
            generation = _indexed(parsed, store)
            manifest.replace(folder / MANIFEST)
            sync(folder)
    return generation


def _indexed(parsed: ParsedPlan, store: Path) -> Path:
    """Put the activities into the index, unless a crash came between that and the manifest."""
    try:
        return append(store, parsed.activities, of_a_plan=True)
    except RegioplanError:
        index = open_current(store)
        if any(index.find(activity.id) != activity for activity in parsed.activities):
            raise
        return current_folder(store)


@contextmanager
def _kept(plan: Plan, folder: Path) -> Iterator[Path]:
    """The plan's files in the folder and a manifest with its row, taken back after a failure."""
    target = folder / f"{plan.document}.{_ending(plan.file)}"
    fresh = (folder / MANIFEST).with_suffix(".new")
    written = [fresh]
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
    try:
        for stale in folder.glob(f".*{_PART}"):  # of somebody who was stopped in the middle
            stale.unlink()
        _copy(plan.file, target, written)
        if plan.columns is not None:
            columns = folder / f"{plan.document}.columns.yaml"
            _copy(plan.columns, columns, written)
            row["columns"] = columns.name
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        content["plans"].append(row)
        text = json.dumps(content, ensure_ascii=False, indent=2)
        fresh.write_text(text + "\n", encoding="utf-8")
        sync(fresh)
        yield fresh
    except BaseException as error:
        for path in written:
            path.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise PlanError(
                f"a folder of plans that can be written, {folder}",
                error.strerror or type(error).__name__,
                "free space or mend its rights",
            ) from None
        raise


def _copy(source: Path, target: Path, written: list[Path]) -> None:
    """Copy a file that is not there yet, whole or not at all; one that is there already stays."""
    if target.exists():
        if not filecmp.cmp(source, target, shallow=False):
            raise PlanError("a new plan", f"another {target} is there", "rename the file")
        return
    part = target.with_name(f".{target.name}{_PART}")
    written += [part, target]
    shutil.copyfile(source, part)
    sync(part)
    part.replace(target)


def _require_new(document: str, folder: Path) -> None:
    if document in {plan.document for plan in read_manifest(folder)}:
        raise PlanError("a new plan", f"'{document}' is in {folder} already", "rename the file")


def _ending(file: Path) -> str:
    """The ending a kept file gets: by its content, as its name may say anything."""
    kind = kind_of(file)
    return "tsv" if kind == "csv" and file.suffix.lower() == ".tsv" else kind


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
