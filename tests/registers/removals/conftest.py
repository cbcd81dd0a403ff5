"""This installation as an authority."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shouze.registers.ports import Own
from tests.registers.parties import joined


@pytest.fixture(autouse=True)
def mine() -> Iterator[Own]:
    with joined("authority") as own:
        yield own
