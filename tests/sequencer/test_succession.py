"""A log that was put back goes on under another name, and only when all of it verifies."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import TamperedError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.moments import micros
from shouze.sequencer.signing_key import LastSigned, create_signing_key, open_signing_key
from shouze.sequencer.succession import succeed
from shouze.store.driver import Database
from shouze.store.log import LogTables
from shouze.store.log_lock import FileLock
from shouze.store.log_reading import LogRows
from shouze.wiring import Installation
from tests.installation import MovingClock, operator, subscribe


async def continued(home: Path, opened: Installation) -> Checkpoint:
    database = opened.stores.databases["log"]
    former = open_signing_key(home / "log.key").verifier()
    signer = create_signing_key(home / "new.key", "new.example/log")
    log, memory = LogTables(database, FileLock(home / "log.lock")), LastSigned(home / "new.key")
    return await succeed(log, LogRows(database), former, signer, memory, MovingClock().now, micros)


async def test_it_signs_the_same_tree_under_the_new_name_alone(tmp_path: Path) -> None:
    async with operator(tmp_path) as opened:
        await subscribe(opened)
        signed = await opened.sequencer.step()
        await opened.sequencer.release()
        fresh = await continued(tmp_path, opened)
        assert signed is not None
        assert (fresh.size, fresh.root, fresh.origin) == (signed.size, signed.root, "new.example/log")
        notes = await opened.stores.databases["log"].fetch("SELECT note FROM log.checkpoint")
        key = open_signing_key(tmp_path / "new.key").verifier()
        assert [open_checkpoint(note.encode(), [key])[0] for (note,) in notes] == [fresh]
        assert LastSigned(tmp_path / "new.key").recall() == notes[0][0].encode()


async def test_what_was_only_staged_waits_for_the_new_log(tmp_path: Path) -> None:
    async with operator(tmp_path) as opened:
        await subscribe(opened)
        assert (await continued(tmp_path, opened)).size == 0


@pytest.mark.parametrize(
    "damage",
    ["UPDATE log.bundle SET body = zeroblob(length(body))", "UPDATE log.tile SET body = zeroblob(length(body))"],
)
async def test_a_log_that_does_not_verify_is_not_signed(tmp_path: Path, damage: str) -> None:
    async with operator(tmp_path) as opened:
        await subscribe(opened)
        await opened.sequencer.step()
        await opened.sequencer.release()
        database: Database = opened.stores.databases["log"]
        await database.execute(damage)
        with pytest.raises(TamperedError):
            await continued(tmp_path, opened)
        assert LastSigned(tmp_path / "new.key").recall() is None
