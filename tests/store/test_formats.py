"""Which program may meet which installation."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import psycopg
import pytest
from alembic.script import ScriptDirectory
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError, TamperedError, UnavailableError
from shouze.store import formats
from shouze.store.driver import SCHEMAS, Schema
from shouze.store.formats import Formats, Found, StoredFormat, VersionError, check, marked, unmarked
from shouze.store.opening import prepare_postgres

NUMBER = st.integers(1, 9)
PRESENT: dict[Schema, int] = {schema: formats.newest_revision(schema) for schema in SCHEMAS}


@given(NUMBER, NUMBER, NUMBER, NUMBER)
def test_a_program_works_on_what_it_reads_and_on_nothing_else(one: int, two: int, three: int, four: int) -> None:
    knows, stored = Formats(*sorted((one, two))), StoredFormat(max(three, four), min(three, four))
    held = range(stored.reads_from, stored.writes + 1)
    assert knows.reads(stored) == all(knows.oldest <= number <= knows.newest for number in held)


@given(st.text("0123456789abcdef", min_size=64, max_size=64), NUMBER)
def test_a_digest_keeps_its_mark(digest: str, writes: int) -> None:
    assert unmarked(marked(digest, writes)) == (digest, writes)
    assert marked(digest, 1) == digest


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (StoredFormat(3, 1), ("3", "2 to 4", "newer release")),
        (StoredFormat(5, 4), ("5", "2 to 4", "newer release")),
        (StoredFormat(4, 1), ("1", "2 to 4", "in between")),
    ],
)
def test_the_error_names_both_formats_and_the_way_on(stored: StoredFormat, said: tuple[str, ...]) -> None:
    knows = Formats(2, 4) if stored.writes != 3 else Formats(2, 2)
    words = [each.replace("2 to 4", f"{knows.oldest} to {knows.newest}") for each in said]
    with pytest.raises(VersionError) as caught:
        check(Found(PRESENT, stored), knows)
    assert all(word in str(caught.value) for word in words), str(caught.value)
    assert "本程序只能读" in caught.value.say("zh")


@pytest.mark.parametrize("schema", SCHEMAS)
def test_older_tables_are_to_be_migrated_and_newer_ones_are_worked_on(schema: Schema) -> None:
    with pytest.raises(VersionError, match=rf"^{schema}: .* 0; needed: {PRESENT[schema]}\. Run shouze migrate first$"):
        check(Found({**PRESENT, schema: 0}, StoredFormat()))
    check(Found({**PRESENT, schema: PRESENT[schema] + 1}, StoredFormat()))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_the_newest_revision_is_the_head_of_its_chain(schema: Schema) -> None:
    script = ScriptDirectory(str(formats.FOLDER), version_locations=[str(formats.FOLDER / schema)])
    assert script.get_current_head() == f"{schema}_{formats.newest_revision(schema):04}"


def test_looking_makes_no_file(tmp_path: Path) -> None:
    assert formats.look_at_files(tmp_path / "none") == Found(dict.fromkeys(SCHEMAS, 0), StoredFormat())
    assert list(tmp_path.iterdir()) == []


def test_a_new_store_is_at_the_newest_format_and_revision(folder: Path, postgres_dsn: str) -> None:
    newest = formats.KNOWN.newest
    prepare_postgres(postgres_dsn)
    for found in (formats.look_at_files(folder), formats.look_at_servers(postgres_dsn)):
        assert found == Found(PRESENT, StoredFormat(newest, newest))


@pytest.mark.parametrize("schema", SCHEMAS)
def test_newest_is_what_has_every_revision_and_the_newest_format(schema: Schema) -> None:
    newest, older = StoredFormat(formats.KNOWN.newest, 1), StoredFormat(formats.KNOWN.newest - 1, 1)
    assert formats.is_newest(Found(PRESENT, newest))
    assert formats.is_newest(Found({**PRESENT, schema: PRESENT[schema] + 1}, newest))
    assert not formats.is_newest(Found({**PRESENT, schema: PRESENT[schema] - 1}, newest))
    assert not formats.is_newest(Found(PRESENT, older))


def test_keys_may_be_looked_at_elsewhere(url: str, postgres_dsn: str) -> None:
    assert formats.look_at_servers(url, postgres_dsn).revisions == {**PRESENT, "keys": 0}
    assert formats.look_at_servers(postgres_dsn, url, ["log"]) == Found({"log": 0}, StoredFormat())


def test_tables_that_are_not_shouzes_are_told(folder: Path) -> None:
    file = sqlite3.connect(folder / "log.db", isolation_level=None)
    file.execute("UPDATE alembic_version SET version_num = 'a1b2c3'")
    file.close()
    with pytest.raises(VersionError, match="log: The revision"):
        formats.look_at_files(folder)


def test_a_damaged_file_is_told_as_damaged(folder: Path) -> None:
    (folder / "custody.db").write_bytes(b"a letter, not a database" * 100)
    with pytest.raises(TamperedError):
        formats.look_at_files(folder)


def test_a_server_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(UnavailableError, match="Connection refused"):
        formats.look_at_servers("postgresql://shouze@127.0.0.1:1/none")


def test_why_a_server_lets_nobody_in_is_told_without_the_password(url: str) -> None:
    with pytest.raises(UnavailableError) as told:
        formats.look_at_servers(f"{url.replace('//shouze@', '//nobody-here:s3cret@')}")
    said = told.value.say("en")
    assert "nobody-here" in said
    assert "SHOUZE_DATABASE" in said
    assert "s3cret" not in said


def test_a_database_of_another_encoding_is_refused_with_how_to_make_one(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("CREATE DATABASE test_ascii ENCODING 'SQL_ASCII' TEMPLATE template0")
        try:
            with pytest.raises(InvalidError, match="SQL_ASCII") as told:
                formats.look_at_servers(f"{url.rpartition('/')[0]}/test_ascii")
        finally:
            owner.execute("DROP DATABASE test_ascii WITH (FORCE)")
    assert told.value.remedy is not None
    assert "ENCODING 'UTF8'" in told.value.remedy.en


def test_a_role_without_the_right_is_told_how_to_get_it(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as owner:
        owner.execute("DROP ROLE IF EXISTS shouze_test_stranger")
        owner.execute("CREATE ROLE shouze_test_stranger LOGIN")
        try:
            with pytest.raises(VersionError, match="shouze migrate --roles"):
                formats.look_at_servers(url.replace("//shouze@", "//shouze_test_stranger@"))
        finally:
            owner.execute("DROP ROLE shouze_test_stranger")
