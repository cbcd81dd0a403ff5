"""The store as a whole: opened, closed, opened again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from shouze.errors import UnavailableError
from shouze.gateway.ports import Change, EndedKey
from shouze.rules.standing import Standing
from shouze.store.opening import open_postgres, open_sqlite, prepare_postgres
from shouze.vault.keys import WrappedKey
from tests import postgres

KEY = WrappedKey(1, 1, b"wrapped")


async def test_what_was_written_is_there_after_the_next_opening(folder: Path) -> None:
    for revision in range(3):
        stores = open_sqlite(folder)
        assert await stores.custody.change(Change("s", revision, Standing()))
        await stores.close()


async def test_keys_may_stand_in_a_database_of_their_own(postgres_dsn: str) -> None:
    with postgres.database() as keys_url:
        prepare_postgres(postgres_dsn, keys_url)
        stores = open_postgres(postgres_dsn, keys_url)
        await stores.keys.add("s", "mail/contact", 1, KEY)
        assert await stores.custody.change(Change("s", 0, Standing(), endings=(EndedKey("mail/contact", 1),)))
        await stores.close()
        assert _schemas(postgres_dsn) == ["custody", "log"]
        assert _schemas(keys_url) == ["keys"]


async def test_one_database_gets_one_pool(url: str) -> None:
    stores = open_postgres(url)
    assert len(set(stores.databases.values())) == 1
    await stores.close()


async def test_a_server_that_is_not_there_is_told_at_the_first_use() -> None:
    stores = open_postgres("postgresql://shouze@127.0.0.1:1/none")
    with pytest.raises(UnavailableError):
        await stores.policies.latest()
    await stores.close()


def test_sqlite_needs_no_psycopg() -> None:
    program = "import sys, shouze.store.opening; sys.exit('psycopg' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], check=True)


def _schemas(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        sql = "SELECT nspname FROM pg_namespace WHERE nspname IN ('custody', 'keys', 'log') ORDER BY nspname"
        return [name for (name,) in connection.execute(sql)]
