"""Erased means gone, within the bound: the attacker has everything, and recovers only what still has a ground.

`make attack` runs it. Each journey first shows that the attack works: before the erasure it recovers everything.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from shouze.gateway.reindexing import reindex
from shouze.gateway.rewrapping import GRACE
from shouze.ledger.disclosure import read_disclosure
from shouze.ledger.entry import parse_leaf
from shouze.ledger.tile import decode_bundle
from shouze.ledger.tree import leaf_hash
from shouze.rules.forms import normalise
from shouze.rules.standing import Standing
from shouze.settings import Settings
from shouze.store.record_retention import RecordRetention
from shouze.store.standing_form import read_standing
from shouze.vault.seal import open_opening
from shouze.wiring.rotation import reindexing
from tests import postgres
from tests.attack.journey import CONTROL, LEAVER, PLAINTEXTS, VICTIM, Journey, attack, journey
from tests.attack.loot import Loot
from tests.installation import CLERK, ask
from tests.wiring.copies import Copies

BOUND = 30
"""Days."""
LAW = "mobile/real-name-record"
KEPT = ("name", "id-number", "phone")


@pytest.fixture
def cluster() -> Iterator[Path]:
    """Yield the data directory of a server of its own, so that all of it is this installation's."""
    own = postgres.Reservation()
    try:
        yield own.folder / "cluster"
    finally:
        own.end()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.lasting)])
async def going(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Journey]:
    if request.param == "sqlite":
        async with journey(Copies(tmp_path, Settings()), None) as opened:
            yield opened
        return
    folder = request.getfixturevalue("cluster")
    with postgres.database() as url:
        async with journey(Copies(tmp_path, Settings(database=url)), folder) as opened:
            yield opened


async def test_after_the_bound_nothing_erased_is_recovered_from_everything_ever_written(going: Journey) -> None:
    await going.days(3)
    before = going.steal("before")
    attacker = attack(before)
    assert values(attacker.recover(going.victim)) == forms(VICTIM)
    assert values(attacker.recover(going.control)) == forms(CONTROL)
    assert values(attacker.recover(going.leaver)) == forms(LEAVER)
    assert "mobile/offers" in {ground for ground, _ in attacker.recover(going.control)}

    await going.erase()
    await going.days(BOUND)
    after = going.steal("after")
    assert after.rings, "the living ring is in the attacker's hands"
    assert len(after.rings) > 1, "and so are those of living backups"
    # Every file as it is now and as it was before the erasure, and every key that has survived.
    attacker = attack(after.joined(before))
    assert attacker.keys(going.victim) == []
    assert attacker.recover(going.victim) == {}
    assert values(attacker.recover(going.control)) == forms(CONTROL)
    assert {ground for ground, _ in attacker.recover(going.control)} == {
        "mobile/open-account", "mobile/customer-service", LAW,
    }  # fmt: skip
    kept = attacker.recover(going.leaver)
    assert {ground for ground, _ in kept} == {LAW}
    assert values(kept) == {item: form for item, form in forms(LEAVER).items() if item in KEPT}


async def test_no_value_of_theirs_ever_stands_anywhere_in_clear(going: Journey) -> None:
    await going.days(2)
    before = going.steal("before")
    await going.erase()
    going.back_up()
    loot = going.steal("after").joined(before)
    for words in PLAINTEXTS.values():
        for word in words:
            assert loot.holds(word.encode()) == []


async def test_what_a_copy_still_opens_within_the_bound_is_why_there_is_a_bound(going: Journey) -> None:
    await going.days(2)
    before = going.steal("before")
    await going.erase()
    attacker = attack(before)
    assert values(attacker.recover(going.victim)) == forms(VICTIM)
    found_in = {"a backup" if name.endswith("opened") else "a file" for *_, name in attacker.keys(going.victim)}
    assert found_in == {"a backup", "a file"}, "pages and logs are searched, not only backups"
    at_once = Loot()
    at_once.take_files("now", *going.files)
    at_once.take_ring(going.copies.home / "keyring.json")
    if not going.copies.settings.database:
        assert attack(at_once).recover(going.victim) == {}, "without copies it is gone at once"


@pytest.mark.lasting
async def test_a_key_that_leaves_the_tables_leaves_the_files_of_sqlite_at_once(tmp_path: Path) -> None:
    async with journey(Copies(tmp_path, Settings()), None) as going:
        loot = going.steal("before")
        names = [name for name in loot.blobs if "keys.db" in name]
        assert attack(loot).exhaust(going.victim, names)
        await going.erase()
        loot = going.steal("after")
        names = [name for name in loot.blobs if "keys.db" in name]
        assert names
        assert attack(loot).exhaust(going.victim, names) == []


async def test_a_known_number_can_be_confirmed_until_the_index_key_is_destroyed(going: Journey) -> None:
    before = going.steal("before")
    await going.erase()
    await going.days(BOUND)
    number = normalise("phone", VICTIM["phone"])
    loot = going.steal("after").joined(before)
    assert attack(loot).confirms("phone", number)
    work = reindexing(going.opened)
    while again := await reindex(work):
        going.copies.clock.time = max(again, going.copies.clock.now() + GRACE)
    # The rings in backups go with these within a third of the bound.
    late = Loot()
    late.take_ring(going.copies.home / "keyring.json")
    assert attack(late.joined(loot)).confirms("phone", number) == []
    assert (await going.opened.door.release(CLERK, ask({"phone": CONTROL["phone"]}, "name"))).items


async def test_a_backup_of_keys_that_nobody_destroys_is_outside_every_bound(tmp_path: Path) -> None:
    async with journey(Copies(tmp_path, Settings()), None) as going:
        going.back_up()
        hoard = tmp_path / "hoard"
        shutil.copytree(going.copies.keys, hoard)
        before = going.steal("before")
        await going.erase()
        await going.days(BOUND)
        loot = going.steal("after").joined(before)
        assert attack(loot).recover(going.victim) == {}
        loot.open_backups("hoard", hoard, going.spare, going.copies.identities)
        assert values(attack(loot).recover(going.victim)) == forms(VICTIM), "so the attack is known to see it"
        loot.rings.clear()
        loot.take_ring(going.copies.home / "keyring.json")
        assert attack(loot).recover(going.victim) == {}, "without its ring the hoarded copy of keys opens nothing"


async def test_what_remains_of_an_erased_user_are_records_that_name_an_id_and_no_value(going: Journey) -> None:
    request = ask({"phone": VICTIM["phone"]}, "email", service="cloud-drive", purposes=("provide-drive",))
    await going.opened.door.release(CLERK, request)
    await going.erase()
    await going.days(BOUND)
    opened = await openings(going)
    about = [text for text in opened if going.victim in text]
    assert about, "they stay provable until their own retention ends"
    for value in (*VICTIM.values(), *forms(VICTIM).values()):
        assert not [text for text in opened if value in text]
    rows = await going.opened.stores.databases["custody"].fetch("SELECT id, standing FROM custody.subject")
    [standing] = [each for subject, each in rows if subject == going.victim]
    assert read_standing(standing) == Standing(erased_at=read_standing(standing).erased_at)


async def test_an_expired_opening_is_recovered_from_nothing_and_a_living_one_is(going: Journey) -> None:
    """The records stay in the log and are proved on; what they only committed to ends with the retention of records."""
    await going.opened.door.release(CLERK, ask(going.control, "name"))
    going.back_up()
    before = going.steal("before")
    early = await entries(going)
    assert f"subject: {going.control}" in attack(before).openings(early), "so the attack is known to see it"
    await going.days(1)
    going.copies.clock.move(timedelta(days=going.opened.settings.record_retention_days))
    await going.days(BOUND // 3 + 2)
    retention = RecordRetention(going.opened.stores.databases["log"])
    assert await retention.end((going.copies.clock.now() - timedelta(days=30)).date().isoformat()) > 0
    await going.opened.door.release(CLERK, ask(going.leaver, "name"))
    going.back_up()
    after = going.steal("after")
    everything = attack(after.joined(before))
    assert everything.openings(early) == set()
    living = [entry for entry in await entries(going) if entry not in set(early)]
    assert f"subject: {going.leaver}" in everything.openings(living)


async def entries(going: Journey) -> list[bytes]:
    """Return all handling records, placed or waiting, as whoever reads the log has them."""
    log = going.opened.stores.databases["log"]
    rows = await log.fetch("SELECT n, body FROM log.staging")
    rows += await log.fetch("SELECT w, body FROM log.bundle")
    found = {raw for width, body in rows for raw in decode_bundle(body, width)}
    return sorted(raw for raw in found if raw.startswith(b"{"))


async def openings(going: Journey) -> list[str]:
    """Return the openings of all handling records that the keys of days in the living ring open."""
    log, ring = going.opened.stores.databases["log"], going.opened.ring
    leaves = {}
    bundles = await log.fetch("SELECT w, body FROM log.bundle")
    staged = await log.fetch("SELECT n, body FROM log.staging WHERE sequenced IS NULL")
    for width, body in (*bundles, *staged):
        for raw in decode_bundle(body, width):
            leaf = parse_leaf(raw)
            leaves[leaf.node, leaf.boot, leaf.nseq] = leaf_hash(raw)
    found = []
    rows = await log.fetch("SELECT node, boot, nseq, field, sealed, day FROM log.opening")
    for node, boot, nseq, field, sealed, day in rows:
        lines = open_opening({0: ring.derive_daily(day)}, sealed, leaves[node, boot, nseq], field).decode()
        found += [f"{name}: {value}" for name, value in map(read_disclosure, lines.split())]
    return found


def values(found: dict[tuple[str, str], str]) -> dict[str, str]:
    return {item: value for (_, item), value in found.items()}


def forms(person: dict[str, str]) -> dict[str, str]:
    """Return a person's values as they are kept."""
    return {item: f"+86{value}" if item == "phone" else value for item, value in person.items()}
