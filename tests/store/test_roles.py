"""What each plane's role may do, and what it may not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import psycopg
import pytest

from shouze.store.cosignatures import CosignatureTable
from shouze.store.driver import SCHEMAS
from shouze.store.formats import look_at_servers
from shouze.store.log import LogTables
from shouze.store.log_advisory_lock import AdvisoryLock
from shouze.store.postgres import PostgresDatabase
from shouze.store.roles import DESK, GATEWAY, PLANES, PORTAL, ROLES, SEQUENCER, WITNESS, grant
from shouze.store.shard_retention import ShardRetention
from shouze.store.staging import StoredStaging
from shouze.store.witnessing import WitnessTables
from shouze.witness.ports import Evidence
from tests.sequencer.places import Clock, KeptNote, batches, sequencer

ALL = {"SELECT", "INSERT", "UPDATE", "DELETE"}
SUBJECTS = ["subject", "subject_value", "ending", "erasure", "service_user", "binding", "reply", "seen", "import_run"]
USAGE = ["usage", "usage_partition", "usage_batch", "usage_ended"]
REGISTERS = ["declaration", "entry", "operator", "policy"]
LOG = ("log_state", "bundle", "tile", "checkpoint", "applied", "placed", "record_kind", "exercised", "exercised_to")
READ = ("log_state", "bundle", "tile", "checkpoint", "cosignature", "shard")
INDEX = ("placed", "record_kind", "placed_subject", "touched")
PUBLISH = (
    "SELECT custody.publish(1, repeat('a', 64), '', 0, 'desk', '{}', '{}', '{}', '{}', '{}', "
    "'{posts,posts}', '{x,x}', ARRAY['\\x7b7d'::bytea, NULL], NULL)"
)
MAY = {
    **{(GATEWAY, f"custody.{table}"): ALL for table in SUBJECTS},
    (GATEWAY, "custody.bulk_request"): {"SELECT", "INSERT", "UPDATE"},
    (GATEWAY, "custody.bulk_chunk"): {"SELECT", "INSERT", "UPDATE"},
    (GATEWAY, "custody.bulk_subject"): {"SELECT", "INSERT", "DELETE"},
    **{(GATEWAY, f"custody.{table}"): {"SELECT", "INSERT", "DELETE"} for table in USAGE},
    **{(GATEWAY, f"custody.{table}"): {"SELECT"} for table in REGISTERS},
    **{(DESK, f"custody.{table}"): {"SELECT"} for table in REGISTERS},
    **{(role, f"custody.{table}"): {"SELECT"} for role in PLANES for table in ("stored_format", "alembic_version")},
    **{(GATEWAY, f"{schema}.alembic_version"): {"SELECT"} for schema in ("keys", "log")},
    (SEQUENCER, "log.alembic_version"): {"SELECT"},
    (GATEWAY, "keys.subject_key"): ALL,
    (GATEWAY, "keys.epoch_floor"): {"SELECT", "INSERT", "UPDATE"},
    (GATEWAY, "custody.index_floor"): {"SELECT", "INSERT", "UPDATE"},
    (GATEWAY, "keys.ring_mark"): {"SELECT", "INSERT"},
    (GATEWAY, "custody.ring_mark"): {"SELECT", "INSERT"},
    (GATEWAY, "log.staging"): {"SELECT", "INSERT"},
    (GATEWAY, "log.opening"): {"INSERT"},
    (GATEWAY, "log.look_up"): {"SELECT", "INSERT"},
    **{(GATEWAY, f"log.{table}"): {"SELECT"} for table in READ if table != "cosignature"},
    (GATEWAY, "log.cosignature"): {"SELECT", "INSERT"},
    **{(GATEWAY, f"log.{table}"): {"SELECT", "INSERT"} for table in INDEX},
    **{(GATEWAY, f"log.{table}"): {"SELECT", "INSERT", "UPDATE"} for table in ("exercised", "exercised_to")},
    (SEQUENCER, "log.opening"): {"DELETE"},
    (SEQUENCER, "log.look_up"): {"DELETE"},
    (SEQUENCER, "log.placed_subject"): {"DELETE"},
    (SEQUENCER, "log.touched"): {"DELETE"},
    (GATEWAY, "log.applied"): {"SELECT"},
    (SEQUENCER, "log.staging"): ALL,
    (SEQUENCER, "log.shard"): {"SELECT", "INSERT", "UPDATE"},
    **{(SEQUENCER, f"log.{table}"): ALL for table in LOG},
    (SEQUENCER, "log.cosignature"): ALL,
    (WITNESS, "log.alembic_version"): {"SELECT"},
    (WITNESS, "log.followed"): {"SELECT", "INSERT", "UPDATE"},
    (WITNESS, "log.evidence"): {"SELECT", "INSERT"},
}


@pytest.fixture
async def granted(url: str) -> str:
    """Return the URL of a store whose roles are granted, twice."""
    database = PostgresDatabase(url)
    await grant(database)
    await grant(database)
    await database.close()
    return url


@pytest.fixture
def owner(granted: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(granted, autocommit=True) as connection:
        yield connection


def test_each_role_may_do_exactly_what_its_plane_may(owner: psycopg.Connection) -> None:
    tables = owner.execute(
        "SELECT schemaname || '.' || tablename FROM pg_tables WHERE schemaname = ANY(%s)", [list(SCHEMAS)]
    ).fetchall()
    assert {table for _, table in MAY} <= {table for (table,) in tables}
    for role in ROLES:
        for (table,) in tables:
            rights = [*ALL, "TRUNCATE", "REFERENCES", "TRIGGER"]
            sql = "SELECT r FROM unnest(%s::text[]) AS r WHERE has_table_privilege(%s, %s, r)"
            has = {right for (right,) in owner.execute(sql, [rights, role, table])}
            assert has == MAY.get((role, table), set()), f"{role} {table}"


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (GATEWAY, "INSERT INTO custody.policy VALUES (1, '', '', 0, '')"),
        (GATEWAY, "UPDATE log.staging SET body = ''"),
        (GATEWAY, "UPDATE keys.ring_mark SET mark = ''"),
        (GATEWAY, "DELETE FROM custody.ring_mark"),
        (GATEWAY, "DELETE FROM log.staging"),
        (GATEWAY, "SELECT sealed FROM log.opening"),
        (GATEWAY, "INSERT INTO log.checkpoint VALUES (1, '', '', 0)"),
        (DESK, "SELECT * FROM custody.subject"),
        (DESK, "SELECT * FROM custody.subject_value"),
        (DESK, "SELECT * FROM custody.binding"),
        (DESK, "SELECT * FROM custody.usage"),
        *((role, "SELECT custody.usage_make('mobile/log', 20780)") for role in (DESK, SEQUENCER)),
        *((role, "SELECT custody.usage_drop('mobile/log', 20780)") for role in (DESK, SEQUENCER)),
        (DESK, "SELECT * FROM keys.subject_key"),
        (DESK, "SELECT * FROM log.opening"),
        (DESK, "SELECT * FROM log.bundle"),
        (DESK, "INSERT INTO log.staging VALUES (1, '', 1, 1, '', 0, NULL)"),
        (DESK, "INSERT INTO custody.policy VALUES (1, '', '', 0, '')"),
        (DESK, "INSERT INTO custody.entry VALUES ('posts', 'x', 1, '', 0, '')"),
        (DESK, "UPDATE custody.policy SET body = ''"),
        (DESK, "DELETE FROM custody.entry"),
        *((role, PUBLISH) for role in (GATEWAY, SEQUENCER, WITNESS)),
        (SEQUENCER, "SELECT * FROM keys.subject_key"),
        (SEQUENCER, "SELECT * FROM custody.subject"),
        (SEQUENCER, "SELECT * FROM custody.policy"),
        (SEQUENCER, "SELECT sealed FROM log.opening"),
        (GATEWAY, "UPDATE log.bundle SET body = ''"),
        (GATEWAY, "DELETE FROM log.placed"),
        (GATEWAY, "UPDATE log.shard SET ended = 1"),
        (WITNESS, "SELECT * FROM log.checkpoint"),
        (WITNESS, "SELECT * FROM log.staging"),
        (WITNESS, "SELECT * FROM custody.subject"),
        (WITNESS, "DELETE FROM log.followed"),
        (WITNESS, "UPDATE log.evidence SET ruling = ''"),
        (WITNESS, "DELETE FROM log.evidence"),
        (SEQUENCER, "SELECT * FROM log.followed"),
        (PORTAL, "SELECT * FROM keys.subject_key"),
        (PORTAL, "SELECT * FROM custody.subject"),
        (PORTAL, "SELECT * FROM custody.policy"),
        (PORTAL, "SELECT * FROM log.checkpoint"),
        (PORTAL, PUBLISH),
        *((role, "CREATE TABLE custody.more (id int)") for role in ROLES),
        *((role, "DROP TABLE custody.policy") for role in ROLES),
    ],
)
def test_what_a_plane_may_not_is_denied(owner: psycopg.Connection, role: str, statement: str) -> None:
    owner.execute(f"SET ROLE {role}")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        owner.execute(statement)


@pytest.mark.parametrize(
    ("role", "statement"),
    [
        (GATEWAY, "INSERT INTO log.staging VALUES (1, '', 1, 1, '', 0, NULL)"),
        (GATEWAY, "SELECT max(epoch) FROM custody.policy"),
        (GATEWAY, "SELECT custody.usage_make('mobile/log', 20780), custody.usage_drop('mobile/log', 20780)"),
        (DESK, PUBLISH),
        (SEQUENCER, "SELECT node, boot, min(nseq) FROM log.opening GROUP BY node, boot"),
        (SEQUENCER, "DELETE FROM log.staging"),
        (SEQUENCER, "UPDATE log.shard SET ended = 1"),
        (GATEWAY, "SELECT max(size), max(at) FROM log.cosignature WHERE vkey = ''"),
        (GATEWAY, "SELECT max(size) FROM log.checkpoint"),
        (WITNESS, "UPDATE log.followed SET size = 1"),
        (WITNESS, "INSERT INTO log.evidence VALUES ('', '', '', NULL, '', 0)"),
    ],
)
def test_what_a_plane_needs_is_granted(owner: psycopg.Connection, role: str, statement: str) -> None:
    owner.execute(f"SET ROLE {role}")
    owner.execute(statement)


async def test_a_sequencer_turns_and_deletes_logs_with_its_role_alone(granted: str) -> None:
    """Gateway and sequencer stand on the same tables, each through its own role."""
    gateway = PostgresDatabase(with_role(granted, GATEWAY))
    database = PostgresDatabase(with_role(granted, SEQUENCER))
    await StoredStaging(gateway).stage(batches(3)[0])
    clock = Clock()
    log = LogTables(database, AdvisoryLock(granted))
    one = sequencer(log, KeptNote(), clock, retention=timedelta(days=300))
    await one.step()
    for days in (366, 366):
        clock.time += timedelta(days=days)
        await one.step()
    assert (await one.step()) is not None, "the deletion of the first log is recorded"
    assert await ShardRetention(database).end() == 1
    assert await CosignatureTable(gateway).waiting("vkey") == 0
    assert [shard.deleted is not None for shard in await log.shards()] == [True, False, False]
    await one.release()
    await gateway.close()
    await database.close()


def with_role(url: str, role: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}options=-c%20role%3D{role}"


async def test_a_witness_works_with_its_role_alone(granted: str) -> None:
    own = with_role(granted, WITNESS)
    look_at_servers(own, None, ("log",))
    database = PostgresDatabase(own)
    tables = WitnessTables(database)
    await tables.follow("x/log", "vkey", 1)
    before = await tables.followed("x/log")
    assert before is not None
    after = before._replace(size=3, note="note", at=2)
    assert await tables.advance(before, after)
    assert await tables.hand_on(after, "x/log/2027", "vkey/2027", 3)
    await tables.keep(Evidence("x/log", b"digest", "inconsistent", None, b"", 4))
    assert [each.origin for each in await tables.all_followed()] == ["x/log", "x/log/2027"]
    assert len(await tables.evidence(b"", 9)) == 1
    await database.close()


def test_no_role_can_log_in(owner: psycopg.Connection) -> None:
    found = owner.execute("SELECT rolcanlogin, rolsuper FROM pg_roles WHERE rolname = ANY(%s)", [list(ROLES)])
    assert found.fetchall() == [(False, False)] * len(ROLES)
