"""Plans and their manifest: which documents there are, whose they are, how they are laid out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from nlp.errors import PlanError

MANIFEST = "manifest.json"


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
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))["plans"]
        plans = [
            Plan(
                document=Path(row["file"]).stem,
                file=folder / row["file"],
                regions=tuple(row["regions"]),
                title=row["title"],
                period=row["period"],
                publisher=row["publisher"],
                address=row["address"],
                layout=row["layout"],
                language=row.get("language", "lv"),
                stage=row.get("stage", "planned"),
                columns=folder / row["columns"] if row.get("columns") else None,
            )
            for row in rows
        ]
    except (json.JSONDecodeError, UnicodeDecodeError, KeyError, TypeError) as error:
        raise PlanError(
            f"a manifest {path} as described in data/README.md",
            f"{type(error).__name__}: {error}",
            "mend the manifest",
        ) from None
    for plan in plans:
        if not plan.file.is_file():
            raise PlanError(f"the plan {plan.file}", "no such file", f"add it or mend {path}")
        if not plan.regions:
            raise PlanError(
                "at least one region per plan", f"none for {plan.file.name}", f"mend {path}"
            )
    if not plans:
        raise PlanError(
            "at least one plan", f"an empty list in {path}", "add a plan to the manifest"
        )
    return plans
