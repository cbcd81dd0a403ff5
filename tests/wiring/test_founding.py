"""A new installation's tables are built at once, and are those that its migrations leave, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from shouze.settings import Settings
from shouze.wiring.founding import found_tables
from tests import postgres
from tests.wiring.test_desk_tables import desk_of

Tables = Mapping[str, Any]


def shape() -> Tables:
    """Return what the database says of each table: columns, constraints and indexes by name; and what is noted."""
    told = {}
    with connection.cursor() as cursor:
        seen = connection.introspection
        for table in seen.table_names(cursor):
            columns = {each.name: each._replace(name="") for each in seen.get_table_description(cursor, table)}
            told[table] = columns, seen.get_constraints(cursor, table)
    return told


def noted() -> list[tuple[str, str]]:
    return sorted(MigrationRecorder(connection).applied_migrations())


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.lasting)])
def places(request: pytest.FixtureRequest) -> Iterator[list[Settings]]:
    """Yield two places for a desk that have no table."""
    if request.param == "sqlite":
        yield [Settings(), Settings()]
        return
    with postgres.database() as one, postgres.database() as two:
        for url in (one, two):
            with psycopg.connect(url, autocommit=True) as owner:
                owner.execute("CREATE SCHEMA desk")
        yield [Settings(database=one), Settings(database=two)]


def test_they_are_those_that_all_migrations_leave(
    places: list[Settings], tmp_path: Path, django_db_blocker: Any
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
    with django_db_blocker.unblock():
        with desk_of(tmp_path / "one", places[0]):
            assert found_tables()
            at_once = shape(), noted()
            assert not found_tables(), "there are tables"
        with desk_of(tmp_path / "two", places[1]):
            call_command("migrate", verbosity=0, interactive=False)
            step_by_step = shape(), noted()
    assert at_once[1] == step_by_step[1]
    assert at_once[0].keys() == step_by_step[0].keys()
    for table, told in step_by_step[0].items():
        assert at_once[0][table] == told, table
    assert len(at_once[0]) > 100
