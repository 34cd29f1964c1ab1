"""Plans and their manifest: which documents there are, whose they are, how they are laid out."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nlp.errors import PlanError

MANIFEST = "manifest.json"
_LONGEST_NAME = 255  # bytes, on the usual file systems


@dataclass(frozen=True, slots=True)
class Plan:
    """One source document.

    ``document`` is the file stem, ``layout`` a key of :data:`nlp.layouts.LAYOUTS`. ``regions``
    holds the region an activity belongs to when its text names none (first entry).
    """

    document: str
    file: Path
    regions: tuple[str, ...]
    title: str
    period: str
    publisher: str
    address: str
    layout: str
    language: str = "lv"
    stage: Literal["planned", "done"] = "planned"  # of tables; text layouts tell it themselves
    columns: Path | None = None  # YAML of column titles for the layout 'table'


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a source document: 1-based number, text without line end, 1-based page."""

    number: int
    text: str
    page: int


def read_manifest(folder: Path) -> list[Plan]:
    """Read ``manifest.json`` of a plans folder.

    :raises PlanError: folder or manifest missing, malformed, or naming a file that is not there.
    """
    path = folder / MANIFEST
    if not folder.is_dir():
        raise PlanError(
            "a folder of plans", f"no folder {folder}", "give an existing one with --plans DIR"
        )
    if not path.is_file():
        raise PlanError(
            f"the manifest {MANIFEST} in {folder}",
            "none there",
            "write one (see data/README.md, 'Manifest')",
        )
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        plans = [_plan(folder, row) for row in content["plans"]]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise PlanError(
            f"a manifest {path} as described in data/README.md",
            f"{type(error).__name__}: {error}"[:200],
            "mend the manifest",
        ) from None
    except OSError as error:
        raise PlanError(
            f"a manifest {path} that can be read", str(error.strerror), "mend the manifest"
        ) from None
    for plan in plans:
        for file in filter(None, (plan.file, plan.columns)):
            if not file.is_file():
                raise PlanError(f"the plan {file}", "no such file", f"add it or mend {path}")
        if not plan.regions:
            raise PlanError(
                "at least one region per plan", f"none for {plan.file.name}", f"mend {path}"
            )
    if not plans:
        raise PlanError(
            "at least one plan", f"an empty list in {path}", "add a plan to the manifest"
        )
    return plans


def _plan(folder: Path, row: Mapping[str, Any]) -> Plan:
    """:raises ValueError, KeyError, TypeError: a value is missing or of another kind."""
    texts = {
        name: _text(row[name], name)
        for name in ("title", "period", "publisher", "address", "layout")
    }
    if not isinstance(row["regions"], list):
        raise TypeError("regions is no list")
    stage = row.get("stage", "planned")
    if stage not in ("planned", "done"):
        raise ValueError(f"stage is neither planned nor done: {stage!r}")
    regions = tuple(_text(region, "a region") for region in row["regions"])
    if not all(region.strip() for region in regions):
        raise ValueError("a region without a name")
    file = _name(row["file"])
    return Plan(
        document=Path(file).stem,
        file=folder / file,
        regions=regions,
        language=_text(row.get("language", "lv"), "language"),
        stage=stage,
        columns=folder / _name(row["columns"]) if row.get("columns") else None,
        **texts,
    )


def _text(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{name} is no text")
    return value


def _name(value: object) -> str:
    """The name of a file in the folder of plans, and of nothing elsewhere."""
    name = _text(value, "file")
    plain = name not in ("", ".", "..") and not set(name) & set("/\\\0")
    if not plain or len(os.fsencode(name)) > _LONGEST_NAME:
        raise ValueError(f"no name of a file in this folder: {name[:80]!r}")
    return name
