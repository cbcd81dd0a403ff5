"""Drains staging into the tree, reads back what it wrote, and signs.

One round: staged batches → chains checked → bundles, tiles, size and root in one transaction → read back and hashed
again → signed → remembered beside the key → checkpoint stored. A crash anywhere is made good by the next round.

# Invariant: what is signed was read back from storage, extends what was signed before, and is what the nodes staged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from shouze.errors import InvalidError, TamperedError, UnavailableError
from shouze.language import Text
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.integrate import integrate
from shouze.ledger.moments import micros
from shouze.ledger.note import Signer
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import EMPTY_ROOT
from shouze.sequencer.draining import Drained, drain
from shouze.sequencer.growth import frontier_at, restored, verify_growth
from shouze.sequencer.ports import (
    Applied,
    ChainKey,
    FencedError,
    Growth,
    LogState,
    LogStore,
    Memory,
    StagedBatch,
    StoredCheckpoint,
)

LARGEST_ROUND = 64
"""Batches in one round."""
PURGED_AT_ONCE = 2 * LARGEST_ROUND
KEPT = timedelta(hours=1)
"""How long a batch stays in staging once it is in a checkpoint."""


class Standing(NamedTuple):
    """How the sequencer stands: whether it is the active one, what it signed last, which chains it holds back and why.

    ``halted`` is the error for which it stopped; ``full`` says that the last round left batches for the next.
    """

    active: bool
    signed: Checkpoint | None
    held: dict[ChainKey, str]
    halted: TamperedError | FencedError | None
    full: bool


class Sequencer:
    """One sequencer of a log; all its calls come from one event loop, one after another."""

    def __init__(
        self,
        log: LogStore,
        signer: Signer,
        memory: Memory,
        now: Callable[[], datetime],
        *,
        largest_round: int = LARGEST_ROUND,
    ) -> None:
        """``signer``'s name is the log's origin; ``now`` gives UTC."""
        self._log, self._signer, self._memory, self._now = log, signer, memory, now
        self._largest_round = largest_round
        self._epoch: int | None = None
        self._signed: Checkpoint | None = None
        self._signed_at = 0
        self._unsettled = True
        self._held: dict[ChainKey, str] = {}
        self._halted: TamperedError | FencedError | None = None
        self._full = False

    @property
    def standing(self) -> Standing:
        """How it stands now."""
        return Standing(self._epoch is not None, self._signed, dict(self._held), self._halted, self._full)

    async def step(self) -> Checkpoint | None:
        """Do one round; return the checkpoint that it signed, or None: nothing waited, or another one is active.

        TamperedError when something stored does not verify, FencedError when another sequencer has taken over: both
        are final, every later step raises them again. UnavailableError when the log, the key's folder or the clock
        cannot be used now; the next step makes it good.
        """
        if self._halted is not None:
            raise self._halted
        try:
            return await self._round()
        except (TamperedError, FencedError) as problem:
            # Invariant: on doubt nothing is signed any more by this process.
            self._halted, self._epoch = problem, None
            raise

    async def purge(self) -> int:
        """Delete one bite of batches that have been in the log for an hour; return how many."""
        if self._epoch is None:
            return 0
        return await self._log.purge(micros(self._now() - KEPT), PURGED_AT_ONCE)

    async def release(self) -> None:
        """Let another sequencer become active."""
        self._epoch = None
        await self._log.release()

    async def _round(self) -> Checkpoint | None:
        if self._epoch is None and not await self._take_over():
            return None
        signed = await self._settle() if self._unsettled else None
        waiting = await self._log.staged(self._largest_round)
        self._full = len(waiting) == self._largest_round
        if waiting and await self._grow(waiting):
            signed = await self._settle()
        return signed

    async def _take_over(self) -> bool:
        epoch = await self._log.become_active()
        if epoch is None:
            return False
        latest = await self._log.latest_checkpoint()
        signed = None
        if latest is not None:
            signed = self._opened(latest.note.encode())
            if (signed.size, signed.root) != (latest.size, latest.root):
                raise _contradiction(Text("检查点与其签名不符", "A checkpoint is not what its note says"))
        await self._compare_memory(signed)
        self._epoch, self._signed, self._signed_at = epoch, signed, latest.at if latest else 0
        self._unsettled = True
        return True

    async def _compare_memory(self, signed: Checkpoint | None) -> None:
        """Refuse a log that does not extend what this key is known to have signed."""
        note = await asyncio.to_thread(self._memory.recall)
        if note is None:
            return
        remembered, state = self._opened(note), await self._log.state()
        if state.frontier.size < max(remembered.size, signed.size if signed else 0):
            raise restored()
        tiles = await self._log.tiles_at(remembered.size)
        if frontier_at(remembered.size, tiles).root() != remembered.root:
            raise _contradiction(Text("日志与记住的检查点不符", "The log is not the one that was signed last"))

    def _opened(self, note: bytes) -> Checkpoint:
        try:
            return open_checkpoint(note, [self._signer.verifier()])[0]
        except (InvalidError, TamperedError):
            words = Text("检查点不是由此密钥签署", "A checkpoint is not one that this key signed")
            raise _contradiction(words) from None

    async def _grow(self, waiting: list[StagedBatch]) -> bool:
        state = await self._log.state()
        self._check_state(state)
        keys = sorted({(batch.node, batch.boot) for batch in waiting})
        applied = await self._log.applied(keys)
        drained = await asyncio.to_thread(drain, waiting, applied)
        self._note_held(drained.chains)
        if not drained.batches:
            news = [one for one in drained.chains if one != applied.get((one.chain.node, one.chain.boot))]
            if news:
                await self._log.hold(state.epoch, news)
            return False
        growth = await asyncio.to_thread(_growth, state, drained)
        self._unsettled = True
        await self._log.integrate(growth)
        return True

    def _check_state(self, state: LogState) -> None:
        if state.epoch != self._epoch:
            raise fenced()
        size, root = (self._signed.size, self._signed.root) if self._signed else (0, EMPTY_ROOT)
        if state.frontier.size != size or state.root != root or state.frontier.root() != root:
            raise _contradiction(
                Text("日志状态与最新检查点不符", "The log's state is not that of its newest checkpoint")
            )

    def _note_held(self, chains: tuple[Applied, ...]) -> None:
        for chain, held in chains:
            self._held.pop((chain.node, chain.boot), None)
            if held is not None:
                self._held[chain.node, chain.boot] = held

    async def _settle(self) -> Checkpoint | None:
        """Verify what is stored beyond the newest checkpoint and sign it; None when that one covers everything."""
        signed = self._signed or Checkpoint(self._signer.name, 0, EMPTY_ROOT)
        back = await self._log.read_back(signed.size)
        if back.epoch != self._epoch:
            raise fenced()
        await asyncio.to_thread(verify_growth, signed, back)
        fresh = None
        if self._signed is None or back.size > signed.size:
            fresh = Checkpoint(self._signer.name, back.size, back.root)
            await self._sign(fresh, back.epoch)
        self._unsettled = False
        return fresh

    async def _sign(self, checkpoint: Checkpoint, epoch: int) -> None:
        at = micros(self._now())
        if at < self._signed_at:
            words = Text("系统时钟早于最新检查点", "The clock stands before the newest checkpoint")
            raise UnavailableError(words, field="clock", remedy=Text("校准时钟", "Set the clock right"))
        note = sign_checkpoint(checkpoint, self._signer)
        # Invariant: the memory comes before the table, or a table put back later would not be known by it.
        await asyncio.to_thread(self._memory.remember, note.encode())
        await self._log.insert_checkpoint(epoch, StoredCheckpoint(checkpoint.size, checkpoint.root, note, at))
        self._signed, self._signed_at = checkpoint, at


def fenced() -> FencedError:
    """Return the error of a sequencer that another one has replaced."""
    return FencedError(
        Text("另一个定序进程已接管日志", "Another sequencer has taken over the log"),
        field="log.epoch",
        remedy=Text("本进程已停止；重启后作为备用等待", "This one has stopped; started again, it waits in reserve"),
    )


def _growth(state: LogState, drained: Drained) -> Growth:
    entries: list[bytes] = []
    placed = []
    for batch in drained.batches:
        placed.append(batch._replace(sequenced=state.frontier.size + len(entries)))
        entries += decode_bundle(batch.body, batch.width)
    made = integrate(state.frontier, state.edge, entries)
    return Growth(state.epoch, state.frontier.size, made, placed, drained.chains)


def _contradiction(words: Text) -> TamperedError:
    remedy = Text(
        "没有签署新的检查点。运行 shouze log verify 并保留数据库作为证据",
        "No checkpoint was signed. Run shouze log verify and keep the database as evidence",
    )
    return TamperedError(words, field="log.checkpoint", remedy=remedy)
