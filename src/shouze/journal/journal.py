"""Group commit: many records, one durable write, then their answers.

* A record waits for the write in flight and goes with the next one: no timer, no delay when idle.
* One batch in flight per node. Leaf bytes, numbers and chain are fixed when a batch leaves.
* A batch whose fate is unknown is settled before the next one leaves; a failed batch's numbers are used again, and
  should it arrive after all, late, it is recognised.

# Invariant: ``record`` returns only after its leaf, openings and look-up rows are durable. Nothing turns this off.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from shouze.errors import ShouzeError, TamperedError
from shouze.journal.record import Receipt, Record, RecordKey
from shouze.journal.staging import FIELDS, ROLL, Batch, LookUp, Opening, Staging
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.disclosure import Entropy, commit, digests
from shouze.ledger.entry import Draft, Verdict, What, Where, Who, parse_leaf, seal_leaf
from shouze.ledger.roll import FIELD, enrol
from shouze.ledger.tree import leaf_hash
from shouze.rules.refusal import Refusal, RefusedError
from shouze.vault.seal import seal_opening

LARGEST_BATCH = 256
NONCE_BYTES = 12
_STOPPED = Text("日志曾出现不一致，已停止写入", "The journal has stopped after a contradiction")
DOUBTS = 64
"""How many batches of unknown fate are remembered; all begin at the same number, at most one of them is there."""


class Committed(NamedTuple):
    """A record with its commitments: the texts of its private fields and of its roll, and the leaf's ``sd``."""

    record: Record
    texts: tuple[str, ...]
    roll: tuple[str, ...]
    sd: tuple[str, ...]


_Waiting = tuple[Committed, "asyncio.Future[Receipt]"]


class Journal:
    """The journal of one boot of one node; all its calls come from one event loop."""

    def __init__(
        self,
        staging: Staging,
        now: Callable[[], datetime],
        entropy: Entropy,
        *,
        node: int,
        boot: str,
        patience: float = 2.0,
    ) -> None:
        """``patience``: seconds after which a write that hangs counts as failed."""
        self._staging = staging
        self._now = now
        self._entropy = entropy
        self._chain = Chain(node, boot)
        self._patience = patience
        self._waiting: list[_Waiting] = []
        self._flush: asyncio.Task[None] | None = None
        self._doubtful: deque[Batch] = deque(maxlen=DOUBTS)
        self._halted = False
        self._failing = False
        self.held = False
        """Whether records, and so all handling, are refused for now: the log is to be witnessed first."""

    async def start(self) -> Receipt:
        """Record that the node has started."""
        return await self.record(Record(_own_act("boot")))

    async def beat(self) -> None:
        """Record that the node is there, so that a silence in the log means something."""
        await self.record(Record(_own_act("heartbeat")))

    async def close(self) -> None:
        """Record that the node shuts down, after everything that waits."""
        self.held = False
        await self.record(Record(_own_act("shutdown")))

    def check(self) -> None:
        """Raise what keeps records from being made: what halted them, what holds them, how the last write failed.

        A node that beats finds out by itself when they are made again.
        """
        if self._halted:
            raise TamperedError(_STOPPED)
        if self.held or self._failing:
            raise RefusedError(Refusal("record-unavailable"))

    async def record(self, record: Record) -> Receipt:
        """Make one record durable.

        RefusedError ``record-unavailable`` when that could not be done (Art. 13(6)); InvalidError when the record
        cannot be written as a leaf.
        """
        return await self._place(record)

    async def record_all(self, records: Sequence[Record]) -> list[Receipt | BaseException]:
        """Make records durable together; return for each what ``record`` would return or raise."""
        return await asyncio.gather(*map(self._place, records), return_exceptions=True)

    def _place(self, record: Record) -> asyncio.Future[Receipt]:
        """Let a record wait for its turn; return where its receipt will be, or why there is none."""
        place: asyncio.Future[Receipt] = asyncio.get_running_loop().create_future()
        try:
            if self.held:
                raise RefusedError(Refusal("record-unavailable"))
            # All that does not hang on its place in the chain is made now, while the batch before is being written.
            committed = _committed(record, self._entropy)
        except ShouzeError as problem:
            # One that cannot be written keeps none of those beside it from their receipts.
            place.set_exception(problem)
            return place
        self._waiting.append((committed, place))
        if self._flush is None:
            self._flush = asyncio.create_task(self._write_all())
            self._flush.add_done_callback(self._over)
        return place

    async def _write_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            await self._write(batch)
        self._flush = None

    def _over(self, flush: asyncio.Task[None]) -> None:
        """Answer those who wait for a writer that was cancelled, be it before its first step: nobody waits for ever."""
        if self._flush is flush:
            self._flush, waiting, self._waiting = None, self._waiting, []
            _fail(waiting, RefusedError(Refusal("record-unavailable")))

    async def _write(self, waiting: list[_Waiting]) -> None:
        try:
            await self._settle()
            batch, chain, kept = self._fix(waiting)
            if batch.leaves:
                self._doubtful.append(batch)
                async with asyncio.timeout(self._patience):
                    await self._staging.stage(batch)
                self._doubtful.clear()
                self._chain, self._failing = chain, False
        except TamperedError as problem:
            self._halted = True
            _fail(waiting, problem)
        except Exception as problem:  # noqa: BLE001 - whatever failed, the record is not there and nobody may go on
            # A13-6-oplog: what cannot be recorded is not done
            refused = RefusedError(Refusal("record-unavailable"))
            refused.__cause__ = problem
            self._failing = True
            _fail(waiting, refused)
        else:
            for place, receipt in kept:
                if not place.done():
                    place.set_result(receipt)
        finally:
            # Whatever went wrong, nobody waits for ever and nobody is told yes.
            _fail(waiting, RefusedError(Refusal("record-unavailable")))

    async def _settle(self) -> None:
        """Find out whether a batch of unknown fate is there after all; the numbers are used again while none is."""
        if self._halted:
            raise TamperedError(_STOPPED)
        if not self._doubtful:
            return
        node, boot, nseq = self._chain.node, self._chain.boot, self._doubtful[0].nseq
        async with asyncio.timeout(self._patience):
            found = await self._staging.find(node, boot, nseq)
        if found is None:
            return
        if all(found != batch.leaves for batch in self._doubtful):
            raise TamperedError(Text("暂存记录与本节点不一致", "What is staged is not what this node wrote"))
        self._doubtful.clear()
        self._chain = self._chain.rejoin(parse_leaf(found[-1]), leaf_hash(found[-1]))

    def _fix(self, waiting: list[_Waiting]) -> tuple[Batch, Chain, list[tuple[asyncio.Future[Receipt], Receipt]]]:
        now, chain = self._now().astimezone(UTC), self._chain
        leaves: list[bytes] = []
        openings: list[Opening] = []
        look_ups: list[LookUp] = []
        kept = []
        for committed, place in waiting:
            nseq = chain.last_nseq + 1
            try:
                leaf, hashed, opened = self._seal(committed, chain, nseq, now)
            except ShouzeError as problem:
                _fail([(committed, place)], problem)
                continue
            leaves.append(leaf)
            openings += opened
            look_ups += _look_ups(committed.record, nseq)
            chain = Chain(chain.node, chain.boot, nseq, hashed)
            kept.append((place, Receipt(chain.node, chain.boot, nseq, hashed)))
        at = int(now.timestamp() * 1_000_000)
        first = self._chain.last_nseq + 1
        batch = Batch(chain.node, chain.boot, first, tuple(leaves), tuple(openings), tuple(look_ups), at)
        return batch, chain, kept

    def _seal(self, committed: Committed, chain: Chain, nseq: int, now: datetime) -> tuple[bytes, bytes, list[Opening]]:
        record, texts, roll, sd = committed
        leaf = seal_leaf(
            record.draft, node=chain.node, boot=chain.boot, nseq=nseq, prev=chain.prev, time=now, sd=sd
        )  # fmt: skip
        hashed, key = leaf_hash(leaf), record.key
        if not texts or key is None:
            return leaf, hashed, []
        openings = [self._opening(key, nseq, hashed, FIELDS, texts)]
        if roll:
            openings.append(self._opening(key, nseq, hashed, ROLL, roll))
        return leaf, hashed, openings

    def _opening(self, key: RecordKey, nseq: int, hashed: bytes, field: int, texts: Sequence[str]) -> Opening:
        lines, nonce = "\n".join(texts).encode(), self._entropy(NONCE_BYTES)
        return Opening(nseq, field, seal_opening(key.suite, key.key, key.version, hashed, field, lines, nonce), key.day)


def _committed(record: Record, entropy: Entropy) -> Committed:
    private, roll = record.draft.private, tuple[str, ...]()
    if record.concerned:
        enrolled = enrol([each.subject for each in record.concerned], entropy)
        private, roll = {**private, FIELD: enrolled.root}, enrolled.texts
    disclosures = commit(private, entropy)
    return Committed(record, tuple(each.text for each in disclosures), roll, digests(disclosures, entropy))


def _look_ups(record: Record, nseq: int) -> list[LookUp]:
    if not record.concerned:
        return [] if record.key is None or record.key.tag is None else [LookUp(nseq, record.key.tag)]
    tags = {} if record.key is None or record.key.tag is None else {record.key.tag: None}
    return [LookUp(nseq, tag) for tag in {**tags, **{each.tag: None for each in record.concerned}}]


def _own_act(act: str) -> Draft:
    return Draft(Who("system"), Where(), What(act, (), (), 0), Verdict("done"))


def _fail(waiting: list[_Waiting], problem: Exception) -> None:
    for _, place in waiting:
        if not place.done():
            place.set_exception(problem)
