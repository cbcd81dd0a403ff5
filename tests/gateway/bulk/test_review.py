"""The second person decides, in time, and nobody decides about his own."""

from __future__ import annotations

from dataclasses import replace as rearranged

import pytest

from shouze.errors import ConflictError, UnavailableError
from shouze.gateway.asking import Visitor
from shouze.gateway.bulk.office import Bulk
from shouze.gateway.bulk.request import Job
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor
from tests.gateway.bulk.scene import ANALYST, DAY, OFFICER, Scene
from tests.installation import apply

SELF = "posts:\n  - {id: both, name: {zh: 兼, en: Both}, grants: [{services: [mobile], actions: [export, approve]}]}"


@pytest.mark.duty("A13-3-bulk")
async def test_nobody_approves_his_own_even_where_he_may_do_both(office: Scene) -> None:
    await apply(office.opened, SELF)
    both = Visitor(Actor("staff", "S-0700", post="both"))
    job = await office.request(visitor=both, action="export")
    with pytest.raises(RefusedError) as refused:
        await office.bulk.approve(both, job.id)
    assert refused.value.kind.code == "needs-approval"
    other = Visitor(Actor("staff", "S-0701", post="both"))
    assert (await office.bulk.approve(other, job.id)).decided_by == "S-0701"


async def test_no_program_approves(small: Scene) -> None:
    await apply(
        small.opened,
        "accounts:\n  - {id: robot, name: {zh: 机, en: R}, grants: [{services: [mobile], actions: [approve]}]}",
    )
    job = await small.request()
    with pytest.raises(RefusedError):
        await small.bulk.approve(Visitor(Actor("service", "robot")), job.id)


async def test_what_nobody_decides_in_time_lapses(office: Scene) -> None:
    job = await office.request()
    office.clock.move(3 * DAY)
    with pytest.raises(ConflictError):
        await office.bulk.approve(OFFICER, job.id)
    assert (await office.bulk.show(ANALYST, job.id))[0].state == "lapsed"
    acts = [leaf.what.act for leaf in await office.leaves()]
    assert "bulk-lapse" in acts
    assert not office.opened.door.room.policy.approvals


async def test_what_is_refused_stays_refused(small: Scene) -> None:
    job = await small.request()
    assert (await small.bulk.refuse(OFFICER, job.id)).decided_by == OFFICER.actor.id
    with pytest.raises(ConflictError):
        await small.bulk.approve(OFFICER, job.id)
    with pytest.raises(ConflictError):
        await small.bulk.run(ANALYST, job.id)


async def test_a_publication_that_failed_is_made_by_approving_again(small: Scene) -> None:
    job = await small.request()

    async def fails(*_: object) -> object:
        raise UnavailableError

    broken = Bulk(rearranged(small.means, publish=fails))
    with pytest.raises(UnavailableError):
        await broken.approve(OFFICER, job.id)
    with pytest.raises(RefusedError):
        await small.bulk.run(ANALYST, job.id)
    await small.bulk.approve(OFFICER, job.id)
    assert (await small.bulk.run(ANALYST, job.id)).state == "done"


async def test_the_approval_says_nothing_that_people_wrote(small: Scene) -> None:
    job: Job = await small.approved()
    await small.opened.door.refresh()
    approval = small.opened.door.room.policy.approvals[job.id]
    assert (approval.requested_by, approval.approved_by) == (ANALYST.actor.id, OFFICER.actor.id)
    assert approval.volume == 100
    assert "金丝雀" not in approval.reason


async def test_a_request_not_run_in_time_expires(small: Scene) -> None:
    job = await small.approved()
    small.clock.move(7 * DAY)
    with pytest.raises((ConflictError, RefusedError)):
        await small.bulk.run(ANALYST, job.id)
    assert (await small.bulk.show(ANALYST, job.id))[0].state == "expired"
