"""The API against its own document: generated requests, right and wrong, find no 5xx."""

from __future__ import annotations

from typing import Any, cast

import pytest
import schemathesis
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode

from app.address import API
from app.api import create_api, mount_api
from app.live import LiveIndex
from indexes.engine import SearchIndex

# Which regions or plans there are is known to the index and not to the document, so a value of the
# right shape may be refused with 400.
CONFIG = schemathesis.Config.from_dict(
    {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404"]}}}
)
# The document needs no index.
PATHS = create_api(cast(LiveIndex, None)).openapi()["paths"]


@pytest.fixture(scope="module")
def api_schema(tiny_index: SearchIndex) -> Any:
    app = FastAPI()
    mount_api(app, LiveIndex(tiny_index.tags.log.store, tiny_index))
    return schemathesis.openapi.from_asgi(f"{API}/openapi.json", app, config=CONFIG)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(
    ("path", "method"), [(path, method) for path, methods in PATHS.items() for method in methods]
)
def test_every_operation_keeps_to_the_document(
    api_schema: Any, path: str, method: str, mode: GenerationMode
) -> None:
    operation = api_schema[path][method]
    if mode is GenerationMode.NEGATIVE and not (operation.query or operation.body):
        pytest.skip("nothing that could be wrong")

    @settings(
        max_examples=6, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy(generation_mode=mode))
    def check(case: Any) -> None:
        case.call_and_validate()

    check()
