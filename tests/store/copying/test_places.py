"""Tables copied out of one database into another: the same rows, whatever the kinds, records of use included."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path

import psycopg
import pytest

from shouze.errors import ConflictError, UnavailableError
from shouze.settings import Settings
from shouze.store.copying.form import Adder, Cell, Sum, Table, pages
from shouze.store.copying.places import Snapshot, Target, open_snapshot, open_target
from shouze.store.driver import SCHEMAS, Schema
from shouze.store.migrate import NEWEST
from shouze.store.opening import open_postgres, open_sqlite
from tests import postgres

KINDS = ("sqlite", "postgres")
USAGE = Table("custody.usage", ("subject", "ground", "day", "batch", "n", "sealed"))
LISTED = Table("custody.usage_partition", ("ground", "first"))
SEEN = Table("custody.seen", ("issuer", "number", "until"))
KEYS = Table("keys.subject_key", ("subject", "ground", "version", "epoch", "suite", "blob"))
ROWS: dict[Table, list[tuple[Cell, ...]]] = {
    SEEN: [("一", "x' \"", 2**62), ("", "\\N\t\n", -1)],
    KEYS: [(f"s{n}", "a/b", n, 1, 1, bytes([n % 256]) * 60) for n in range(1200)],
    USAGE: [("s1", "a/b", day, b"batch", 2, b"\0\xff") for day in (20001, 20009, 20010, 20455)],
    LISTED: [("a/b", 20000), ("a/b", 20010), ("a/b", 20450), ("a/b", 20470)],
}


@pytest.fixture
def places(tmp_path: Path) -> Iterator[dict[str, tuple[Path, Settings]]]:
    """Yield one empty place of each kind."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres.database())
        yield {"sqlite": (tmp_path / "sqlite", Settings()), "postgres": (tmp_path / "server", Settings(database=url))}


def none(revision: str) -> None:
    raise AssertionError(revision)


def filled(home: Path, settings: Settings) -> Target:
    home.mkdir(exist_ok=True)
    target = open_target(home, settings, none)
    for schema in SCHEMAS:
        target.prepare(schema, NEWEST)
    for table, rows in ROWS.items():
        target.insert(table, rows)
    target.commit()
    return target


def sums(snapshot: Snapshot, schema: Schema) -> dict[str, Sum]:
    found = {}
    for table in snapshot.tables(schema):
        adder = Adder()
        for page in pages(snapshot.rows(table)):
            adder.add_all(page)
        found[table.name] = adder.sum()
    return found


def copied(source: tuple[Path, Settings], target: Target) -> None:
    for schema in SCHEMAS:
        with closing(open_snapshot(*source, (schema,))) as snapshot:
            target.prepare(schema, snapshot.revision(schema))
            for table in snapshot.tables(schema):
                rows = list(snapshot.rows(table))
                if rows:
                    target.insert(table, rows)
    target.commit()


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", KINDS)
async def test_a_copy_of_a_copy_has_the_same_tables_and_sums(
    places: dict[str, tuple[Path, Settings]], tmp_path: Path, kind: str, other: str
) -> None:
    source = places[kind]
    filled(*source).finish()
    with ExitStack() as stack:
        url = stack.enter_context(postgres.database()) if other == "postgres" else ""
        home, settings = tmp_path / "copy", Settings(database=url)
        home.mkdir()
        target = open_target(home, settings, none)
        copied(source, target)
        for schema in SCHEMAS:
            with closing(open_snapshot(*source, (schema,))) as before, closing(target.snapshot((schema,))) as after:
                assert sums(after, schema) == sums(before, schema)
        target.finish()
        stores = open_postgres(url) if url else open_sqlite(home)
        [(last,)] = await stores.databases["custody"].fetch("SELECT max(until) FROM custody.seen")
        assert last == 2**62
        await stores.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_snapshot_stands_still_while_others_write(places: dict[str, tuple[Path, Settings]], kind: str) -> None:
    home, settings = places[kind]
    target = filled(home, settings)
    with closing(open_snapshot(home, settings, ("custody",))) as snapshot:
        before = sums(snapshot, "custody")
        target.insert(SEEN, [("later", "1", 1)])
        target.commit()
        assert sums(snapshot, "custody") == before
    with closing(open_snapshot(home, settings, ("custody",))) as snapshot:
        assert sums(snapshot, "custody") != before


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_revision_is_refused(places: dict[str, tuple[Path, Settings]], kind: str) -> None:
    home, settings = places[kind]
    home.mkdir()
    with pytest.raises(ConflictError, match="newer version"):
        open_target(home, settings, none).prepare("custody", "custody_9999")


def test_on_postgresql_only_new_schemas_are_written_and_only_unfinished_ones_replaced(
    places: dict[str, tuple[Path, Settings]],
) -> None:
    home, settings = places["postgres"]
    filled(home, settings)  # killed here: not finished, not abandoned
    target = filled(home, settings)
    target.finish()
    with pytest.raises(ConflictError, match="not empty"):
        open_target(home, settings, none)
    with closing(open_snapshot(home, settings, ("custody",))) as snapshot:
        assert list(snapshot.rows(SEEN))
    target.abandon()
    with psycopg.connect(settings.database) as connection:
        found = connection.execute("SELECT nspname FROM pg_namespace WHERE nspname = ANY(%s)", (list(SCHEMAS),))
        assert found.fetchall() == []


def test_a_server_that_is_not_there_is_unavailable(tmp_path: Path) -> None:
    settings = Settings(database="postgresql://nobody@127.0.0.1:1/none")
    with pytest.raises(UnavailableError):
        open_snapshot(tmp_path, settings, ("custody",))
