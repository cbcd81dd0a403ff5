"""Destruction: what goes, what a law keeps, and that nothing of it opens afterwards."""

from __future__ import annotations

import pytest

from shouze.gateway.bulk.request import BulkScope, Listed
from shouze.rules.refusal import RefusedError
from tests.gateway.bulk.scene import ANALYST, OFFICER, Scene, person
from tests.installation import CLERK, CRM, LEGAL, ask, consents


@pytest.mark.duty("A13-3-bulk")
async def test_a_destruction_takes_the_purpose_and_leaves_what_a_law_keeps(office: Scene) -> None:
    job = await office.approved(action="destroy")
    done = await office.bulk.run(ANALYST, job.id)
    assert (done.state, done.counts.rows) == ("done", 25)
    for subject in office.subjects:
        released = await office.opened.door.release(CLERK, ask(subject, "name", "phone"))
        assert released.items == {}
        kept = await office.opened.door.release(LEGAL, ask(subject, "name", purposes=("real-name-record",)))
        assert kept.items["name"].startswith("用户金丝雀")
        assert not (await office.opened.stores.custody.endings(subject))
    acts = [leaf for leaf in await office.leaves() if leaf.what.act == "destroy"]
    assert [(leaf.verdict.outcome, leaf.what.rows) for leaf in acts] == [
        ("permitted", 10), ("permitted", 10), ("permitted", 5),
    ]  # fmt: skip


async def test_what_a_named_law_keeps_is_not_destroyed_and_is_counted(office: Scene) -> None:
    job = await office.approved(action="destroy", purpose="real-name-record")
    done = await office.bulk.run(ANALYST, job.id)
    assert (done.counts.rows, done.counts.kept) == (0, 25)
    released = await office.opened.door.release(LEGAL, ask(office.subjects[0], "name", purposes=("real-name-record",)))
    assert released.items


async def test_some_items_go_and_the_others_stay(office: Scene) -> None:
    job = await office.approved(action="destroy", items=("name",))
    await office.bulk.run(ANALYST, job.id)
    released = await office.opened.door.release(CLERK, ask(office.subjects[0], "name", "phone"))
    assert list(released.items) == ["phone"]


async def test_a_list_of_numbers_names_those_who_hold_them_now(office: Scene) -> None:
    listed = Listed("phone", (person(1)["phone"], person(2)["phone"], "13999999999"))
    job = await office.approved(action="destroy", scope=BulkScope(reach="listed"), listed=listed)
    assert (job.listed, job.unknown) == (2, 1)
    done = await office.bulk.run(ANALYST, job.id)
    assert done.counts.rows == 2
    rows = await office.opened.stores.databases["custody"].fetch("SELECT * FROM custody.bulk_subject")
    assert rows == [], "the list is forgotten with the end of the run"


async def test_who_has_left_is_in_scope_where_the_request_says_so(office: Scene) -> None:
    left = office.subjects[:3]
    for subject in left:
        await office.opened.door.terminate(CRM, ask(subject))
    now = await office.approved(action="destroy", purpose="real-name-record")
    assert (await office.bulk.run(ANALYST, now.id)).counts.seen == 22
    also = await office.approved(
        action="destroy", purpose="real-name-record", scope=BulkScope(reach="users-and-former")
    )
    assert (await office.bulk.run(ANALYST, also.id)).counts.seen == 25


async def test_only_who_consented_to_another_purpose(small: Scene) -> None:
    given = consents("mobile", {"offers": ("phone",)})
    await small.opened.door.consent(CRM, ask(small.subjects[5], purposes=("offers",)), given)
    job = await small.approved(scope=BulkScope(consented="offers"))
    assert (await small.bulk.run(ANALYST, job.id)).counts.seen == 1


async def test_a_reader_has_no_destroying(small: Scene) -> None:
    with pytest.raises(RefusedError) as refused:
        await small.request(action="destroy", visitor=OFFICER)
    assert refused.value.kind.code == "not-entitled"
