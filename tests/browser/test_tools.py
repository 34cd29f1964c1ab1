"""What assistants and scripts call: Gradio's own client, and MCP where it is installed."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError


@pytest.fixture(scope="module")
def client(address: str) -> Client:
    return Client(address, verbose=False, analytics_enabled=False)


def test_only_the_tools_have_names(client: Client) -> None:
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(named) == {"/search", "/similar", "/tag"}


def test_search_similar_and_tag(client: Client) -> None:
    hits = client.predict("ēku siltināšana", ["Zemgale"], "planned", 2, api_name="/search")
    assert 1 <= len(hits) <= 2
    assert {hit["region"] for hit in hits} == {"Zemgale"}
    groups = client.predict(hits[0]["id"], "", 1, api_name="/similar")
    assert "Zemgale" not in groups
    assert all(len(found) <= 1 for found in groups.values())
    tags = client.predict("Ēku siltināšana", api_name="/tag")
    assert [tag["label"] for tag in tags] == ["cooperation", "climate", "digitalisation"]


def test_a_wrong_value_says_what_is_known(client: Client) -> None:
    with pytest.raises(AppError, match="expected a region out of Latgale, Vidzeme, Zemgale"):
        client.predict("siltināšana", ["Sēlija"], "", 2, api_name="/search")


def test_an_assistant_sees_the_tools_over_mcp(address: str) -> None:
    pytest.importorskip("mcp")
    from mcp import ClientSession
    from mcp.client.streamable_http import streamablehttp_client

    async def ask() -> tuple[dict[str, str], Any]:
        async with (
            streamablehttp_client(f"{address}/gradio_api/mcp/") as (read, write, _),
            ClientSession(read, write) as session,
        ):
            await session.initialize()
            tools = {tool.name: tool.description for tool in (await session.list_tools()).tools}
            return tools, await session.call_tool("tag", {"text": "Ēku siltināšana"})

    # Playwright, once started, keeps a loop running in this thread.
    with ThreadPoolExecutor(1) as aside:
        tools, answer = aside.submit(lambda: asyncio.run(ask())).result()
    assert set(tools) == {"search", "similar", "tag"}
    assert "by meaning" in tools["search"]
    assert not answer.isError
    assert "climate" in answer.content[0].text
