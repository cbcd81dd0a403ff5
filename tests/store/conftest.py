"""The store on both databases: every test that takes ``stores`` or ``place`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from shouze.store.driver import Dialect
from shouze.store.opening import Stores, open_postgres, open_sqlite, prepare_sqlite
from tests import postgres

EMPTY = """
DO $$ DECLARE place text; BEGIN
    FOR place IN SELECT schemaname || '.' || tablename FROM pg_tables
        WHERE schemaname IN ('custody', 'keys', 'log') AND tablename <> 'alembic_version'
    LOOP EXECUTE 'DELETE FROM ' || place; END LOOP;
END $$
"""


class Place(NamedTuple):
    """Where a prepared store stands, and how to open it (again)."""

    dialect: Dialect
    open: Callable[[], Stores]


@pytest.fixture(scope="session")
def prepared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of prepared SQLite files, to be copied."""
    folder = tmp_path_factory.mktemp("prepared") / "store"
    prepare_sqlite(folder)
    return folder


@pytest.fixture
def folder(prepared_folder: Path, tmp_path: Path) -> Path:
    """Return a folder of prepared SQLite files without rows."""
    return Path(shutil.copytree(prepared_folder, tmp_path / "store"))


@pytest.fixture(scope="session")
def prepared() -> Iterator[str]:
    """Return the URL of one prepared database for all tests of a worker."""
    with postgres.database(prepared=True) as url:
        yield url


@pytest.fixture
def url(prepared: str) -> str:
    """Return the URL of a prepared database without rows."""
    with psycopg.connect(prepared, autocommit=True) as connection:
        connection.execute(EMPTY)
    return prepared


@pytest.fixture(params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> Place:
    if request.param == "sqlite":
        folder = request.getfixturevalue("folder")
        return Place("sqlite", lambda: open_sqlite(folder))
    url = request.getfixturevalue("url")
    return Place("postgres", lambda: open_postgres(url))


@pytest.fixture
async def stores(place: Place) -> AsyncIterator[Stores]:
    opened = place.open()
    yield opened
    await opened.close()


@pytest.fixture
async def twin(place: Place) -> AsyncIterator[Stores]:
    """A second opening of the same store."""
    opened = place.open()
    yield opened
    await opened.close()
