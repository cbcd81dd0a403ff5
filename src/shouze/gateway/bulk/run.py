"""Runs an approved request, chunk by chunk: sort, record, then write or destroy, then note how far it has come.

A run may be stopped, or die, at any point; the next one goes on after the last chunk that is noted. Two runs of one
request never work side by side for longer than a chunk: each chunk is noted in the name of its runner.
"""

from __future__ import annotations

import asyncio
import base64
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

from msgspec.structs import replace

from shouze.errors import ConflictError, ShouzeError
from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.deciding import against, use_of
from shouze.gateway.bulk.destroy import destroy_chunk, pay
from shouze.gateway.bulk.export import write_chunk, write_head
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.noting import Noted, note
from shouze.gateway.bulk.request import RUNNABLE, Chunk, Job, Leaf, Party, State
from shouze.gateway.bulk.sorting import Sorted, page_of, sort
from shouze.language import Text
from shouze.rules.refusal import Refusal, RefusedError

LEASE = timedelta(seconds=60)
"""After this long without a sign a run counts as dead and another may go on with it."""
RUN = "bulk-run"
Watch = Callable[[Job], None]


class HaltedError(Exception):
    """The run does not go on; ``final`` where it never will."""

    def __init__(self, code: str, refusal: Refusal | None = None, *, final: bool = False) -> None:
        self.code, self.refusal, self.final = code, refusal, final
        super().__init__(code)


async def run(means: Means, visitor: Visitor, request: str, watch: Watch = lambda _: None) -> Job:
    """Run a request to its end, or to what stops it; return where it then stands.

    RefusedError where the rules stand against beginning, ConflictError where its state does; afterwards ``why`` of
    the returned request names what stopped it.
    """
    return await Run(means, visitor, await begin(means, visitor, request)).to_its_end(watch)


async def begin(means: Means, visitor: Visitor, request: str) -> Job:
    """Take a request up, recorded: from its beginning, or where the last run left it."""
    room, kept = means.room, await means.find(request)
    job = kept.job
    policy = await means.policy()
    refusal = None if Party.of(visitor.actor) == job.asked_by else Refusal("not-entitled")
    _check_runnable(means, job)
    refusal = refusal or against(policy, use_of(visitor, job, None, job.counts.rows), means.now)
    outcome = "refused" if refusal else "resumed" if job.chunks else "permitted"
    leaf = await note(room, job.id, job.form, Noted(RUN, outcome, visitor, job.counts.rows, refusal))
    if refusal is not None:
        raise RefusedError(refusal)
    runner = base64.b32encode(room.entropy(10)).decode().lower()

    def taken(now_there: Job) -> Job:
        _check_runnable(means, now_there)
        now = means.now
        return replace(
            now_there, state="running", runner=runner, beat=now, stopping=False, why=None, ended_at=None,
            begun_at=now_there.begun_at or now,
        ).noted(leaf)  # fmt: skip

    return await means.change(request, taken)


class Run:
    """One run of a request that is taken up."""

    def __init__(self, means: Means, visitor: Visitor, job: Job) -> None:
        self.means, self.visitor, self.job = means, visitor, job
        self.interrupted = False
        """The process goes down: the run ends with the chunk under way."""

    async def to_its_end(self, watch: Watch) -> Job:
        """Work until nothing is left or something halts it; what halted it is recorded."""
        try:
            if self.job.form.action != "destroy":
                await write_head(self.means, self.job)
            while await self._step():
                watch(self.job)
        except HaltedError as halt:
            return await self._over("failed" if halt.final else "stopped", halt.code, halt.refusal)
        except asyncio.CancelledError:
            await self._over("stopped", "interrupted")
            raise
        except ShouzeError as problem:
            return await self._over("stopped", problem.kind.code)
        except Exception:  # whatever it was, the run is written down as stopped, and it is raised
            await self._over("stopped", "internal")
            raise
        return await self._over("done")

    async def _step(self) -> bool:
        """Carry out the next chunk; False when there is none."""
        if self.interrupted:
            raise HaltedError("interrupted")
        means, job = self.means, self.job
        left = await means.requests.chunks(job.id, job.chunks, 1)
        subjects = await page_of(means, job, job.cursor)
        if left and left[0].open:
            subjects = [each for each in subjects if each <= left[0].last]
            await pay(means, subjects)
        if not subjects:
            return False
        found = await sort(means, self.visitor, job, subjects)
        if found.refusal is not None:
            self._halt(found)
        leaves = await self._record(found)
        chunk = Chunk(job.chunks + 1, job.cursor, subjects[-1], found.counts, leaves)
        if job.form.action == "destroy":
            chunk = await self._destroy(found, chunk, left[0] if left else None)
        else:
            chunk = await write_chunk(means, job, found, chunk)
        await self._noted(chunk)
        return True

    def _halt(self, found: Sorted) -> None:
        """Stop: the approved volume is exceeded, or something stands against the run as a whole."""
        # A13-3-bulk: nothing beyond the volume that was approved
        job, refusal = self.job, found.refusal
        if job.counts.rows + len(found.wanted) > job.form.volume:
            raise HaltedError("volume-exceeded", refusal, final=True)
        raise HaltedError(refusal.code if refusal else "stopped", refusal)

    async def _record(self, found: Sorted) -> tuple[Leaf, ...]:
        """Record the chunk before anything of it is opened or destroyed, and who was refused for what."""
        room, job, leaves = self.means.room, self.job, []
        for refusal, subjects in found.refused.items():
            noted = Noted(job.form.action, "refused", self.visitor, 0, refusal, subjects)
            leaves.append(await note(room, job.id, job.form, noted))
        if found.wanted:
            subjects = [each.found.subject for each in found.wanted]
            noted = Noted(job.form.action, "permitted", self.visitor, len(subjects), None, subjects)
            leaves.append(await note(room, job.id, job.form, noted))
        return tuple(leaves)

    async def _destroy(self, found: Sorted, chunk: Chunk, left: Chunk | None) -> Chunk:
        """Note the chunk as open, destroy, and return it as it came out.

        # Invariant: what is destroyed is counted once. A chunk found open keeps the count of its first record, but for
        # those refused meanwhile.
        """
        first = left if left is not None and left.open else None
        if first is not None:
            chunk = replace(first, leaves=(*first.leaves, *chunk.leaves))
        chunk = replace(chunk, open=True)
        await self._noted(chunk)
        refused = await destroy_chunk(self.means, self.visitor, self.job, found.wanted)
        codes = Counter(found.counts.refused) + refused
        rows = chunk.counts.rows - (codes.total() - sum(chunk.counts.refused.values()))
        if refused:
            noted = Noted(self.job.form.action, "fewer", self.visitor, rows)
            leaf = await note(self.means.room, self.job.id, self.job.form, noted)
            chunk = replace(chunk, leaves=(*chunk.leaves, leaf))
        return replace(chunk, open=False, counts=replace(chunk.counts, rows=rows, refused=dict(codes)))

    async def _noted(self, chunk: Chunk) -> None:
        """Note how far the run has come; halt where somebody else runs it or asked it to stop."""
        runner = self.job.runner

        def further(job: Job) -> Job:
            if job.runner != runner or job.state != "running":
                raise HaltedError("taken-over")
            job = replace(job, beat=self.means.now)
            if chunk.open:
                return job
            return replace(job, cursor=chunk.last, chunks=chunk.number, counts=job.counts.plus(chunk.counts))

        self.job = await self.means.change(self.job.id, further, chunk)
        if self.job.stopping and not chunk.open:
            raise HaltedError("asked")

    async def _over(self, state: State, why: str | None = None, refusal: Refusal | None = None) -> Job:
        """Record how the run ended, and note it; what failed leaves no result."""
        if why == "taken-over":
            return (await self.means.find(self.job.id)).job
        means, job, leaf = self.means, self.job, None
        outcome = "done" if state == "done" else "aborted"
        with suppress(ShouzeError):
            leaf = await note(means.room, job.id, job.form, Noted(RUN, outcome, self.visitor, job.counts.rows, refusal))

        def ended(now_there: Job) -> Job:
            if now_there.runner != job.runner:
                return now_there
            over = replace(now_there, state=state, why=why, runner=None, beat=None, stopping=False, ended_at=means.now)
            return over.noted(leaf) if leaf else over

        # Cut off between here and the change, the next run finds nobody left and comes to the same end.
        if state in {"done", "failed"}:
            await means.requests.forget(job.id)
        if state == "failed":
            await means.results.destroy(job.id)
        return await means.change(job.id, ended)


def is_running(means: Means, job: Job) -> bool:
    """Tell whether a run gave a sign not long ago."""
    return job.state == "running" and job.beat is not None and means.now - job.beat < LEASE


def _check_runnable(means: Means, job: Job) -> None:
    if is_running(means, job):
        raise ConflictError(
            Text("该申请正在执行", "The request is being run"),
            field="id",
            remedy=Text("等它结束，或先停止它", "Wait for its end, or stop it first"),
        )
    if job.state not in RUNNABLE:
        raise ConflictError(
            Text("该申请不能执行", "The request cannot be run as it stands"),
            field="state",
            remedy=Text(
                "只有已批准、未完成的申请可以执行，且只执行一次", "Only what is approved is run, and only once"
            ),
        )
