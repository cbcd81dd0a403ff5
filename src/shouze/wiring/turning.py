"""Turns the log on an operator's word: asks for it, and carries it out where no sequencer works."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from shouze.errors import ConflictError, NotFoundError, UnavailableError
from shouze.gateway.clock import SteadyClock
from shouze.gateway.ports import Clock
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint
from shouze.ledger.moments import micros
from shouze.ledger.note import Verifier, read_note
from shouze.sequencer.abandoning import abandon
from shouze.sequencer.growth import restored
from shouze.sequencer.ports import StoredCheckpoint, StoredShard
from shouze.sequencer.sequencer import Sequencer
from shouze.sequencer.signing_key import LastSigned, create_signing_key, open_signing_key, vkey_path
from shouze.sequencer.turning import planned
from shouze.settings import Settings
from shouze.store.driver import Database
from shouze.store.log_cutting import CutLog
from shouze.store.log_shards import StoredShards
from shouze.wiring.preparing import SIGNING_KEY, log_lock, open_stores
from shouze.wiring.shards import key_path, sequencer_of

WAITING_SECONDS, _LOOK_SECONDS = 60.0, 0.25
"""How long the command waits for the sequencer that works elsewhere."""


async def turn_log(
    home: Path, settings: Settings, *, new_key: bool = False, lost_key: bool = False, clock: Clock | None = None
) -> Verifier:
    """End the present log and begin the next one; return the next one's key.

    ``new_key``: signed by a key of its own, which has to lie wherever a sequencer works. ``lost_key``: the old key is
    gone and signs no hand-over; no sequencer may work meanwhile.
    """
    clock, stores = clock or SteadyClock(), open_stores(home, settings, ("log",))
    try:
        database = stores.databases["log"]
        if lost_key:
            return await _without_key(home, settings, database, clock.now())
        sequencer, _ = sequencer_of(home, settings, database, log_lock(home, settings), clock.now)
        try:
            await sequencer.step()
            after = await _ask(home, database, clock.now(), new_key=new_key)
            await _carry_out(sequencer, database, after)
        finally:
            await sequencer.release()
        return Verifier.from_vkey(after.vkey)
    finally:
        await stores.close()


async def _ask(home: Path, database: Database, now: datetime, *, new_key: bool) -> StoredShard:
    """Enter the next log: that is what asks for the turn."""
    table = StoredShards(database)
    shards, present = await table.all(), await table.present()
    if not shards:
        remedy = Text("先运行 shouze up", "Run shouze up first")
        raise NotFoundError(Text("还没有日志", "There is no log yet"), field="log", remedy=remedy)
    if len(shards) > present + 1:
        raise ConflictError(
            Text("移交已在进行", "A turn is under way"),
            field="log",
            remedy=Text("启动定序器，等待其完成", "Let the sequencer run, and wait for it"),
        )
    after = planned(shards, shards[present], micros(now))
    if new_key:
        # Invariant: the key is on the disk before the log that it signs is entered.
        made = create_signing_key(key_path(home, after), after.origin)
        after = after._replace(vkey=made.verifier().vkey)
    await table.add(after)
    return after


async def _carry_out(sequencer: Sequencer, database: Database, after: StoredShard) -> None:
    """Do the turn, or wait for the sequencer that works to do it."""
    table = StoredShards(database)
    try:
        async with asyncio.timeout(WAITING_SECONDS):
            while True:
                await sequencer.step()
                if await table.present() >= after.number and await table.final(after.number) is not None:
                    return
                await asyncio.sleep(_LOOK_SECONDS)
    except TimeoutError:
        detail = Text("移交已登记，尚未完成", "The turn is asked for and not done yet")
        remedy = Text(
            "启动定序器，它会完成移交；新密钥的文件须在其目录中",
            "Let the sequencer run: it goes on with it. A new key's file has to lie in its folder",
        )
        raise UnavailableError(detail, field="log", remedy=remedy) from None


async def _without_key(home: Path, settings: Settings, database: Database, moment: datetime) -> Verifier:
    table = StoredShards(database)
    shards, present = await table.all(), await table.present()
    final = await table.final(present)
    if not shards or final is None:
        remedy = Text("没有签署过检查点的日志无须移交", "A log that has signed nothing needs no turn")
        raise NotFoundError(Text("还没有检查点", "There is no checkpoint yet"), field="log", remedy=remedy)
    _check_memory(home, shards[present], final)
    here, now = shards[present], micros(moment)
    after = shards[present + 1] if len(shards) > present + 1 else planned(shards, here, now)
    after = after._replace(vkey=_fresh_key(home, after).vkey, begun=now)
    await abandon(CutLog(database, log_lock(home, settings), present), here, after, now)
    return Verifier.from_vkey(after.vkey)


def _check_memory(home: Path, here: StoredShard, final: StoredCheckpoint) -> None:
    """Refuse a log that was put back: the lost key is known to have signed more of it."""
    note = LastSigned(home / SIGNING_KEY).recall()
    signed = Checkpoint.parse(read_note(note)[0]) if note is not None else None
    if signed is not None and signed.origin == here.origin and signed.size > final.size:
        raise restored()


def _fresh_key(home: Path, after: StoredShard) -> Verifier:
    """Make the next log's key; one that a run before made is used. What lies in the lost key's place is put aside."""
    path = home / SIGNING_KEY
    if path.exists():
        signer = open_signing_key(path)
        if signer.name == after.origin:
            return signer.verifier()
        path.rename(home / f"log.{signer.verifier().key_id.hex()}.key")
    if vkey_path(path).exists():
        key = Verifier.from_vkey(vkey_path(path).read_text(encoding="utf-8").strip())
        vkey_path(path).rename(home / f"log.{key.key_id.hex()}.key.vkey")
    return create_signing_key(path, after.origin).verifier()
