"""A soak: the real server under mixed requests for minutes, its memory watched all the while.

``make soak MINUTES=30``. Exit code 1 where memory rises by more than :data:`MOST_RISE` after the
warm-up, anything is answered with 5xx, or a request gets another status than it should.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from openpyxl import Workbook

from app import settings
from training.judgements import read_judgements

PEOPLE = 4  # threads; each asks again as soon as it was answered
EVERY = 2.0  # seconds between two looks at the memory
WARM = 1 / 3  # share of the run in which caches may fill; all of them are bounded
MOST_RISE = 20.0  # MB over the rest of the run, of the line through its samples

TABLE = "Nr.,Rīcība,Atbildīgais,Termiņš\n" + "".join(
    f"{n},Siltināt {n}. skolas ēku un ierīkot veloceliņu,Pašvaldība,2026\n" for n in range(300)
)


@dataclass(frozen=True, slots=True)
class Sample:
    """Resident memory of the server: seconds since the start, and MB."""

    second: float
    mb: float


@dataclass(frozen=True, slots=True)
class Trend:
    """A line through the samples after the warm-up."""

    per_minute: float  # MB
    rise: float  # MB from its first to its last sample

    @property
    def flat(self) -> bool:
        """Whether memory stays where it is."""
        return self.rise <= MOST_RISE


@dataclass
class Tally:
    """What the requests of all threads came to."""

    waited: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(
        self, kind: str, seconds: float, status: int, wanted: tuple[int, ...], said: str
    ) -> None:
        """One answer."""
        with self.lock:
            self.waited[kind].append(seconds)
            self.statuses[status] += 1
            if status not in wanted:
                self.wrong.append(f"{kind}: {status} instead of {wanted}: {said[:200]}")


def trend(samples: Sequence[Sample]) -> Trend:
    """The line through what came after the warm-up; flat where there is too little of it."""
    start = samples[-1].second * WARM if samples else 0.0
    late = [s for s in samples if s.second >= start]
    if len(late) < 3:
        return Trend(0.0, 0.0)
    seconds, mb = np.array([s.second for s in late]), np.array([s.mb for s in late])
    slope = float(np.polyfit(seconds, mb, 1)[0])
    return Trend(slope * 60, slope * (late[-1].second - late[0].second))


@contextmanager
def server() -> Iterator[tuple[str, int]]:
    """A server of its own process over the built index: its address and process id."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable,
        "-c",
        "from app.cli import main; main()",
        "serve",
        "--port",
        f"{port}",
    ]
    with tempfile.TemporaryDirectory(prefix="soak-") as uploads:
        process = subprocess.Popen(command, env={**os.environ, "GRADIO_TEMP_DIR": uploads})
        address = f"http://127.0.0.1:{port}"
        try:
            deadline = time.monotonic() + 120
            while True:
                try:
                    httpx.get(address + "/health").raise_for_status()
                    break
                except httpx.HTTPError:
                    if time.monotonic() > deadline or process.poll() is not None:
                        raise SystemExit("the server did not start; 'make index' first") from None
                    time.sleep(0.5)
            yield address, process.pid
        finally:
            process.terminate()
            process.wait(60)


def memory(process: int) -> float:
    """Resident memory of a process in MB."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"no memory of process {process}")


class Person:
    """Asks one thing after the other, by chance but the same each time."""

    def __init__(self, address: str, seed: int, tally: Tally) -> None:
        self._api = address + "/api/v1"
        self._page = address + "/gradio_api"
        # The server hangs up after five idle seconds; a request sent just then would be lost.
        self._client = httpx.Client(timeout=120, limits=httpx.Limits(keepalive_expiry=2))
        self._chance = random.Random(seed)
        self._seed = seed
        self._tally = tally
        _, queries = read_judgements(settings.data() / "gold", "queries.tsv", "qrels.tsv")
        self._queries = [query.text for query in queries]
        self._ids = [
            row["activity"]["id"]
            for row in self._client.get(f"{self._api}/activities?limit=200").json()["activities"]
        ]
        self._regions = list(
            self._client.get(f"{self._api}/search?limit=1").json()["facets"]["region"]
        )
        self._preview = _function(self._client, address, "plan-look")
        # Half are searches, as most of what people do; files and uploads come now and then.
        self._kinds: list[tuple[int, Callable[[], None]]] = [
            (50, self._search), (10, self._similar), (8, self._counterparts), (10, self._tag),
            (2, self._batch), (8, self._themes), (3, self._export), (3, self._dossier),
            (1, self._upload), (10, self._nonsense),
        ]  # fmt: skip

    def ask(self) -> None:
        """One request, or the few that belong together."""
        weights = [weight for weight, _ in self._kinds]
        (_, kind) = self._chance.choices(self._kinds, weights)[0]
        kind()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def _send(
        self, kind: str, wanted: int | tuple[int, ...], method: str, address: str, **more: Any
    ) -> httpx.Response:
        start = time.perf_counter()
        answer = self._client.request(method, address, **more)
        seconds = time.perf_counter() - start
        wanted = wanted if isinstance(wanted, tuple) else (wanted,)
        self._tally.note(kind, seconds, answer.status_code, wanted, answer.text)
        return answer

    def _search(self) -> None:
        chance = self._chance
        words = chance.choice(self._queries).split()
        parameters: dict[str, Any] = {
            "q": " ".join(chance.sample(words, chance.randint(1, len(words)))),
            "limit": chance.choice([5, 20, 100]),
            "explain": chance.random() < 0.2,
        }
        if chance.random() < 0.5:
            parameters["region"] = chance.sample(self._regions, 2)
        if chance.random() < 0.3:
            parameters["stage"] = chance.choice(["planned", "done"])
        if chance.random() < 0.2:
            parameters["mode"] = chance.choice(["words", "exact"])
        # A word of a query may be one that says nothing, which is refused.
        self._send("search", (200, 400), "GET", f"{self._api}/search", params=parameters)

    def _similar(self) -> None:
        self._send("similar", 200, "GET", f"{self._api}/similar/{self._chance.choice(self._ids)}")

    def _counterparts(self) -> None:
        body = {"text": self._chance.choice(self._queries), "per_region": 2}
        self._send("similar text", 200, "POST", f"{self._api}/similar", json=body)

    def _tag(self) -> None:
        self._send("tag", 200, "POST", f"{self._api}/tag", json={"text": self._text()})

    def _batch(self) -> None:
        texts = [self._text() for _ in range(500)]
        self._send("tag batch", 200, "POST", f"{self._api}/tag/batch", json={"texts": texts})

    def _text(self) -> str:
        """A text nobody wrote before, of words that people use.

        Words made up at random would fill the caches of words for hours: 200,000 have room.
        """
        words = " ".join(self._chance.sample(self._queries, 4)).split()
        return " ".join(self._chance.sample(words, min(8, len(words))))

    def _themes(self) -> None:
        path = self._chance.choice(
            ["themes", "themes?level=broad", "gaps/Zemgale", "plans", "metrics"]
        )
        self._send("themes", 200, "GET", f"{self._api}/{path}")

    def _export(self) -> None:
        kind = self._chance.choice(["xlsx", "csv", "json"])
        parameters = {"q": self._chance.choice(self._queries), "format": kind}
        self._send("export", 200, "GET", f"{self._api}/export", params=parameters)

    def _dossier(self) -> None:
        parameters = {"id": self._chance.sample(self._ids, 10), "format": "docx"}
        self._send("dossier", 200, "GET", f"{self._api}/dossier", params=parameters)

    def _upload(self) -> None:
        """A plan, looked at as on the page; nothing is added."""
        name, content = self._chance.choice(
            [("plan.csv", TABLE.encode()), ("plan.xlsx", _workbook())]
        )
        stem = f"{self._chance.getrandbits(40):x}-{name}"
        answer = self._send(
            "upload", 200, "POST", f"{self._page}/upload", files={"files": (stem, content)}
        )
        file = {"path": answer.json()[0], "orig_name": stem, "meta": {"_type": "gradio.FileData"}}
        body = {
            "data": [file, "Plāns", "Kurzeme", "2022-2027", "", "", "planned", None],
            "fn_index": self._preview,
            "session_hash": f"soak-{self._seed}",
        }
        answer = self._send("preview", 200, "POST", f"{self._page}/run/predict", json=body)
        if "Siltināt" not in answer.text:
            self._tally.wrong.append(f"preview: {answer.text[:200]}")

    def _nonsense(self) -> None:
        path, wanted, body = self._chance.choice(
            [
                ("search?limit=0", 422, None),
                ("search?q=%3F%21", 400, None),
                ("search?q=skola&region=Atlantis", 400, None),
                ("search?colour=red", 422, None),
                ("similar/0000", 404, None),
                ("gaps/Atlantis", 404, None),
                ("nothing", 404, None),
                ("export?format=exe", 422, None),
                ("tag", 422, b'{"text": ""}'),
                ("tag", 422, b'{"text": '),
                ("tag", 400, b'{"text": "123 456"}'),
                ("similar", 422, b'{"text": "x", "per_region": 1000000}'),
            ]
        )
        more: dict[str, Any] = {}
        if body is not None:
            more = {"content": body, "headers": {"Content-Type": "application/json"}}
        self._send("nonsense", wanted, "POST" if body else "GET", f"{self._api}/{path}", **more)


def _function(client: httpx.Client, address: str, button: str) -> int:
    """Number of the page's function that a button calls."""
    config = client.get(address + "/config").json()
    (part,) = [c["id"] for c in config["components"] if c["props"].get("elem_id") == button]
    return next(
        int(one["id"]) for one in config["dependencies"] if [part, "click"] in one["targets"]
    )


def _workbook() -> bytes:
    book = Workbook()
    for line in TABLE.splitlines():
        book.active.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def soak(minutes: float, trace: Path | None = None) -> bool:
    """Run for so long, print what came of it; whether all was well.

    :param trace: a file for the samples, one JSON list a line.
    """
    tally, samples, stop = Tally(), [], threading.Event()

    def work(person: Person) -> None:
        while not stop.is_set():
            try:
                person.ask()
            except (httpx.HTTPError, ValueError, LookupError) as error:
                with tally.lock:
                    tally.wrong.append(f"{type(error).__name__}: {error}")
        person.close()

    with server() as (address, process):
        people = [Person(address, seed, tally) for seed in range(PEOPLE)]
        threads = [threading.Thread(target=work, args=(person,)) for person in people]
        start = time.monotonic()
        for thread in threads:
            thread.start()
        try:
            while (second := time.monotonic() - start) < minutes * 60:
                samples.append(Sample(second, memory(process)))
                if trace is not None:
                    with trace.open("a", encoding="utf-8") as out:
                        out.write(json.dumps([round(second, 1), round(samples[-1].mb, 1)]) + "\n")
                time.sleep(EVERY)
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    return report(tally, samples)


def report(tally: Tally, samples: Sequence[Sample]) -> bool:
    """Print figures; whether all was well."""
    print(f"{'request':14} {'n':>7} {'p50 ms':>8} {'p95 ms':>8} {'longest':>8}")
    for kind, waited in sorted(tally.waited.items()):
        ms = np.percentile(np.array(waited) * 1000, [50, 95, 100])
        print(f"{kind:14} {len(waited):7} {ms[0]:8.0f} {ms[1]:8.0f} {ms[2]:8.0f}")
    failures = sum(n for status, n in tally.statuses.items() if status >= 500)
    found = trend(samples)
    total = sum(tally.statuses.values())
    print(f"{total} answers, {failures} of them 5xx, {len(tally.wrong)} not as they should be")
    for line in tally.wrong[:10]:
        print(f"  {line}")
    print(
        f"memory {samples[0].mb:.0f} MB at first, {samples[-1].mb:.0f} MB at last, most "
        f"{max(s.mb for s in samples):.0f} MB; after the warm-up {found.per_minute:+.2f} MB/min, "
        f"{found.rise:+.1f} MB in all (bound: {MOST_RISE:.0f} MB)"
    )
    return found.flat and not failures and not tally.wrong


def main() -> None:
    """Entry point of ``python -m tests.reliability.soak``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--trace", type=Path, help="A file for the samples of memory.")
    given = parser.parse_args()
    sys.exit(0 if soak(given.minutes, given.trace) else 1)


if __name__ == "__main__":
    main()
