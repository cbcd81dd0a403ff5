"""Finding records: the index follows the log, is made from it, and is never believed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from shouze.errors import NotFoundError, TamperedError
from shouze.ledger.entry import parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.portable import PortableProof, check
from shouze.sequencer import finding
from shouze.sequencer.finding import Sought, entry_at, follow, follow_subjects, found, prove
from shouze.sequencer.published import PublishedLog
from shouze.store.driver import Parameters
from shouze.store.log_index import StoredPlaces
from shouze.store.log_reading import LogRows
from tests.ledger.building import BOOT, OTHER, SIGNER, WITNESS
from tests.sequencer.places import KeptNote, StoredPlace, batches, postgres_log, sqlite_log
from tests.sequencer.turns import checkpoint_after, stage_all

KEY = SIGNER.verifier()


@pytest.fixture(params=["sqlite", "postgres"])
async def place(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[StoredPlace]:
    async with sqlite_log(tmp_path / "log") if request.param == "sqlite" else postgres_log() as place:
        yield place


async def opened(place: StoredPlace, *sizes: int) -> tuple[PublishedLog, StoredPlaces]:
    await stage_all(place, batches(*sizes))
    await checkpoint_after(place, batches(5, node=2), KeptNote())
    return PublishedLog(LogRows(place.database)), StoredPlaces(place.database)


async def listed(log: PublishedLog, index: StoredPlaces, **sought: object) -> list[int]:
    return [place async for place, _ in found(log, index, Sought(**sought))]  # type: ignore[arg-type]  # its own words


async def test_every_record_is_found_by_its_number(place: StoredPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BITE", 100)
    log, index = await opened(place, 250, 50)
    told: list[tuple[int, int]] = []
    assert await follow(log, index, lambda *far: told.append(far)) == 305
    assert told == [(100, 305), (200, 305), (300, 305), (305, 305)]
    for at in range(305):
        leaf = parse_leaf(await entry_at(log, at))
        assert await index.place_of(leaf.node, leaf.boot, leaf.nseq) == at
    assert await index.place_of(3, BOOT, 1) is None


async def test_the_index_goes_on_where_it_is_and_two_at_once_write_it_once(place: StoredPlace) -> None:
    log, index = await opened(place, 10)
    await follow(log, index)
    await checkpoint_after(place, [batches(10, 20)[1]], KeptNote())
    await follow(log, index)
    await follow(log, StoredPlaces(place.database))
    rows = await place.database.fetch("SELECT count(*), max(place) FROM log.placed")
    assert rows == [(35, 34)]


async def test_records_are_found_by_actor_item_and_moment_together(
    place: StoredPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "PAGE", 7)
    log, index = await opened(place, 40)
    await follow(log, index)
    half = micros(parse_leaf(await entry_at(log, 20)).at)
    every = list(range(45))
    assert await listed(log, index) == await listed(log, index, actor="S-004711", item="phone") == every
    assert await listed(log, index, actor="S-1") == await listed(log, index, item="address") == []
    moments = [parse_leaf(await entry_at(log, at)).at for at in every]
    later = [at for at, moment in enumerate(moments) if moment >= moments[20]]
    assert await listed(log, index, since=half, actor="S-004711") == later


async def test_records_are_counted_by_day_item_act_and_outcome(place: StoredPlace) -> None:
    log, index = await opened(place, 40)
    await follow_subjects(index, await follow(log, index))
    counted = await index.tally(Sought(actor="S-004711", item="phone"))
    leaf = parse_leaf(await entry_at(log, 0))
    day = (leaf.at + timedelta(hours=8)).date().isoformat()
    assert (counted.records, sum(counted.days.values()), counted.items["phone"]) == (45, 45, 45)
    assert day in counted.days
    assert (counted.acts, counted.outcomes) == ({leaf.what.act: 45}, {leaf.verdict.outcome: 45})
    assert counted.subjects == 1
    assert (await index.tally(Sought(actor="S-1")))[:2] == (0, 0)
    assert counted.hours == {f"{(leaf.at + timedelta(hours=8)).hour:02}": 45}
    assert await index.tally(Sought()) == counted._replace(hours={})


async def test_records_are_found_by_service_place_act_and_outcome(place: StoredPlace) -> None:
    log, index = await opened(place, 10)
    await follow(log, index)
    leaf = parse_leaf(await entry_at(log, 0))
    known = {
        "service": leaf.what.service, "site": leaf.where.site, "act": leaf.what.act, "outcome": leaf.verdict.outcome,
    }  # fmt: skip
    for name, value in known.items():
        assert await listed(log, index, **{name: value}) == list(range(15)), name
        assert await listed(log, index, **{name: "another"}) == [], name
    assert await index.latest(Sought(service=leaf.what.service), 12, 3) == [11, 10, 9]


async def test_a_bite_that_was_ended_is_kept(place: StoredPlace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "BITE", 10)
    log, index = await opened(place, 30)

    def tired(_done: int, _size: int) -> None:
        raise InterruptedError

    for done in (10, 20, 30):
        with pytest.raises(InterruptedError):
            await follow(log, index, tired)
        assert await index.size() == done


async def about(place: StoredPlace, log: PublishedLog, at: int, tag: bytes) -> None:
    """Let the record that stands at a place concern a subject."""
    leaf = parse_leaf(await entry_at(log, at))
    row: Parameters = {"node": leaf.node, "boot": leaf.boot, "nseq": leaf.nseq, "tag": tag}
    await place.database.execute(
        "INSERT INTO log.look_up (node, boot, nseq, tag) VALUES (:node, :boot, :nseq, :tag)", row
    )


async def test_records_about_a_subject_are_found_by_its_tag(
    place: StoredPlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "BITE", 4)
    log, index = await opened(place, 10)
    for at, tag in ((3, b"t"), (5, b"v"), (12, b"t")):
        await about(place, log, at, tag * 32)
    told: list[tuple[int, int]] = []
    await follow_subjects(index, await follow(log, index), lambda *far: told.append(far))
    assert told == [(4, 15), (8, 15), (12, 15), (15, 15)]
    assert await listed(log, index, tag=b"t" * 32) == [3, 12]
    assert await listed(log, index, tag=b"v" * 32, actor="S-004711") == [5]
    assert await listed(log, index, tag=b"u" * 32) == []


async def test_the_subjects_index_goes_on_behind_the_last_that_it_knows(place: StoredPlace) -> None:
    log, index = await opened(place, 10)
    size = await follow(log, index)
    assert await index.subjects_size() == await index.subjects_size()
    await about(place, log, 3, b"t" * 32)
    await follow_subjects(index, size)
    known = await index.subjects_size()
    await checkpoint_after(place, [batches(10, 20)[1]], KeptNote())
    await about(place, log, 20, b"t" * 32)
    size = await follow(log, index)
    await follow_subjects(index, size)
    await follow_subjects(StoredPlaces(place.database), size)
    assert known <= size
    assert await listed(log, index, tag=b"t" * 32) == [3, 20]


async def test_an_index_that_says_otherwise_than_the_log_is_named(place: StoredPlace) -> None:
    log, index = await opened(place, 10)
    await follow(log, index)
    await place.database.execute("UPDATE log.placed SET actor = 'S-1' WHERE place = 4")
    with pytest.raises(TamperedError) as caught:
        await listed(log, index, actor="S-1")
    assert caught.value.field == "log.placed"


@pytest.mark.parametrize("at", [0, 9, 254, 255, 256, 304])
async def test_a_proof_is_checked_with_the_key_alone_and_by_no_other(place: StoredPlace, at: int) -> None:
    log, _ = await opened(place, 250, 50)
    proof = PortableProof.parse((await prove(log, KEY, at)).text().encode())
    entry = await entry_at(log, at)
    assert (proof.index, proof.extra) == (at, entry)
    assert check(proof, entry, [KEY, WITNESS.verifier()]).size == 305
    with pytest.raises(TamperedError):
        check(proof, entry, [OTHER.verifier()])
    with pytest.raises(TamperedError):
        check(proof, entry.replace(b"S-004711", b"S-004712"), [KEY])


async def test_there_is_no_proof_of_what_the_log_lacks_or_of_what_was_changed(place: StoredPlace) -> None:
    log, _ = await opened(place, 10)
    for at in (-1, 15, 1 << 40):
        with pytest.raises(NotFoundError):
            await prove(log, KEY, at)
    await place.database.execute("UPDATE log.tile SET body = :body", {"body": b"\0" * 32 * 15})
    with pytest.raises(TamperedError):
        await prove(log, KEY, 3)
