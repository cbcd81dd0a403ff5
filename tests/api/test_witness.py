"""The witness over HTTP: statuses, bodies and types are the protocol."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256
from pathlib import Path

import httpx
import pytest

from shouze.api.witness import LARGEST, create_witness
from shouze.store.witnessing import WitnessTables
from shouze.witness.witness import Witness
from tests.ledger.building import ORIGIN, SIGNER, WITNESS
from tests.sequencer.places import Clock, sqlite_log
from tests.witness.test_witness import submitted


@pytest.fixture
async def client(tmp_path: Path) -> AsyncIterator[httpx.AsyncClient]:
    async with sqlite_log(tmp_path) as place:
        witness = Witness(WitnessTables(place.database), WITNESS, Clock().now)
        await witness.follow(SIGNER.verifier().vkey)
        transport = httpx.ASGITransport(create_witness(witness))
        async with httpx.AsyncClient(transport=transport, base_url="http://witness") as client:
            yield client


@pytest.mark.parametrize(
    ("raw", "status", "media"),
    [
        (submitted(0, 5), 200, "text/plain; charset=utf-8"),
        (submitted(3, 9), 409, "text/x.tlog.size"),
        (b"nonsense", 400, "text/plain; charset=utf-8"),
        (submitted(0, 5).replace(ORIGIN.encode(), b"other.example/log"), 404, "text/plain; charset=utf-8"),
        (b"o" * (LARGEST + 1), 413, "text/plain; charset=utf-8"),
    ],
    ids=["cosigned", "behind", "malformed", "unknown", "too large"],
)
async def test_each_ruling_has_its_status(client: httpx.AsyncClient, raw: bytes, status: int, media: str) -> None:
    answer = await client.post("/add-checkpoint", content=raw)
    assert (answer.status_code, answer.headers["content-type"]) == (status, media)


async def test_what_was_cosigned_last_is_found_by_the_origins_hash(client: httpx.AsyncClient) -> None:
    path = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert (await client.get(path)).status_code == 404
    line = (await client.post("/add-checkpoint", content=submitted(0, 5))).text
    answer = await client.get(path)
    assert answer.text.endswith(line)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    for other in ("0" * 64, "x", sha256(ORIGIN.encode()).hexdigest().upper()):
        assert (await client.get(f"/{other}/checkpoint")).status_code == 404
