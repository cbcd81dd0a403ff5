"""This installation as an authority that cosigns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from shouze.registers.ports import GIVEN, Own
from tests.ledger.building import WITNESS
from tests.registers.parties import Other, joined


@pytest.fixture(autouse=True)
def mine() -> Iterator[Own]:
    with joined("authority") as own:
        GIVEN.own = replace(own, cosigner=WITNESS)
        yield GIVEN.own


@pytest.fixture
def other() -> Other:
    return Other()
