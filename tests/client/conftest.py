"""The gate of the api's tests behind a real socket, and each face of the client."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.api.gate import Gate, Prepared, open_gate, prepare
from tests.client.reach import FACES, Cutting, serving


@dataclass
class Served:
    """A gate, the URL that it answers at, and what stands between them."""

    gate: Gate
    url: str
    cutting: Cutting


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    return asyncio.run(prepare(tmp_path_factory.mktemp("prepared") / "home"))


@pytest.fixture
async def served(prepared: Prepared, tmp_path: Path) -> AsyncIterator[Served]:
    async with open_gate(prepared, tmp_path) as gate:
        cutting = Cutting(gate.app)
        async with serving(cutting) as url:
            yield Served(gate, url, cutting)


@pytest.fixture(params=FACES)
def face(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name
