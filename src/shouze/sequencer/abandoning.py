"""Goes on from a log whose key is lost, with a log of another key.

Nobody signs a hand-over then. What was placed and never signed waits again, and flows into the next log, which begins
with what the lost key signed last; whoever kept the old log's key sees by that where it ended.
"""

from __future__ import annotations

from typing import Protocol

from shouze.errors import ConflictError, TamperedError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.tree import Frontier
from shouze.sequencer.growth import frontier_at
from shouze.sequencer.ports import LogStore, StoredCheckpoint, StoredShard
from shouze.sequencer.turning import beginning


class AbandonedLog(LogStore, Protocol):
    """The tables of a log that its key cannot end."""

    async def cut_back(self, epoch: int, frontier: Frontier, shard: StoredShard) -> None:
        """Cut the log back to a size; what was placed beyond waits again. Write down when the shard ended."""
        ...

    async def give_key(self, shard: StoredShard) -> None:
        """Enter the next shard, or give the one that was asked for another key."""
        ...


async def abandon(log: AbandonedLog, here: StoredShard, after: StoredShard, now: int) -> Checkpoint:
    """End the log at what was signed last and begin the next one; return that end.

    ConflictError while a sequencer works; TamperedError when the log is not what was signed.
    """
    epoch = await log.become_active()
    if epoch is None:
        remedy = Text("先停止定序器", "Stop the sequencer first")
        raise ConflictError(Text("定序器正在运行", "A sequencer works"), field="log", remedy=remedy)
    try:
        final = await log.final(here.number)
        end = _checked(here, final)
        frontier = frontier_at(end.size, await log.tiles_at(end.size))
        if final is None or frontier.root() != end.root:
            raise TamperedError(Text("日志与最后的检查点不符", "The log is not what was signed last"), field="log.tile")
        await log.cut_back(epoch, frontier, here._replace(ended=now))
        await log.give_key(after)
        await log.begin(epoch, end.size, after, beginning(final))
    finally:
        await log.release()
    return end


def _checked(here: StoredShard, final: StoredCheckpoint | None) -> Checkpoint:
    if final is None:
        raise TamperedError(Text("没有检查点", "There is no checkpoint"), field="log.checkpoint")
    return open_checkpoint(final.note.encode(), [Verifier.from_vkey(here.vkey)])[0]
