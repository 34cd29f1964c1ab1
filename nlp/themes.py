"""Themes: a frozen registry of broad and fine themes, and which theme a text belongs to.

A registry is fitted once (:mod:`nlp.theme_fit`); later activities are assigned to the nearest
centroid and never move the others. People's edits (rename, merge, move) lie on top of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Numbers = npt.NDArray[np.int64]
UNCLASSIFIED = -1
THRESHOLD = 0.45  # cosine with the centroid; below, a text says too little of any theme


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme. ``parent`` is the broad theme of a fine one; ``stability`` is a Jaccard, 0..1.

    ``terms`` are characteristic words as printed; ``representatives`` are ids of activities.
    """

    id: str
    parent: str | None
    lv: str
    en: str
    terms: tuple[str, ...]
    size: int
    stability: float
    representatives: tuple[str, ...]

    def name(self, language: str) -> str:
        """What it is called in a language, ``lv`` or ``en``."""
        return self.lv if language == "lv" else self.en


@dataclass(frozen=True, slots=True)
class ThemeEdit:
    """What a person changed: a rename (to ``lv``, ``en``), a merge or a move into ``target``."""

    number: int
    time: str
    person: str
    kind: Literal["rename", "merge", "move"]
    theme: str
    target: str = ""
    lv: str = ""
    en: str = ""


@dataclass(frozen=True)
class ThemeRegistry:
    """Fitted themes: ``fine[i]`` has the centroid ``centroids[i]``, a unit vector.

    ``mean_text`` and ``mean_concepts`` are taken off vectors before they are compared, see
    :func:`nlp.theme_fit.theme_vectors`. ``retired`` are ids that are never given again.
    """

    fine: tuple[Theme, ...]
    broad: tuple[Theme, ...]
    centroids: Floats
    mean_text: Floats
    mean_concepts: Floats
    encoder: str
    retired: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """Twelve digits to cite: they change with any theme, label or centroid."""
        digest = hashlib.sha256(json.dumps(self.to_dict(), sort_keys=True).encode())
        digest.update(np.round(self.centroids, 4).tobytes())
        return digest.hexdigest()[:12]

    def assign(self, vectors: Floats) -> tuple[Numbers, Floats]:
        """Number of the nearest fine theme of each vector, or UNCLASSIFIED, and its cosine."""
        if not len(vectors) or not self.fine:
            return np.full(len(vectors), UNCLASSIFIED), np.zeros(len(vectors), np.float32)
        similarity = vectors @ self.centroids.T
        best = similarity.argmax(axis=1)
        value = similarity[np.arange(len(vectors)), best]
        return np.where(value >= THRESHOLD, best, UNCLASSIFIED).astype(np.int64), value

    def to_dict(self) -> dict[str, Any]:
        """Everything but the arrays."""
        return {
            "fine": [asdict(theme) for theme in self.fine],
            "broad": [asdict(theme) for theme in self.broad],
            "encoder": self.encoder,
            "retired": list(self.retired),
        }

    @classmethod
    def from_dict(
        cls, content: dict[str, Any], centroids: Floats, mean_text: Floats, mean_concepts: Floats
    ) -> ThemeRegistry:
        """What :meth:`to_dict` gave, with the arrays."""

        def themes(name: str) -> tuple[Theme, ...]:
            lists = ("terms", "representatives")
            return tuple(Theme(**{**t, **{k: tuple(t[k]) for k in lists}}) for t in content[name])

        return cls(
            themes("fine"),
            themes("broad"),
            centroids,
            mean_text,
            mean_concepts,
            content["encoder"],
            tuple(content["retired"]),
        )


@dataclass(frozen=True)
class EditedThemes:
    """A registry as people see it: ``place[i]`` is the number, in ``fine``, of fitted theme ``i``.

    ``idle`` are edits that name a theme which is no more.
    """

    fine: tuple[Theme, ...]
    broad: tuple[Theme, ...]
    place: tuple[int, ...]
    idle: tuple[ThemeEdit, ...] = ()


def edited(registry: ThemeRegistry, edits: Sequence[ThemeEdit]) -> EditedThemes:
    """Replay edits, oldest first, over a registry."""
    fine = {theme.id: theme for theme in registry.fine}
    broad = {theme.id: theme for theme in registry.broad}
    home = {theme.id: theme.id for theme in registry.fine}
    idle = []
    for edit in edits:
        known = fine if edit.theme in fine else broad
        into = broad if edit.kind == "move" else fine
        wrong = edit.kind != "rename" and (edit.theme not in fine or edit.target not in into)
        if edit.theme not in known or wrong or edit.theme == edit.target:
            idle.append(edit)
        elif edit.kind == "rename":
            theme = known[edit.theme]
            known[edit.theme] = replace(theme, lv=edit.lv or theme.lv, en=edit.en or theme.en)
        elif edit.kind == "move":
            fine[edit.theme] = replace(fine[edit.theme], parent=edit.target)
        else:
            gone = fine.pop(edit.theme)
            kept = fine[edit.target]
            fine[edit.target] = replace(kept, size=kept.size + gone.size)
            home = {old: edit.target if now == edit.theme else now for old, now in home.items()}
    order = {name: i for i, name in enumerate(fine)}
    sizes = {name: sum(t.size for t in fine.values() if t.parent == name) for name in broad}
    return EditedThemes(
        tuple(fine.values()),
        tuple(replace(theme, size=sizes[name]) for name, theme in broad.items()),
        tuple(order[home[theme.id]] for theme in registry.fine),
        tuple(idle),
    )
