"""This installation as an authority."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from shouze.registers.cases.models import Case
from shouze.registers.ports import GIVEN, Own
from tests.registers.cases import scene
from tests.registers.house import do
from tests.registers.parties import Other, joined, later


@pytest.fixture(autouse=True)
def mine() -> Iterator[Own]:
    with joined("authority") as own:
        yield own


@pytest.fixture
def other() -> Other:
    return Other()


@pytest.fixture
def served() -> Case:
    """A case whose decision, a fine of 20,000, was served just now."""
    case = scene.notified()
    with later(timedelta(days=20)):
        case = scene.decided(case)
        done: Case = do(case, "deliver", scene.inspector(), {"paper": "decision", "how": "direct", "at": GIVEN.now()})
    return done
