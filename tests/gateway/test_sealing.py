"""Sealing: what a ground holds is one pack, large values stand alone, and what 0.1.0 wrote is read alike."""

from __future__ import annotations

import pytest

from shouze.errors import TamperedError
from shouze.gateway.ports import Query, SealedValue
from shouze.gateway.sealing import LARGE, PACK, open_values
from shouze.wiring import Installation
from tests.installation import CLERK, CRM, PERSON, ask, subscribe

PHONE = "+86" + PERSON["phone"]
LONG = "云泽省" + "长" * LARGE


async def rows(opened: Installation, subject: str) -> tuple[SealedValue, ...]:
    [answer] = await opened.stores.custody.look_up([Query(subject, (), None)])
    return answer.found[0].values


async def test_what_a_ground_holds_is_one_row(opened: Installation) -> None:
    done = await subscribe(opened)
    held = await rows(opened, done.subject)
    assert held
    assert {value.item for value in held} == {PACK}
    assert len({value.ground for value in held}) == len(held)


async def test_a_large_value_has_a_row_of_its_own_and_returns_to_the_pack_when_it_shrinks(opened: Installation) -> None:
    done = await subscribe(opened, {**PERSON, "address": LONG})
    assert "address" in {value.item for value in await rows(opened, done.subject)}
    address = ask(done.subject, "name", "address", purposes=("open-account",))
    assert (await opened.door.release(CRM, address)).items["address"] == LONG
    await opened.door.correct(CLERK, ask(done.subject, purposes=("customer-service",)), {"name": "王五"})
    assert (await opened.door.release(CRM, address)).items == {"name": "王五", "address": LONG}
    await opened.door.correct(CRM, ask(done.subject, purposes=("open-account",)), {"address": PERSON["address"]})
    assert {value.item for value in await rows(opened, done.subject)} == {PACK}
    assert (await opened.door.release(CRM, address)).items == {"name": "王五", "address": PERSON["address"]}


async def test_rows_of_version_0_1_0_are_read_and_go_when_their_ground_is_written(opened: Installation) -> None:
    opened.stores.policies.writes = 1
    done = await subscribe(opened)
    before = await rows(opened, done.subject)
    assert PACK not in {value.item for value in before}
    opened.stores.policies.writes = 2
    request = ask(done.subject, "name", "phone")
    assert (await opened.door.release(CLERK, request)).items == {"name": PERSON["name"], "phone": PHONE}
    await opened.door.correct(CLERK, ask(done.subject, purposes=("customer-service",)), {"name": "王五"})
    after = await rows(opened, done.subject)
    assert {value.item for value in after} == {PACK}
    assert (await opened.door.release(CLERK, request)).items == {"name": "王五", "phone": PHONE}


async def test_a_row_moved_to_another_ground_or_item_does_not_open(opened: Installation) -> None:
    done = await subscribe(opened)
    one = (await rows(opened, done.subject))[0]
    for moved in (one._replace(item="name"), one._replace(version=one.version + 1)):
        with pytest.raises(TamperedError):
            await open_values(opened.door.room, done.subject, [moved])
