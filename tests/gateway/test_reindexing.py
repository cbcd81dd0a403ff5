"""The index key is replaced while the door is open: nobody is lost, nobody is found who should not be."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from shouze.errors import ConflictError, SealedError, TamperedError, UnavailableError
from shouze.gateway.reindexing import ACT, Reindexing, reindex
from shouze.gateway.rewrapping import GRACE
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.rules.refusal import RefusedError
from shouze.settings import Settings
from shouze.vault import key_file
from shouze.vault.blind_index import tag
from shouze.wiring import Installation
from shouze.wiring.rotation import reindexing
from tests import postgres
from tests.gateway.turning import Stepped, Tasks
from tests.installation import CLERK, CRM, OTHER, PERSON, MovingClock, ask, operator, subscribe

Two = tuple[Installation, Installation]


@pytest.fixture(params=["sqlite", "postgres"])
async def two(request: pytest.FixtureRequest, tmp_path: Path, clock: MovingClock) -> AsyncIterator[Two]:
    """Two gateways on one store."""
    with postgres.database(prepared=True) as url:
        at = "" if request.param == "sqlite" else url
        home = tmp_path / "home"
        async with (
            operator(home, Settings(database=at, node=1), clock=clock) as one,
            operator(home, Settings(database=at, node=2), declared=False, clock=clock) as other,
        ):
            yield one, other


async def holder(opened: Installation, number: str) -> str | None:
    """Return whom the number finds."""
    try:
        return (await opened.door.release(CLERK, ask({"phone": number}, "name"))).subject
    except RefusedError:
        return None


async def replace(opened: Installation, clock: MovingClock) -> None:
    while (again := await reindex(reindexing(opened))) is not None:
        clock.time = max(clock.now(), again)


async def versions(opened: Installation) -> dict[tuple[int, bool], int]:
    """Return how many bindings there are by version and by whether they are present."""
    rows = await opened.stores.databases["custody"].fetch("SELECT index_version, until FROM custody.binding")
    found: dict[tuple[int, bool], int] = {}
    for version, until in rows:
        found[version, until is None] = found.get((version, until is None), 0) + 1
    return found


class Town:
    """People who come, change their numbers, give them back and go, at either gateway; who holds which number."""

    def __init__(self, gateways: Two, chance: random.Random) -> None:
        self.gateways, self.chance = gateways, chance
        self.numbers = [f"1381234{n:04d}" for n in range(8)]
        self.holders: dict[str, str] = {}

    async def happen(self) -> None:
        gateway, number = self.chance.choice(self.gateways), self.chance.choice(self.numbers)
        act = self.chance.choice((self.come, self.change, self.give_back, self.go))
        await act(gateway, number)

    async def come(self, gateway: Installation, number: str) -> None:
        if number in self.holders:
            with pytest.raises(ConflictError):
                await subscribe(gateway, {**PERSON, "phone": number})
        else:
            self.holders[number] = (await subscribe(gateway, {**PERSON, "phone": number})).subject

    async def change(self, gateway: Installation, number: str) -> None:
        if self.holders:
            former = self.chance.choice(sorted(self.holders))
            subject = self.holders[former]
            if number in self.holders and number != former:
                with pytest.raises(ConflictError):
                    await gateway.door.correct(CLERK, ask(subject), {"phone": number})
            else:
                await gateway.door.correct(CLERK, ask(subject), {"phone": number})
                del self.holders[former]
                self.holders[number] = subject

    async def give_back(self, gateway: Installation, number: str) -> None:
        if subject := self.holders.pop(number, None):
            await gateway.door.give_back(CRM, ask(subject), ["phone"])

    async def go(self, gateway: Installation, number: str) -> None:
        if subject := self.holders.pop(number, None):
            await gateway.door.terminate(CRM, ask(subject))

    async def everybody_is_found(self) -> None:
        for gateway in self.gateways:
            for number in self.numbers:
                assert await holder(gateway, number) == self.holders.get(number)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.lasting) for seed in range(1, 4))])
async def test_whatever_happens_between_its_steps_everybody_is_found_and_nobody_else(
    two: Two, clock: MovingClock, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(key_file, "LOOK", 0.0)
    town, tasks = Town(two, random.Random(seed)), Tasks()
    for _ in range(8):
        await town.happen()

    def stepped(opened: Installation) -> Reindexing:
        work = reindexing(opened)
        bindings: Any = Stepped(work.bindings, tasks.pause)
        return Reindexing(work.room, work.ring, bindings, work.who, page=2)

    while two[0].ring.index_versions() != (2,):
        await tasks.begin(lambda: reindex(stepped(two[0])))
        await tasks.begin(lambda: reindex(stepped(two[1])))
        while tasks.running:
            await tasks.step(town.chance.randrange(2))
            if town.chance.random() < 0.5:
                await town.happen()
                await town.everybody_is_found()
        clock.move(GRACE)
    await town.everybody_is_found()
    assert {version for version, _ in await versions(two[0])} <= {2}


async def test_a_gateway_that_is_behind_claims_nothing_and_finds_everybody(
    two: Two, clock: MovingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, behind = two
    monkeypatch.setattr(key_file, "LOOK", 1e9)
    behind.ring.refresh()
    subject = (await subscribe(one)).subject
    again = await reindex(reindexing(one))
    assert again is not None
    clock.time = again
    assert await reindex(reindexing(one)) is not None
    one.ring.refresh()
    assert (one.ring.index_version(), behind.ring.index_version()) == (2, 1)
    assert await holder(one, PERSON["phone"]) == await holder(behind, PERSON["phone"]) == subject
    with pytest.raises(UnavailableError):
        await subscribe(behind, OTHER)
    assert await holder(one, OTHER["phone"]) is None
    with pytest.raises(UnavailableError):
        await behind.door.correct(CLERK, ask(subject), {"phone": PERSON["phone"]})
    assert await holder(one, PERSON["phone"]) == subject
    behind.ring.refresh()
    assert (await subscribe(behind, OTHER)).subject == await holder(one, OTHER["phone"])


async def test_former_holders_are_forgotten_with_the_old_key_and_its_tags_can_be_tried_no_more(
    two: Two, clock: MovingClock
) -> None:
    one = two[0]
    subject = (await subscribe(one)).subject
    await one.door.give_back(CRM, ask(subject), ["phone"])
    holder_now = (await subscribe(one, {**OTHER, "phone": PERSON["phone"]})).subject
    ((stolen,),) = await one.stores.databases["custody"].fetch(
        "SELECT tag FROM custody.binding WHERE until IS NOT NULL"
    )
    assert bytes(stolen) == tag(one.ring, "phone", "+86" + PERSON["phone"]), "the old key confirms a known number"
    await replace(one, clock)
    assert await holder(one, PERSON["phone"]) == holder_now
    assert list(await versions(one)) == [(2, True)]
    with pytest.raises(SealedError):
        tag(one.ring, "phone", "+86" + PERSON["phone"], version=1)


async def test_each_opening_of_values_is_recorded_with_its_subjects(two: Two, clock: MovingClock) -> None:
    one = two[0]
    subjects = {(await subscribe(one)).subject, (await subscribe(one, OTHER)).subject}
    await replace(one, clock)
    leaves = [leaf for leaf in await leaves_of(one) if leaf.what.act == ACT]
    assert [(leaf.verdict.outcome, leaf.what.rows) for leaf in leaves] == [
        ("permitted", 0), ("permitted", len(subjects)), ("permitted", 0), ("done", 0)
    ]  # fmt: skip
    assert leaves[1].what.items == ("id-number", "phone")


async def leaves_of(opened: Installation) -> list[Leaf]:
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY at, node, nseq")
    return [parse_leaf(leaf) for n, body in rows for leaf in decode_bundle(body, n)]


async def test_a_value_that_does_not_verify_keeps_the_key_as_it_is(two: Two, clock: MovingClock) -> None:
    one = two[0]
    await subscribe(one)
    await one.stores.databases["custody"].execute("UPDATE custody.subject_value SET sealed = :sealed", {"sealed": b""})
    again = await reindex(reindexing(one))
    assert again is not None
    clock.time = again
    with pytest.raises(TamperedError):
        await reindex(reindexing(one))
    assert (one.ring.index_version(), one.ring.index_versions()) == (1, (1, 2))


async def test_killed_at_any_step_it_is_ended_by_the_next_program(opened: Installation, clock: MovingClock) -> None:
    subject, tasks, expected, killed_at = (await subscribe(opened)).subject, Tasks(), 2, 0
    while True:
        work, left = reindexing(opened), killed_at
        bindings: Any = Stepped(work.bindings, tasks.pause)
        stepped = Reindexing(work.room, work.ring, bindings, work.who)
        lived = False
        for _ in range(3):
            await tasks.begin(lambda stepped=stepped: reindex(stepped))  # type: ignore[misc]  # bound early
            while tasks.running and left > 0:
                left -= 1
                await tasks.step(0)
            lived = not tasks.running
            if not lived:
                await tasks.kill(0)
                break
            clock.move(GRACE)
        if opened.ring.index_versions() != (expected,):
            await replace(opened, clock)
        assert opened.ring.index_versions() == (expected,)
        assert await holder(opened, PERSON["phone"]) == subject
        if lived:
            break
        expected, killed_at = expected + 1, killed_at + 1
    assert killed_at > 12
