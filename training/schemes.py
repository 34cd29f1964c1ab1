"""Further label sets: a ``labels.yaml`` beside its examples trains heads like the built-in ones.

    scheme: sdg                      # letters, digits, hyphens; names the heads
    title: Ilgtspējīgas attīstības mērķi
    labels: {sdg7: Ilgtspējīga enerģija, sdg11: Ilgtspējīgas pilsētas}
    examples: examples.csv           # UTF-8 CSV or TSV in the same folder

The table has a column ``text`` and either one column per label (y, n, b or empty for not said), or
one column ``labels`` with the labels that apply, separated by ';' (all others then count as no).
``region`` is optional.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml

from nlp.errors import RegioplanError
from nlp.features import Features
from nlp.readers.csv_file import csv_rows
from nlp.records import fold
from nlp.tagger import PRIORITIES, Tagger
from training.held_out import HeldOut
from training.tagger import (
    LabelledText,
    Language,
    fit_heads,
    out_of_fold,
    require_marks,
    text_groups,
)

FOLDER = "schemes"
FILE = "labels.yaml"
LEAST = 20  # yes and no each; below, thresholds are luck
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_MARKS = {"y": "y", "n": "n", "b": "b", "": "?", "1": "y", "0": "n", "jā": "y", "nē": "n"}
_MARKS |= {"yes": "y", "no": "n", "?": "?", "x": "y"}


@dataclass(frozen=True, slots=True)
class Scheme:
    """A label set with its examples; ``titles`` are shown to people."""

    name: str
    title: str
    titles: Mapping[str, str]
    rows: tuple[LabelledText, ...]
    files: tuple[Path, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """Ids of the labels, in the order of the file."""
        return tuple(self.titles)


def read_scheme(path: Path, held_out: HeldOut) -> Scheme:
    """Read a ``labels.yaml`` with its examples, without held-out texts.

    :raises RegioplanError: the file is not as described above, or a label has too few examples.
    """
    content = _content(path)
    table = path.parent / content["examples"]
    if table.parent != path.parent or not table.is_file():
        raise RegioplanError(
            f"the examples beside {path.name}", f"no file {table}", "put the table there"
        )
    titles = {str(key): str(value) for key, value in content["labels"].items()}
    rows = tuple(_examples(table, tuple(titles), held_out))
    require_marks(rows, tuple(titles), LEAST)
    name, title = content["scheme"], str(content.get("title") or content["scheme"])
    return Scheme(name, title, titles, rows, (path, table))


def read_schemes(labels: Path) -> list[Scheme]:
    """All schemes under ``schemes/`` of a labels folder, by name."""
    held_out = HeldOut.read(labels)
    return [read_scheme(p, held_out) for p in sorted(labels.glob(f"{FOLDER}/*/{FILE}"))]


def keep_scheme(scheme: Scheme, labels: Path) -> Path:
    """Copy a scheme's files under ``schemes/``, where the next build finds them."""
    folder = labels / FOLDER / scheme.name
    folder.mkdir(parents=True, exist_ok=True)
    source, table = scheme.files
    for file, name in ((source, FILE), (table, table.name)):
        if file.resolve() != (folder / name).resolve():
            shutil.copyfile(file, folder / name)
    return folder


def train_scheme(scheme: Scheme, features: Features) -> Tagger:
    """Heads of a scheme over features fitted elsewhere, thresholds tuned out of fold."""
    language = Language(features.encoder, features.finder, features.abbreviations)
    groups = text_groups([row.text for row in scheme.rows])
    margins = out_of_fold(scheme.rows, language, groups, features)
    heads = fit_heads(scheme.rows, features, margins, scheme.labels)
    facts = {**heads.facts, "title": scheme.title}
    return replace(heads, scheme=scheme.name, titles=dict(scheme.titles), facts=facts)


def _content(path: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise RegioplanError(
            f"a YAML file {path}", f"{type(error).__name__}", "see data/README.md, 'schemes'"
        ) from None
    wanted = {"scheme": str, "labels": dict, "examples": str}
    wrong = [
        key
        for key, kind in wanted.items()
        if not isinstance(content, dict) or not isinstance(content.get(key), kind)
    ]
    if wrong or not content["labels"]:
        raise RegioplanError(
            f"scheme, labels (id: title) and examples in {path}",
            f"no usable {', '.join(wrong) or 'labels'}",
            "see data/README.md, 'schemes'",
        )
    name = content["scheme"]
    if not _NAME.fullmatch(name) or name == PRIORITIES:
        raise RegioplanError(
            "a scheme name of small letters, digits and hyphens", f"'{name}'", "rename it"
        )
    return dict(content)


def _examples(path: Path, labels: Sequence[str], held_out: HeldOut) -> Iterator[LabelledText]:
    with csv_rows(path) as found:
        header, *rows = [*found] or [[]]
    names = [cell.strip() for cell in header]
    listed = "labels" in names
    missing = {"text", *(("labels",) if listed else labels)} - set(names)
    if missing:
        raise RegioplanError(
            f"columns text and {', '.join(labels)} (or labels) in {path.name}",
            f"no {', '.join(sorted(missing))}",
            "mend the header",
        )
    seen: set[str] = set()
    for number, cells in enumerate(rows, start=2):
        row = dict(zip(names, (cell.strip() for cell in cells), strict=False))
        text = row.get("text", "")
        if not text or text in held_out or fold(text) in seen:
            continue
        seen.add(fold(text))
        marks = _listed(row, labels, number) if listed else _marked(row, labels, number)
        yield LabelledText(f"{path.stem}{number}", row.get("region", ""), text, marks)


def _marked(row: Mapping[str, str], labels: Sequence[str], number: int) -> tuple[str, ...]:
    marks = [_MARKS.get(row.get(label, "").lower()) for label in labels]
    if None in marks:
        raise RegioplanError("y, n, b or nothing", f"another mark in row {number}", "mend the row")
    return tuple(str(mark) for mark in marks)


def _listed(row: Mapping[str, str], labels: Sequence[str], number: int) -> tuple[str, ...]:
    named = {part.strip() for part in row.get("labels", "").split(";") if part.strip()}
    unknown = named - set(labels)
    if unknown:
        raise RegioplanError(
            f"labels out of {', '.join(labels)}",
            f"{', '.join(sorted(unknown))} in row {number}",
            "mend the row",
        )
    return tuple("y" if label in named else "n" for label in labels)
