"""This installation as an operator."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shouze.registers.ports import Own
from tests.registers.parties import Other, joined


@pytest.fixture(autouse=True)
def mine() -> Iterator[Own]:
    with joined() as own:
        yield own


@pytest.fixture
def other() -> Other:
    return Other()
