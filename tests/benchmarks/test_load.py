"""How long people wait when 50 of them search the page at once; figures only, nothing is judged.

Each person types a query of the development set, reads for one to three seconds, and types another;
then the same without reading, which no people do but shows the limit. Server and people share this
machine's cores.
"""

from __future__ import annotations

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from app import settings
from training.judgements import read_judgements

PEOPLE = 50
SEARCHES = 5


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A server of its own process over the built index."""
    if not (settings.store() / "CURRENT").is_file():
        pytest.skip("no index; run 'make index'")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = Path(sys.executable).with_name("regioplan")
    server = subprocess.Popen([str(command), "serve", "--port", str(port)], env=dict(os.environ))
    at = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                httpx.get(at + "/health").raise_for_status()
                break
            except httpx.HTTPError:
                assert time.monotonic() < deadline, "the server did not start"
                time.sleep(0.5)
        yield at
    finally:
        server.terminate()
        server.wait(30)


def search_function(address: str) -> int:
    """Number of the page's search among its functions: the first that takes a text and a state."""
    config = httpx.get(address + "/config").json()
    kinds = {part["id"]: part["type"] for part in config["components"]}
    return next(
        int(one["id"])
        for one in config["dependencies"]
        if [kinds[i] for i in one["inputs"]] == ["textbox", "state"]
    )


@pytest.mark.parametrize("reading", [2.0, 0.0])
def test_fifty_people_search_at_once(address: str, reading: float) -> None:
    _, queries = read_judgements(settings.data() / "gold", "queries.tsv", "qrels.tsv")
    number = search_function(address)
    waited: list[float] = []

    async def person(client: httpx.AsyncClient, seed: int) -> None:
        chance = random.Random(seed)
        await asyncio.sleep(chance.random() * (reading or 0.3))
        for _ in range(SEARCHES):
            body = {
                "data": [chance.choice(queries).text, None],
                "fn_index": number,
                "session_hash": f"person-{seed}",
            }
            start = time.perf_counter()
            answer = await client.post(address + "/gradio_api/run/predict", json=body)
            waited.append(time.perf_counter() - start)
            assert answer.status_code == 200
            assert "rp-search" in answer.text
            await asyncio.sleep(reading * (0.5 + chance.random()))

    async def everybody() -> None:
        limits = httpx.Limits(max_connections=PEOPLE)
        async with httpx.AsyncClient(timeout=60, limits=limits) as client:
            await asyncio.gather(*(person(client, seed) for seed in range(PEOPLE)))

    start = time.perf_counter()
    asyncio.run(everybody())
    rate = len(waited) / (time.perf_counter() - start)
    waited.sort()
    print(
        f"\n{PEOPLE} people, reading {reading:.0f} s: {rate:.0f} searches/s, p50 "
        f"{waited[len(waited) // 2]:.2f} s, p95 {waited[int(len(waited) * 0.95)]:.2f} s, "
        f"longest {waited[-1]:.2f} s, no errors in {len(waited)}"
    )
