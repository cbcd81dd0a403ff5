"""This installation as an operator that is a member."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from shouze.registers.ports import Own
from tests.registers.parties import joined


@pytest.fixture(autouse=True)
def mine() -> Iterator[Own]:
    with joined("operator") as own:
        yield own
