"""Killed at any point, the door keeps its promises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shouze.errors import ConflictError
from shouze.gateway.asking import Released
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.rules.refusal import RefusedError
from shouze.settings import Settings
from shouze.wiring import Installation
from tests import postgres
from tests.forking import forked
from tests.gateway import dying
from tests.installation import CLERK, MARKETING, PERSON, MovingClock, ask, operator, subscribe

LATER = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@contextmanager
def place(store: str, folder: Path) -> Iterator[tuple[Path, Settings]]:
    if store == "sqlite":
        yield folder / "home", Settings()
        return
    with postgres.database(prepared=True) as url:
        yield folder / "home", Settings(database=url)


def run(verb: str, subject: str, point: int, home: Path, settings: Settings) -> tuple[bool, str]:
    """Return whether the program lived to its end, and what it said."""
    code, said = forked(dying.main, verb, subject, point, home, settings.database)
    assert code in {0, -9}, said
    return code == 0, said


async def leaves(opened: Installation) -> list[Leaf]:
    rows = await opened.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY at, nseq")
    return [parse_leaf(leaf) for n, body in rows for leaf in decode_bundle(body, n)]


async def found(opened: Installation) -> Released | None:
    try:
        return await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name", "phone"))
    except RefusedError:
        return None


@pytest.mark.duty("A13-6-oplog")
@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_a_release_killed_anywhere_leaves_no_opening_without_its_record(store: str, tmp_path: Path) -> None:
    with place(store, tmp_path) as (home, settings):
        async with operator(home, settings) as opened:
            subject = (await subscribe(opened)).subject
        opened_values, point, lived = 0, 0, False
        while not lived:
            point += 1
            lived, said = run("release", subject, point, home, settings)
            opened_values += "opened" in said
            async with operator(home, settings, declared=False, clock=MovingClock(LATER)) as again:
                reads = [leaf for leaf in await leaves(again) if leaf.what.act == "read"]
                assert len(reads) >= opened_values
                assert ("answered" in said) <= ("opened" in said)
        assert point > 6
        assert opened_values >= 2


@pytest.mark.lasting
async def test_a_collection_killed_anywhere_is_whole_or_can_be_made_again(tmp_path: Path) -> None:
    point, lived = 0, False
    while not lived:
        point += 1
        home = tmp_path / str(point)
        async with operator(home):
            pass
        lived, said = run("collect", "-", point, home, Settings())
        async with operator(home, declared=False, clock=MovingClock(LATER)) as opened:
            released = await found(opened)
            if released is None:
                assert "answered" not in said
                await subscribe(opened)
            else:
                assert released.items == {"name": PERSON["name"], "phone": "+86" + PERSON["phone"]}
                with pytest.raises(ConflictError):
                    await subscribe(opened)
    assert point > 8


@pytest.mark.lasting
@pytest.mark.parametrize(("verb", "ground"), [("withdraw", "mobile/offers"), ("terminate", "mobile/open-account")])
async def test_an_ending_killed_anywhere_is_finished_by_the_sweep(verb: str, ground: str, tmp_path: Path) -> None:
    point, lived, ended = 0, False, 0
    while not lived:
        point += 1
        home = tmp_path / str(point)
        async with operator(home) as opened:
            subject = (await subscribe(opened, also={"offers": ("phone",)})).subject
        lived, said = run(verb, subject, point, home, Settings())
        async with operator(home, declared=False, clock=MovingClock(LATER)) as opened:
            await opened.door.erase_due()
            key = (await opened.stores.keys.fetch(subject, [ground])).get(ground)
            try:
                await opened.door.release(MARKETING, ask(subject, "phone", purposes=("offers",), action="use"))
                assert key
                assert "answered" not in said
            except RefusedError:
                assert not key
                ended += 1
            assert await opened.door.erase_due() == 0
    assert ended >= 2
