"""Keys are replaced while the door is open: living ones go on opening, destroyed ones are gone within the bound."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test

from shouze.errors import SealedError, TamperedError
from shouze.gateway.ports import EndedKey
from shouze.gateway.rewrapping import GRACE, PARTS, keep_turning, retire, rewrap, rotate, standing
from shouze.gateway.rotation_ports import BEGINNING, Swap
from shouze.gateway.wrapping import keep_fresh_key
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.settings import Settings
from shouze.store.opening import prepare_sqlite
from shouze.store.rotation import StoredKeyTurning
from shouze.store.sqlite import connect
from shouze.vault.key_file import FileKeyRing
from shouze.vault.keys import WrappedKey, unwrap_subject_key
from shouze.vault.suites import AES256GCM_SHA256
from shouze.wiring import Installation
from shouze.wiring.rotation import turning
from tests import postgres
from tests.gateway.interleaved import GROUND, Interleaved
from tests.gateway.turning import BOUND, RETENTION, RING, Gateway, Stepped
from tests.installation import CLERK, CRM, OTHER, PERSON, MovingClock, ask, operator, subscribe


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys") / "made"
    prepare_sqlite(folder)
    FileKeyRing.create(folder / RING, AES256GCM_SHA256, MovingClock().now())
    return folder


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


@pytest.fixture
async def gateway(home: Path, clock: MovingClock) -> AsyncIterator[Gateway]:
    gateway = Gateway(home, clock, 1)
    yield gateway
    await gateway.stores.close()


@pytest.mark.lasting
def test_however_programs_interleave_living_keys_open_and_destroyed_ones_stay_destroyed(made: Path) -> None:
    Interleaved.made = made
    run_state_machine_as_test(Interleaved, settings=settings(max_examples=25, stateful_step_count=40, deadline=None))


async def keys_of(gateway: Gateway, *subjects: str) -> dict[str, bytes]:
    return {subject: (await keep_fresh_key(gateway.room, subject, GROUND, 1))[0] for subject in subjects}


async def opened_keys(gateway: Gateway, *subjects: str) -> dict[str, bytes]:
    found = {}
    for subject in subjects:
        for wrapped in (await gateway.stores.keys.fetch(subject, [GROUND]))[GROUND].values():
            found[subject] = unwrap_subject_key(gateway.ring, wrapped, subject, GROUND)
    return found


async def acts(gateway: Gateway) -> list[tuple[str, str, int]]:
    rows = await gateway.stores.databases["log"].fetch("SELECT n, body FROM log.staging ORDER BY at, node, nseq")
    leaves: list[Leaf] = [parse_leaf(leaf) for n, body in rows for leaf in decode_bundle(body, n)]
    return [(leaf.what.act, leaf.verdict.outcome, leaf.what.rows) for leaf in leaves]


class Killed(BaseException):
    """The program ends here."""


@pytest.mark.parametrize("step", range(1, 40))
async def test_killed_at_any_step_the_next_program_ends_the_work(home: Path, clock: MovingClock, step: int) -> None:
    first = Gateway(home, clock, 1)
    keys = await keys_of(first, *"abcde")
    left = step

    async def pause() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            raise Killed

    stepped: Any = Stepped(first.keys, pause)
    clock.move(BOUND / PARTS)
    lived = False
    try:
        for _ in range(2):
            await keep_turning(first.turning(stepped))
            clock.move(GRACE)
        lived = True
    except Killed:
        pass
    await first.stores.close()
    second = Gateway(home, clock, 2)
    for _ in range(2):
        await keep_turning(second.turning())
        clock.move(GRACE)
    assert list(second.ring.epochs()) == [2]
    assert await opened_keys(second, *keys) == keys
    assert lived == (left > 0)
    await second.stores.close()


async def test_each_step_is_recorded_before_it_is_done(gateway: Gateway, clock: MovingClock) -> None:
    await keys_of(gateway, *"abc")
    await rotate(gateway.turning())
    again = await retire(gateway.turning())
    assert again == clock.now() + GRACE
    clock.move(GRACE)
    assert await retire(gateway.turning()) is None
    walks = [("rewrap-keys", "permitted", 0), ("rewrap-keys", "done", 3)]
    clean = [("rewrap-keys", "permitted", 0), ("rewrap-keys", "done", 0)]
    assert await acts(gateway) == [
        ("rotate-keys", "permitted", 0), *walks, *clean, ("retire-keys", "permitted", 0)
    ]  # fmt: skip


async def test_a_copy_of_everything_before_opens_nothing_destroyed_with_the_ring_after(
    gateway: Gateway, home: Path, clock: MovingClock
) -> None:
    keys = await keys_of(gateway, "erased", "control")
    await gateway.stores.databases["keys"].settle()
    copy = Path(shutil.copy(home / "keys.db", home / "copy.db"))
    await gateway.stores.keys.destroy("erased", [EndedKey(GROUND, 1)])
    assert stolen(copy, FileKeyRing.open(home / RING)) == keys, "before the bound the copy opens"
    await rotate(gateway.turning())
    await retire(gateway.turning())
    clock.move(GRACE)
    await retire(gateway.turning())
    assert stolen(copy, FileKeyRing.open(home / RING)) == {}
    now = {"control": keys["control"]}
    assert stolen(home / "keys.db", FileKeyRing.open(home / RING)) == now == await opened_keys(gateway, *keys)


def stolen(file: Path, ring: FileKeyRing) -> dict[str, bytes]:
    """Return every key that a thief of the file opens with the ring."""
    with sqlite3.connect(file) as keys:
        rows = keys.execute("SELECT subject, epoch, suite, blob FROM subject_key").fetchall()
    found = {}
    for subject, *wrapped in rows:
        for epoch in {wrapped[0], *ring.epochs()}:
            try:
                key = unwrap_subject_key(ring, WrappedKey(epoch, *wrapped[1:]), subject, GROUND)
            except (SealedError, TamperedError):
                continue
            found[subject] = key
    return found


async def test_on_schedule_everything_is_beyond_recovery_within_the_bound(gateway: Gateway, clock: MovingClock) -> None:
    keys, destroyed, current = dict[str, bytes](), list[Any](), 1
    for day in range(100):
        keys |= await keys_of(gateway, f"s{day}")
        if day % 3 == 0:
            await gateway.stores.keys.destroy(f"s{day}", [EndedKey(GROUND, 1)])
            destroyed.append(clock.now())
            del keys[f"s{day}"]
        clock.move(timedelta(hours=12))
        await keep_turning(gateway.turning())
        clock.move(timedelta(hours=12))
        await keep_turning(gateway.turning())
        found = await standing(gateway.ring, gateway.keys, BOUND, clock.now())
        assert not found.exceeded
        assert all(moment < found.beyond for moment in destroyed if moment + BOUND < clock.now())
        assert found.current - current in {0, 1}
        current = found.current
        assert sum(found.keys.values()) == len(keys)
        assert found.keys.keys() <= found.epochs.keys()
    assert current == 1 + 100 * PARTS // BOUND.days
    assert await opened_keys(gateway, *keys) == keys


async def test_a_ring_that_nobody_turns_is_past_the_bound(gateway: Gateway, clock: MovingClock) -> None:
    made = clock.now()
    clock.move(BOUND)
    found = await standing(gateway.ring, gateway.keys, BOUND, clock.now())
    assert (found.exceeded, found.beyond, found.late_at) == (False, made, clock.now())
    clock.move(timedelta(seconds=1))
    assert (await standing(gateway.ring, gateway.keys, BOUND, clock.now())).exceeded


async def test_a_key_that_does_not_verify_stops_retiring_and_holds_up_no_other(
    gateway: Gateway, home: Path, clock: MovingClock
) -> None:
    await keys_of(gateway, *"abcde")
    with connect(home / "keys.db", "keys") as file:
        file.execute("UPDATE keys.subject_key SET blob = zeroblob(60) WHERE subject = 'b'")
    await rotate(gateway.turning())
    clock.move(GRACE)
    for _ in range(2):
        with pytest.raises(TamperedError):
            await retire(gateway.turning())
    assert list(gateway.ring.epochs()) == [1, 2]
    page = await gateway.keys.page(BEGINNING, 10, 2)
    assert page.epochs == {1: 1, 2: 4}


async def test_a_key_that_somebody_else_was_writing_is_not_passed_over(gateway: Gateway, clock: MovingClock) -> None:
    keys = await keys_of(gateway, *"abc")

    class Held(StoredKeyTurning):
        left = 2

        async def swap(self, swaps: Sequence[Swap]) -> int:
            self.left -= 1
            return await super().swap(swaps[1:] if self.left >= 0 else swaps)

    held = Held(gateway.stores.databases["keys"])
    await rotate(gateway.turning())
    await retire(gateway.turning(held, page=3))
    assert held.left < 0
    clock.move(GRACE)
    assert await retire(gateway.turning()) is None
    assert await opened_keys(gateway, *keys) == keys


async def test_keys_of_an_epoch_destroyed_before_hold_nothing_up(gateway: Gateway, home: Path) -> None:
    """As a key store brought back from a backup older than the retirement has them."""
    await keys_of(gateway, "a")
    await rotate(gateway.turning())
    gateway.ring.destroy_epochs_before(2)
    await keys_of(gateway, "b")
    await rotate(gateway.turning())
    assert (await rewrap(gateway.turning()))[1:] == (1, 1)


async def test_keys_of_days_end_with_the_retention_of_records(gateway: Gateway, clock: MovingClock) -> None:
    first = clock.now().date()
    for _ in range(2):
        clock.move(RETENTION)
        await keep_turning(gateway.turning())
    with pytest.raises(SealedError):
        gateway.ring.derive_daily((first + RETENTION - timedelta(days=1)).isoformat())
    assert gateway.ring.derive_daily((first + RETENTION).isoformat())
    assert [act for act, *_ in await acts(gateway)].count("end-record-keys") == 1


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_two_gateways_of_which_one_is_behind_lose_no_key(store: str, tmp_path: Path, clock: MovingClock) -> None:
    with postgres.database(prepared=True) as url:
        at = (Settings(node=1), Settings(node=2))
        if store == "postgres":
            at = (Settings(database=url, node=1), Settings(database=url, node=2))
        home = tmp_path / "home"
        async with (
            operator(home, at[0], clock=clock) as one,
            operator(home, at[1], declared=False, clock=clock) as behind,
        ):
            before = (await subscribe(one)).subject
            await turned(one, clock)
            assert (one.ring.current_epoch(), behind.ring.current_epoch()) == (2, 1)
            after = (await subscribe(behind, OTHER)).subject
            assert behind.ring.current_epoch() == 2
            await turned(one, clock)
            for opened in (one, behind):
                for subject, person in ((before, PERSON), (after, OTHER)):
                    released = await opened.door.release(CLERK, ask(subject, "name"))
                    assert released.items == {"name": person["name"]}


async def turned(opened: Installation, clock: MovingClock) -> None:
    keys = turning(opened)
    await rotate(keys)
    assert await retire(keys) is not None
    clock.move(GRACE)
    assert await retire(keys) is None


async def test_serving_goes_on_while_keys_are_replaced(opened: Installation, clock: MovingClock) -> None:
    subject, stop, again = (await subscribe(opened)).subject, asyncio.Event(), asyncio.Event()
    numbers = (f"1391234{number:04d}" for number in range(10_000))

    async def serve() -> None:
        while not stop.is_set():
            person = {**PERSON, "phone": next(numbers)}
            newcomer = (await subscribe(opened, person)).subject
            for one in (subject, newcomer):
                assert (await opened.door.release(CLERK, ask(one, "name"))).items == {"name": PERSON["name"]}
            await opened.door.withdraw(CRM, ask(newcomer, purposes=("customer-service",)))
            again.set()

    async with asyncio.TaskGroup() as serving:
        for _ in range(3):
            serving.create_task(serve())
        for _ in range(4):
            again.clear()
            await turned(opened, clock)
            await again.wait()
        stop.set()
    assert opened.ring.current_epoch() == 5
