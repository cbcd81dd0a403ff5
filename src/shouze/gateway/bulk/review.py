"""The second person's part: approve or refuse; and the ends that come by themselves or by somebody's word."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from shouze.errors import ConflictError, ShouzeError
from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.deciding import against_approving, approval_of
from shouze.gateway.bulk.means import Means
from shouze.gateway.bulk.noting import Noted, note
from shouze.gateway.bulk.request import RUNNABLE, WHOLE, Job, State
from shouze.gateway.bulk.run import is_running
from shouze.language import Text
from shouze.rules.entries import PolicyFile
from shouze.rules.refusal import RefusedError

APPROVING, REFUSING, STOPPING, LAPSING, EXPIRING = (
    "bulk-approve", "bulk-refuse", "bulk-stop", "bulk-lapse", "bulk-expire",
)  # fmt: skip
PAGE = 100


async def approve(means: Means, visitor: Visitor, request: str) -> Job:
    """Approve a request as its second person, and publish the approval so that every gateway decides by it.

    Approving again what the same person has approved publishes it where that had failed. A gateway that may not publish
    leaves that to whoever asks; until it is published, the rules let nothing run.
    """
    job = (await means.find(request)).job
    await _admit(means, visitor, job, APPROVING)
    if job.state != "approved" or job.decided_by != visitor.actor.id:
        job = await _decide(means, visitor, job, APPROVING, "approved")
    if means.publish and job.id not in means.room.policy.approvals:
        await means.publish(PolicyFile(approvals=(approval_of(job),)), visitor.actor.id)
    return job


async def refuse(means: Means, visitor: Visitor, request: str) -> Job:
    """Refuse a request as its second person."""
    job = (await means.find(request)).job
    await _admit(means, visitor, job, REFUSING)
    job = await _decide(means, visitor, job, REFUSING, "refused")
    await means.requests.forget(request)
    return job


async def stop(means: Means, visitor: Visitor, request: str) -> Job:
    """Ask a run to stop after its chunk; its requester may, and whoever may approve it. A dead run is stopped here."""
    job = (await means.find(request)).job
    refusal = None
    if visitor.actor.id != job.asked_by.id:
        refusal = against_approving(await means.policy(), visitor, job, means.now)
    outcome = "refused" if refusal else "permitted"
    leaf = await note(means.room, request, job.form, Noted(STOPPING, outcome, visitor, job.counts.rows, refusal))
    if refusal is not None:
        raise RefusedError(refusal)

    def stopped(job: Job) -> Job:
        if job.state not in RUNNABLE:
            raise ConflictError(
                Text("该申请没有在执行", "The request is not being run"),
                field="state",
                remedy=Text("无需停止", "There is nothing to stop"),
            )
        if is_running(means, job):
            return replace(job, stopping=True).noted(leaf)
        return replace(job, state="stopped", why="asked", runner=None, beat=None, ended_at=means.now).noted(leaf)

    return await means.change(request, stopped)


async def end_due(means: Means) -> int:
    """Let lapse what nobody decided in time, and destroy the results whose life is over; return how many ended."""
    ended = 0
    for request in await means.requests.due(means.now, PAGE):
        ended += await end_one(means, request)
    return ended


async def end_one(means: Means, request: str) -> bool:
    """End one request if its time has come, recorded before anything is destroyed."""
    job = (await means.find(request)).job
    if job.due is None or job.due > means.now or is_running(means, job):
        return False  # a run that goes on beyond its approval is stopped by the rules, at its next chunk
    over: State = "lapsed" if job.state == "requested" else "expired"
    act = LAPSING if over == "lapsed" else EXPIRING
    leaf = await note(means.room, request, job.form, Noted(act, "due", None, job.counts.rows))
    await means.results.destroy(request)
    await means.requests.forget(request)

    def ended(now_there: Job) -> Job:
        if now_there.state != job.state:
            return now_there
        return replace(now_there, state=over, runner=None, beat=None).noted(leaf)

    return (await means.change(request, ended)).state == over


async def _admit(means: Means, visitor: Visitor, job: Job, act: str) -> None:
    """Refuse, recorded, whoever may not decide about this request."""
    refusal = against_approving(await means.policy(), visitor, job, means.now)
    if refusal is not None:
        # A13-3-bulk: that somebody tried to pass on his own request is on record too
        await note(means.room, job.id, job.form, Noted(act, "refused", visitor, job.form.volume, refusal))
        raise RefusedError(refusal)


async def _decide(means: Means, visitor: Visitor, job: Job, act: str, state: State) -> Job:
    await end_one(means, job.id)
    _check_open((await means.find(job.id)).job)
    leaf = await note(means.room, job.id, job.form, Noted(act, "permitted", visitor, job.form.volume))

    def decided(now_there: Job) -> Job:
        _check_open(now_there)
        now = means.now
        until = now + timedelta(days=job.form.keep_days) if state in WHOLE else None
        return replace(
            now_there, state=state, decided_by=visitor.actor.id, decided_at=now, until=until
        ).noted(leaf)  # fmt: skip

    try:
        return await means.change(job.id, decided)
    except ShouzeError:
        await note(means.room, job.id, job.form, Noted(act, "aborted", visitor, job.form.volume))
        raise


def _check_open(job: Job) -> None:
    if job.state != "requested":
        raise ConflictError(
            Text("该申请已不待审查", "The request is no longer to be decided"),
            field="state",
            remedy=Text("如仍需要，重新提出申请", "Make a new request if it is still needed"),
        )
