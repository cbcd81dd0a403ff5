"""The tests' own PostgreSQL: a test that runs a server of its own gives the run's back."""

from __future__ import annotations

import os

from tests import postgres


def test_a_server_within_the_runs_own_hides_it_until_its_end() -> None:
    outer = os.environ[postgres.FOLDER]
    inner = postgres.Reservation()
    try:
        assert os.environ[postgres.FOLDER] == str(inner.folder) != outer
    finally:
        inner.end()
    assert os.environ[postgres.FOLDER] == outer
    with postgres.database() as url:
        assert url.startswith("postgresql://")
