"""The metrics of one application, for Prometheus; no label names a caller, a subject or a path that was made up."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.registry import Collector

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Measures:
    """The metrics, in a registry of their own; ``under_way`` is counted up and down by who watches.

    ``collectors`` measure what runs beside the door.
    """

    def __init__(self, collectors: Iterable[Collector] = ()) -> None:
        self.registry = CollectorRegistry()
        for each in collectors:
            self.registry.register(each)
        self.under_way = 0
        requests = Counter(
            "shouze_requests",
            "Requests by verb, outcome and code of refusal or error",
            ("verb", "outcome", "code"),
            registry=self.registry,
        )
        seconds = Histogram(
            "shouze_request_seconds",
            "Seconds from a request's arrival to its answer",
            ("verb",),
            buckets=_BUCKETS,
            registry=self.registry,
        )
        gauge = Gauge("shouze_requests_under_way", "Requests under way", registry=self.registry)
        gauge.set_function(lambda: self.under_way)
        # Looking up a series costs more than counting in it. Verbs, outcomes and codes are few, and all of them ours.
        self._count = cache(requests.labels)
        self._observe = cache(seconds.labels)

    def note(self, verb: str, outcome: str, code: str, seconds: float) -> None:
        """Count one request."""
        self._count(verb, outcome, code).inc()
        self._observe(verb).observe(seconds)
