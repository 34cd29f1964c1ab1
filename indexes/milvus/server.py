"""A Milvus server, or a Milvus Lite file: the few calls we make, its failures told as ours."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from indexes.milvus import schema
from indexes.milvus.expressions import among
from nlp.errors import RegioplanError, UsageError

PAGE = 1_000  # rows asked for at a time
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}")
_INSTALL = ".venv/bin/python -m pip install --constraint constraints.txt --editable '.[milvus]'"
Row = dict[str, Any]


class Server:
    """A connection; safe to share between threads."""

    def __init__(self, uri: str, token: str = "", timeout: float = 30) -> None:
        """Connect to ``http(s)://host:19530``, or open the Milvus Lite file ``NAME.db``.

        :param token: ``user:password`` or an API key.
        :param timeout: seconds to wait for the first answer.
        :raises UsageError: no such address.
        :raises RegioplanError: the extra is not installed, or nobody answers.
        """
        if not (uri.startswith(("http://", "https://")) or uri.endswith(".db")):
            raise UsageError(
                "http://host:19530, https://host:19530 or a file NAME.db",
                f"'{uri[:80]}'",
                "give the address of Milvus",
            )
        if "@" in uri and not uri.endswith(".db"):
            raise UsageError(
                "an address without login",
                "one with '@'",
                "give the login in REGIOPLAN_MILVUS_TOKEN",
            )
        try:
            import grpc
            import pymilvus

            if uri.endswith(".db"):
                import milvus_lite  # noqa: F401
        except ImportError as error:
            raise RegioplanError(
                "the packages of the Milvus backend",
                f"no module {error.name}",
                f"run {_INSTALL} in the folder of the program",
            ) from None
        # It prints the traceback of every refused call, on top of the error it raises.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        self._failures: tuple[type[Exception], ...] = (
            pymilvus.MilvusException,
            grpc.RpcError,
            OSError,
        )
        self._kinds = pymilvus.DataType
        self._class = pymilvus.MilvusClient
        self.uri = uri
        self.lite = uri.endswith(".db")
        with self._told():
            self._client = pymilvus.MilvusClient(uri=uri, token=token, timeout=timeout)

    def close(self) -> None:
        """Let the connection go."""
        self._client.close()

    def collections(self) -> list[str]:
        """Names of all collections, without aliases."""
        with self._told():
            return sorted(self._client.list_collections())

    def target(self, alias: str) -> str | None:
        """The collection an alias stands for; None: there is no such alias.

        :raises RegioplanError: a collection has that very name.
        """
        if alias in self.collections():
            raise RegioplanError(
                f"'{alias}' to be an alias", "a collection of that name", "choose another name"
            )
        with self._told():
            if not self._client.has_collection(alias):
                return None
            return str(self._client.describe_alias(alias)["collection_name"])

    def point(self, alias: str, name: str) -> None:
        """Let an alias stand for a collection from now on."""
        known = self.target(alias)
        with self._told():
            if known is None:
                self._client.create_alias(name, alias)
            else:
                self._client.alter_alias(name, alias)

    def create(
        self, name: str, dimension: int, vector_index: str, facts: Mapping[str, Any]
    ) -> None:
        """Make an empty collection that says of itself what it holds."""
        with self._told():
            self._client.create_collection(
                name,
                schema=schema.fields(self._class, self._kinds, dimension),
                index_params=schema.indexes(self._class, vector_index, lite=self.lite),
                consistency_level="Bounded",
                properties={schema.PROPERTY: json.dumps(facts, sort_keys=True)},
            )

    def facts(self, name: str) -> dict[str, Any]:
        """What a collection says of itself; empty where it is none of ours."""
        with self._told():
            properties = self._client.describe_collection(name).get("properties") or {}
        try:
            return dict(json.loads(properties.get(schema.PROPERTY) or "{}"))
        except (ValueError, TypeError):
            return {}

    def drop(self, name: str) -> None:
        """Delete a collection."""
        with self._told():
            self._client.drop_collection(name)

    def insert(self, name: str, rows: Sequence[Row]) -> None:
        """Add rows."""
        with self._told():
            self._client.insert(name, list(rows))

    def finish(self, name: str) -> None:
        """Write down what was added."""
        with self._told():
            self._client.flush(name)

    def load(self, name: str) -> None:
        """Get a collection ready to be asked; a Milvus Lite file forgets it when it is closed."""
        with self._told():
            self._client.load_collection(name)

    def count(self, name: str, expression: str = "") -> int:
        """How many rows pass an expression, all that was written counted."""
        (row,) = self.query(name, expression, ["count(*)"], consistency_level="Strong")
        return int(row["count(*)"])

    def query(self, name: str, expression: str, fields: Sequence[str], **options: Any) -> list[Row]:
        """Fields of the rows that pass an expression, in no order."""
        with self._told():
            found = self._client.query(
                name, filter=expression, output_fields=list(fields), **options
            )
            return [dict(row) for row in found]

    def by_row(self, name: str, rows: Sequence[int], fields: Sequence[str]) -> dict[int, Row]:
        """Fields of some rows, by row number."""
        out: dict[int, Row] = {}
        for start in range(0, len(rows), PAGE):
            some = among(schema.ROW, rows[start : start + PAGE])
            for row in self.query(name, some, [schema.ROW, *fields]):
                out[int(row[schema.ROW])] = row
        return out

    def rows(self, name: str, expression: str) -> list[int]:
        """Numbers of all rows that pass an expression, ascending."""
        out: list[int] = []
        with self._told():
            pages = self._client.query_iterator(
                name, batch_size=PAGE, filter=expression, output_fields=[schema.ROW]
            )
            while page := pages.next():
                out += [int(row[schema.ROW]) for row in page]
            pages.close()
        return sorted(out)

    def nearest(
        self,
        name: str,
        field: str,
        vector: Any,
        expression: str,
        depth: int,
        params: Mapping[str, int] | None = None,
    ) -> list[int]:
        """Numbers of the rows with the highest inner products, best first."""
        with self._told():
            (found,) = self._client.search(
                name,
                data=[vector],
                anns_field=field,
                filter=expression,
                limit=depth,
                output_fields=[schema.ROW],
                search_params={"metric_type": "IP", "params": dict(params or {})},
            )
            return [int(hit[schema.ROW]) for hit in found]

    @contextmanager
    def _told(self) -> Iterator[None]:
        """A failure of the client as one line."""
        try:
            yield
        except self._failures as error:
            message = str(getattr(error, "message", "") or error)
            raise RegioplanError(
                f"Milvus at {self.uri} to do its part",
                " ".join(message.split())[:300],
                "check address, login and that the server runs",
            ) from None


def require_name(name: str) -> str:
    """A name that Milvus takes.

    :raises UsageError: it does not.
    """
    if not _NAME.fullmatch(name):
        raise UsageError(
            "a name of letters, digits and _, no digit first", f"'{name[:60]}'", "choose another"
        )
    return name
