"""An installation over years: its log is turned, read across its logs, backed up, and at last deleted; proofs stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from shouze import wiring
from shouze.chinatime import SHANGHAI
from shouze.errors import NotFoundError, ShouzeError, TamperedError
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from shouze.ledger.entry import parse_leaf
from shouze.ledger.note import COSIGNATURE, Signer, Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.shard import DELETE, read_beginning, shard_of
from shouze.sequencer.finding import Sought, entry_at, follow, found, prove
from shouze.sequencer.publishing import publish_all
from shouze.sequencer.signing_key import open_signing_key
from shouze.settings import Settings, changed
from shouze.store.shard_retention import ShardRetention
from shouze.verifier.shards import rests_on, verify_folders
from shouze.verifier.walking import Plan
from shouze.wiring.log import shown_in
from tests.installation import CLERK, MovingClock, ask, operator, subscribe
from tests.ledger.building import WITNESS
from tests.wiring.copies import KINDS, Copies, place

WITNESS_KEY = WITNESS.verifier(COSIGNATURE).vkey
YEAR = timedelta(days=366)


@dataclass
class Years:
    """One installation, and how time goes on there."""

    home: Path
    settings: Settings
    clock: MovingClock = field(default_factory=MovingClock)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[wiring.Installation]:
        """Serve for a while; a last round covers what was recorded."""
        async with operator(self.home, self.settings, clock=self.clock, declared=False) as opened:
            yield opened
            await opened.sequencer.step()
            await opened.sequencer.release()
        await self.step()

    async def step(self, steps: int = 3) -> None:
        async with wiring.installation(self.home, self.settings, clock=self.clock) as opened:
            for _ in range(steps):
                await opened.sequencer.step()
            await opened.sequencer.release()

    async def turn(self, **how: bool) -> Verifier:
        return await wiring.turn_log(self.home, self.settings, clock=self.clock, **how)

    async def proofs(self) -> list[tuple[PortableProof, Verifier]]:
        """Return the proof of every record of every log."""
        made = []
        async with wiring.open_log(self.home, self.settings) as log:
            for shard in log.shards:
                size = (await shard.published.checkpoint()).size
                made += [(await prove(shard.published, shard.verifier, at), shard.verifier) for at in range(size)]
        return made


@asynccontextmanager
async def begun(kind: str, folder: Path) -> AsyncIterator[Years]:
    with place(kind) as settings:
        made = Years(folder / "home", settings)
        async with operator(made.home, settings, clock=made.clock) as opened:
            await opened.sequencer.step()
            await opened.sequencer.release()
        yield made


@pytest.fixture(params=KINDS)
async def years(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Years]:
    async with begun(request.param, tmp_path) as made:
        yield made


@pytest.fixture
async def own_years(tmp_path: Path) -> AsyncIterator[Years]:
    """Return an installation on SQLite, where the database makes no difference."""
    async with begun("sqlite", tmp_path) as made:
        yield made


async def test_records_are_found_and_proved_in_every_log_and_all_of_it_verifies(years: Years, tmp_path: Path) -> None:
    async with years.opened() as opened:
        who = (await subscribe(opened)).subject
        await opened.door.release(CLERK, ask(who, "name"))
    years.clock.move(YEAR)
    async with years.opened() as opened:
        await opened.door.release(CLERK, ask(who, "name"))
        await opened.sequencer.step()
        receipt = (await opened.door.release(CLERK, ask(who, "phone"))).receipt
    await years.turn(new_key=True)
    async with wiring.open_log(years.home, years.settings) as log:
        assert [each.stored.label for each in log.shards] == ["", "2027", "2027-2"]
        assert log.verifier.public != log.shards[0].verifier.public == log.shards[1].verifier.public
        seen = []
        for shard in log.shards:
            await follow(shard.published, shard.places)
            seen += [leaf.what.act async for _, leaf in found(shard.published, shard.places, Sought(actor="S-0042"))]
        assert len(seen) == 3
        assert receipt is not None
        at = await log.shards[1].places.place_of(receipt.node, receipt.boot, receipt.nseq)
        assert at is not None
        assert await log.shards[0].places.place_of(receipt.node, receipt.boot, receipt.nseq) is None
        await publish_all(shown_in(tmp_path / "pub", log.shards))
        first = log.shards[0].verifier
    for proof, key in await years.proofs():
        check(proof, proof.extra or b"", [key])
    verified = await wiring.verify_shards(years.home, years.settings)
    assert [each.report.faults for each in verified] == [()] * 3
    assert [each.handed_over for each in verified] == [False, True, True]
    folders = verify_folders(tmp_path / "pub", Plan([first]))
    assert [(each.log, each.report.ok, each.report.size) for each in folders] == [
        (each.log, True, each.report.size) for each in verified
    ]
    alone = verify_folders(tmp_path / "pub", Plan([verified[1].log]))
    words = " ".join(each.en for each in rests_on(alone[0], alone=True))
    assert f"size {verified[0].report.size}" in words
    assert "not verified" in words
    assert len(rests_on(folders[1], alone=False)) == 1
    assert rests_on(folders[0], alone=True) == []


async def test_a_published_log_that_does_not_follow_the_one_before_is_found(own_years: Years, tmp_path: Path) -> None:
    await own_years.turn()
    async with wiring.open_log(own_years.home, own_years.settings) as log:
        await publish_all(shown_in(tmp_path / "pub", log.shards))
        key = log.shards[0].verifier
    old = (tmp_path / "pub" / "checkpoint").read_bytes()
    await own_years.step()
    assert [each.report.ok for each in verify_folders(tmp_path / "pub", Plan([key]))] == [True, True]
    (tmp_path / "pub" / "checkpoint").write_bytes(old.replace(b"\n", b"\n", 1)[:-9] + b"AAAAAAA=\n")
    assert not all(each.report.ok for each in verify_folders(tmp_path / "pub", Plan([key])))


async def test_proofs_verify_after_their_log_was_deleted(years: Years, tmp_path: Path) -> None:
    proofs = await two_logs(years)
    async with wiring.open_log(years.home, years.settings) as log:
        await publish_all(shown_in(tmp_path / "pub", log.shards))
        for shard in log.shards:
            await follow(shard.published, shard.places)
        end = await log.shards[0].published.checkpoint()
    years.clock.move(timedelta(days=1095))
    await years.step()
    async with wiring.open_log(years.home, years.settings) as log:
        assert all(shard.stored.deleted is None for shard in log.shards)
    await end_first(years)
    async with wiring.installation(years.home, years.settings, clock=years.clock) as opened:
        await nothing_is_left_but(opened, end.size)
    for proof, key in proofs:
        check(proof, proof.extra or b"", [key])
    async with wiring.open_log(years.home, years.settings) as log:
        await publish_all(shown_in(tmp_path / "pub", log.shards))
    verified = await wiring.verify_shards(years.home, years.settings)
    assert [each.report.faults for each in verified] == [()] * 3
    assert [each.deleted for each in verified] == [True, False, False]
    assert (tmp_path / "pub" / "checkpoint").exists()
    assert not (tmp_path / "pub" / "tile").exists()
    assert [each.report.ok for each in verify_folders(tmp_path / "pub", Plan([verified[1].log]))] == [True, True]


async def test_the_deletion_of_a_log_is_a_record_and_its_end_stays(own_years: Years) -> None:
    await two_logs(own_years)
    own_years.clock.move(timedelta(days=1095))
    await end_first(own_years)
    async with wiring.open_log(own_years.home, own_years.settings) as log:
        deleted, kept, last = log.shards
        with pytest.raises(NotFoundError):
            await entry_at(deleted.published, 0)
        end = await deleted.published.checkpoint()
        beginning = read_beginning(await entry_at(kept.published, 0))
        assert beginning == open_checkpoint(end.note.encode(), [deleted.verifier])[0]
        places = range(1, (await last.published.checkpoint()).size)
        said = [parse_leaf(await entry_at(last.published, at)).what for at in places]
        [mark] = [what.shard for what in said if what.act == DELETE]
        assert mark == shard_of(beginning)


async def two_logs(years: Years) -> list[tuple[PortableProof, Verifier]]:
    """Make records in two logs; return the proofs of all of them."""
    async with years.opened() as opened:
        who = (await subscribe(opened)).subject
    await years.turn()
    async with years.opened() as opened:
        await opened.door.release(CLERK, ask(who, "name"))
    return await years.proofs()


async def end_first(years: Years) -> None:
    """Let two more days pass, and what is past its retention be deleted."""
    years.clock.move(timedelta(days=2))
    await years.step()
    async with wiring.installation(years.home, years.settings, clock=years.clock) as opened:
        database = opened.stores.databases["log"]
        assert await ShardRetention(database).end() == 1
        assert await ShardRetention(database).end() == 0


async def nothing_is_left_but(opened: wiring.Installation, size: int) -> None:
    """Of the first log only its last checkpoint is in the tables."""
    database, span = opened.stores.databases["log"], {"end": 1 << 48}
    assert await database.fetch("SELECT count(*) FROM log.bundle WHERE n < :end", {"end": 1 << 40}) == [(0,)]
    assert await database.fetch("SELECT count(*) FROM log.tile WHERE level = 0 AND n < :end", {"end": 1 << 40}) == [
        (0,)
    ]
    assert await database.fetch("SELECT size FROM log.checkpoint WHERE size < :end", span) == [(size,)]
    for table in ("placed", "touched"):
        assert await database.fetch(f"SELECT count(*) FROM log.{table} WHERE place < :end", span) == [(0,)]
    assert await database.fetch("SELECT count(*) FROM log.staging WHERE sequenced < :end", span) == [(0,)]


async def test_a_lost_key_ends_a_log_without_a_hand_over_and_nothing_is_lost_with_it(years: Years) -> None:
    async with years.opened() as opened:
        who = (await subscribe(opened)).subject
    async with operator(years.home, years.settings, clock=years.clock, declared=False) as opened:
        await opened.door.release(CLERK, ask(who, "name"))
        # What is placed when the key is lost was never signed: the disk of the key fails between the two.
        log = opened.sequencer._log
        await opened.sequencer.step()
        await opened.door.release(CLERK, ask(who, "phone"))
        waiting = await log.staged(10)
        await opened.sequencer._grow(waiting)
        await opened.sequencer.release()
    (years.home / "log.key").unlink()
    (years.home / "log.key.signed").unlink()
    before = Verifier.from_vkey((years.home / "log.key.vkey").read_text().strip())
    key = await years.turn(lost_key=True)
    assert key.public != before.public
    await years.step()
    verified = await wiring.verify_shards(years.home, years.settings)
    assert [each.report.faults for each in verified] == [(), ()]
    assert [each.handed_over for each in verified] == [False, False]
    [words] = rests_on(verified[1], alone=False)
    assert "not signed the hand-over" in words.en
    async with wiring.open_log(years.home, years.settings) as log_room:
        last = log_room.shards[-1]
        await follow(last.published, last.places)
        acts = [leaf.what.items async for _, leaf in found(last.published, last.places, Sought(actor="S-0042"))]
    assert ("phone",) in acts


async def test_a_backup_of_several_logs_goes_on_with_the_last_under_a_new_name(
    own_years: Years, tmp_path: Path
) -> None:
    await own_years.turn()
    async with own_years.opened() as opened:
        await subscribe(opened)
    (tmp_path / "copies").mkdir()
    copies = Copies(tmp_path / "copies", own_years.settings, clock=own_years.clock)
    own_years.home.rename(copies.home)
    copies.back_up()
    await copies.restored(tmp_path / "new", Settings())
    verified = await wiring.verify_shards(tmp_path / "new", Settings())
    assert [each.report.faults for each in verified] == [(), ()]
    former = await wiring.verify_shards(copies.home, copies.settings)
    assert verified[0].log == former[0].log
    assert verified[1].log != former[1].log
    assert verified[1].log.name.endswith("/2026")
    again = Years(tmp_path / "new", Settings(), own_years.clock)
    assert (await again.turn()).name == f"{verified[1].log.name.removesuffix('/2026')}/2026-2"
    assert [each.report.faults for each in await wiring.verify_shards(again.home, again.settings)] == [(), (), ()]


async def test_a_key_file_that_says_otherwise_than_the_table_is_a_fault(own_years: Years) -> None:
    await own_years.turn()
    other = Verifier("x/y", 1, bytes(32)).vkey
    async with wiring.installation(own_years.home, own_years.settings, clock=own_years.clock) as opened:
        await opened.stores.databases["log"].execute(
            "UPDATE log.shard SET vkey = :vkey WHERE number = 0",
            {"vkey": Verifier(opened.signer.name, 1, Verifier.from_vkey(other).public).vkey},
        )
    report = await wiring.verify(own_years.home, own_years.settings)
    assert "key" in {fault.code for fault in report.faults}


async def test_a_log_put_back_to_before_the_turn_is_refused(own_years: Years, tmp_path: Path) -> None:
    older = Years(tmp_path / "older", Settings(), own_years.clock)
    async with operator(older.home, older.settings, clock=own_years.clock):
        pass
    for name in ("log.key", "log.key.vkey"):
        (older.home / name).write_bytes((own_years.home / name).read_bytes())
    await older.step()
    await own_years.turn()
    (older.home / "log.key.signed").write_bytes((own_years.home / "log.key.signed").read_bytes())
    with pytest.raises(TamperedError) as caught:
        await older.step()
    assert caught.value.field == "log.size"


async def test_a_log_put_back_to_the_very_end_before_its_turn_is_known_by_the_witness(
    own_years: Years, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The memory beside the key is older too; the witness shows the log that had begun."""
    settings = changed(own_years.settings, witness_url="http://witness.example", witness_vkey=WITNESS_KEY)
    asked, heard = list[str](), list[ShouzeError]()
    signer = open_signing_key(own_years.home / "log.key")
    year = datetime.now(UTC).astimezone(SHANGHAI).year
    note = sign_checkpoint(Checkpoint(f"{signer.name}/{year}", 5, bytes(32)), signer.renamed(renamed(signer, year)))

    async def answer(_client: object, _method: str, url: str) -> tuple[int, bytes]:
        asked.append(url)
        begun = sha256(f"{signer.name}/{year}".encode()).hexdigest() in url
        return (200, note.encode()) if begun else (404, b"")

    monkeypatch.setattr("shouze.wiring.log._answer", answer)
    async with wiring.installation(own_years.home, own_years.settings, clock=own_years.clock) as opened:
        database = opened.stores.databases["log"]
        with pytest.raises(TamperedError) as caught:
            await wiring.compare_with_witness(settings, database, signer.verifier(), heard.append)
        assert caught.value.field == "log.size"
        assert (len(asked), heard) == (2, [])
        # What that log has not signed proves nothing, and a witness closes no door with it.
        note = note.replace("\n5\n", "\n6\n")
        await wiring.compare_with_witness(settings, database, signer.verifier(), heard.append)
    assert [problem.field for problem in heard] == ["witness"]


def renamed(signer: Signer, year: int) -> str:
    return Verifier(f"{signer.name}/{year}", 1, signer.verifier().public).vkey
