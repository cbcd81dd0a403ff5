"""A new installation's tables are built at once, and are those that its migrations leave, one after another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
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
            told[table] = columns, _by_name(seen.get_constraints(cursor, table))
    return told


def _by_name(constraints: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return constraints in order; SQLite numbers those without a name as they stand, and moves what is altered."""
    return sorted((name if "unnamed" not in name else "", repr(each)) for name, each in constraints.items())


def noted() -> list[tuple[str, str]]:
    return sorted(MigrationRecorder(connection).applied_migrations())


@contextmanager
def founded(home: Path, settings: Settings) -> Iterator[None]:
    """Let a new place's tables be built at once, and be there."""
    home.mkdir()
    with desk_of(home, settings):
        assert found_tables()
        assert not found_tables(), "there are tables"
        yield


def same(at_once: Tables, step_by_step: Tables) -> None:
    assert at_once.keys() == step_by_step.keys()
    for table, told in step_by_step.items():
        assert at_once[table] == told, table
    assert len(at_once) > 100


def test_a_new_place_has_every_table_and_nothing_is_left_to_do(tmp_path: Path, django_db_blocker: Any) -> None:
    with django_db_blocker.unblock(), founded(tmp_path / "new", Settings()):
        loader = MigrationExecutor(connection).loader
        assert set(noted()) == loader.graph.nodes.keys()
        tables = {model._meta.db_table for model in apps.get_models() if model._meta.can_migrate(connection)}
        assert tables <= shape().keys()


@pytest.mark.lasting
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_they_are_those_that_all_migrations_leave(kind: str, tmp_path: Path, django_db_blocker: Any) -> None:
    with empty_places(kind) as (one, two), django_db_blocker.unblock():
        with founded(tmp_path / "one", one):
            at_once, notes = shape(), noted()
        (tmp_path / "two").mkdir()
        with desk_of(tmp_path / "two", two):
            call_command("migrate", verbosity=0, interactive=False)
            assert notes == noted()
            same(at_once, shape())


@contextmanager
def empty_places(kind: str) -> Iterator[tuple[Settings, Settings]]:
    """Yield two places for a desk that have no table."""
    if kind == "sqlite":
        yield Settings(), Settings()
        return
    with postgres.database() as one, postgres.database() as two:
        for url in (one, two):
            with psycopg.connect(url, autocommit=True) as owner:
                owner.execute("CREATE SCHEMA desk")
        yield Settings(database=one), Settings(database=two)


def test_the_desks_file_is_its_owners_alone_in_a_folder_that_others_may_read(
    tmp_path: Path, django_db_blocker: Any
) -> None:
    home = tmp_path / "home"
    with django_db_blocker.unblock(), founded(home, Settings()):
        found = {each.name: each.stat().st_mode & 0o077 for each in home.iterdir()}
        assert "desk.db" in found
        assert set(found.values()) == {0}


def test_a_file_that_was_there_open_to_others_becomes_its_owners_alone(tmp_path: Path, django_db_blocker: Any) -> None:
    """An empty one that somebody made, or one that a restore left readable."""
    home = tmp_path / "home"
    home.mkdir()
    (home / "desk.db").touch()
    (home / "desk.db").chmod(0o664)
    with django_db_blocker.unblock(), desk_of(home, Settings()):
        assert found_tables()
        (home / "desk.db").chmod(0o644)
        assert not found_tables()
    assert {each.name: each.stat().st_mode & 0o777 for each in home.iterdir()}["desk.db"] == 0o600
