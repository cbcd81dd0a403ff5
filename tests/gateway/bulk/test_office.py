"""A bulk operation from the request to the end of its result."""

from __future__ import annotations

from pathlib import Path

import pytest

from shouze.errors import ConflictError, NotFoundError
from shouze.rules.refusal import RefusedError
from tests.gateway.bulk.scene import ANALYST, CANARIES, DAY, IDENTITY, OFFICER, Scene
from tests.installation import CLERK

PLAINTEXT = [canary.encode() for canary in CANARIES]


@pytest.mark.duty("A13-3-bulk")
async def test_an_export_goes_from_its_request_to_its_end(office: Scene, tmp_path: Path) -> None:
    job = await office.request()
    assert job.state == "requested"
    with pytest.raises(ConflictError):
        await office.bulk.run(ANALYST, job.id)
    with pytest.raises(RefusedError) as own:
        await office.bulk.approve(ANALYST, job.id)
    assert own.value.kind.code == "needs-approval"
    assert (await office.bulk.approve(OFFICER, job.id)).state == "approved"
    seen: list[int] = []
    done = await office.bulk.run(ANALYST, job.id, lambda now: seen.append(now.counts.rows))
    assert (done.state, done.why, done.counts.rows, done.counts.seen) == ("done", None, 25, 25)
    assert seen == [10, 20, 25]
    lines = await office.rows(done)
    rows = [line for line in lines if not line.startswith("#")][1:]
    assert len(rows) == 25
    assert {row.split(",")[0] for row in rows} == set(office.subjects)
    notice = "\n".join(line for line in lines if line.startswith("#"))
    assert all(
        word in notice for word in (job.id, ANALYST.actor.id, OFFICER.actor.id, "接收方金丝雀", "Do not pass on")
    )
    with pytest.raises(ConflictError):
        await office.bulk.run(ANALYST, job.id)
    office.clock.move(8 * DAY)
    assert await office.bulk.end_due() == 1
    assert (await office.bulk.show(ANALYST, job.id))[0].state == "expired"
    with pytest.raises((NotFoundError, RefusedError)):
        await office.bulk.fetch(ANALYST, job.id)
    assert not list((office.opened.home / "bulk").rglob("*.age"))
    acts = [(leaf.what.act, leaf.verdict.outcome) for leaf in await office.leaves()]
    for act in (
        ("bulk-request", "permitted"), ("bulk-approve", "refused"), ("bulk-approve", "permitted"),
        ("bulk-run", "permitted"), ("export", "permitted"), ("bulk-run", "done"), ("bulk-fetch", "permitted"),
        ("bulk-expire", "due"),
    ):  # fmt: skip
        assert act in acts, act
    assert sum(leaf.what.rows for leaf in await office.leaves() if leaf.what.act == "export") == 25


async def test_nothing_that_is_kept_or_logged_shows_a_value(small: Scene) -> None:
    job = await small.approved()
    await small.bulk.run(ANALYST, job.id)
    for path in small.opened.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert not any(canary in content for canary in PLAINTEXT), path.name
    assert str(IDENTITY) not in repr(job)
    assert not any(canary in repr(job) for canary in CANARIES)


async def test_only_those_whom_it_concerns_see_a_request(small: Scene) -> None:
    job = await small.request()
    assert [each.id for each in await small.bulk.overview(ANALYST)] == [job.id]
    assert [each.id for each in await small.bulk.overview(OFFICER)] == [job.id]
    for act in (small.bulk.show, small.bulk.stop, small.bulk.approve, small.bulk.refuse, small.bulk.certificate):
        with pytest.raises(RefusedError) as refused:
            await act(CLERK, job.id)
        assert refused.value.kind.code == "not-entitled"
    with pytest.raises(RefusedError):
        await small.bulk.overview(CLERK)
    with pytest.raises(RefusedError):
        await small.bulk.trace(ANALYST, "anything")


async def test_the_remarks_are_shown_to_whoever_decides(small: Scene) -> None:
    job = await small.request()
    _, remarks = await small.bulk.show(OFFICER, job.id)
    assert remarks is not None
    assert remarks.reason == "原因金丝雀"


async def test_nobody_but_the_requester_fetches_the_result(small: Scene) -> None:
    job = await small.approved()
    await small.bulk.run(ANALYST, job.id)
    with pytest.raises(RefusedError):
        await small.bulk.fetch(OFFICER, job.id)
    assert await small.rows(job)
