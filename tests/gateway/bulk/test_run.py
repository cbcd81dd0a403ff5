"""Runs: what stops them, and that the next goes on without a gap and without counting twice."""

from __future__ import annotations

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from shouze.errors import ConflictError
from shouze.gateway.bulk.request import Job
from shouze.gateway.bulk.run import LEASE
from shouze.rules.refusal import RefusedError
from shouze.settings import Settings
from tests import postgres
from tests.forking import forked
from tests.gateway.bulk import dying
from tests.gateway.bulk.scene import ANALYST, HOUR, OFFICER, Scene, scene
from tests.installation import CRM, SECURITY, MovingClock, apply, ask, consents

ORDER = """
orders:
  - id: 云通〔2026〕9号
    authority: {zh: 云泽省通信管理局, en: Yunze}
    reason: {zh: 整改, en: Rectification}
    since: 2026-01-01T00:00:00+08:00
    services: [mobile]
    actions: [export]
"""


Started = asyncio.Task[Any]


def wait_before_writing(office: Scene, tasks: list[Started]) -> None:
    """Let what was begun come to its end before the next part is written."""
    original = office.means.results.keep

    async def keep(request: str, part: str, content: bytes) -> None:
        await asyncio.gather(*tasks)
        await original(request, part, content)

    vars(office.means.results)["keep"] = keep


@pytest.mark.duty("A13-3-bulk")
async def test_a_run_stops_before_the_volume_that_was_approved_is_exceeded(office: Scene) -> None:
    job = await office.approved(volume=15)
    over = await office.bulk.run(ANALYST, job.id)
    assert (over.state, over.why, over.counts.rows) == ("failed", "volume-exceeded", 10)
    assert not list((office.opened.home / "bulk").rglob("*.age"))
    last = (await office.leaves())[-1]
    assert (last.what.act, last.verdict.outcome, last.verdict.code) == ("bulk-run", "aborted", "needs-approval")
    assert sum(leaf.what.rows for leaf in await office.leaves() if leaf.what.act == "export") == 10
    with pytest.raises(ConflictError):
        await office.bulk.run(ANALYST, job.id)


@pytest.mark.duty("A14-2-obey")
async def test_an_order_that_lands_in_mid_run_stops_it_at_the_next_chunk(office: Scene) -> None:
    job, landing = await office.approved(), list[Started]()

    def land(now: Job) -> None:
        if now.chunks == 1:
            landing.append(asyncio.create_task(apply(office.opened, ORDER)))

    wait_before_writing(office, landing)
    over = await office.bulk.run(ANALYST, job.id, land)
    assert (over.state, over.why) == ("stopped", "suspended-by-order")
    assert over.counts.rows <= 20
    with pytest.raises(RefusedError):
        await office.bulk.run(ANALYST, job.id)
    await apply(office.opened, "remove: [orders/云通〔2026〕9号]")
    done = await office.bulk.run(ANALYST, job.id)
    assert (done.state, done.counts.rows) == ("done", 25)


async def test_a_revoked_approval_stops_the_run(small: Scene) -> None:
    job = await small.approved()
    await apply(small.opened, f"remove: [approvals/{job.id}]")
    with pytest.raises(RefusedError) as refused:
        await small.bulk.run(ANALYST, job.id)
    assert refused.value.kind.code == "needs-approval"
    assert (await small.bulk.approve(OFFICER, job.id)).state == "approved", "approving again publishes it again"
    assert (await small.bulk.run(ANALYST, job.id)).state == "done"


@pytest.mark.duty("A09-1-consent")
async def test_who_withdraws_consent_is_left_out_and_counted(office: Scene) -> None:
    job = await office.approved()
    await office.opened.door.withdraw(CRM, ask(office.subjects[3], purposes=("customer-service",)))
    await office.opened.door.terminate(CRM, ask(office.subjects[4]))
    done = await office.bulk.run(ANALYST, job.id)
    assert (done.counts.rows, dict(done.counts.refused), done.counts.seen) == (23, {"no-consent": 1}, 24)
    written = {line.split(",")[0] for line in await office.rows(done)}
    assert not written & set(office.subjects[3:5])
    refused = [
        leaf for leaf in await office.leaves() if leaf.what.act == "export" and leaf.verdict.outcome == "refused"
    ]
    assert [(leaf.verdict.code, leaf.what.rows) for leaf in refused] == [("no-consent", 0)]


@pytest.mark.duty("A13-3-bulk")
async def test_the_approval_of_a_run_opens_nobody_by_name(small: Scene) -> None:
    job = await small.approved()
    single = ask(small.subjects[0], "name", action="export", approval=job.id)
    with pytest.raises(RefusedError) as refused:
        await small.opened.door.release(ANALYST, single)
    assert refused.value.kind.code == "needs-approval"


async def test_a_frozen_account_is_left_out(small: Scene) -> None:
    job = await small.approved()
    await small.opened.door.freeze(SECURITY, ask(small.subjects[0], purposes=(), action="freeze"), "I-1")
    done = await small.bulk.run(ANALYST, job.id)
    assert (done.counts.rows, dict(done.counts.refused)) == (24, {"frozen": 1})


async def test_a_stopped_run_goes_on_at_the_next_chunk(office: Scene) -> None:
    job, asked = await office.approved(), list[Started]()

    def stop(now: Job) -> None:
        if now.chunks == 1:
            asked.append(asyncio.create_task(office.bulk.stop(OFFICER, job.id)))

    wait_before_writing(office, asked)
    over = await office.bulk.run(ANALYST, job.id, stop)
    await asyncio.gather(*asked)
    assert (over.state, over.why) == ("stopped", "asked")
    assert 10 <= over.counts.rows < 25
    aborted = [leaf for leaf in await office.leaves() if leaf.verdict.outcome == "aborted"]
    assert [leaf.what.rows for leaf in aborted] == [over.counts.rows]
    done = await office.bulk.run(ANALYST, job.id)
    assert (done.state, done.counts.rows) == ("done", 25)
    assert len({line.split(",")[0] for line in await office.rows(done)} & set(office.subjects)) == 25


async def test_an_interrupted_run_is_recorded_and_goes_on(small: Scene) -> None:
    job = await small.approved()
    started = await small.bulk.start(ANALYST, job.id)
    assert started.state == "running"
    await small.bulk.close()
    stopped, _ = await small.bulk.show(ANALYST, job.id)
    assert (stopped.state, stopped.why) == ("stopped", "interrupted")
    assert (await small.bulk.run(ANALYST, job.id)).counts.rows == 25


async def test_a_run_that_lives_is_not_run_again(small: Scene) -> None:
    job, tried = await small.approved(), list[Started]()

    def again(now: Job) -> None:
        if now.chunks == 1:
            tried.append(asyncio.create_task(small.bulk.run(ANALYST, job.id)))

    assert (await small.bulk.run(ANALYST, job.id, again)).counts.rows == 25
    [outcome] = await asyncio.gather(*tried, return_exceptions=True)
    assert isinstance(outcome, ConflictError)


async def test_a_run_taken_over_leaves_the_request_to_the_other(small: Scene) -> None:
    job, others = await small.approved(), list[Started]()

    def late(now: Job) -> None:
        if now.chunks == 1 and not others:
            small.clock.move(LEASE)
            others.append(asyncio.create_task(small.bulk.run(ANALYST, job.id)))

    await small.bulk.run(ANALYST, job.id, late)
    [done] = await asyncio.gather(*others)
    assert (done.state, done.counts.rows) == ("done", 25)
    rows = Counter(line.split(",")[0] for line in await small.rows(done))
    assert all(rows[subject] == 1 for subject in small.subjects)


async def test_another_cannot_run_it(small: Scene) -> None:
    job = await small.approved()
    with pytest.raises(RefusedError):
        await small.bulk.run(OFFICER, job.id)


@pytest.mark.parametrize("store", ["sqlite", pytest.param("postgres", marks=pytest.mark.lasting)])
@pytest.mark.parametrize("action", ["export", "destroy"])
async def test_a_run_killed_anywhere_goes_on_without_a_gap_or_a_double_count(
    action: str, store: str, tmp_path: Path
) -> None:
    if store == "sqlite":
        await _killed(action, tmp_path / "home", Settings())
        return
    with postgres.database(prepared=True) as url:
        await _killed(action, tmp_path / "home", Settings(database=url))


async def _killed(action: str, home: Path, settings: Settings) -> None:
    async with scene(home, settings) as first:
        job, subjects = await first.approved(action=action), first.subjects
    lived, killed, point, minutes = False, 0, 7, 0
    while not lived:
        minutes += 2
        code, said = forked(dying.main, job.id, point, minutes, home, settings.database)
        assert code in {0, -9}, said
        lived, killed, point = code == 0, killed + (code == -9), point + 9
    assert killed >= 3
    later = MovingClock()
    later.move(HOUR * 5)
    async with scene(home, settings, fresh=False, clock=later) as again:
        over, _ = await again.bulk.show(ANALYST, job.id)
        assert (over.state, over.counts.rows, over.counts.seen) == ("done", 25, 25)
        assert sum(chunk.counts.rows for chunk in await again.chunks(job)) == 25
        if action == "export":
            rows = Counter(line.split(",")[0] for line in await again.rows(job))
            assert all(rows[subject] == 1 for subject in subjects)
            return
        for subject in subjects:
            living = await again.opened.stores.keys.fetch(subject, ["mobile/customer-service"])
            assert not living["mobile/customer-service"]


@pytest.mark.duty("A10-no-illegal-supply")
async def test_only_who_agreed_to_the_recipient_is_provided_to_it_and_the_record_names_it(office: Scene) -> None:
    consented, other = office.subjects[:2]
    for subject, recipients in ((consented, ("courier",)), (other, ())):
        request = ask(subject, purposes=("deliver-card",), action="collect")
        agreed = consents("mobile", {"deliver-card": ("name", "phone")}, recipients=recipients)
        await office.opened.door.collect(CRM, request, {"name": "用户金丝雀"}, agreed)
    job = await office.approved(purpose="deliver-card", items=("name",), provided_to="courier")
    done = await office.bulk.run(ANALYST, job.id)
    assert (done.state, done.counts.rows, done.counts.refused["no-consent"] > 0) == ("done", 1, True)
    rows = await office.rows(job)
    assert (sum(consented in row for row in rows), sum(other in row for row in rows)) == (1, 0)
    named = {leaf.what.recipient for leaf in await office.leaves() if leaf.what.act == "export"}
    assert named == {"courier"}
