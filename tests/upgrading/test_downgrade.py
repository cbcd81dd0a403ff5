"""Every entrance refuses an installation that a later release has taken onward, and says what to do."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

import shouze
from shouze import wiring
from shouze.settings import Settings
from shouze.store import formats
from shouze.store.formats import VersionError
from tests import postgres
from tests.cli.shell import Shell

LATER = "UPDATE {}stored_format SET writes = 7"
COMMANDS = [
    ["up", "--port", "0"], ["migrate"], ["policy", "show"], ["token", "list"], ["log", "verify"], ["erase", "--due"],
    ["keys", "rewrap"],
]  # fmt: skip
PLANES = [["serve", "gateway", "--port", "0"], ["serve", "sequencer"]]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("made") / "home"
    wiring.prepare(home, Settings())
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


@pytest.fixture(scope="module")
def later(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """Return a folder of keys and a PostgreSQL database of a later release."""
    home = Path(shutil.copytree(made, tmp_path_factory.mktemp("later") / "home"))
    with postgres.database() as url:
        wiring.prepare(home, Settings(database=url))
        with psycopg.connect(url) as server:
            server.execute(LATER.format("custody.").encode())
        yield home, url


def write(home: Path, schema: str, sql: str) -> None:
    file = sqlite3.connect(home / f"{schema}.db", isolation_level=None)
    file.execute(sql)
    file.close()


def expected(output: str) -> None:
    newest = formats.KNOWN.newest
    assert f"custody: The stored format is 7; this program reads 1 to {newest}" in output
    assert "Use the newer release" in output


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_refuses_files_of_a_later_release(home: Path, words: list[str]) -> None:
    write(home, "custody", LATER.format(""))
    before = {path.name: path.read_bytes() for path in home.glob("*.db")}
    expected(Shell(home)(*words, code=3))
    assert before == {path.name: path.read_bytes() for path in home.glob("*.db")}


@pytest.mark.parametrize("words", [*COMMANDS, *PLANES], ids=" ".join)
def test_every_command_refuses_a_database_of_a_later_release(
    later: tuple[Path, str], words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, url = later
    monkeypatch.setenv("SHOUZE_DATABASE", url)
    expected(Shell(home)(*words, code=3))


async def test_the_door_within_a_program_refuses_too(home: Path) -> None:
    write(home, "custody", LATER.format(""))
    with pytest.raises(VersionError):
        async with shouze.open(f"sqlite:///{home}"):
            pass


@pytest.mark.parametrize("schema", ["custody", "keys", "log"])
def test_tables_that_are_older_are_said_to_want_migrating(home: Path, schema: str) -> None:
    write(home, schema, f"UPDATE alembic_version SET version_num = '{schema}_0001'")
    needed = formats.newest_revision(schema)
    said = Shell(home, "zh")("log" if schema == "log" else "policy", "verify" if schema == "log" else "show", code=3)
    assert f"{schema}：表为第 1 版，本程序需要第 {needed} 版。先运行 shouze migrate" in said


def test_who_backs_up_before_an_upgrade_is_sent_to_the_release_that_serves(home: Path, tmp_path: Path) -> None:
    write(home, "custody", "UPDATE alembic_version SET version_num = 'custody_0001'")
    for name in ("values", "keys"):
        (tmp_path / name).mkdir()
    said = Shell(home)("backup", "--to", str(tmp_path / "values"), "--keys", str(tmp_path / "keys"), code=3)
    assert "Back up with the release that serves these tables" in said


def test_tables_newer_by_what_they_add_are_worked_on_and_left_alone(home: Path) -> None:
    write(home, "custody", "UPDATE alembic_version SET version_num = 'custody_0099'")
    shell = Shell(home)
    assert "the tables of custody (revision 99) are newer than this program" in shell("migrate")
    shell("token", "list")
    assert formats.look_at_files(home).revisions["custody"] == 99
