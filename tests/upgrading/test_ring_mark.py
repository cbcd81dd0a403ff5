"""Tables of version 0.1.0, which knew of no marks, get that of their ring, and of no other."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shouze import wiring
from shouze.errors import ConflictError
from shouze.gateway.clock import SteadyClock
from shouze.settings import Settings
from shouze.store.driver import Parameters
from shouze.store.ring_marks import MARKED, read_mark
from shouze.vault.key_file import FileKeyRing
from shouze.vault.keys import fresh_subject_key
from shouze.vault.ring_mark import ring_mark
from shouze.vault.suites import suite_named
from shouze.wiring.preparing import KEY_RING
from tests.upgrading.installed import Installed

ADD = "INSERT INTO keys.subject_key (subject, ground, version, epoch, suite, blob) VALUES (:s, 'g', 1, :e, :n, :b)"


def another_ring(folder: Path, *, epochs: int = 1) -> FileKeyRing:
    now = SteadyClock().now()
    ring = FileKeyRing.create(folder / "other.json", suite_named(Settings().suite), now)
    for _ in range(epochs - 1):
        ring.add_epoch(now)
    ring.destroy_epochs_before(epochs)
    return ring


async def marks(first: Installed) -> set[str | None]:
    stores = wiring.open_stores(first.home, first.settings)
    try:
        return {await read_mark(stores.databases[schema], schema) for schema in MARKED}
    finally:
        await stores.close()


async def second_ring_writes(first: Installed, ring: FileKeyRing) -> None:
    """Add what a gateway under another ring would have written: one user in between, who is not among the first."""
    stores = wiring.open_stores(first.home, first.settings)
    subject = "z" * 26
    wrapped = fresh_subject_key(ring, subject, "g", os.urandom)[1]
    written: Parameters = {"s": subject, "e": wrapped.epoch, "n": wrapped.suite, "b": wrapped.blob}
    await stores.databases["keys"].execute(ADD, written)
    await stores.close()


async def test_the_first_start_after_the_upgrade_marks_the_tables(first: Installed) -> None:
    ring = (first.home / KEY_RING).read_bytes()
    wiring.prepare(first.home, first.settings)
    assert await marks(first) == {None}
    async with wiring.gateway(first.home, first.settings):
        assert await marks(first) == {ring_mark(FileKeyRing.open(first.home / KEY_RING))}
    assert (first.home / KEY_RING).read_bytes() == ring, "0.1.0 refuses a file with a word that it does not know"


async def test_tables_that_two_rings_wrote_are_refused_and_stay_as_they_are(first: Installed, tmp_path: Path) -> None:
    other = another_ring(tmp_path)
    wiring.prepare(first.home, first.settings)
    await second_ring_writes(first, other)
    for ring in (FileKeyRing.open(first.home / KEY_RING), other):
        (first.home / KEY_RING).write_bytes(ring._path.read_bytes())
        with pytest.raises(ConflictError, match="have no mark of a key ring yet"):
            async with wiring.gateway(first.home, first.settings):
                raise AssertionError("it serves")
    assert await marks(first) == {None}


async def test_a_newer_ring_of_another_installation_is_refused(first: Installed, tmp_path: Path) -> None:
    wiring.prepare(first.home, first.settings)
    (first.home / KEY_RING).write_bytes(another_ring(tmp_path, epochs=3)._path.read_bytes())
    with pytest.raises(ConflictError, match="it opens 0 of"):
        async with wiring.gateway(first.home, first.settings):
            raise AssertionError("it serves")
    assert await marks(first) == {None}
