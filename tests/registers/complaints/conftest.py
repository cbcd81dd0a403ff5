"""The time that a test says it is."""

from __future__ import annotations

import pytest

from shouze.registers.ports import GIVEN
from tests.registers.complaints.scene import At, noon


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> At:
    clock = At(noon("2026-03-02"))
    monkeypatch.setattr(GIVEN, "now", clock)
    return clock
