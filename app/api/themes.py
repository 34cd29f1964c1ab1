"""Routes about themes: the registry with counts, and what a region leaves out."""

from __future__ import annotations

from fastapi import APIRouter

from app.api.errors import MISSING, NotFound
from app.api.models import CountedTheme, GapRow, GapsAnswer, Near, Peer, ThemesAnswer, shallow
from app.api.shared import board_of, state_of
from app.live import LiveIndex
from indexes.theme_board import WARNING, Gap, Level
from nlp.errors import UsageError


def router(live: LiveIndex) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["themes"])

    @routes.get("/themes")
    def themes(level: Level = "fine") -> ThemesAnswer:
        """The themes of a level with their activities by region, zeros too."""
        index = live.index
        board = board_of(index)
        matrix = board.matrix("region", level)
        counts = dict(zip(matrix.rows, matrix.counts.tolist(), strict=True))
        return ThemesAnswer(
            index=state_of(index),
            version=board.version,
            unclassified_share=round(board.unclassified, 4),
            themes=tuple(
                CountedTheme(
                    **shallow(theme),
                    level=level,
                    regions=dict(zip(matrix.columns, counts[theme.id], strict=True)),
                )
                for theme in board.themes(level)
            ),
        )

    @routes.get("/gaps/{region}", responses=MISSING)
    def gaps(region: str, level: Level = "fine") -> GapsAnswer:
        """What other regions do and one does not, with the nearest it has."""
        index = live.index
        if region not in index.facets.values("region"):
            wrong = UsageError.choice("region", region, index.facets.values("region"))
            raise NotFound(wrong.expected, wrong.found, wrong.next_step)
        board = board_of(index)
        return GapsAnswer(
            index=state_of(index),
            region=region,
            version=board.version,
            warning=WARNING,
            peers=tuple(
                Peer(region=name, similarity=value) for name, value in board.peers(region, level)
            ),
            gaps=tuple(_gap(gap) for gap in board.gaps(region, level)),
        )

    return routes


def _gap(gap: Gap) -> GapRow:
    nearest = tuple(Near(activity=a, similarity=value) for a, value in gap.nearest)
    return GapRow(
        theme=gap.theme,
        state=gap.state,
        shortfall=gap.shortfall,
        evidence=gap.evidence,
        nearest=nearest,
    )
