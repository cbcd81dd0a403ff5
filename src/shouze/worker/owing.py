"""Measures for Prometheus what the desk still owes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from django.db import DatabaseError, connection
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shouze.registers.rows import Delivery, Effect, Turn


class Owed(Collector):
    """What the desk still owes, counted in its tables when somebody asks; nothing where they do not answer."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield what waits for the door, since when, what waits to be delivered, and which rounds failed."""
        with suppress(DatabaseError):
            for name, words, count in _counts():
                yield GaugeMetricFamily(f"shouze_desk_{name}", words, value=count)
        connection.close()


def _counts() -> Iterator[tuple[str, str, float]]:
    waiting = Effect.objects.filter(done_at=None)
    first = waiting.order_by("id").values_list("made_at", flat=True).first()
    yield "effects_waiting", "What the door still has to hear", waiting.count()
    seconds = (timezone.now() - first).total_seconds() if first else 0.0
    yield "effects_waiting_seconds", "Seconds for which the oldest of them waits", seconds
    yield "deliveries_waiting", "Messages on their way out", Delivery.objects.filter(done_at=None).count()
    yield "rounds_failed", "Rounds that failed when they last ran", Turn.objects.exclude(problem="").count()
