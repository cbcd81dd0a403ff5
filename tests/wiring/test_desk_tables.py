"""The desk's tables: made anywhere, in every backup, back on either database with what the door was still owed."""

from __future__ import annotations

import asyncio
import sqlite3
import tracemalloc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.db import OperationalError, connections
from django.utils import timezone

from shouze.client import Client as DoorClient
from shouze.client import Retries, Unauthenticated
from shouze.errors import ConflictError, TamperedError, UnavailableError
from shouze.registers.agents.models import Agent
from shouze.registers.finding import registers
from shouze.registers.letters.sealing import read
from shouze.registers.ports import GIVEN
from shouze.registers.rows import Document, Effect, Event
from shouze.registers.tokens.models import Token
from shouze.settings import Settings
from shouze.store.copying.desk import LEFT
from shouze.store.copying.places import holds_desk
from shouze.wiring import configured
from shouze.wiring import desk_tables as module
from shouze.wiring.desk import configure
from shouze.wiring.desk_tables import make_desk
from shouze.wiring.letters import read_sealer
from tests.installation import operator
from tests.registers.agents.scene import engaged, proposed
from tests.registers.complaints.scene import STORY, filed, letters
from tests.registers.house import do, make, officer, opened_door
from tests.wiring.copies import Copies, place
from tests.wiring.test_backup import between


@pytest.fixture(autouse=True)
def desks(django_db_blocker: Any) -> Iterator[None]:
    """Let the test use databases of its own; the one that other tests share is not among them."""
    with django_db_blocker.unblock():
        yield


@contextmanager
def desk_of(home: Path, settings: Settings) -> Iterator[None]:
    """Let the registers of this thread keep their rows in an installation's own desk."""
    with configure(home, settings, None, None).elsewhere(home) as alias:
        before, connections["default"] = connections["default"], connections[alias]
        try:
            yield
        finally:
            connections["default"] = before


def rows() -> dict[str, list[Any]]:
    """Return all that Django reads out of the desk that is at hand, but for who is signed in."""
    models = [each for each in apps.get_models(include_auto_created=True) if each._meta.db_table not in LEFT]
    return {each._meta.db_table: list(each._default_manager.order_by("pk").values_list()) for each in models}


def make_there(home: Path, settings: Settings) -> None:
    if settings.database:
        with psycopg.connect(settings.database, autocommit=True) as owner:
            owner.execute("CREATE SCHEMA desk")
    make_desk(home, settings)


@pytest.mark.parametrize(
    ("kind", "other"),
    [
        pytest.param("sqlite", "postgres", marks=pytest.mark.lasting),
        pytest.param("postgres", "sqlite", marks=pytest.mark.lasting),
    ],
)
def test_acts_people_and_documents_come_back_and_what_the_door_was_owed_is_sent(
    tmp_path: Path, kind: str, other: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with place(kind) as settings, place(other) as target:
        copies = Copies(tmp_path, settings)
        with opened_door(copies.home, settings) as opened:
            copies.clock = opened.clock
            make_there(copies.home, settings)
            with desk_of(copies.home, settings):
                agent = engaged()
                opened.settle()
                told_again = Effect.objects.filter(kind="entries").latest("id")
                Effect.objects.filter(pk=told_again.pk).update(
                    done_at=None
                )  # taken by the door, killed before noting it
                waiting = proposed(name="waiting")
                monkeypatch.setattr(GIVEN, "sealer", read_sealer(copies.home, settings))
                complaint = filed()
                before = rows()
                copies.back_up()
        new = tmp_path / "new"
        restored = copies.restore(new, target)
        assert restored.tables["desk.registers_document"] == len(before["registers_document"]) > 0
        assert not (new / "desk.key").exists()
        with opened_door(new, target) as again, desk_of(new, target):
            assert rows() == before
            monkeypatch.setattr(GIVEN, "sealer", read_sealer(new, target))
            assert read(letters(complaint, "matter")[0]).text == STORY, "the letters' key came with the keys"
            epoch = again.installation.door.room.policy.epoch
            again.settle()
            assert not Effect.objects.filter(done_at=None).exists()
            assert Event.objects.get(register="agents", entry=waiting.pk).receipt is not None
            policy = again.installation.door.room.policy
            assert agent.name in policy.agents
            assert policy.epoch == epoch, "what the door had taken is answered as it was"
            last = Effect.objects.latest("id").pk
            do(Agent.objects.get(pk=waiting.pk), "assess", officer(), {"verdict": "unfit", "unfit_because": "无制度"})
            assert Effect.objects.latest("id").pk > last


def test_a_backup_without_a_desk_brings_none(tmp_path: Path) -> None:
    copies = Copies(tmp_path, Settings())
    with opened_door(copies.home) as opened:
        copies.clock = opened.clock
        assert not holds_desk(copies.home, Settings())
        made = copies.back_up()
    assert all("desk" not in each.label.revisions for each in made)
    restored = copies.restore(tmp_path / "new", Settings())
    assert not any(name.startswith("desk.") for name in restored.tables)
    assert not (tmp_path / "new" / "desk.db").exists()


@pytest.mark.lasting
async def test_an_act_between_the_snapshots_has_them_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = Copies(tmp_path, Settings())
    async with operator(copies.home, clock=copies.clock):
        await asyncio.to_thread(make_desk, copies.home, Settings())

        def act() -> None:
            with closing(sqlite3.connect(copies.home / "desk.db")) as file, file:
                file.execute(
                    "INSERT INTO registers_effect (kind, register, entry, content, made_at, problem)"
                    " VALUES ('entries', 'agents', 1, x'', '2026-11-28 00:00:00', '')"
                )

        asked = between(monkeypatch, "keys", act)
        await asyncio.to_thread(copies.back_up)
    assert asked.count("keys") == 3, "the first snapshots were thrown away"  # noted, refused, taken again
    restored = await copies.restored(tmp_path / "new", Settings())
    assert restored.tables["desk.registers_effect"] == 1


@pytest.mark.lasting
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_token_issued_while_the_copy_is_made_has_it_made_again_so_that_desk_and_door_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """The door's policy has the token before the desk's row says so: between them there is no effect to tell of it."""
    with place(kind) as settings, place("sqlite") as target:
        copies = Copies(tmp_path, settings)
        with opened_door(copies.home, settings) as opened:
            copies.clock = opened.clock
            make_there(copies.home, settings)
            with desk_of(copies.home, settings):
                for register in ("holders", "tokens"):
                    for each in registers()[register].rounds:
                        each.run(timezone.now())
                until = timezone.now() + timedelta(days=30)
                token = make("tokens", officer(), {"bearer": "account:crm", "until": until, "why": "接口"})
                opened.settle()
                asked = between(monkeypatch, "desk", lambda: do(token, "issue", officer()))
                copies.back_up()
            assert asked.count("keys") == 2, "the first copy was thrown away"
            epoch = opened.installation.door.room.policy.epoch
        copies.restore(tmp_path / "new", target)
        with opened_door(tmp_path / "new", target, declared=False) as again, desk_of(tmp_path / "new", target):
            row = Token.objects.get(number=token.number)
            assert (row.state, row.token in again.installation.door.room.policy.callers) == ("issued", True)
            assert again.installation.door.room.policy.epoch >= epoch


@pytest.mark.lasting
async def test_a_desk_that_tells_of_a_policy_which_the_copy_has_not_is_not_restored(tmp_path: Path) -> None:
    copies = Copies(tmp_path, Settings())
    async with operator(copies.home, clock=copies.clock):
        await asyncio.to_thread(make_desk, copies.home, Settings())
        with closing(sqlite3.connect(copies.home / "desk.db")) as file, file:
            file.execute(
                "INSERT INTO registers_effect (kind, register, entry, content, made_at, problem, done_at, epoch)"
                " VALUES ('entries', 'agents', 1, x'', '2026-11-28 00:00:00', '', '2026-11-28 00:00:00', 4711)"
            )
        await asyncio.to_thread(copies.back_up)
    with pytest.raises(TamperedError) as caught:
        await copies.restored(tmp_path / "new", Settings())
    assert caught.value.field == "custody.policy"
    assert not (tmp_path / "new").exists()


@pytest.mark.lasting
def test_documents_pass_through_in_bounded_memory(tmp_path: Path) -> None:
    copies = Copies(tmp_path, Settings())
    size, many = 2**21, 72  # far more than what loading the migrations takes by itself
    with opened_door(copies.home) as opened:
        copies.clock = opened.clock
        make_desk(copies.home, Settings())
        with desk_of(copies.home, Settings()):
            agent = proposed()
            event = Event.objects.get(register="agents", entry=agent.pk)
            for number in range(many):
                Document.objects.create(
                    event=event, name=f"{number}.bin", media="application/pdf", size=size, sha256="0" * 64,
                    content=number.to_bytes(2) * (size // 2),
                )  # fmt: skip
        peaks = [_peak(copies.back_up)]
    peaks.append(_peak(lambda: copies.restore(tmp_path / "new", Settings())))
    assert max(peaks) < many * size / 2


def _peak(act: Any) -> int:
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_without_django_a_desk_is_backed_up_and_not_restored_by_halves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copies = Copies(tmp_path, Settings())
    with opened_door(copies.home) as opened:
        copies.clock = opened.clock
        make_desk(copies.home, Settings())
        monkeypatch.setattr(module, "find_spec", lambda _name: None)
        copies.back_up()
    with pytest.raises(ConflictError) as caught:
        copies.restore(tmp_path / "new", Settings())
    assert caught.value.remedy is not None
    assert "shouze[desk]" in caught.value.remedy.en
    assert not (tmp_path / "new").exists()


def test_tables_of_a_later_version_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="does not know such tables"):
        make_desk(tmp_path, Settings(), "people.9999_later")


@pytest.mark.lasting
def test_old_tokens_and_sessions_are_nobodys_after_restoring(tmp_path: Path) -> None:
    copies = Copies(tmp_path, Settings())
    with opened_door(copies.home) as opened:
        copies.clock = opened.clock
        make_desk(copies.home, Settings())
        old = opened.keys
        copies.back_up()
    copies.restore(tmp_path / "new", Settings())
    with opened_door(tmp_path / "new") as again:
        assert again.keys.administering != old.administering
        once = Retries(most=0)
        with DoorClient(again.url, old.administering, retries=once) as client, pytest.raises(Unauthenticated):
            client.policy()


@pytest.mark.django_db
def test_tables_on_a_server_that_lets_nobody_in_are_not_said_to_want_migrating(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr(configured, "MigrationExecutor", away)
    with pytest.raises(UnavailableError):
        configured.Configured(Settings(database="postgresql://a@b/c")).check()
    with pytest.raises(ConflictError, match="not ready"):
        configured.Configured(Settings()).check()
