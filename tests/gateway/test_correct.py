"""Correcting."""

from __future__ import annotations

import asyncio

import pytest

from shouze.errors import ConflictError, InvalidError
from shouze.gateway.asking import Request, Visitor
from shouze.gateway.sealing import MOST_FORMER
from shouze.ledger.entry import parse_leaf
from shouze.rules.refusal import RefusedError
from shouze.rules.use import SUBJECT_RIGHTS, Actor
from shouze.wiring import Installation
from tests.gateway.test_passage import raw_leaves
from tests.installation import CLERK, CRM, LEGAL, OTHER, PERSON, ask, subscribe


async def test_a_correction_reaches_every_purpose_that_holds_the_item(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.correct(CLERK, ask(done.subject), {"name": "张珊"})
    for visitor, purpose in ((CLERK, "customer-service"), (LEGAL, "real-name-record"), (CRM, "open-account")):
        released = await opened.door.release(visitor, ask(done.subject, "name", purposes=(purpose,)))
        assert released.items == {"name": "张珊"}
        assert released.versions == {"name": 2}


async def test_a_corrected_number_finds_the_subject_and_the_former_one_does_not(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.correct(CLERK, ask(done.subject), {"phone": OTHER["phone"]})
    released = await opened.door.release(CLERK, ask({"phone": OTHER["phone"]}, "name"))
    assert released.subject == done.subject
    with pytest.raises(RefusedError):
        await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))
    assert (await subscribe(opened, {**OTHER, "phone": PERSON["phone"]})).subject != done.subject


async def test_a_correction_to_anothers_number_changes_nothing(opened: Installation) -> None:
    done, other = await subscribe(opened), await subscribe(opened, OTHER)
    with pytest.raises(ConflictError):
        await opened.door.correct(CLERK, ask(done.subject), {"phone": OTHER["phone"], "name": "张珊"})
    released = await opened.door.release(CLERK, ask(done.subject, "name", "phone"))
    assert released.items == {"name": PERSON["name"], "phone": "+86" + PERSON["phone"]}
    assert (await opened.door.release(CLERK, ask({"phone": OTHER["phone"]}, "name"))).subject == other.subject


async def test_a_correction_that_fails_after_it_was_permitted_is_recorded_as_failed(opened: Installation) -> None:
    """Else the log would say of a change that never was that it took place."""
    done = await subscribe(opened)
    await subscribe(opened, OTHER)
    with pytest.raises(ConflictError):
        await opened.door.correct(CLERK, ask(done.subject), {"phone": OTHER["phone"]})
    records = [parse_leaf(raw) for raw in await raw_leaves(opened)]
    assert [each.verdict.outcome for each in records if each.what.act == "correct"] == ["permitted", "failed"]
    assert (await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))).subject == done.subject


async def test_of_concurrent_corrections_each_is_one_version_and_the_last_stands(opened: Installation) -> None:
    done = await subscribe(opened)
    names = [f"张{character}" for character in "一二四五六"]
    await asyncio.gather(*(opened.door.correct(CLERK, ask(done.subject), {"name": name}) for name in names))
    released = await opened.door.release(CLERK, ask(done.subject, "name"))
    assert released.versions == {"name": 1 + len(names)}
    assert released.items["name"] in names


async def test_of_corrections_that_expect_a_version_only_the_first_is_made(opened: Installation) -> None:
    done = await subscribe(opened)
    tries = [opened.door.correct(CLERK, ask(done.subject), {"name": name}, {"name": 1}) for name in ("张甲", "张乙")]
    outcomes = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(each, ConflictError) for each in outcomes) == 1


async def test_a_subject_corrects_and_reads_its_own_and_nobody_elses(opened: Installation) -> None:
    done, other = await subscribe(opened), await subscribe(opened, OTHER)
    herself = Visitor(Actor("subject", done.subject, session="s-1"))
    own = ask(done.subject, "name", "id-number", purposes=(SUBJECT_RIGHTS,))
    assert (await opened.door.release(herself, own)).items["id-number"] == PERSON["id-number"]
    await opened.door.correct(
        herself, ask(done.subject, purposes=(SUBJECT_RIGHTS,)), {"address": "云泽省云泽市星桥路9号"}
    )
    with pytest.raises(RefusedError) as caught:
        await opened.door.release(herself, ask(other.subject, "name", purposes=(SUBJECT_RIGHTS,)))
    assert caught.value.refusal.code == "not-entitled"


async def test_there_is_nothing_to_correct_where_nothing_is_held(opened: Installation) -> None:
    done = await subscribe(opened, {item: PERSON[item] for item in ("name", "phone", "id-number")})
    with pytest.raises(ConflictError) as caught:
        await opened.door.correct(CRM, ask(done.subject, purposes=("open-account",)), {"address": "x路1号"})
    assert caught.value.field == "values.address"


def _own(subject: str, *items: str) -> tuple[Visitor, Request]:
    return Visitor(Actor("subject", subject, session="s-1")), ask(subject, *items, purposes=(SUBJECT_RIGHTS,))


async def test_what_was_corrected_is_the_subjects_to_see_and_nobody_elses(opened: Installation) -> None:
    done = await subscribe(opened)
    for name in ("张珊", "张姗"):
        await opened.door.correct(CLERK, ask(done.subject), {"name": name})
    released = await opened.door.release(*_own(done.subject, "name", "address"))
    assert [text for text, _ in released.former["name"]] == [PERSON["name"], "张珊"]
    assert "address" not in released.former
    assert released.items["name"] == "张姗"
    for visitor, purpose in ((CLERK, "customer-service"), (LEGAL, "real-name-record")):
        assert not (await opened.door.release(visitor, ask(done.subject, "name", purposes=(purpose,)))).former


async def test_what_was_corrected_ends_with_its_item(opened: Installation) -> None:
    done = await subscribe(opened)
    await opened.door.correct(*_own(done.subject), {"address": "云泽省云泽市星桥路9号"})
    assert (await opened.door.release(*_own(done.subject, "address"))).former
    await opened.door.terminate(CRM, ask(done.subject))
    left = await opened.door.release(*_own(done.subject, "name", "address"))
    assert ("address" in left.items, left.former) == (False, {})


async def test_of_many_corrections_the_latest_are_kept_and_the_same_value_is_none(opened: Installation) -> None:
    done = await subscribe(opened)
    names = [f"张{number}" for number in range(MOST_FORMER + 3)]
    for name in (*names, names[-1]):
        await opened.door.correct(CLERK, ask(done.subject), {"name": name})
    released = await opened.door.release(*_own(done.subject, "name"))
    assert [text for text, _ in released.former["name"]] == names[-MOST_FORMER - 1 : -1]


async def test_a_version_expected_of_an_item_that_is_not_corrected_is_refused(opened: Installation) -> None:
    done = await subscribe(opened)
    with pytest.raises(InvalidError) as caught:
        await opened.door.correct(CLERK, ask(done.subject), {"name": "张珊"}, {"nmae": 1})
    assert caught.value.field == "expected.nmae"
