"""Everything about bulk operations that people and programs ask of the door, in one place."""

from __future__ import annotations

import asyncio
import tarfile
from collections.abc import AsyncIterator

from shouze.errors import ConflictError, NotFoundError, ShouzeError
from shouze.gateway.asking import Visitor
from shouze.gateway.bulk import asking, certificate, review, tracing
from shouze.gateway.bulk.certificate import Certificate
from shouze.gateway.bulk.deciding import BUSINESS, against, against_approving, has_business, use_of
from shouze.gateway.bulk.export import HEAD, name_of
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.noting import Noted, note, note_look
from shouze.gateway.bulk.ports import Kept
from shouze.gateway.bulk.request import Form, Job, Listed, Remarks
from shouze.gateway.bulk.run import Run, Watch, begin
from shouze.gateway.bulk.tracing import Traced
from shouze.language import Text
from shouze.rules.refusal import Refusal, RefusedError
from shouze.rules.use import APPROVE

PAGE = 100
FETCH, TRACE = "bulk-fetch", "bulk-trace"


class Bulk:
    """Bulk operations over one room; all calls come from one event loop.

    RefusedError with code and article where the rules refuse, NotFoundError for no such request, ConflictError where
    its state stands against it.
    """

    def __init__(self, means: Means) -> None:
        self.means = means
        self._running: dict[asyncio.Task[Job], Run] = {}

    async def request(self, visitor: Visitor, form: Form, remarks: Remarks, listed: Listed | None = None) -> Job:
        """Take in a request."""
        return await asking.ask(self.means, visitor, form, remarks, listed)

    async def approve(self, visitor: Visitor, request: str) -> Job:
        """Approve somebody else's request and publish the approval."""
        return await review.approve(self.means, visitor, request)

    async def refuse(self, visitor: Visitor, request: str) -> Job:
        """Refuse somebody else's request."""
        return await review.refuse(self.means, visitor, request)

    async def overview(self, visitor: Visitor) -> list[Job]:
        """Return the newest requests that concern the visitor: its own, and those that it may decide about."""
        policy, now = await self.means.policy(), self.means.now
        if not has_business(policy, visitor, now, BUSINESS):
            raise RefusedError(Refusal("not-entitled"))
        recent = [kept.job for kept in await self.means.requests.recent(None, PAGE)]
        return [job for job in recent if self._concerns(visitor, job)]

    async def show(self, visitor: Visitor, request: str) -> tuple[Job, Remarks | None]:
        """Return a request that concerns the visitor, with its remarks while their key lives."""
        await review.end_one(self.means, request)
        kept = await self._concerning(visitor, request)
        try:
            return kept.job, self.means.remarks(kept)
        except ShouzeError:
            return kept.job, None

    async def run(self, visitor: Visitor, request: str, watch: Watch = lambda _: None) -> Job:
        """Run a request to its end, or to what stops it."""
        await review.end_one(self.means, request)
        return await Run(self.means, visitor, await begin(self.means, visitor, request)).to_its_end(watch)

    async def start(self, visitor: Visitor, request: str) -> Job:
        """Begin to run a request, and go on with it after this returns; ``show`` tells how far it has come."""
        await review.end_one(self.means, request)
        job = await begin(self.means, visitor, request)
        run = Run(self.means, visitor, job)
        task = asyncio.create_task(run.to_its_end(lambda _: None))
        self._running[task] = run
        task.add_done_callback(self._ended)
        return job

    async def stop(self, visitor: Visitor, request: str) -> Job:
        """Stop a run after its chunk."""
        return await review.stop(self.means, visitor, request)

    async def fetch(self, visitor: Visitor, request: str) -> AsyncIterator[bytes]:
        """Return the result as a tar archive of age files, for its requester alone; recorded before the first byte."""
        means, kept = self.means, await self._concerning(visitor, request)
        await review.end_one(means, request)
        kept = await means.find(request)
        job = kept.job
        refusal = None if visitor.actor.id == job.asked_by.id else Refusal("not-entitled")
        policy = await means.policy()
        refusal = refusal or against(policy, use_of(visitor, job, None, job.counts.rows), means.now)
        _check_fetchable(job)
        outcome = "refused" if refusal else "permitted"
        await note(means.room, request, job.form, Noted(FETCH, outcome, visitor, job.counts.rows, refusal))
        if refusal is not None:
            raise RefusedError(refusal)
        head = await means.results.read(request, name_of(job.form, HEAD))
        return self._archive(job, head)

    async def certificate(self, visitor: Visitor, request: str) -> Certificate:
        """Return the certificate of a destruction."""
        await self._concerning(visitor, request)
        return await certificate.certify(self.means, request)

    async def trace(self, visitor: Visitor, piece: str) -> list[Traced]:
        """Name the requests whose marks a leaked piece bears; for whoever may approve requests."""
        policy, now = await self.means.policy(), self.means.now
        refusal = None if has_business(policy, visitor, now, frozenset({APPROVE})) else Refusal("not-entitled")
        await note_look(self.means.room, visitor, TRACE, "refused" if refusal else "permitted", refusal)
        if refusal is not None:
            raise RefusedError(refusal)
        return await tracing.trace(self.means, piece)

    async def end_due(self) -> int:
        """Let requests lapse and results expire; return how many."""
        return await review.end_due(self.means)

    async def close(self) -> None:
        """Stop the runs under way here with their chunk; each is recorded, and may be run on."""
        for run in self._running.values():
            run.interrupted = True
        await asyncio.gather(*self._running, return_exceptions=True)

    async def _concerning(self, visitor: Visitor, request: str) -> Kept:
        await self.means.policy()
        kept = await self.means.find(request)
        if not self._concerns(visitor, kept.job):
            raise RefusedError(Refusal("not-entitled"))
        return kept

    def _concerns(self, visitor: Visitor, job: Job) -> bool:
        if visitor.actor.id == job.asked_by.id and visitor.actor.kind == job.asked_by.kind:
            return True
        return against_approving(self.means.room.policy, visitor, job, self.means.now) is None

    async def _archive(self, job: Job, head: bytes) -> AsyncIterator[bytes]:
        yield _member(job, name_of(job.form, HEAD), head)
        after = 0
        while page := await self.means.requests.chunks(job.id, after, PAGE):
            for chunk in page:
                if chunk.part is not None and chunk.number <= job.chunks:
                    yield _member(job, chunk.part, await self.means.results.read(job.id, chunk.part))
            after = page[-1].number
        yield bytes(2 * tarfile.BLOCKSIZE)

    def _ended(self, task: asyncio.Task[Job]) -> None:
        self._running.pop(task, None)
        if not task.cancelled():
            task.exception()  # it is recorded as stopped; nobody waits for it here


def _member(job: Job, name: str, content: bytes) -> bytes:
    member = tarfile.TarInfo(f"{job.id}/{name}")
    member.size, member.mode = len(content), 0o600
    member.mtime = int(job.begun_at.timestamp()) if job.begun_at else 0
    return member.tobuf(tarfile.USTAR_FORMAT) + content + bytes(-len(content) % tarfile.BLOCKSIZE)


def _check_fetchable(job: Job) -> None:
    if job.form.action == "destroy" or job.state != "done":
        expired = Text("结果已到期销毁", "The result has expired and is destroyed")
        raise (NotFoundError(expired, field="id") if job.state == "expired" else ConflictError(
            Text("没有可取的结果", "There is no result to fetch"),
            field="state",
            remedy=Text("等待执行完成", "Wait until its run is done"),
        ))  # fmt: skip
