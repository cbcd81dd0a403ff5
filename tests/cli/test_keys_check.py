"""Looking through all keys from the command line, and saying which ring is the tables' own."""

from __future__ import annotations

import asyncio
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from shouze import wiring
from shouze.gateway.clock import SteadyClock
from shouze.settings import Settings
from shouze.store.roles import GATEWAY
from shouze.vault.key_file import FileKeyRing
from shouze.vault.keys import fresh_subject_key
from shouze.vault.suites import suite_named
from tests.cli.shell import Shell
from tests.cli.test_collect import CONSENTED, WORDS, rows
from tests.wiring.planes import login

ADD = "INSERT INTO subject_key (subject, ground, version, epoch, suite, blob) VALUES (?, 'g', 1, ?, ?, ?)"


@pytest.fixture
def other(tmp_path: Path) -> FileKeyRing:
    """Return the ring of another installation."""
    return FileKeyRing.create(tmp_path / "other.json", suite_named(Settings().suite), SteadyClock().now())


@pytest.fixture
def collected(shell: Shell, write: Callable[..., str]) -> Shell:
    shell("collect", write("people.csv", rows(0, 1)), *WORDS, *CONSENTED)
    return shell


def ask(home: Path, schema: str, sql: str, *given: object) -> None:
    connection = sqlite3.connect(home / f"{schema}.db", isolation_level=None)
    connection.execute(sql, given)
    connection.close()


def written_by_two(home: Path, other: FileKeyRing) -> None:
    """Leave the tables as a release without marks did under which two rings were at work."""
    ask(home, "keys", ADD, "k" * 26, *fresh_subject_key(other, "k" * 26, "g", os.urandom)[1])
    for schema in ("keys", "custody"):
        ask(home, schema, "DELETE FROM ring_mark")


def test_all_keys_open_under_the_installations_own_ring(collected: Shell) -> None:
    said = collected("keys", "check")
    assert "keys open, 0 do not" in said
    assert said.count("have the mark of this ring") == 2
    assert "0 个" in Shell(collected.home, "zh")("keys", "check")


def test_an_installation_without_users_is_as_good(shell: Shell) -> None:
    assert "there are no subject keys" in shell("keys", "check")


def test_tables_that_two_rings_wrote_are_told_and_marked_on_the_operators_word(
    collected: Shell, other: FileKeyRing
) -> None:
    written_by_two(collected.home, other)
    refused = collected("erase", "--due", code=2)
    assert "have no mark of a key ring yet" in refused
    assert "shouze keys check" in refused
    said = collected("keys", "check", code=1)
    assert "keys open, 1 do not" in said
    assert said.count("have no mark yet") == 2
    assert "shouze keys check --adopt" in said
    assert "shouze keys check --adopt" in Shell(collected.home, "zh")("keys", "check", code=1)
    assert "marked: this is the key ring of these tables" in collected("keys", "check", "--adopt")
    collected("erase", "--due")
    assert "have the mark of this ring" in collected("keys", "check", code=1)
    assert "adopt-key-ring" in collected("log", "show")
    assert "faults 0" in collected("log", "verify")


def test_a_ring_that_opens_nothing_is_not_adopted(collected: Shell, other: FileKeyRing) -> None:
    (collected.home / "keyring.json").write_bytes(other._path.read_bytes())
    said = collected("keys", "check", code=1)
    assert said.count("have the mark of another ring") == 2
    assert "--adopt" not in said
    assert "Put the installation's own keyring.json there" in said
    assert "not the one of these tables" in collected("keys", "check", "--adopt", code=2)
    assert "not the one of these tables" in collected("erase", "--due", code=2)


def test_keys_of_epochs_that_the_ring_has_no_more_are_told_apart(collected: Shell) -> None:
    ring = FileKeyRing.open(collected.home / "keyring.json")
    ring.add_epoch(SteadyClock().now())
    ring.destroy_epochs_before(2)
    said = collected("keys", "check", code=1)
    assert "epoch 1: the ring has it no more" in said
    collected("erase", "--due")


def test_a_gateway_marks_tables_in_its_own_role_and_only_their_owner_marks_them_anew(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, other: FileKeyRing
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    shell = Shell(tmp_path / "owner")
    shell("migrate")
    asyncio.run(wiring.grant_roles(Settings(database=postgres_dsn)))
    with psycopg.connect(postgres_dsn, autocommit=True) as owner:
        for schema in ("keys", "custody"):
            owner.execute(f"DELETE FROM {schema}.ring_mark".encode())
    monkeypatch.setenv("SHOUZE_DATABASE", login(postgres_dsn, GATEWAY))
    assert "have the mark" not in shell("keys", "check")
    shell("erase", "--due")
    assert shell("keys", "check").count("have the mark of this ring") == 2
    (shell.home / "keyring.json").write_bytes(other._path.read_bytes())
    assert "not the one of these tables" in shell("erase", "--due", code=2)
    assert "The database role may not do this" in shell("keys", "check", "--adopt", code=3)
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    shell("keys", "check", "--adopt")
    assert shell("keys", "check").count("have the mark of this ring") == 2


def test_a_gateway_whose_role_was_not_granted_the_new_tables_says_what_to_run(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    shell = Shell(tmp_path / "owner")
    shell("migrate")
    asyncio.run(wiring.grant_roles(Settings(database=postgres_dsn)))
    with psycopg.connect(postgres_dsn, autocommit=True) as owner:
        owner.execute(f"REVOKE ALL ON keys.ring_mark FROM {GATEWAY}".encode())
    monkeypatch.setenv("SHOUZE_DATABASE", login(postgres_dsn, GATEWAY))
    assert "shouze migrate --roles" in shell("serve", "gateway", "--port", "0", code=3)


def test_tables_of_users_from_another_installation_are_not_adopted(collected: Shell) -> None:
    ask(collected.home, "custody", "UPDATE ring_mark SET mark = 'ff'")
    said = collected("keys", "check", code=1)
    assert "the tables of users have the mark of another ring" in said
    assert "Check database and keys_database" in said
    assert "of another installation" in collected("keys", "check", "--adopt", code=2)


def test_an_adoption_that_was_cut_off_is_done_again(collected: Shell) -> None:
    ask(collected.home, "keys", "UPDATE ring_mark SET mark = 'ff'")
    assert "of another installation" in collected("erase", "--due", code=2)
    assert "shouze keys check --adopt" in collected("keys", "check", code=1)
    collected("keys", "check", "--adopt")
    collected("keys", "check")


def test_a_mark_that_another_ring_made_before_there_were_keys_gives_way(collected: Shell) -> None:
    for schema in ("keys", "custody"):
        ask(collected.home, schema, "UPDATE ring_mark SET mark = 'ff'")
    assert "not the one of these tables" in collected("erase", "--due", code=2)
    assert "shouze keys check --adopt" in collected("keys", "check", code=1)
    collected("keys", "check", "--adopt")
    collected("keys", "check")
    collected("erase", "--due")
