"""Measures the duties for Prometheus: how each stands, as this process answered it last; nothing before it did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from shouze.registers.standings.latest import latest
from shouze.rules.duty import STATES


class Duties(Collector):
    """The duties by state, the state of each, and by when the next thing is due."""

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """Return the gauges."""
        answers = latest().values()
        if not answers:
            return []
        number = GaugeMetricFamily("shouze_duties", "Duties by how they stand", labels=["state"])
        counts = Counter(each.state for each in answers)
        for state in STATES:
            number.add_metric([state], counts[state])
        standing = GaugeMetricFamily("shouze_duty", "1 for the state that a duty is in", labels=["duty", "state"])
        due = GaugeMetricFamily("shouze_duty_due_seconds", "By when something is due, since 1970", labels=["duty"])
        for each in answers:
            standing.add_metric([each.duty, each.state], 1)
            if each.due is not None:
                due.add_metric([each.duty], each.due.timestamp())
        return [number, standing, due]
