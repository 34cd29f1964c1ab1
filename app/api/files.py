"""Routes that give files: a whole search, or activities somebody collected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from app.api.errors import MISSING, NotFound
from app.api.models import (
    AboutExport,
    DossierQuery,
    ExportAnswer,
    Exported,
    ExportQuery,
)
from app.api.shared import board_of, record, state_of
from app.exports import MEDIA, About, Item, as_file, file_name
from app.i18n import translator
from app.live import LiveIndex
from app.memory import tidy
from indexes.engine import Hit, SearchIndex
from indexes.facets import FACETS, Filters
from indexes.question import Question, ask
from indexes.theme_board import ThemeBoard
from nlp.errors import UsageError
from nlp.records import Activity

MOST = 20_000  # hits of one file
MOST_DOCX = 3_000  # a Word file takes more than a second per thousand


def router(live: LiveIndex) -> APIRouter:
    """The routes."""
    routes = APIRouter(tags=["files"])

    @routes.get(
        "/export",
        response_class=Response,
        responses=_files("xlsx", "csv", "docx", model=ExportAnswer),
    )
    def export(query: Annotated[ExportQuery, Query()]) -> Response:
        """Every hit of a search as a file, with what it takes to cite and repeat it."""
        index, question, kind = live.index, query.question(), query.format
        answer = ask(index, question, MOST, with_facets=False)
        most = MOST_DOCX if kind == "docx" else MOST
        if answer.total > most:
            raise UsageError(
                f"a search of at most {most} hits for this format", f"{answer.total}",
                "narrow the search",
            )  # fmt: skip
        board = board_of(index)
        about = _about(index, board, question, answer.total)
        if kind == "json":
            body = _exported(index, board, answer.hits, about, query)
            content = body.model_dump_json(indent=1).encode()
        else:
            items = [_item(hit.activity, index, board, hit) for hit in answer.hits]
            content = as_file(items, about, kind, translator(query.lang))
        return _attachment(content, about, kind)

    @routes.get("/dossier", response_class=Response, responses=_files("docx", "xlsx") | MISSING)
    def dossier(query: Annotated[DossierQuery, Query()]) -> Response:
        """Collected activities as a file, each whole, with its citation and tags."""
        index = live.index
        ids = list(dict.fromkeys(query.id))
        missing = [one for one in ids if index.find(one) is None]
        if missing:
            raise NotFound("ids of activities", ", ".join(missing), "leave these out")
        board = board_of(index)
        about = _about(index, board, None, len(ids))
        items = [_item(index.get(one), index, board) for one in ids]
        content = as_file(items, about, query.format, translator(query.lang))
        return _attachment(content, about, query.format)

    return routes


def _item(
    activity: Activity, index: SearchIndex, board: ThemeBoard, hit: Hit | None = None
) -> Item:
    row = index.row_of(activity.id)
    return Item(activity, index.tags.states(row), board.theme_of(row), hit)


def _about(index: SearchIndex, board: ThemeBoard, question: Question | None, total: int) -> About:
    themes = (*board.themes("fine"), *board.themes("broad"))
    return About(
        question, total, datetime.now(UTC), index.generation, index.corpus, version("regioplan"),
        board.version, {theme.id: theme for theme in themes},
    )  # fmt: skip


def _exported(
    index: SearchIndex, board: ThemeBoard, hits: Iterable[Hit], about: About, query: ExportQuery
) -> ExportAnswer:
    return ExportAnswer(
        schema_version=about.schema_version,
        index=state_of(index),
        about=AboutExport(
            query=query.q,
            mode=query.mode,
            sort=query.sort,
            filters=_filters(query.filters()),
            date=about.date,
            version=about.version,
            themes=about.themes,
        ),
        total=about.total,
        hits=tuple(
            Exported(
                **dict(record(hit.activity, index, board, query.lang)),
                rank=hit.rank,
                score=hit.score,
                strength=hit.strength,
                folded=hit.folded,
            )
            for hit in hits
        ),
    )


def _filters(filters: Filters) -> dict[str, Any]:
    """The filters that ask something, by the name of their parameter."""
    named = {name: getattr(filters, field) for name, field in FACETS.items()}
    amounts = {name: getattr(filters, name) for name in ("amount_from", "amount_to")}
    return {name: value for name, value in (named | amounts).items() if value not in ((), None)}


def _attachment(content: bytes, about: About, kind: str) -> Response:
    tidy()
    name = file_name(about, kind)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA[kind], headers=headers)


def _files(*kinds: str, model: type[ExportAnswer] | None = None) -> dict[int | str, dict[str, Any]]:
    """What the document says of an answer that is a file; ``model`` is that of a JSON one."""
    binary = {"schema": {"type": "string", "format": "binary"}}
    content = {MEDIA[kind].partition(";")[0]: binary for kind in kinds}
    answer: dict[str, Any] = {"description": "The file.", "content": content}
    return {200: answer if model is None else {**answer, "model": model}}
