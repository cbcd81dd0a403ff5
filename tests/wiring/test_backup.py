"""A backup is whole whatever happens while it is made, sealed, and read back before it counts."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from shouze import wiring
from shouze.errors import TamperedError, UnavailableError
from shouze.settings import Settings
from shouze.store.copying import places
from shouze.store.copying.form import Begin, Head, Message, Rows, decode_row
from shouze.vault import armour
from shouze.vault.key_file import FileKeyRing
from shouze.wiring import backup as module
from shouze.wiring.backup import life_of, read_back
from tests.installation import CRM, LEGAL, PERSON, ask, operator, subscribe
from tests.wiring.copies import KINDS, Copies, place


@pytest.fixture
def copies(tmp_path: Path) -> Copies:
    return Copies(tmp_path, Settings())


def between(monkeypatch: pytest.MonkeyPatch, schema: str, act: Callable[[], object]) -> list[str]:
    """Do something once, before the snapshot of this schema is begun; return the schemas as they are asked for."""
    asked: list[str] = []

    def opening(home: Path, settings: Settings, schemas: tuple[Any, ...]) -> places.Snapshot:
        if schema in schemas and schema not in asked:
            asked.append(schema)
            act()
        asked.extend(schemas)
        return places.open_snapshot(home, settings, schemas)

    monkeypatch.setattr(module, "open_snapshot", opening)
    return asked


@pytest.mark.parametrize("kind", KINDS)
async def test_a_key_destroyed_between_the_snapshots_takes_nothing_with_it_that_a_law_keeps(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    with place(kind) as settings:
        copies = Copies(tmp_path, settings)
        async with operator(copies.home, settings, clock=copies.clock) as opened:
            done = await subscribe(opened)
            loop = asyncio.get_running_loop()

            def leave() -> None:
                left = opened.door.terminate(CRM, ask(done.subject))
                asyncio.run_coroutine_threadsafe(left, loop).result()

            asked = between(monkeypatch, "keys", leave)
            await asyncio.to_thread(copies.back_up)
            assert asked.count("keys") == 3, "the first snapshots were thrown away"  # noted, refused, taken again
        with place("sqlite") as other:
            await copies.restored(copies.folder / "new", other)
            async with wiring.installation(copies.folder / "new", other, clock=copies.clock) as opened:
                purposes = ("real-name-record",)
                kept = await opened.door.release(LEGAL, ask(done.subject, "name", purposes=purposes))
                assert kept.items == {"name": PERSON["name"]}


async def test_users_who_come_while_it_runs_are_in_it_with_their_keys_or_not_at_all(copies: Copies) -> None:
    stop, number = False, 0

    async def arrive(opened: wiring.Installation) -> None:
        nonlocal number
        while not stop:
            await subscribe(opened, {"name": "张三", "phone": f"139{number:08}"})
            number += 1

    async def come(more: int) -> None:
        expected = number + more
        while number < expected:  # noqa: ASYNC110 - who arrives tells nobody
            await asyncio.sleep(0.01)

    async with operator(copies.home, clock=copies.clock) as opened:
        arriving = asyncio.create_task(arrive(opened))
        await come(2)
        await asyncio.to_thread(copies.back_up)
        await come(2)
        stop = True
        await arriving
        subjects = await opened.stores.databases["custody"].fetch("SELECT count(*) FROM custody.subject")
    restored = await copies.restored(copies.folder / "new", Settings())
    assert 0 < restored.tables["custody.subject"] < subjects[0][0]
    async with wiring.installation(copies.folder / "new", Settings(), clock=copies.clock) as opened:
        for (subject,) in await opened.stores.databases["custody"].fetch("SELECT id FROM custody.subject"):
            answer = await opened.door.release(CRM, ask(subject, "name", purposes=("open-account",)))
            assert answer.items == {"name": "张三"}
    assert (await wiring.verify(copies.folder / "new", Settings())).ok


async def test_a_ring_that_turns_meanwhile_has_every_epoch_that_the_keys_need(
    copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with operator(copies.home, clock=copies.clock) as opened:
        await subscribe(opened)
        between(monkeypatch, "keys", lambda: opened.ring.add_epoch(copies.clock.now()))
        keys, _, _ = copies.back_up()
        assert keys.label.epochs == (1, 2)


async def test_it_gives_up_where_no_ring_opens_the_keys(copies: Copies) -> None:
    async with operator(copies.home, clock=copies.clock) as opened:
        await subscribe(opened)
        opened.ring.add_epoch(copies.clock.now())
        opened.ring.destroy_epochs_before(2)
        with pytest.raises(UnavailableError):
            copies.back_up()
    assert [path for folder in (copies.values, copies.keys) for path in folder.iterdir()] == []


@pytest.mark.parametrize("at", [0, 1, 2])
async def test_a_run_that_fails_leaves_nothing(copies: Copies, monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    seals = 0
    seal = armour.seal_stream

    def failing(*arguments: Any) -> None:
        nonlocal seals
        seals += 1
        if seals > at:
            raise KeyboardInterrupt
        seal(*arguments)

    async with operator(copies.home, clock=copies.clock):
        pass
    monkeypatch.setattr(module, "seal_stream", failing)
    with pytest.raises(KeyboardInterrupt):
        copies.back_up()
    assert [path for folder in (copies.values, copies.keys) for path in folder.iterdir()] == []


async def test_what_the_disk_changed_is_found_before_it_counts(copies: Copies, monkeypatch: pytest.MonkeyPatch) -> None:
    seal = armour.seal_stream

    def flipping(pieces: Any, target: Any, recipients: Any) -> None:
        seal(pieces, target, recipients)
        target.seek(-30, 2)
        target.write(b"\0")

    async with operator(copies.home, clock=copies.clock):
        pass
    monkeypatch.setattr(module, "seal_stream", flipping)
    with pytest.raises(TamperedError):
        copies.back_up()
    assert list(copies.values.iterdir()) == list(copies.keys.iterdir()) == []


async def test_the_list_holds_what_was_erased_within_the_bound_in_each_subjects_order(copies: Copies) -> None:
    async with operator(copies.home, clock=copies.clock) as opened:
        early = await subscribe(opened, also={"offers": ["phone"]})
        await opened.door.withdraw(CRM, ask(early.subject, purposes=("offers",)))
        copies.clock.move(timedelta(days=31))
        await opened.door.terminate(CRM, ask(early.subject))
        listed = copies.list_erasures()
        rows: list[Any] = []

        def take(message: Message) -> None:
            if isinstance(message, Rows):
                rows.extend(decode_row(row) for row in message.rows)

        with listed.path.open("rb") as stream:
            read_back(stream, copies.identities, opened.ring.lookup_mac, take)
    assert [row[0] for row in rows] == [early.subject], "the withdrawal lies beyond the bound"


async def test_neither_signing_key_nor_settings_are_in_it(copies: Copies) -> None:
    (copies.folder / "home").mkdir(mode=0o700)
    (copies.home / "shouze.toml").write_text('host = "secret.example"\n')
    async with operator(copies.home, clock=copies.clock):
        seed = (copies.home / "log.key").read_bytes().split(b"+", 4)[4].strip()
        for made in copies.back_up():
            found = bytearray()
            with made.path.open("rb") as stream:
                armour.open_stream(stream, copies.identities, found.extend)
            assert seed not in found
            assert b"secret.example" not in found


async def test_each_file_opens_for_its_own_recipient_only_and_its_label_tells_of_nobody(copies: Copies) -> None:
    async with operator(copies.home, clock=copies.clock) as opened:
        done = await subscribe(opened)
        made = copies.back_up()
        for each, wrong in zip(made, (copies.values_pair, copies.keys_pair, copies.keys_pair), strict=True):
            with each.path.open("rb") as stream, pytest.raises(Exception, match="cannot be opened"):
                read_back(stream, [wrong.identity], opened.ring.lookup_mac)
            label = each.path.with_suffix(".json").read_text()
            assert done.subject not in label
            assert each.label.expires_at > copies.clock.now()


async def test_a_stream_begins_with_its_head_and_names_the_tables(copies: Copies) -> None:
    async with operator(copies.home, clock=copies.clock):
        keys, _, _ = copies.back_up()
    seen: list[Message] = []
    ring = FileKeyRing.open(copies.home / "keyring.json")
    with keys.path.open("rb") as stream:
        sums = read_back(stream, [copies.keys_pair.identity], ring.lookup_mac, seen.append)
    assert isinstance(seen[0], Head)
    assert seen[0].expires_at == copies.clock.now() + life_of(Settings()) == copies.clock.now() + timedelta(days=10)
    assert {message.table for message in seen if isinstance(message, Begin)} == set(sums)


async def test_no_snapshot_is_left_open(copies: Copies) -> None:
    async with operator(copies.home, clock=copies.clock) as opened:
        copies.back_up()
        await opened.stores.databases["keys"].settle()  # a reader that was left would hold the log back
        await opened.stores.databases["custody"].settle()
        await opened.stores.databases["log"].settle()
