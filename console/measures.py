"""What can be measured from outside: requests, queue, process. No name of a person or a call."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from starlette.requests import Request
from starlette.responses import Response

from warehouse.decisions.standing import standing

_BUCKETS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_EVERY_S: Final = 15.0  # numbers of the queue are counted anew at most so often


class Measures:
    """The meters of one console."""

    def __init__(self, decisions: Engine) -> None:
        self._registry = CollectorRegistry()
        for collector in (ProcessCollector, PlatformCollector, GCCollector):
            collector(registry=self._registry)
        self._requests = Counter(
            "tingjian_requests", "Answers by address and status.", ("door", "status"),
            registry=self._registry,
        )  # fmt: skip
        self._times = Histogram(
            "tingjian_request_seconds", "From the request to its answer's head.", ("door",),
            buckets=_BUCKETS, registry=self._registry,
        )  # fmt: skip
        self._registry.register(_Standing(decisions))

    def note(self, door: str, status: int, seconds: float) -> None:
        """One answer; `door` is the address's name in the program, never what a client sent."""
        self._requests.labels(door, str(status)).inc()
        self._times.labels(door).observe(seconds)

    def text(self) -> bytes:
        """All meters in Prometheus' text form."""
        return generate_latest(self._registry)


class _Standing(Collector):
    """How the queue stands."""

    def __init__(self, decisions: Engine) -> None:
        self._decisions = decisions
        self._counted_at = float("-inf")
        self._values: dict[str, float] = {}

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Counted when somebody asks."""
        now = time.monotonic()
        if now - self._counted_at > _EVERY_S:
            self._values, self._counted_at = standing(self._decisions), now
        for name, value in self._values.items():
            yield GaugeMetricFamily(f"tingjian_{name}", _MEANINGS[name], value=value)


_MEANINGS: Final = {
    "queue_open": "Calls that wait for a review.",
    "queue_claimed": "Calls that somebody has in hand.",
    "queue_submitted": "Calls whose review was submitted.",
    "sessions": "Sessions that have not ended.",
    "stored_no": "Number of the judgement that the queue was filled up to.",
}


def show_measures(request: Request) -> Response:
    """Prometheus' text."""
    measures: Measures = request.app.state.measures
    return Response(measures.text(), media_type=CONTENT_TYPE_LATEST)
