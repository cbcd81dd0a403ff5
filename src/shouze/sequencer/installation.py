"""Verifies all that an installation keeps of its log, not only what it publishes.

Beside the log itself: its state, every checkpoint that was ever stored, staging, and that openings and look-up rows
speak of leaves that exist.

What cannot be found from here: a changed opening (its seal and the leaf's commitment show that to whoever opens it;
``openings`` looks for deleted ones), a deleted look-up row, a deleted older checkpoint, the last waiting batch of a
node deleted together with everything that speaks of it, and records that were never staged.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from shouze.errors import NotFoundError, ShouzeError, UnavailableError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.note import Verifier
from shouze.ledger.reading import Reader
from shouze.ledger.tile import FULL, packed_length
from shouze.ledger.tree import Frontier
from shouze.ledger.verify import MAX_FAULTS, Fault, Report
from shouze.sequencer.draining import follow
from shouze.sequencer.ports import ChainKey, LogReader, Reference, StagedBatch
from shouze.sequencer.source import PAGE, Ask, TableSource, stored_checkpoints
from shouze.verifier.walking import Opening, Plan, read_here, walk

FAULTS = {
    "beyond": Text("日志在检查点之外还有内容", "The log holds more than its checkpoint covers"),
    "checkpoint": Text("检查点与日志不符或签名无效", "A checkpoint is not of this log or not signed by it"),
    "state": Text("日志状态与其条目不符", "The log's state is not that of its entries"),
    "applied": Text("节点进度与日志不符", "How far a node has come is not what the log says"),
    "staging": Text("暂存批次无法接续或无法读取", "A waiting batch does not continue its node's records"),
    "sequenced": Text("已定序的暂存批次与日志不符", "A batch of staging is not what the log has in its place"),
    "reference": Text("指向不存在的操作记录", "It speaks of a handling record that does not exist"),
}


async def verify_installation(
    log: LogReader, verifier: Verifier, *, still: bool = True, present: bool = True, plan: Plan | None = None,
    opening: Opening | None = None,
) -> Report:  # fmt: skip
    """Return what verifies and what does not; UnavailableError when the tables do not answer.

    ``verifier`` is the log's key. ``still`` says that no sequencer works meanwhile; without it, what is newer than
    the checkpoint at the beginning is not compared. A log that has ended is not ``present``: staging and state are
    those of the present one. ``plan`` says how to read the log, else all of it is read here and now; ``opening`` is how
    other processes open it, without which there are none.
    """
    loop = asyncio.get_running_loop()

    def ask(question: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(question, loop).result()

    # Invariant: references are read before the leaves they speak of, else those of a later record look like strays.
    references = await log.references() if present else []
    plan = replace(plan or Plan([verifier]), still=False)
    if opening is None:
        plan = replace(plan, jobs=1)
    work = _Verification(log, ask, still, present, plan, opening, partly=not plan.whole)
    return await asyncio.to_thread(work.run, verifier, references)


@dataclass(slots=True)
class _Verification:
    """One pass over an installation, in a thread of its own."""

    log: LogReader
    ask_loop: Ask[Any]
    still: bool
    present: bool
    plan: Plan
    opening: Opening | None = None
    partly: bool = False
    """Whether not all leaves were read, or not all logs before: what speaks of those cannot be compared."""
    faults: list[Fault] = field(default_factory=list)
    reader: Reader = field(default_factory=lambda: Reader(of_nodes=True))
    latest: tuple[int, bytes] | None = None
    unavailable: UnavailableError | None = None

    def ask(self, question: Coroutine[Any, Any, Any]) -> Any:
        try:
            return self.ask_loop(question)
        except UnavailableError as problem:
            self.unavailable = problem
            raise

    def run(self, verifier: Verifier, references: list[Reference]) -> Report:
        source = TableSource(self.log, self.ask, verifier)
        report, frontier, wrong = walk(self.opening or read_here(source), self.plan, source)
        if self.unavailable is not None:
            raise self.unavailable
        self.faults += report.faults
        self.partly = self.partly or report.since > 0 or (self.plan.chains is None and report.before is not None)
        if report.root and frontier.size == report.size:
            self.compare_checkpoints(frontier.size, wrong)
            self.compare(frontier, report.chains, references)
        return replace(report, faults=tuple(self.faults[:MAX_FAULTS]))

    def compare_checkpoints(self, size: int, wrong: Sequence[int]) -> None:
        """Name stored checkpoints that are not of this log; of a larger size, none is."""
        beyond = stored_checkpoints(self.log, self.ask, size) if self.still else ()
        for each in (*wrong, *(stored.size for stored in beyond)):
            self.fault("checkpoint", f"checkpoint {each}")

    def compare(self, frontier: Frontier, chains: Mapping[ChainKey, Chain], references: list[Reference]) -> None:
        """Compare the tables around the log with the log that was read."""
        if self.still:
            self.compare_strays(frontier.size)
        if not self.present:
            return
        if self.still:
            self.compare_state(frontier)
            self.compare_applied(chains)
        self.compare_references(references, self.compare_staging(frontier.size, chains))

    def compare_strays(self, size: int) -> None:
        for path in self.ask(self.log.strays(size)):
            self.fault("beyond", path)

    def compare_state(self, frontier: Frontier) -> None:
        try:
            same = self.ask(self.log.head()) == (frontier, frontier.root())
        except ShouzeError:
            same = False
        if not same:
            self.fault("state", "log_state")

    def compare_applied(self, chains: Mapping[ChainKey, Chain]) -> None:
        stored = self.pages(self.log.chains, lambda applied: (applied.chain.node, applied.chain.boot))
        applied = {(one.chain.node, one.chain.boot): one.chain for one in stored if one.chain.last_nseq}
        for key in sorted(chains.keys() if self.partly else applied.keys() | chains.keys()):
            if applied.get(key) != chains.get(key):
                self.fault("applied", f"applied {key[0]}/{key[1]}")

    def compare_staging(self, size: int, chains: Mapping[ChainKey, Chain]) -> dict[ChainKey, int]:
        """Compare or follow each batch of staging; return each chain's last number with what waits."""
        ends = dict(chains)
        for batch in self.pages(self.log.batches, lambda batch: (batch.node, batch.boot, batch.nseq)):
            in_log = batch.sequenced is not None and batch.sequenced + batch.width <= size
            if in_log and not self.in_log(batch, batch.sequenced):
                self.fault("sequenced", _place(batch))
            if not in_log and not (self.partly and (batch.node, batch.boot) not in ends):
                self.follow(batch, ends)
        return {key: chain.last_nseq for key, chain in ends.items()}

    def follow(self, batch: StagedBatch, ends: dict[ChainKey, Chain]) -> None:
        key = (batch.node, batch.boot)
        chain = ends.get(key, Chain(*key))
        if self.still and batch.sequenced is not None:
            self.fault("sequenced", _place(batch))
        try:
            ends[key] = follow(chain, batch, self.reader)
        except ShouzeError:
            self.fault("staging", _place(batch))
            ends[key] = Chain(*key, max(chain.last_nseq, batch.nseq + batch.width - 1), chain.last_hash)

    def in_log(self, batch: StagedBatch, index: int) -> bool:
        """Whether the log has a batch's leaves there; they are compared as they are packed, which is one way only."""
        if not 0 < 2 * batch.width <= len(batch.body):
            return False
        last = index + batch.width - 1
        try:
            *before, end = [self.bundle(n) for n in range(index // FULL, last // FULL + 1)]
            there = b"".join(before) + end[: packed_length(end, last % FULL + 1)]
            return there[packed_length(there, index % FULL) :] == batch.body
        except NotFoundError:
            return self.partly and index < 0
        except (ShouzeError, IndexError):
            return False

    def bundle(self, n: int) -> bytes:
        """Return a bundle, packed; the one read last is kept, for the next batch begins where one has ended."""
        if self.latest is None or self.latest[0] != n:
            # Its openings were looked for when it was verified.
            plain = getattr(self.log, "log", self.log)
            found = self.ask(plain.bundle(n))
            if found is None:
                raise NotFoundError
            self.latest = n, bytes(found[1])
        return self.latest[1]

    def compare_references(self, references: list[Reference], ends: dict[ChainKey, int]) -> None:
        for table, node, boot, lowest, highest in references:
            if self.partly and (node, boot) not in ends:
                continue
            if lowest < 1 or highest > ends.get((node, boot), 0):
                self.fault("reference", f"{table} {node}/{boot}/{highest if lowest >= 1 else lowest}")

    def pages(
        self, read: Callable[[Any, int], Coroutine[Any, Any, list[Any]]], key: Callable[[Any], Any]
    ) -> Iterator[Any]:
        after = None
        while page := self.ask(read(after, PAGE)):
            yield from page
            after = key(page[-1])

    def fault(self, code: str, where: str) -> None:
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(code, FAULTS[code], where))


def _place(batch: StagedBatch) -> str:
    return f"staging {batch.node}/{batch.boot}/{batch.nseq}"
