"""What a monitor reads: requests by route and status, and how long they took, as Prometheus text.

Labels come from the routes there are and from status numbers, so their number stays small.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter

from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)  # seconds
MEDIA = "text/plain; version=0.0.4; charset=utf-8"
OTHER = "other"


class Metrics:
    """Counts since the server started."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[tuple[str, int]] = Counter()
        self._seconds: dict[str, float] = {}
        self._buckets: dict[str, list[int]] = {}

    def observe(self, route: str, status: int, seconds: float) -> None:
        """Count one answered request."""
        with self._lock:
            self._requests[route, status] += 1
            self._seconds[route] = self._seconds.get(route, 0.0) + seconds
            buckets = self._buckets.setdefault(route, [0] * (len(BOUNDS) + 1))
            buckets[bisect_left(BOUNDS, seconds)] += 1

    def text(self, activities: int, generation: str) -> str:
        """The counts in the Prometheus text format.

        :param activities: how many are indexed.
        :param generation: name of the index generation that answers.
        """
        with self._lock:
            lines = [
                "# HELP regioplan_requests_total Answered requests of the API.",
                "# TYPE regioplan_requests_total counter",
                *(
                    f'regioplan_requests_total{{route="{route}",status="{status}"}} {count}'
                    for (route, status), count in sorted(self._requests.items())
                ),
                "# HELP regioplan_request_seconds Time from request to answer.",
                "# TYPE regioplan_request_seconds histogram",
            ]
            for route in sorted(self._buckets):
                lines += self._histogram(route)
        return "\n".join(
            [
                *lines,
                "# HELP regioplan_activities Activities in the index.",
                "# TYPE regioplan_activities gauge",
                f"regioplan_activities {activities}",
                "# HELP regioplan_index_info The index generation that answers.",
                "# TYPE regioplan_index_info gauge",
                f'regioplan_index_info{{generation="{generation}"}} 1',
                "",
            ]
        )

    def _histogram(self, route: str) -> list[str]:
        lines, below = [], 0
        for bound, count in zip((*BOUNDS, "+Inf"), self._buckets[route], strict=True):
            below += count
            lines.append(
                f'regioplan_request_seconds_bucket{{route="{route}",le="{bound}"}} {below}'
            )
        return [
            *lines,
            f'regioplan_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}',
            f'regioplan_request_seconds_count{{route="{route}"}} {below}',
        ]


class Measured:
    """ASGI middleware that counts every request."""

    def __init__(self, app: ASGIApp, metrics: Metrics, prefix: str) -> None:
        self.app = app
        self.metrics = metrics
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count it when it is answered, or failed."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, start = 500, time.perf_counter()

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            # Where no route was chosen, what stands here is the mount of the whole API, or nothing.
            chosen = scope.get("route")
            route = f"{self.prefix}{chosen.path}" if isinstance(chosen, Route) else OTHER
            self.metrics.observe(route, status, time.perf_counter() - start)
