"""Gateways of two releases on one PostgreSQL, through an upgrade and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import msgspec
import psycopg
import pytest
from msgspec.structs import replace

from shouze import wiring
from shouze.errors import ConflictError
from shouze.gateway.arriving import Arrival, Mark
from shouze.gateway.asking import Request
from shouze.gateway.ports import Change
from shouze.gateway.sealing import PACK
from shouze.rules.entries import PolicyFile
from shouze.rules.policy import digest_of
from shouze.rules.standing import Consent, Standing
from shouze.settings import Settings
from shouze.store import formats
from shouze.store.formats import Formats, VersionError
from shouze.store.intake import StoredRuns
from shouze.store.opening import Stores, stores_on
from shouze.store.ring_marks import read_mark
from shouze.vault.ring_mark import ring_mark
from shouze.wiring.preparing import KEY_RING
from tests import postgres
from tests.installation import CRM, OTHER, PERSON, ask, subscribe
from tests.upgrading.installed import Installed, install

FORMER = Formats(1, 1)
ITEMS = "SELECT item FROM custody.subject_value WHERE subject = :subject"
STANDING = "SELECT standing FROM custody.subject WHERE id = :subject"
PURPOSE = ("open-account",)


class Side(NamedTuple):
    """A gateway of the former release and one of this, and whom 0.1.0 held."""

    first: Installed
    old: wiring.Installation
    new: wiring.Installation

    async def correct(self, gateway: wiring.Installation, subject: str, address: str) -> None:
        await gateway.door.correct(CRM, ask(subject, purposes=PURPOSE), {"address": address})

    async def read(self, gateway: wiring.Installation, subject: str) -> str:
        released = await gateway.door.release(CRM, ask(subject, "name", "address", purposes=PURPOSE))
        assert released.items["name"]
        return released.items["address"]

    async def packed(self, subject: str) -> bool:
        rows = await self.new.stores.databases["custody"].fetch(ITEMS, {"subject": subject})
        return (PACK,) in rows

    async def standing(self, subject: str) -> Standing:
        """Return the standing as version 0.1.0 reads it."""
        [(written,)] = await self.new.stores.databases["custody"].fetch(STANDING, {"subject": subject})
        return msgspec.json.decode(written, type=Standing)


def former(stores: Stores) -> Stores:
    return stores_on(stores.databases, FORMER)


@pytest.fixture
def first(tmp_path: Path) -> Iterator[Installed]:
    with postgres.database() as url:
        yield install("0.1.0", tmp_path / "home", url)


@pytest.fixture
async def side(first: Installed) -> AsyncIterator[Side]:
    wiring.prepare(first.home, first.settings)
    home, clock, url = first.home, first.told.clock, first.settings.database
    one, two = (Settings(database=url, node=node, log_level="error") for node in (1, 2))
    async with (
        wiring.installation(home, one, clock=clock, decorate=former) as old,
        wiring.installation(home, two, clock=clock) as new,
    ):
        yield Side(first, old, new)


async def test_two_releases_serve_the_same_users_until_the_upgrade_is_finished(side: Side) -> None:
    old, new, subject = side.old, side.new, side.first.told.subjects["withdrawn"]
    newcomer = (await subscribe(new, OTHER)).subject
    for number, (one, other) in enumerate([(old, new), (new, old)] * 2):
        for each in (subject, newcomer):
            await side.correct(one, each, f"云泽省云泽市星桥路{number}号")
            assert await side.read(other, each) == await side.read(one, each) == f"云泽省云泽市星桥路{number}号"
            assert not await side.packed(each), "the former release could not read it"
            assert (await side.standing(each)).held, "the former release reads JSON with an entry for each item"

    wiring.finish(side.first.settings, clock=side.first.told.clock)

    with pytest.raises(VersionError, match="stored format is 2; this program reads 1 to 1"):
        await side.correct(old, subject, "云泽省")
    with pytest.raises(VersionError):
        await side.read(old, newcomer)
    assert await side.read(new, subject) == "云泽省云泽市星桥路3号"
    for each in (subject, newcomer):
        await side.correct(new, each, "云泽省云泽市青山街9号")
        assert await side.packed(each)
        assert await side.read(new, each) == "云泽省云泽市青山街9号"


async def test_what_a_former_gateway_had_read_before_the_end_it_cannot_write_over_what_came_after(
    side: Side, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject, custody = side.first.told.subjects["withdrawn"], side.old.stores.custody
    change_many, came_between = custody.change_many, list[str]()

    async def overtaken(changes: Sequence[Change]) -> list[bool]:
        if not came_between:
            came_between.append("finish")
            wiring.finish(side.first.settings, clock=side.first.told.clock)
            await side.correct(side.new, subject, "云泽省云泽市青山街9号")
        return await change_many(changes)

    monkeypatch.setattr(custody, "change_many", overtaken)
    with pytest.raises(VersionError):
        await side.correct(side.old, subject, "云泽省云泽市星桥路1号")
    assert came_between
    assert await side.read(side.new, subject) == "云泽省云泽市青山街9号"
    assert await side.packed(subject)


async def test_a_former_gateway_does_not_open_what_is_finished(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "KNOWN", FORMER)
    await wiring.open_stores(side.first.home, side.first.settings).close()
    monkeypatch.undo()
    wiring.finish(side.first.settings, clock=side.first.told.clock)
    monkeypatch.setattr(formats, "KNOWN", FORMER)
    with pytest.raises(VersionError, match="newer release"):
        wiring.open_stores(side.first.home, side.first.settings)


async def test_finishing_waits_for_programs_of_the_former_release_to_go(side: Side) -> None:
    """Version 0.1.0 calls its connections ``shouze``; later ones add the newest format that they read."""
    for name in ("shouze", "shouze/1"):
        connected = psycopg.connect(side.first.settings.database, application_name=name)
        with connected, pytest.raises(ConflictError, match="still connected"):
            wiring.finish(side.first.settings)
        assert side.new.door.room.packs is False
    assert wiring.finish(side.first.settings).writes == formats.KNOWN.newest
    assert wiring.finish(side.first.settings) == (formats.KNOWN.newest, 1)


async def test_version_0_1_0_takes_no_policy_from_then_on(side: Side) -> None:
    """It takes a policy only when the digest beside it is the policy's own, and none older than the newest epoch."""
    wiring.finish(side.first.settings, clock=side.first.told.clock)
    before = await side.new.door.refresh()
    for _ in range(2):
        [(digest, epoch)] = await side.new.stores.databases["custody"].fetch(
            "SELECT digest, epoch FROM custody.policy ORDER BY epoch DESC LIMIT 1"
        )
        assert digest != digest_of(replace(before, epoch=0, digest=""))
        assert (before.epoch, before.digest) == (epoch, digest.removeprefix("2:"))
        await side.new.publisher.apply(PolicyFile(), "test")
        before = await side.new.door.refresh()


async def test_the_policy_is_the_same_before_and_after(side: Side) -> None:
    before = await side.new.door.refresh()
    wiring.finish(side.first.settings)
    after = await side.new.door.refresh()
    assert after == replace(before, epoch=before.epoch + 1)


async def test_who_is_taken_over_meanwhile_is_read_by_both(side: Side) -> None:
    arrived = {**OTHER, "phone": "+86" + OTHER["phone"]}
    given = Consent(1, frozenset(arrived), side.first.told.at, "contract", "shop")
    arrival = Arrival(1, arrived, {"open-account": given}, ("phone",))
    run = await StoredRuns(side.new.stores.databases["custody"]).begin("digest", "r" * 26, side.first.told.at)
    request = Request(service="mobile", purposes=PURPOSE, action="collect")
    mark = Mark(run.id, 1, b"{}")
    [taken] = await side.new.door.take_in(CRM, request, [arrival], mark, side.first.told.at + timedelta(days=90))
    subject = taken.subject or ""
    assert not await side.packed(subject)
    assert (await side.standing(subject)).held
    assert await side.read(side.old, subject) == await side.read(side.new, subject) == OTHER["address"]


async def test_a_gateway_that_runs_already_is_not_harmed_by_the_mark_that_a_newer_one_makes(first: Installed) -> None:
    """Nor refused: the ring's file stays as it was, and no table that it writes has anything new."""
    wiring.prepare(first.home, first.settings)
    url, ring = first.settings.database, (first.home / KEY_RING).read_bytes()
    one, two = (Settings(database=url, node=node, log_level="error") for node in (1, 2))
    async with wiring.installation(first.home, one, clock=first.told.clock, decorate=former, checked=False) as old:
        keys = old.stores.databases["keys"]
        assert await read_mark(keys, "keys") is None
        before = (await subscribe(old, OTHER)).subject
        async with wiring.installation(first.home, two, clock=first.told.clock) as new:
            assert await read_mark(keys, "keys") == ring_mark(new.ring)
            after = (
                await subscribe(old, {**PERSON, "phone": "13711112222", "id-number": "110101199003070038"})
            ).subject
            for gateway in (old, new):
                for subject in (before, after):
                    assert (await gateway.door.release(CRM, ask(subject, "name", purposes=PURPOSE))).items["name"]
    assert (first.home / KEY_RING).read_bytes() == ring
