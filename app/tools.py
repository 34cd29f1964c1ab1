"""What an assistant or a script can call through Gradio's client and MCP: search, similar, tag.

The docstrings are what an assistant reads before it calls. Programs that need more, pages of hits
or exports, use the REST API.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr

from app.live import LiveIndex
from app.output import decision_row, hit_row
from indexes.facets import Filters
from indexes.question import Question, ask
from nlp.errors import RegioplanError

MOST = 50


def offer_tools(live: LiveIndex) -> None:
    """Register the functions inside the open Blocks under their own names."""

    def search(
        query: str, regions: list[str] | None = None, stage: str = "", limit: int = 10
    ) -> list[dict[str, Any]]:
        """Find activities of Latvian regional development plans by meaning.

        Args:
            query: What to look for, in Latvian or English.
            regions: Only activities of these regions, for example Vidzeme, Latgale, Zemgale.
            stage: 'planned', 'done', or empty for both.
            limit: How many activities at most, up to 50.
        """
        filters = Filters(regions=tuple(regions or ()), stages=(stage,) if stage else ())
        with _told():
            answer = ask(live.index, Question(query, filters), _bounded(limit), with_facets=False)
        return [hit_row(hit) for hit in answer.hits]

    def similar(
        text: str, region: str = "", per_region: int = 3
    ) -> dict[str, list[dict[str, Any]]]:
        """Find comparable activities in the other regions, the best of each region.

        Args:
            text: The text of an activity, or the id of one that search returned.
            region: The region the text is from; it is left out.
            per_region: How many activities of each region at most, up to 50.
        """
        with _told():
            known = live.index.find(text.strip())
            groups = live.index.similar(
                known.text if known else text,
                known.region if known else region or None,
                _bounded(per_region),
            )
        return {name: [hit_row(hit) for hit in hits] for name, hits in groups.items()}

    def tag(text: str) -> list[dict[str, Any]]:
        """Say which horizontal priorities an activity serves: cooperation, climate, digitalisation.

        Decisions are automatic: 'review' means that a person should decide.

        Args:
            text: The text of one activity, in Latvian.
        """
        with _told():
            (decided,) = live.index.tagger.tag([text])
        return [decision_row(one) for one in decided]

    for tool in (search, similar, tag):
        gr.api(tool, api_name=tool.__name__)  # type: ignore[attr-defined]


def _bounded(number: int) -> int:
    return max(1, min(int(number), MOST))


@contextmanager
def _told() -> Iterator[None]:
    """A failure as Gradio's own kind of error, which carries its text to the caller."""
    try:
        yield
    except RegioplanError as error:
        raise gr.Error(str(error), print_exception=False) from None
