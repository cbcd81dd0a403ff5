"""The log's tables on both databases: fences, order, purging, locks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest

from shouze.errors import TamperedError, UnavailableError
from shouze.ledger.chain import Chain
from shouze.ledger.integrate import integrate
from shouze.ledger.tree import EMPTY_ROOT
from shouze.sequencer.ports import Applied, FencedError, Growth, StoredCheckpoint
from shouze.store.log import LogTables
from shouze.store.log_advisory_lock import AdvisoryLock
from shouze.store.log_lock import FileLock
from shouze.store.log_reading import LogRows
from shouze.store.staging import StoredStaging
from tests.ledger.building import BOOT
from tests.sequencer.places import AT, KeptNote, StoredPlace, batches, postgres_log, sequencer, sqlite_log

HOUR = 3600 * 1_000_000


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoredPlace]:
    async with sqlite_log(tmp_path) if request.param == "sqlite" else postgres_log() as found:
        yield found


async def _growth(log: LogTables, epoch: int) -> Growth:
    """What one round would write out of what waits."""
    state, placed = await log.state(), []
    entries: list[bytes] = []
    for batch in await log.staged(10):
        placed.append(batch._replace(sequenced=state.frontier.size + len(entries)))
        entries += [b"entry"] * batch.width
    made = integrate(state.frontier, state.edge, entries)
    return Growth(epoch, state.frontier.size, made, placed, [Applied(Chain(1, BOOT, len(entries), b"\x01" * 32))])


async def _sequenced(place: StoredPlace, *widths: int, boot: str = BOOT, at: int = AT) -> None:
    memory = KeptNote()
    for batch in batches(*widths, boot=boot, at=at):
        await place.stage(batch)
    log = place.log()
    await sequencer(log, memory).step()
    await log.release()


async def test_one_is_active_and_each_one_has_a_higher_epoch(place: StoredPlace) -> None:
    first, second = place.log(), place.log()
    assert await first.become_active() == 1
    assert await second.become_active() is None
    assert await first.become_active() == 2
    await first.release()
    await first.release()
    assert await second.become_active() == 3
    assert await first.become_active() is None
    await second.release()


async def test_an_empty_log_stands_at_the_empty_root(place: StoredPlace) -> None:
    log = place.log()
    with pytest.raises(TamperedError):
        await log.state()
    await log.become_active()
    state = await log.state()
    assert (state.epoch, state.frontier.size, state.root, state.edge.bundle) == (1, 0, EMPTY_ROOT, b"")
    assert await log.latest_checkpoint() is None
    await log.release()


@pytest.mark.parametrize("stale", ["epoch", "size"])
async def test_a_stale_growth_writes_nothing(place: StoredPlace, stale: str) -> None:
    await place.stage(batches(2)[0])
    log = place.log()
    epoch = await log.become_active()
    assert epoch is not None
    growth = await _growth(log, epoch)
    wrong = growth._replace(epoch=epoch - 1) if stale == "epoch" else growth._replace(before=1)
    with pytest.raises(FencedError):
        await log.integrate(wrong)
    assert (await log.state()).frontier.size == 0
    assert await log.applied([(1, BOOT)]) == {}
    assert len(await log.staged(10)) == 1
    await log.integrate(growth)
    with pytest.raises(FencedError):
        await log.integrate(growth)
    await log.release()


async def test_a_batch_that_does_not_wait_any_more_takes_the_whole_growth_back(place: StoredPlace) -> None:
    for batch in batches(2, 1):
        await place.stage(batch)
    log = place.log()
    epoch = await log.become_active()
    assert epoch is not None
    growth = await _growth(log, epoch)
    await place.database.execute("DELETE FROM log.staging WHERE nseq = 3")
    with pytest.raises(TamperedError):
        await log.integrate(growth)
    back = await log.read_back(0)
    assert (back.size, back.bundles, back.tiles, list(back.batches)) == (0, {}, {}, [])
    await log.release()


async def test_a_batch_that_gets_its_place_is_not_written_a_second_time(tmp_path: Path) -> None:
    async with sqlite_log(tmp_path) as place:
        small, wide = batches(3, 200)  # the first one's place is 0, which SQLite stores in no byte
        await place.stage(small)
        await place.stage(wide)
        log = place.log()
        epoch = await log.become_active()
        assert epoch is not None
        growth = await _growth(log, epoch)
        await place.database.settle()  # the write-ahead log is empty
        await log.integrate(growth)
        assert (tmp_path / "log.db-wal").stat().st_size < sum(map(len, wide.leaves))
        await log.release()


async def test_what_was_integrated_is_read_back(place: StoredPlace) -> None:
    await place.stage(batches(300)[0])
    log = place.log()
    epoch = await log.become_active()
    assert epoch is not None
    growth = await _growth(log, epoch)
    await log.integrate(growth)
    back = await log.read_back(0)
    assert (back.epoch, back.size, back.root) == (epoch, 300, growth.made.root)
    assert (back.bundles, back.tiles) == (growth.made.bundles, growth.made.tiles)
    assert list(back.batches) == list(growth.batches)
    later = await log.read_back(300)
    assert (later.bundles, sorted(later.tiles)) == ({}, [(0, 1), (1, 0)])
    assert (await log.state()).edge == growth.made.edge
    assert dict(await log.applied([(1, BOOT), (2, BOOT)])) == {(1, BOOT): growth.chains[0]}
    await log.release()


async def test_a_size_has_one_root_for_ever(place: StoredPlace) -> None:
    log = place.log()
    epoch = await log.become_active()
    assert epoch is not None
    first = StoredCheckpoint(5, b"\x01" * 32, "note", AT)
    await log.insert_checkpoint(epoch, first)
    await log.insert_checkpoint(epoch, first._replace(note="again"))
    with pytest.raises(TamperedError):
        await log.insert_checkpoint(epoch, first._replace(root=b"\x02" * 32))
    with pytest.raises(FencedError):
        await log.insert_checkpoint(epoch - 1, first._replace(size=6))
    assert await log.latest_checkpoint() == first
    await log.release()


async def test_a_held_chain_shows_only_the_batch_that_it_waits_for(place: StoredPlace) -> None:
    one, two, three = batches(1, 1, 1)
    for batch in (two, three):
        await place.stage(batch)
    log = place.log()
    epoch = await log.become_active()
    assert epoch is not None
    held = Applied(Chain(1, BOOT), "leaf.nseq")
    await log.hold(epoch, [held])
    assert await log.applied([(1, BOOT)]) == {(1, BOOT): held}
    assert await log.staged(10) == []
    await place.stage(one)
    assert [batch.nseq for batch in await log.staged(10)] == [1]
    with pytest.raises(FencedError):
        await log.hold(epoch + 1, [held])
    await log.release()


async def test_waiting_batches_come_in_order_of_moment_node_boot_and_number(place: StoredPlace) -> None:
    for node, nseq, at in ((2, 1, 5), (1, 2, 5), (1, 1, 5), (3, 1, 4), (9, 1, 9)):
        await place.stage(batches(1)[0]._replace(node=node, nseq=nseq, at=at, openings=(), look_ups=()))
    found = await place.log().staged(4)
    assert [(batch.node, batch.nseq) for batch in found] == [(3, 1), (1, 1), (1, 2), (2, 1)]


async def test_purging_takes_what_is_old_and_in_a_checkpoint_but_no_chains_last(place: StoredPlace) -> None:
    other = "0b6e1c1e-0000-4000-8000-000000000002"
    await _sequenced(place, 1, 2, 1)
    await _sequenced(place, 1, 1, boot=other, at=AT + 2 * HOUR)
    await place.stage(batches(1, 2, 1, 5)[3])
    log = place.log()
    assert await log.purge(AT + HOUR, 1) == 1
    assert await log.purge(AT + HOUR, 10) == 1
    assert await log.purge(AT + HOUR, 10) == 0
    rows = await place.database.fetch("SELECT boot, nseq FROM log.staging ORDER BY boot, nseq")
    assert rows == [(BOOT, 4), (BOOT, 5), (other, 1), (other, 2)]
    assert await StoredStaging(place.database).find(1, BOOT, 4) == batches(1, 2, 1)[2].leaves


async def test_purging_waits_for_the_checkpoint(place: StoredPlace) -> None:
    await _sequenced(place, 1, 2, 1)
    await place.database.execute("UPDATE log.checkpoint SET size = 2 WHERE size = 4")
    assert await place.log().purge(AT + HOUR, 10) == 1


async def test_a_state_that_contradicts_itself_is_refused(place: StoredPlace) -> None:
    await _sequenced(place, 3)
    await place.database.execute("UPDATE log.log_state SET size = 2")
    with pytest.raises(TamperedError) as refused:
        await place.log().state()
    assert refused.value.field == "log.log_state"


async def test_a_reader_pages_through_everything(place: StoredPlace) -> None:
    await _sequenced(place, 1, 2)
    await _sequenced(place, 1, boot="other")
    rows = LogRows(place.database)
    batch = (await rows.batches(None, 1))[0]
    rest = await rows.batches((batch.node, batch.boot, batch.nseq), 10)
    assert [batch.sequenced, *(one.sequenced for one in rest)] == [0, 1, 3]
    chain = (await rows.chains(None, 1))[0].chain
    assert [one.chain.boot for one in await rows.chains((chain.node, chain.boot), 9)] == ["other"]
    assert [one.size for one in await rows.checkpoints(-1, 9)] == [0, 3, 4]
    assert [(one.table, one.boot, one.lowest, one.highest) for one in await rows.references()] == [
        ("opening", BOOT, 1, 3), ("opening", "other", 1, 1), ("look_up", BOOT, 1, 3), ("look_up", "other", 1, 1),
    ]  # fmt: skip


async def test_a_file_lock_ends_with_its_holder(tmp_path: Path) -> None:
    first, second = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    assert await first.take()
    assert await first.take()
    assert not await second.take()
    await first.give_back()
    assert await second.take()
    await second.give_back()
    with pytest.raises(UnavailableError):
        await FileLock(tmp_path / "gone" / "lock").take()


async def test_an_advisory_lock_ends_with_its_connection(postgres_dsn: str) -> None:
    first, second = AdvisoryLock(postgres_dsn), AdvisoryLock(postgres_dsn)
    assert await first.take()
    assert not await second.take()
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'shouze sequencer'"
        )
    assert await second.take()
    with pytest.raises(UnavailableError):
        await first.take()
    assert not await first.take()
    await second.give_back()
    assert await first.take()
    await first.give_back()


async def test_a_server_that_is_gone_is_unavailable() -> None:
    with pytest.raises(UnavailableError):
        await AdvisoryLock("postgresql://nobody@127.0.0.1:1/none").take()
