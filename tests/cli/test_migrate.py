"""Bringing an installation to the present version."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.cli.shell import Shell
from tests.upgrading.installed import install


def test_what_is_missing_is_created_and_told(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    output = shell("migrate")
    for name in ("keyring.json", "log.key", "custody.db", "keys.db", "log.db"):
        assert f"created {name}" in output
        assert (shell.home / name).stat().st_mode & 0o077 == 0


def test_running_it_again_changes_nothing(empty: Shell) -> None:
    before = {path.name: path.read_bytes() for path in empty.home.iterdir() if path.suffix != ".db"}
    assert "created" not in empty("migrate")
    assert {path.name: path.read_bytes() for path in empty.home.iterdir() if path.suffix != ".db"} == before


def test_roles_are_for_postgresql(empty: Shell) -> None:
    assert "--roles" in empty("migrate", "--roles", code=2)


def test_each_plane_gets_its_own_role_on_postgresql(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch, django_db_blocker: Any
) -> None:
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    shell = Shell(tmp_path / "home")
    for _ in range(2):
        with django_db_blocker.unblock():  # it makes the desk's tables in a database of its own
            assert "roles are granted" in shell("migrate", "--roles")
    may = (
        "SELECT has_table_privilege('shouze_gateway', 'keys.subject_key', 'SELECT'),"
        " has_table_privilege('shouze_gateway', 'custody.policy', 'INSERT'),"
        " has_table_privilege('shouze_desk', 'keys.subject_key', 'SELECT'),"
        " has_table_privilege('shouze_sequencer', 'custody.subject_value', 'SELECT'),"
        " has_table_privilege('shouze_desk', 'custody.policy', 'INSERT'),"
        " has_table_privilege('shouze_desk', 'desk.registers_event', 'INSERT'),"
        " has_table_privilege('shouze_desk', 'desk.django_migrations', 'INSERT'),"
        " has_table_privilege('shouze_gateway', 'desk.registers_event', 'SELECT'),"
        " has_table_privilege('shouze_portal', 'desk.portal_visit', 'INSERT'),"
        " has_table_privilege('shouze_portal', 'desk.registers_event', 'SELECT'),"
        " has_table_privilege('shouze_desk', 'desk.portal_visit', 'SELECT')"
    )
    with psycopg.connect(postgres_dsn) as connection:
        assert connection.execute(may).fetchone() == (
            *(True, False, False, False, False, True, False, False), *(True, False, False)
        )  # fmt: skip


def test_what_it_does_is_told_revision_by_revision(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    told = [line for line in shell("migrate").splitlines() if line.startswith("tables ")]
    assert told[0] == "tables custody_0001"
    assert {line.split("_")[0] for line in told} == {"tables custody", "tables keys", "tables log"}
    assert not [line for line in shell("migrate").splitlines() if line.startswith("tables ")]


def test_a_rolling_upgrade_is_finished_by_hand(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("0.1.0", tmp_path / "home", postgres_dsn)
    monkeypatch.setenv("SHOUZE_DATABASE", postgres_dsn)
    shell = Shell(tmp_path / "home")
    said = shell("migrate")
    assert "stored format 1\n" in said
    assert "shouze migrate --finish, to write format 2" in said
    said = shell("migrate", "--finish")
    assert "stored format 2\n" in said
    assert "--finish" not in said


def test_files_need_no_finishing(empty: Shell) -> None:
    assert "--finish" in empty("migrate", "--finish", code=2)
    assert "stored format 2\n" in empty("migrate")
