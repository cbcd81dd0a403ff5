"""What version 0.1.0 stored, this release reads, answers alike, changes and erases."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import psycopg

from shouze import wiring
from shouze.cli import story
from shouze.gateway.sealing import PACK
from shouze.ledger.tile import Bundle, Tile
from shouze.rules.declaration import DeclarationFile
from shouze.rules.document import read_document
from shouze.store.driver import SCHEMAS
from shouze.wiring.shards import published_log
from tests.upgrading.answering import answers
from tests.upgrading.installed import Installed, answered, asked

ROWS = "SELECT ground, item FROM custody.subject_value WHERE subject = :subject ORDER BY ground, item"
KEYS = "SELECT count(*) FROM keys.subject_key WHERE subject = :subject AND ground <> '#records'"


def upgraded(first: Installed) -> Installed:
    wiring.prepare(first.home, first.settings)
    if first.settings.database:
        wiring.finish(first.settings)
    return first


@asynccontextmanager
async def opened(first: Installed, **more: Any) -> AsyncIterator[wiring.Installation]:
    async with wiring.installation(first.home, first.settings, **more) as installation:
        yield installation


async def test_everything_is_answered_as_it_was_answered(first: Installed) -> None:
    told, clock = first.told, first.told.clock
    async with opened(upgraded(first), clock=clock) as installation:
        assert await answers(installation, clock, told.tokens, asked(told.before)) == answered(told.before)


async def test_requests_repeated_over_the_upgrade_get_the_answers_that_were_kept(first: Installed) -> None:
    told, clock = first.told, first.told.clock
    async with opened(upgraded(first), clock=clock) as installation:
        held = await installation.stores.databases["custody"].fetch("SELECT id, revision FROM custody.subject")
        assert await answers(installation, clock, told.tokens, asked(told.kept)) == answered(told.kept)
        assert held == await installation.stores.databases["custody"].fetch("SELECT id, revision FROM custody.subject")


async def test_changes_come_to_what_they_came_to(first: Installed) -> None:
    told, clock = first.told, first.told.clock
    async with opened(upgraded(first), clock=clock) as installation:
        assert await answers(installation, clock, told.tokens, asked(told.changes)) == answered(told.changes)
        assert await answers(installation, clock, told.tokens, asked(told.before)) == told.after
        custody = installation.stores.databases["custody"]
        for role in ("keeping", "corrected", "large"):
            rows = await custody.fetch(ROWS, {"subject": told.subjects[role]})
            assert ("mobile/customer-service", PACK) in rows or role == "large"
            assert ("mobile/open-account", PACK) in rows
            assert not [ground for ground, item in rows if item and (ground, PACK) in rows]


async def test_an_erased_subject_of_the_old_form_leaves_no_key(first: Installed) -> None:
    told, clock = first.told, first.told.clock
    async with opened(upgraded(first), clock=clock) as installation:
        keys, subject = installation.stores.databases["keys"], told.subjects["left-one"]
        [(before,)] = await keys.fetch(KEYS, {"subject": subject})
        assert before
        await answers(installation, clock, told.tokens, asked(told.changes))
        assert await keys.fetch(KEYS, {"subject": subject}) == [(0,)]
        assert await installation.stores.databases["custody"].fetch(ROWS, {"subject": subject}) == []


async def test_the_log_verifies_from_its_first_leaf_on_and_continues_the_one_there_was(first: Installed) -> None:
    told, clock = first.told, first.told.clock
    async with opened(upgraded(first), clock=clock, covered=True) as installation:
        await answers(installation, clock, told.tokens, asked(told.before)[:3])
        [(root,)] = await installation.stores.databases["log"].fetch(
            "SELECT root FROM log.checkpoint WHERE size = :size", {"size": told.log["size"]}
        )
    assert root.hex() == told.log["root"]
    report = await wiring.verify(first.home, first.settings)
    assert report.ok, report.faults
    assert report.size > told.log["size"]


async def test_the_log_there_was_is_the_first_of_its_logs_under_its_own_name(first: Installed) -> None:
    clock, written = first.told.clock, {}
    async with opened(upgraded(first), clock=clock, covered=True) as installation:
        name, database = installation.signer.name, installation.stores.databases["log"]
        for place in (Bundle(0, 9), Tile(0, 0, 9)):
            written[place] = await published_log(database).read(place)
    after = await wiring.turn_log(first.home, first.settings, clock=clock)
    assert after.name.startswith(f"{name}/")
    async with wiring.open_log(first.home, first.settings) as log:
        assert [each.verifier.name for each in log.shards] == [name, after.name]
        for place, content in written.items():
            assert await log.shards[0].published.read(place) == content
    verified = await wiring.verify_shards(first.home, first.settings)
    assert [each.report.faults for each in verified] == [(), ()]
    assert verified[1].handed_over


async def test_the_same_rules_declared_again_are_the_same_version(first: Installed) -> None:
    async with opened(upgraded(first), clock=first.told.clock) as installation:
        document, lines = read_document(story.read("declaration.yaml"), DeclarationFile)
        assert (await installation.publisher.declare(document, lines, "test")).published == ()


def test_new_tables_and_columns_are_all_that_a_revision_brings(first: Installed) -> None:
    """What 0.1.0 wrote into a table, it can still write: side by side with it, or the upgrade is no rolling one."""
    before = columns(first)
    wiring.prepare(first.home, first.settings)
    after = columns(first)
    for table, known in before.items():
        assert known.items() <= after[table].items(), table
        assert not [name for name, (_, needed) in after[table].items() if needed and name not in known], table


def columns(first: Installed) -> dict[str, dict[str, tuple[str, bool]]]:
    """Return type, and whether a value has to be given, of each column of each table."""
    if first.settings.database:
        sql = """
            SELECT table_schema || '.' || table_name, column_name, data_type,
                is_nullable = 'NO' AND column_default IS NULL
            FROM information_schema.columns WHERE table_schema = ANY(%s)
        """
        with psycopg.connect(first.settings.database) as server:
            rows = server.execute(sql, [list(SCHEMAS)]).fetchall()
    else:
        rows = []
        for schema in SCHEMAS:
            file = sqlite3.connect(first.home / f"{schema}.db")
            rows += file.execute(
                "SELECT ? || '.' || t.name, c.name, c.type, c.\"notnull\" AND c.dflt_value IS NULL "
                "FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table'",
                [schema],
            ).fetchall()
            file.close()
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, name, kind, needed in rows:
        found.setdefault(table, {})[name] = (kind, bool(needed))
    return found
