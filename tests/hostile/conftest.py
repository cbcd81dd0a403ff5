"""A gate to storm: its subscribers' values are canaries, which no answer to a stranger and no log line may sing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from shouze.settings import Settings
from tests.api.gate import Gate, Prepared, open_gate, prepare


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return asyncio.run(prepare(tmp_path_factory.mktemp("prepared") / "home"))


@pytest.fixture
async def gate(prepared: Prepared, tmp_path: Path) -> AsyncIterator[Gate]:
    """Open the gate with a small bound on bodies, so that large ones are cheap to send."""
    async with open_gate(prepared, tmp_path, Settings(largest_body=32 * 1024)) as gate:
        yield gate
