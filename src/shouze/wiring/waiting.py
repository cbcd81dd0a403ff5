"""Tells for how long records wait for a signed checkpoint: a sequencer that is away stops nothing else that shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shouze.ledger.moments import micros
from shouze.store.driver import Database
from shouze.store.staging import oldest_waiting


class Waiting(Collector):
    """The wait of the oldest record, as it was when somebody looked last; nothing where the log did not answer."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now
        self._seconds: float | None = None

    async def look(self) -> float:
        """Return the seconds; 0 where a signed checkpoint covers every record."""
        self._seconds = None
        since = await oldest_waiting(self._database)
        self._seconds = 0.0 if since is None else max(0.0, (micros(self._now()) - since) / 1_000_000)
        return self._seconds

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauge."""
        words = "Seconds for which the oldest record waits for a signed checkpoint"
        if self._seconds is not None:
            yield GaugeMetricFamily("shouze_log_waiting_seconds", words, value=self._seconds)
