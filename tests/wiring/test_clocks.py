"""Clocks compared: nothing ends by a clock that the database server's contradicts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shouze.errors import UnavailableError
from shouze.settings import Settings
from shouze.store.postgres import PostgresDatabase
from shouze.wiring import check_clock, clocks
from tests.installation import operator

AHEAD = timedelta(days=400)


@pytest.mark.parametrize("apart", [-AHEAD, timedelta(minutes=-3), timedelta(minutes=3), AHEAD])
async def test_a_clock_that_the_servers_contradicts_is_refused_with_its_remedy(
    postgres_dsn: str, apart: timedelta
) -> None:
    database = PostgresDatabase(postgres_dsn)
    try:
        await check_clock(database)
        with pytest.raises(UnavailableError) as told:
            await check_clock(database, lambda: datetime.now(UTC) + apart)
    finally:
        await database.close()
    assert told.value.field == "clock"
    assert told.value.remedy is not None
    assert "NTP" in told.value.remedy.en


async def test_an_installation_is_not_opened_by_such_a_clock(
    tmp_path: Path, postgres_dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "TOLERATED", timedelta(seconds=-1))
    with pytest.raises(UnavailableError, match="clock"):
        async with operator(tmp_path / "home", settings=Settings(database=postgres_dsn)):
            pass


async def test_files_of_one_machine_have_no_other_clock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clocks, "TOLERATED", timedelta(seconds=-1))
    async with operator(tmp_path / "home"):
        pass
