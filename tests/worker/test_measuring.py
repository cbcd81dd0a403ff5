"""The gauges of the duties."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry, generate_latest

from shouze.registers.standings.latest import remember
from shouze.rules.duties.answering import Answer
from shouze.worker.measuring import Duties


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    yield
    remember([])


def measured() -> str:
    registry = CollectorRegistry()
    registry.register(Duties())
    return generate_latest(registry).decode()


def test_before_the_first_answer_nothing_is_measured() -> None:
    remember([])
    assert measured() == ""


def test_duties_are_counted_by_state_and_each_shows_its_own() -> None:
    due = datetime(2026, 3, 1, tzinfo=UTC)
    remember([Answer(duty="A12-15d", state="due", due=due), Answer(duty="A12-contact", state="breached")])
    lines = measured().splitlines()
    assert 'shouze_duties{state="due"} 1.0' in lines
    assert 'shouze_duties{state="met"} 0.0' in lines
    assert 'shouze_duty{duty="A12-contact",state="breached"} 1.0' in lines
    found = next(line for line in lines if line.startswith("shouze_duty_due_seconds{"))
    assert float(found.rpartition(" ")[2]) == due.timestamp()
