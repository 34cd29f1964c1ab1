"""Events of the page that nobody is to see happen or to call as a tool."""

from __future__ import annotations

from typing import Any

import gradio as gr

# Answers take milliseconds, so they need no queue: that is a request less for each.
DIRECT: dict[str, Any] = {"queue": False, "api_visibility": "private"}
QUIET: dict[str, Any] = {**DIRECT, "show_progress": "hidden"}


def on_load(fill: Any, component: Any) -> None:
    """Fill a component whenever the page is opened, without offering that as a tool."""
    gr.on(None, fill, outputs=component, **QUIET)
