"""Keys are kept under an epoch that the key store takes, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shouze.gateway.rotation_ports import EpochEndedError
from shouze.gateway.wrapping import keep_fresh_key
from shouze.vault.key_file import FileKeyRing
from shouze.vault.suites import AES256GCM_SHA256
from tests.gateway.turning import RING, Gateway
from tests.installation import MovingClock, furnish


@pytest.fixture
def home(tmp_path: Path) -> Path:
    furnish(tmp_path)
    FileKeyRing.create(tmp_path / RING, AES256GCM_SHA256, MovingClock().now())
    return tmp_path


async def test_a_gateway_that_is_behind_reads_the_ring_again(home: Path) -> None:
    gateway = Gateway(home, MovingClock(), 1)
    FileKeyRing.open(home / RING).add_epoch(MovingClock().now())
    assert (await keep_fresh_key(gateway.room, "a", "g", 1))[1].epoch == 1, "nothing told it"
    await gateway.keys.raise_floor(2)
    assert (await keep_fresh_key(gateway.room, "b", "g", 1))[1].epoch == 2
    await gateway.stores.close()


async def test_an_older_copy_of_the_ring_keeps_nothing(home: Path) -> None:
    gateway = Gateway(home, MovingClock(), 1)
    await gateway.keys.raise_floor(2)
    with pytest.raises(EpochEndedError) as refused:
        await keep_fresh_key(gateway.room, "a", "g", 1)
    assert "older copy" in refused.value.remedy.en
    assert await gateway.stores.keys.fetch("a", ["g"]) == {"g": {}}
    assert json.loads((home / RING).read_bytes())["current"] == 1
    await gateway.stores.close()
