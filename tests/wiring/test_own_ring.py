"""A key ring is known by its mark, at every start and before a backup, on either database."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from shouze import wiring
from shouze.errors import ConflictError
from shouze.gateway.clock import SteadyClock
from shouze.gateway.collect import new_subject_id
from shouze.settings import Settings
from shouze.store.driver import Database, Schema
from shouze.store.opening import Stores
from shouze.store.ring_marks import MARKED, read_mark, write_mark
from shouze.vault.key_file import FileKeyRing
from shouze.vault.keys import fresh_subject_key
from shouze.vault.ring_mark import ring_mark
from shouze.vault.suites import suite_named
from shouze.wiring import own_ring
from shouze.wiring.own_ring import adopt_ring, look_through
from shouze.wiring.preparing import KEY_RING
from tests import postgres
from tests.installation import OTHER, operator, subscribe
from tests.wiring.copies import KINDS, Copies, place

COLUMNS = ("subject", "ground", "version", "epoch", "suite", "blob")
FIRST, LAST = "a" * 26, "7" * 26
"""Ids between which every user's is, nearly: digits come before letters, where both databases order by bytes."""


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings(database=request.getfixturevalue("postgres_dsn") if request.param == "postgres" else "")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def another_ring(folder: Path, *, epochs: int = 1) -> FileKeyRing:
    """Make the ring of another installation; of its epochs the last one lives."""
    folder.mkdir()
    now = SteadyClock().now()
    ring = FileKeyRing.create(folder / KEY_RING, suite_named(Settings().suite), now)
    for _ in range(epochs - 1):
        ring.add_epoch(now)
    ring.destroy_epochs_before(epochs)
    return ring


def put(ring: FileKeyRing, home: Path) -> None:
    """Put a copy of a ring into the folder of the installation."""
    (home / KEY_RING).write_bytes(ring._path.read_bytes())


async def wrap(ring: FileKeyRing, keys: Database, subjects: Iterable[str]) -> None:
    """Store keys as a gateway under this ring would have."""
    rows = [(subject, "g", 1, *fresh_subject_key(ring, subject, "g", os.urandom)[1]) for subject in subjects]
    async with keys.transaction() as transaction:
        await transaction.insert_many("keys.subject_key", COLUMNS, rows)


async def forget_marks(stores: Stores) -> None:
    """Leave the tables as a release left them that knew of no marks."""
    for schema in MARKED:
        await stores.databases[schema].execute(f"DELETE FROM {schema}.ring_mark")


async def marks(home: Path, settings: Settings) -> set[str | None]:
    stores = wiring.open_stores(home, settings)
    try:
        return {await read_mark(stores.databases[schema], schema) for schema in MARKED}
    finally:
        await stores.close()


async def start(home: Path, settings: Settings) -> None:
    async with wiring.gateway(home, settings):
        pass


async def refused(home: Path, settings: Settings, words: str) -> ConflictError:
    """Expect the gateway not to start for that reason; nothing tells a key or a value."""
    with pytest.raises(ConflictError, match=words) as caught:
        await start(home, settings)
    return caught.value


async def test_a_new_installation_is_marked_at_its_first_start_and_knows_its_ring_by_that(
    home: Path, settings: Settings
) -> None:
    async with operator(home, settings) as opened:
        await subscribe(opened)
    mark = ring_mark(FileKeyRing.open(home / KEY_RING))
    assert await marks(home, settings) == {mark}
    await start(home, settings)
    assert await marks(home, settings) == {mark}


async def test_epochs_and_index_keys_come_and_go_under_one_mark(home: Path, settings: Settings) -> None:
    async with operator(home, settings) as opened:
        ring = opened.ring
        ring.add_epoch(SteadyClock().now())
        await subscribe(opened)
    before = ring_mark(ring)
    ring.destroy_epochs_before(2)
    version = ring.prepare_index_key(SteadyClock().now())
    ring.switch_index_key(version)
    ring.destroy_index_keys_before(version)
    assert ring_mark(FileKeyRing.open(home / KEY_RING)) == before
    await start(home, settings)


async def test_two_links_to_one_ring_are_one_ring(home: Path, settings: Settings, tmp_path: Path) -> None:
    async with operator(home, settings) as opened:
        await subscribe(opened)
    if not settings.database:
        (home / KEY_RING).rename(tmp_path / KEY_RING)
        (home / KEY_RING).symlink_to(tmp_path / KEY_RING)
        await start(home, settings)
        return
    plane = tmp_path / "plane"
    plane.mkdir()
    (plane / KEY_RING).symlink_to(home / KEY_RING)
    await start(plane, settings)


@pytest.mark.parametrize("epochs", [1, 3])
async def test_a_gateway_under_another_installations_ring_does_not_start(
    home: Path, settings: Settings, epochs: int
) -> None:
    """Whether it has come to the epochs of the tables or not; and whether these have a mark or not."""
    async with operator(home, settings) as opened:
        for _ in range(epochs - 1):
            opened.ring.add_epoch(SteadyClock().now())
        await subscribe(opened)
    own = (home / KEY_RING).read_bytes()
    put(another_ring(home.with_name("other")), home)
    error = await refused(home, settings, "not the one of these tables")
    assert error.field == KEY_RING
    stores = wiring.open_stores(home, settings)
    await forget_marks(stores)
    await stores.close()
    await refused(home, settings, "not the one of these tables")
    (home / KEY_RING).write_bytes(own)
    await start(home, settings)


async def test_another_ring_is_refused_though_no_key_is_there_to_tell(home: Path, settings: Settings) -> None:
    async with operator(home, settings):
        pass
    put(another_ring(home.with_name("other")), home)
    error = await refused(home, settings, "not the one of these tables")
    assert error.field == KEY_RING


async def test_another_ring_is_refused_that_is_newer_than_every_key(home: Path, settings: Settings) -> None:
    async with operator(home, settings) as opened:
        await subscribe(opened)
    put(another_ring(home.with_name("other"), epochs=3), home)
    await refused(home, settings, "not the one of these tables")


async def test_another_ring_is_refused_that_has_written_the_first_keys(home: Path, settings: Settings) -> None:
    other = another_ring(home.with_name("other"))
    async with operator(home, settings) as opened:
        await subscribe(opened)
        await wrap(other, opened.stores.databases["keys"], (f"2{number:025}" for number in range(20)))
    put(other, home)
    await refused(home, settings, "not the one of these tables")


async def test_tables_that_two_rings_wrote_get_no_mark_from_either(home: Path, settings: Settings) -> None:
    """The first keys are all of one ring; of the second there are few, and none at either end."""
    other = another_ring(home.with_name("other"))
    async with operator(home, settings) as opened:
        own, keys = FileKeyRing.open(home / KEY_RING), opened.stores.databases["keys"]
        await wrap(own, keys, (new_subject_id(os.urandom(16)) for _ in range(300)))
        await wrap(own, keys, (f"2{number:025}" for number in range(20)))
        await wrap(other, keys, (f"k{number:025}" for number in range(2)))
        await forget_marks(opened.stores)
    error = await refused(home, settings, "opens 320 of 322")
    assert "shouze keys check" in error.say("en")
    assert "shouze keys check" in error.say("zh")
    put(other, home)
    await refused(home, settings, "opens 2 of 322")
    assert await marks(home, settings) == {None}


async def test_nor_do_tables_that_a_newer_ring_wrote_as_well(home: Path, settings: Settings) -> None:
    newer = another_ring(home.with_name("other"), epochs=3)
    async with operator(home, settings) as opened:
        await subscribe(opened)
        await wrap(newer, opened.stores.databases["keys"], (f"k{number:025}" for number in range(20)))
        await forget_marks(opened.stores)
    await refused(home, settings, "in doubt")
    put(newer, home)
    await refused(home, settings, "in doubt")
    assert await marks(home, settings) == {None}


async def test_nor_does_a_ring_that_is_newer_than_every_key(home: Path, settings: Settings) -> None:
    async with operator(home, settings) as opened:
        await subscribe(opened)
        await forget_marks(opened.stores)
    put(another_ring(home.with_name("other"), epochs=3), home)
    await refused(home, settings, "opens 0 of 3")
    assert await marks(home, settings) == {None}


async def test_a_few_foreign_keys_among_many_are_found_wherever_they_are(
    home: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Far more keys than are looked at: one in a hundred is another ring's."""
    monkeypatch.setattr(own_ring, "EACH", 64)
    other = another_ring(home.with_name("other"))
    async with operator(home, settings) as opened:
        own, keys = FileKeyRing.open(home / KEY_RING), opened.stores.databases["keys"]
        await wrap(own, keys, (new_subject_id(os.urandom(16)) for _ in range(4000)))
        await wrap(other, keys, (new_subject_id(os.urandom(16)) for _ in range(40)))
        await forget_marks(opened.stores)
    await refused(home, settings, "in doubt")


async def test_of_two_rings_that_start_at_once_on_new_tables_one_serves(
    home: Path, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wiring.prepare(home, settings)
    own, other = FileKeyRing.open(home / KEY_RING), another_ring(tmp_path / "other")
    stores = wiring.open_stores(home, settings)

    async def overtaken(database: Database, schema: Schema, mark: str) -> None:
        if mark == ring_mark(own):
            await write_mark(database, schema, ring_mark(other))
        await write_mark(database, schema, mark)

    monkeypatch.setattr("shouze.wiring.own_ring.write_mark", overtaken)
    try:
        with pytest.raises(ConflictError, match="not the one of these tables"):
            await own_ring.check_ring(own, stores.databases)
        await own_ring.check_ring(other, stores.databases)
    finally:
        await stores.close()


async def test_a_start_that_was_cut_off_between_the_two_marks_goes_on(home: Path, settings: Settings) -> None:
    async with operator(home, settings) as opened:
        await subscribe(opened)
        await opened.stores.databases["custody"].execute("DELETE FROM custody.ring_mark")
    await start(home, settings)
    assert await marks(home, settings) == {ring_mark(FileKeyRing.open(home / KEY_RING))}


async def test_a_damaged_key_or_keys_of_an_epoch_long_gone_keep_no_gateway_from_starting(
    home: Path, settings: Settings
) -> None:
    async with operator(home, settings) as opened:
        await subscribe(opened)
        await opened.stores.databases["keys"].execute(
            "UPDATE keys.subject_key SET blob = :b WHERE ground = (SELECT min(ground) FROM keys.subject_key)",
            {"b": bytes(60)},
        )
    await start(home, settings)
    ring = FileKeyRing.open(home / KEY_RING)
    ring.add_epoch(SteadyClock().now())
    ring.destroy_epochs_before(2)
    await start(home, settings)


async def test_a_copy_of_the_ring_that_was_left_behind_is_told_from_another_ring(
    home: Path, settings: Settings
) -> None:
    async with operator(home, settings) as opened:
        behind = (home / KEY_RING).read_bytes()
        opened.ring.add_epoch(SteadyClock().now())
        await subscribe(opened)
    (home / KEY_RING).write_bytes(behind)
    await refused(home, settings, "opens none of the first keys")


async def test_tables_of_users_from_another_installation_are_named(home: Path, tmp_path: Path) -> None:
    other, settings = tmp_path / "other", Settings()
    async with AsyncExitStack() as stack:
        for each in (home, other):
            await subscribe(await stack.enter_async_context(operator(each)))
    for name in ("custody.db", "custody.db-wal", "custody.db-shm"):
        (home / name).unlink(missing_ok=True)
    (home / "custody.db").write_bytes((other / "custody.db").read_bytes())
    error = await refused(home, settings, "of another installation")
    assert error.field == "custody"


async def test_so_are_tables_of_keys_on_another_server(tmp_path: Path, postgres_dsn: str) -> None:
    home, other = tmp_path / "home", tmp_path / "other"
    with postgres.database() as keys, postgres.database() as more, postgres.database() as others:
        own, theirs = Settings(database=postgres_dsn, keys_database=keys), Settings(database=more, keys_database=others)
        for each, settings in ((home, own), (other, theirs)):
            async with operator(each, settings) as opened:
                await subscribe(opened)
        error = await refused(home, Settings(database=postgres_dsn, keys_database=others), "of another installation")
        assert error.field == "keys"
        await start(home, own)


async def test_all_keys_are_looked_through_and_told_by_epoch(home: Path, settings: Settings) -> None:
    other = another_ring(home.with_name("other"))
    async with operator(home, settings) as opened:
        ring, keys = opened.ring, opened.stores.databases["keys"]
        await wrap(ring, keys, [FIRST])
        await wrap(other, keys, [LAST])
        ring.add_epoch(SteadyClock().now())
        await wrap(ring, keys, (new_subject_id(os.urandom(16)) for _ in range(2500)))
        seen: list[int] = []
        look = await look_through(ring, keys, seen.append)
        assert (look.opened, look.closed, look.lost) == ({1: 1, 2: 2500}, {1: 1}, {})
        assert sum(seen) == 2502
        ring.destroy_epochs_before(2)
        look = await look_through(ring, keys)
        assert (look.opened, look.closed, look.lost) == ({2: 2500}, {}, {1: 2})


async def test_a_ring_is_adopted_by_who_may_say_so_but_not_one_that_opens_nothing(
    home: Path, settings: Settings
) -> None:
    other = another_ring(home.with_name("other"))
    async with operator(home, settings) as opened:
        await subscribe(opened)
        stores, ring, keys = opened.stores, opened.ring, opened.stores.databases["keys"]
        with pytest.raises(ConflictError, match="not the one of these tables"):
            await adopt_ring(other, stores.databases, await look_through(other, keys))
        await wrap(other, keys, [FIRST])
        await forget_marks(stores)
        with pytest.raises(ConflictError, match="in doubt"):
            await own_ring.check_ring(ring, stores.databases)
        await adopt_ring(ring, stores.databases, await look_through(ring, keys))
        await own_ring.check_ring(ring, stores.databases)
        await adopt_ring(other, stores.databases, await look_through(other, keys))
        with pytest.raises(ConflictError, match="not the one of these tables"):
            await own_ring.check_ring(ring, stores.databases)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_restored_installation_has_the_mark_of_its_ring(tmp_path: Path, kind: str, settings: Settings) -> None:
    copies = Copies(tmp_path, settings)
    async with operator(copies.home, settings, clock=copies.clock) as opened:
        await subscribe(opened)
        copies.back_up()
    with place(kind) as target:
        await copies.restored(tmp_path / "new", target)
        assert await marks(tmp_path / "new", target) == {ring_mark(FileKeyRing.open(copies.home / KEY_RING))}


async def test_what_a_release_backed_up_that_knew_of_no_marks_is_restored_even_with_a_damaged_key(
    tmp_path: Path, settings: Settings
) -> None:
    copies = Copies(tmp_path, settings)
    async with operator(copies.home, settings, clock=copies.clock) as opened:
        await subscribe(opened)
        await subscribe(opened, OTHER)
        await wrap(another_ring(tmp_path / "other"), opened.stores.databases["keys"], [FIRST])
        await forget_marks(opened.stores)
        copies.back_up()
    await copies.restored(tmp_path / "new", Settings())
    assert await marks(tmp_path / "new", Settings()) == {ring_mark(FileKeyRing.open(copies.home / KEY_RING))}
    await start(tmp_path / "new", Settings())


async def test_nothing_is_backed_up_with_the_ring_of_another_installation(tmp_path: Path, settings: Settings) -> None:
    copies = Copies(tmp_path, settings)
    async with operator(copies.home, settings, clock=copies.clock):
        put(another_ring(tmp_path / "other"), copies.home)
        with pytest.raises(ConflictError, match="not the one of these tables"):
            copies.back_up()
    assert not list(copies.keys.glob("*.age"))


async def test_tables_that_are_not_upgraded_yet_are_backed_up(tmp_path: Path, settings: Settings) -> None:
    """Before an upgrade comes a backup, which the new release may well make."""
    copies = Copies(tmp_path, settings)
    async with operator(copies.home, settings, clock=copies.clock) as opened:
        for schema in MARKED:
            await opened.stores.databases[schema].execute(f"DROP TABLE {schema}.ring_mark")
        assert len(copies.back_up()) == 3
