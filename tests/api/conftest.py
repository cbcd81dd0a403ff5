"""The gate: an application over an installation, new for each test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.api.gate import Gate, Prepared, open_gate, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return asyncio.run(prepare(tmp_path_factory.mktemp("prepared") / "home"))


@pytest.fixture
async def gate(prepared: Prepared, tmp_path: Path) -> AsyncIterator[Gate]:
    async with open_gate(prepared, tmp_path) as gate:
        yield gate
