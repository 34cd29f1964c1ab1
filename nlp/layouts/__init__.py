"""The known layouts by name. Imported lazily by :func:`get_layout`: a run needs one or two."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from nlp.errors import PlanError
from nlp.layouts.base import Kind, Layout, Parsed, Span

LAYOUTS = {
    "vidzeme-progress-report": "nlp.layouts.vidzeme",
    "zemgale-action-plan": "nlp.layouts.zemgale",
    "latgale-programme": "nlp.layouts.latgale",
    "ministry-deck": "nlp.layouts.deck",
    "results-brochure": "nlp.layouts.brochure",
}

__all__ = ["LAYOUTS", "Kind", "Layout", "Parsed", "Span", "get_layout"]


def get_layout(name: str) -> Layout:
    """The parse function of a layout.

    :raises PlanError: no layout has that name.
    """
    if name not in LAYOUTS:
        raise PlanError(
            f"a layout out of {', '.join(sorted(LAYOUTS))}",
            f"'{name}'",
            "mend 'layout' in the manifest",
        )
    return cast(Layout, import_module(LAYOUTS[name]).parse)
