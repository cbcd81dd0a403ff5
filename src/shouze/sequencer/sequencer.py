"""Drains staging into the tree, reads back what it wrote, and signs.

One round: staged batches → chains checked → bundles, tiles, size and root in one transaction → read back and hashed
again → signed → remembered beside the key → checkpoint stored. A crash anywhere is made good by the next round.

At the turn of the year, or when asked, a log ends and the next one begins (``sequencer.turning``); meanwhile what was
staged waits, and flows into the next.

# Invariant: what is signed was read back from storage, extends what was signed before, and is what the nodes staged.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from shouze.errors import InvalidError, NotFoundError, TamperedError, UnavailableError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.disclosure import Entropy
from shouze.ledger.entry import Shard
from shouze.ledger.integrate import append
from shouze.ledger.moments import micros
from shouze.ledger.note import Signer, Verifier
from shouze.ledger.shard import DELETE, TURN, own_leaf, shard_of
from shouze.ledger.tile import FULL
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
    StoredShard,
)
from shouze.sequencer.turning import (
    beginning,
    due_for_deletion,
    next_shard,
    own_chain,
    own_growth,
    with_beginning,
    witnessed,
)

FIRST_ROUND, LARGEST_ROUND = 64, 1024
"""Batches in one round: of the first of those that follow one another without a rest, and of any."""
LEAVES = FIRST_ROUND * FULL
"""Leaves that a round of more batches has at most, going by the round before."""
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
        signers: Callable[[str], Signer] | None = None,
        patience: timedelta = timedelta(),
        retention: timedelta | None = None,
        entropy: Entropy = os.urandom,
    ) -> None:
        """``signer`` is the first log's, its name that log's origin; ``now`` gives UTC.

        ``signers`` finds the signer of a later log by its vkey (default: the same key under another name).
        ``patience``: how long the end of a log waits for a cosignature; ``retention``: after which time an ended log
        is recorded as deleted (None: never).
        """
        self._log, self._signer, self._memory, self._now = log, signer, memory, now
        self._largest_round, self._most = largest_round, min(FIRST_ROUND, largest_round)
        self._patience, self._retention = patience, retention
        self._first, self._signers, self._entropy = signer, signers or signer.renamed, entropy
        self._shards: list[StoredShard] = []
        self._number = 0
        self._epoch: int | None = None
        self._signed: Checkpoint | None = None
        self._signed_at = 0
        self._unsettled = True
        self._held: dict[ChainKey, str] = {}
        self._halted: TamperedError | FencedError | None = None
        self._full = False
        self._turning = False

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
        return await self._log.purge(micros(self._now() - KEPT), 2 * self._most)

    async def release(self) -> None:
        """Let another sequencer become active."""
        self._epoch = None
        await self._log.release()

    async def _round(self) -> Checkpoint | None:
        if self._epoch is None and not await self._take_over():
            return None
        signed = await self._settle() if self._unsettled else None
        turned = await self._turn()
        if self._turning:
            return turned or signed
        waiting = await self._log.staged(self._most)
        self._full = len(waiting) == self._most
        self._suit(waiting)
        if waiting and await self._grow(waiting):
            signed = await self._settle()
        return signed or turned

    def _suit(self, waiting: list[StagedBatch]) -> None:
        """Choose how many batches the next round takes: many where small ones wait, and more than one round takes."""
        most = FIRST_ROUND
        if self._full:
            most = min(2 * self._most, max(1, LEAVES * len(waiting) // sum(batch.width for batch in waiting)))
        self._most = min(most, self._largest_round)

    async def _turn(self) -> Checkpoint | None:
        """Do the next steps of a turn that is due, asked for or under way, or record a log whose retention is over."""
        self._shards = await self._log.shards()
        here, now = self._shards[self._number], micros(self._now())
        self._turning = here.ended is not None
        signed = None
        if not self._turning:
            after = next_shard(self._shards, here, now)
            if after is None:
                return await self._delete(now)
            if after not in self._shards:
                await self._log.add_shard(after)
                self._shards = await self._log.shards()
                after = self._shards[self._number + 1]
            if after.base != here.base or not self._signs(after):
                return None
            here = here._replace(ended=now)
            signed = await self._say(TURN, Shard(after.origin, vkey=after.vkey), here)
            self._turning = True
        if len(self._shards) == self._number + 1:
            raise _contradiction(
                Text("日志已移交，却没有下一日志", "The log was handed over, and there is no next one")
            )
        final = await self._log.final(here.number)
        if final is None or not witnessed(final, here, now, self._patience):
            return signed
        return await self._begin(final, self._shards[self._number + 1]._replace(begun=now)) or signed

    def _signs(self, shard: StoredShard) -> bool:
        """Tell whether this sequencer has the key of a log that was asked for.

        # Invariant: no log is handed over to a key that is not in the sequencer's own hands, whoever wrote the table.
        """
        try:
            return self._signers(shard.vkey).name == shard.origin
        except (InvalidError, NotFoundError):
            return False

    async def _begin(self, final: StoredCheckpoint, after: StoredShard) -> Checkpoint | None:
        # Invariant: whatever became of the call, what comes next is read afresh, as by a sequencer that takes over.
        epoch, self._epoch = self._epoch or 0, None
        await self._log.begin(epoch, final.size, after, beginning(final))
        if not await self._take_over():
            return None
        self._turning = False
        return await self._settle()

    async def _delete(self, now: int) -> Checkpoint | None:
        due = due_for_deletion(self._shards[: self._number], now, self._retention)
        final = await self._log.final(due.number) if due else None
        if due is None or final is None:
            return None
        return await self._say(DELETE, shard_of(self._ended(due, final)), due._replace(deleted=now))

    async def _say(self, act: str, mark: Shard, shard: StoredShard) -> Checkpoint | None:
        """Record an act upon logs as a leaf of the sequencer's own, together with what it says; sign it."""
        state = await self._log.state()
        self._check_state(state)
        key = own_chain(state.epoch)
        chain = (await self._log.applied([key])).get(key, Applied(Chain(*key))).chain
        growth = own_growth(state, own_leaf(act, mark, chain, self._now(), self._entropy), chain, self._now())
        self._unsettled = True
        await self._log.conclude(growth, shard)
        return await self._settle()

    async def _take_over(self) -> bool:
        epoch = await self._log.become_active()
        if epoch is None:
            return False
        await self._find_shard()
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

    async def _find_shard(self) -> None:
        """Find out which of the logs is the present one, and who signs it; the first one is entered here."""
        self._number, self._shards = (await self._log.state()).shard, await self._log.shards()
        if not self._shards:
            latest = await self._log.latest_checkpoint()
            begun = latest.at if latest else micros(self._now())
            first = StoredShard(0, self._first.name, "", self._first.verifier().vkey, begun)
            await self._log.add_shard(first)
            self._shards = [first]
        self._signer = self._signers(self._shards[self._number].vkey) if self._number else self._first

    async def _compare_memory(self, signed: Checkpoint | None) -> None:
        """Refuse a log that does not extend what is known to have been signed of it."""
        note = await asyncio.to_thread(self._memory.recall)
        if note is None or await self._ended_with(note):
            return
        remembered, state = self._opened(note), await self._log.state()
        if state.frontier.size < max(remembered.size, signed.size if signed else 0):
            raise restored()
        tiles = await self._log.tiles_at(remembered.size)
        if frontier_at(remembered.size, tiles).root() != remembered.root:
            raise _contradiction(Text("日志与记住的检查点不符", "The log is not the one that was signed last"))

    async def _ended_with(self, note: bytes) -> bool:
        """Tell whether what was signed last was the end of the log before; TamperedError for a log not known here."""
        origin = note.decode("utf-8", "replace").partition("\n")[0]
        if origin == self._signer.name:
            return False
        for shard in self._shards[: self._number]:
            if shard.origin == origin:
                final = await self._log.final(shard.number)
                if final is None or self._opened(note, shard.vkey).size > final.size:
                    raise restored()
                return True
        if any(origin.startswith(f"{shard.base}/") for shard in self._shards):
            raise restored()
        return False

    def _ended(self, shard: StoredShard, final: StoredCheckpoint) -> Checkpoint:
        return self._opened(final.note.encode(), shard.vkey)

    def _opened(self, note: bytes, vkey: str | None = None) -> Checkpoint:
        try:
            key = Verifier.from_vkey(vkey) if vkey else self._signer.verifier()
            return open_checkpoint(note, [key])[0]
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
        if self._number and signed.size == 0:
            before = self._shards[self._number - 1]
            back = with_beginning(back, before, await self._log.final(before.number))
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
    place, placed = state.frontier.size, []
    for batch in drained.batches:
        placed.append(batch._replace(sequenced=place))
        place += batch.width
    made = append(state.frontier, state.edge, drained.leaves)
    return Growth(state.epoch, state.frontier.size, made, placed, drained.chains)


def _contradiction(words: Text) -> TamperedError:
    remedy = Text(
        "没有签署新的检查点。运行 shouze log verify 并保留数据库作为证据",
        "No checkpoint was signed. Run shouze log verify and keep the database as evidence",
    )
    return TamperedError(words, field="log.checkpoint", remedy=remedy)
