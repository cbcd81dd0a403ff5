"""The store on both databases: every test that takes ``stores`` or ``place`` runs on SQLite and on PostgreSQL."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from shouze.store.driver import Dialect
from shouze.store.opening import Stores, open_postgres, open_sqlite, prepare_postgres, prepare_sqlite


class Place(NamedTuple):
    """Where a prepared store stands, and how to open it (again)."""

    dialect: Dialect
    open: Callable[[], Stores]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    prepare_sqlite(tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture
def url(postgres_dsn: str) -> str:
    prepare_postgres(postgres_dsn)
    return postgres_dsn


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
