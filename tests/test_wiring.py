"""Joining the parts, and opening the door within a process."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

import shouze
from shouze import wiring
from shouze.cli import story
from shouze.errors import ConflictError, InvalidError, NotFoundError, ShouzeError
from shouze.gateway.asking import Request
from shouze.ledger.note import COSIGNATURE
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.rules.entries import PolicyFile
from shouze.settings import Settings
from shouze.vault.seal import header
from shouze.wiring import log as log_wiring
from shouze.wiring.preparing import KEY_RING
from tests.installation import (
    CLERK,
    CRM,
    MOBILE,
    NECESSARY,
    PERSON,
    ask,
    consents,
    declare_story,
    operator,
    subscribe,
)
from tests.ledger.building import WITNESS

NEW = Request(service="mobile", purposes=MOBILE)


async def test_the_door_opens_within_the_process(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/home"
    home, settings = wiring.place_of(url)
    async with operator(home, settings):
        pass
    async with shouze.open(url) as door:
        done = await door.collect(CRM, NEW, PERSON, consents("mobile", NECESSARY))
        assert (await door.release(CLERK, ask(done.subject, "name"))).items == {"name": PERSON["name"]}


async def prepared(home: Path) -> None:
    wiring.prepare(home, Settings())
    async with wiring.installation(home, Settings()) as opened:
        await declare_story(opened)


def test_programs_without_an_event_loop_use_the_same_verbs(tmp_path: Path) -> None:
    home = tmp_path / "home"
    asyncio.run(prepared(home))
    with shouze.open_sync(f"sqlite:///{home}") as door:
        done = door.collect(CRM, NEW, PERSON, consents("mobile", NECESSARY))
        assert door.release(CLERK, ask(done.subject, "name")).items == {"name": PERSON["name"]}
        assert door.compare(CLERK, ask(done.subject), "phone", PERSON["phone"]).matches
        assert door.check(CLERK, ask(done.subject, "name")).permitted
        door.correct(CLERK, ask(done.subject), {"name": "张珊"})
        door.terminate(CRM, ask(done.subject))
        assert door.erase_due() == 0


async def test_an_installation_on_the_chinese_suite_does_the_same(tmp_path: Path) -> None:
    async with operator(tmp_path / "home", Settings(suite="sm4gcm-sm3")) as opened:
        done = await subscribe(opened)
        rows = await opened.stores.databases["custody"].fetch("SELECT sealed FROM custody.subject_value")
        assert {header(sealed).suite.name for (sealed,) in rows} == {"sm4gcm-sm3"}
        released = await opened.door.release(CLERK, ask({"phone": PERSON["phone"]}, "name"))
        assert (released.subject, released.items) == (done.subject, {"name": PERSON["name"]})


def test_preparing_again_changes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert wiring.prepare(home, Settings())
    before = {path.name: path.read_bytes() for path in home.glob("*.key*")}
    assert wiring.prepare(home, Settings()) == []
    assert before == {path.name: path.read_bytes() for path in home.glob("*.key*")}


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
def test_where_nothing_is_to_be_migrated_no_migration_is_loaded(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = Settings(database=request.getfixturevalue("postgres_dsn") if store == "postgres" else "")
    wiring.prepare(tmp_path / "home", settings)
    again = (
        "import sys; from pathlib import Path; from shouze import wiring; from shouze.settings import Settings;"
        "assert wiring.prepare(Path(sys.argv[1]), Settings(database=sys.argv[2])) == [];"
        "assert not {'alembic', 'sqlalchemy'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", again, tmp_path / "home", settings.database], check=True)


def test_nobody_but_the_owner_reads_the_installation(tmp_path: Path) -> None:
    home = tmp_path / "home"
    wiring.prepare(home, Settings())
    assert home.stat().st_mode & 0o077 == 0
    for path in home.iterdir():
        assert path.stat().st_mode & 0o077 == 0 or path.name.endswith(".vkey"), path.name


@pytest.mark.parametrize("url", ["", "sqlite:", "sqlite:///", "mysql://somewhere/x", "home"])
def test_an_address_that_is_none_is_refused_with_its_remedy(url: str) -> None:
    with pytest.raises(InvalidError) as caught:
        wiring.place_of(url)
    assert "sqlite:///" in str(caught.value)


def test_postgresql_needs_the_folder_of_the_key_ring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHOUZE_HOME", raising=False)
    with pytest.raises(NotFoundError):
        wiring.place_of("postgresql://localhost/x")


def test_the_story_is_a_valid_declaration_and_policy() -> None:
    read_document(story.read("declaration.yaml"), DeclarationFile)
    read_document(story.read("policy.yaml"), PolicyFile)


async def test_a_witness_that_answers_without_end_or_not_at_all_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_wiring, "WITNESS_SECONDS", 2.0)
    monkeypatch.setattr(log_wiring, "MAX_NOTE", 10_000)
    sent, heard = 0, list[ShouzeError]()

    async def answer(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\n\r\n")
        with suppress(ConnectionError):
            while not writer.is_closing():
                writer.write(b"x" * 1000)
                await writer.drain()
                sent += 1000
        writer.close()

    async with operator(tmp_path / "home") as opened, await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        database, verifier = opened.stores.databases["log"], opened.signer.verifier()
        for url in (f"http://127.0.0.1:{port}", "http://127.0.0.1:9"):
            settings = Settings(witness_url=url, witness_vkey=WITNESS.verifier(COSIGNATURE).vkey)
            await wiring.compare_with_witness(settings, database, verifier, heard.append)
    assert [problem.field for problem in heard] == ["witness_url"] * 2
    assert sent < 10_000_000


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_no_second_key_ring_is_made_for_tables_in_use(
    store: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    settings = Settings(database=request.getfixturevalue("postgres_dsn") if store == "postgres" else "")
    home = tmp_path / "home"
    async with operator(home, settings):
        pass
    ring = (home / KEY_RING).rename(tmp_path / "kept")
    folder = home if store == "sqlite" else tmp_path / "another"
    with pytest.raises(ConflictError) as caught:
        wiring.prepare(folder, settings)
    assert caught.value.field == KEY_RING
    assert not (folder / KEY_RING).exists()
    assert folder.exists() == (store == "sqlite")
    ring.rename(home / KEY_RING)
    assert wiring.prepare(home, settings) == []
