"""Continues a log that was put back, under a name and a key of its own.

A log put back to an earlier state must not be signed on under its key: what that key signed since would be
contradicted. Nor may its entries be lost. So a restored installation begins a log whose first entries are those of the
former one: the tree is the same up to there, and whoever holds a checkpoint of the former log up to that size can prove
that the new one contains it. Checkpoints of the former log beyond that size show what was lost. The former key is in
no backup and signs nothing any more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from shouze.errors import TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.note import Signer, Verifier
from shouze.ledger.tree import EMPTY_ROOT
from shouze.sequencer.growth import verify_growth
from shouze.sequencer.installation import verify_installation
from shouze.sequencer.ports import LogReader, LogStore, Memory, ReadBack, StoredCheckpoint
from shouze.sequencer.turning import with_beginning


class RestoredLog(LogStore, Protocol):
    """The tables of a log that was put back."""

    async def forget_checkpoints(self) -> None:
        """Remove every checkpoint: they bear another log's name."""
        ...


async def succeed(
    log: RestoredLog,
    reader: LogReader,
    former: Verifier,
    signer: Signer,
    memory: Memory,
    now: Callable[[], datetime],
    micros: Callable[[datetime], int],
) -> Checkpoint:
    """Verify the former log in full, then sign all of it as the beginning of the new one.

    TamperedError, and nothing signed, when it does not verify. What was staged and has no place yet gets one from the
    new log's sequencer.
    """
    latest = await log.latest_checkpoint()
    signed = Checkpoint(former.name, 0, EMPTY_ROOT)
    if latest is not None:
        report = await verify_installation(reader, former, still=False)
        if not report.ok:
            raise TamperedError(
                Text("恢复的日志未通过核验", "The restored log does not verify"),
                field=report.faults[0].where,
                remedy=Text("改用另一份备份", "Use another backup"),
            )
        signed = open_checkpoint(latest.note.encode(), [former])[0]
    epoch = await log.become_active()
    if epoch is None:
        raise TamperedError(field="log")
    try:
        back = await _read_back(log, signed.size)
        verify_growth(signed, back)
        fresh = Checkpoint(signer.name, back.size, back.root)
        note = sign_checkpoint(fresh, signer)
        memory.remember(note.encode())
        await log.forget_checkpoints()
        await log.insert_checkpoint(epoch, StoredCheckpoint(fresh.size, fresh.root, note, micros(now())))
    finally:
        await log.release()
    return fresh


async def _read_back(log: RestoredLog, since: int) -> ReadBack:
    """Read back what is to be signed, with the end of the log before where nothing was signed since that."""
    back, number = await log.read_back(since), (await log.state()).shard
    if since or not number:
        return back
    before = (await log.shards())[number - 1]
    return with_beginning(back, before, await log.final(number - 1))
