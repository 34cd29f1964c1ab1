"""The measured figures as a file: what the page shows was measured by a command anyone can run."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from nlp.errors import RegioplanError

FIGURES = "figures.json"
COMMAND = "regioplan evaluate all --figures FILE"
_SCHEMA = 1

Rows = Sequence[Mapping[str, Any]]


@dataclass(frozen=True)
class Figures:
    """Rows of every measurement, and of what they were measured."""

    measured: str  # ISO date
    version: str  # of regioplan
    corpus_sha256: str
    encoder: str  # fingerprint
    activities: int
    rows: Mapping[str, Rows]

    def of_this(self, manifest: Mapping[str, Any]) -> bool:
        """Whether they were measured on what an index holds, by the manifest of the index."""
        return (self.corpus_sha256, self.encoder) == (
            manifest["corpus_sha256"],
            manifest["encoder"]["fingerprint"],
        )


def figures_of(
    manifest: Mapping[str, Any], rows: Mapping[str, Rows], measured: str, version: str
) -> Figures:
    """Measured rows with the index they belong to; floats rounded to what is worth keeping.

    :param manifest: of the generation that was measured.
    """
    rounded = {
        name: [{key: _rounded(value) for key, value in row.items()} for row in some]
        for name, some in rows.items()
    }
    return Figures(
        measured,
        version,
        manifest["corpus_sha256"],
        manifest["encoder"]["fingerprint"],
        manifest["activities"],
        rounded,
    )


def as_json(figures: Figures) -> str:
    """The file's text."""
    content = {"schema": _SCHEMA, "command": COMMAND, **asdict(figures)}
    return json.dumps(content, ensure_ascii=False, indent=1)


def read_figures(path: Path) -> Figures:
    """Read what ``evaluate all --figures`` wrote.

    :raises RegioplanError: no such file, or not as written by this version.
    """
    step = f"run '{COMMAND.replace('FILE', str(path))}'"
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.pop("schema") != _SCHEMA:
            raise ValueError
        content.pop("command")
        return Figures(**content)
    except FileNotFoundError:
        raise RegioplanError(f"measured figures in {path}", "no such file", step) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise RegioplanError(f"measured figures in {path}", "another content", step) from None


def _rounded(value: object) -> object:
    return round(value, 4) if isinstance(value, float) else value
