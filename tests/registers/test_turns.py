"""Turns among threads and among processes of a desk."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from shouze.registers.describing import Round
from shouze.registers.turns import key_of, turn
from shouze.settings import Settings
from shouze.worker.rounds import run_due
from tests.wiring.test_desk_tables import desk_of, make_there


@pytest.fixture
def on_server(tmp_path: Path, postgres_dsn: str, django_db_blocker: Any) -> Iterator[str]:
    settings = Settings(database=postgres_dsn)
    with django_db_blocker.unblock():
        make_there(tmp_path, settings)
        with desk_of(tmp_path, settings):
            yield postgres_dsn


@pytest.mark.django_db
def test_one_thread_at_a_time_has_a_turn() -> None:
    told: list[bool] = []

    def other() -> None:
        with turn("x", wait=False) as mine:
            told.append(mine)

    with turn("x", wait=False) as mine:
        assert mine
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    with turn("x", wait=False) as again:
        assert again
    assert told == [False]


def test_two_desk_processes_run_a_round_once(on_server: str) -> None:
    """While another process is at a round, however long that takes, this one leaves it alone."""
    ran: list[datetime] = []
    slow = Round(name="house.deliver", every=timedelta(0), run=ran.append)
    with psycopg.connect(on_server, autocommit=True) as other:
        key = key_of("round.house.deliver")
        other.execute("SELECT pg_advisory_lock(%s)", [key])
        assert run_due([slow]) == []
        other.execute("SELECT pg_advisory_unlock(%s)", [key])
        assert run_due([slow]) == ["house.deliver"]
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [key]).fetchone() == (True,), "it was given back"
    assert len(ran) == 1


@pytest.mark.lasting
def test_a_round_that_fails_gives_its_turn_back(on_server: str) -> None:
    def fail(_now: datetime) -> None:
        raise ValueError

    assert run_due([Round(name="x", every=timedelta(0), run=fail)]) == ["x"]
    with psycopg.connect(on_server, autocommit=True) as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [key_of("round.x")]).fetchone() == (True,)
