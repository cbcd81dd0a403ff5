"""Writes the next states of subjects, those of many who wait together in one transaction.

# Invariant: rows of subjects are locked in the order of their ids, so that two transactions wait and do not deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any, NamedTuple
from zlib import crc32

from shouze.gateway.ports import Change
from shouze.ledger.moments import micros
from shouze.rules.use import USAGE
from shouze.store.driver import Database, Dialect, Parameters, Transaction
from shouze.store.standing_form import write_standing

AT_ONCE = 0
"""When a subject with a key to destroy is due."""
LISTED = timedelta(days=366)
"""How long an erasure stays listed: longer than any backup opens anything."""
PURGE_ONE_IN, PURGE = 16, 64
"""One change in so many takes the opportunity to forget so many old ones."""

_CREATE = """
INSERT INTO custody.subject (id, revision, standing, next_due) VALUES (:subject, 1, :standing, :next_due)
ON CONFLICT (id) DO NOTHING
"""
_CHANGE = """
UPDATE custody.subject SET revision = revision + 1, standing = :standing, next_due = :next_due
WHERE id = :subject AND revision = :revision
"""
_NEXT = """
WITH next AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:subjects AS text[]), CAST(:revisions AS bigint[]), CAST(:standings AS bytea[]),
        CAST(:dues AS bigint[])) AS next (id, revision, standing, due)
)
"""
_CREATE_MANY = f"""
{_NEXT} INSERT INTO custody.subject (id, revision, standing, next_due)
SELECT id, 1, standing, due FROM next WHERE revision = 0 ORDER BY id
ON CONFLICT (id) DO NOTHING RETURNING id
"""  # noqa: S608 - made of constants
_CHANGE_MANY = f"""
{_NEXT}, locked AS MATERIALIZED (
    SELECT subject.id FROM custody.subject AS subject JOIN next ON next.id = subject.id
    WHERE subject.revision = next.revision ORDER BY subject.id FOR UPDATE OF subject
)
UPDATE custody.subject AS subject SET revision = subject.revision + 1, standing = next.standing, next_due = next.due
FROM next JOIN locked ON locked.id = next.id WHERE subject.id = next.id AND subject.revision = next.revision
RETURNING subject.id
"""  # noqa: S608 - made of constants
_PUT = """
INSERT INTO custody.subject_value (subject, ground, item, version, sealed)
VALUES (:subject, :ground, :item, :version, :sealed)
ON CONFLICT (subject, ground, item) DO UPDATE SET version = excluded.version, sealed = excluded.sealed
"""
_REMOVE = "DELETE FROM custody.subject_value WHERE subject = :subject AND ground = :ground AND item = :item"
_OWE = """
INSERT INTO custody.ending (subject, ground, version) VALUES (:subject, :ground, :version)
ON CONFLICT (subject, ground, version) DO NOTHING
"""
_SWEEP_USAGE = """
INSERT INTO custody.usage_ended (subject, ground) VALUES (:subject, :ground) ON CONFLICT (subject, ground) DO NOTHING
"""
_LIST = """
INSERT INTO custody.erasure (subject, revision, at, standing)
VALUES (:subject, :revision, CAST(:at AS bigint), :standing)
"""
_UNLIST = """
DELETE FROM custody.erasure WHERE (subject, revision) IN (
    SELECT subject, revision FROM custody.erasure WHERE at < :before ORDER BY at LIMIT :limit
)
"""
_OWING = "SELECT DISTINCT subject FROM custody.ending WHERE {}"
_USING = "SELECT subject, service FROM custody.service_user WHERE {}"
SET_DUE = "UPDATE custody.subject SET next_due = :next_due WHERE id = :subject"
_JOIN = "INSERT INTO custody.service_user (subject, service) VALUES (:subject, :service)"
_LEAVE = "DELETE FROM custody.service_user WHERE subject = :subject AND service = :service"


class _Row(NamedTuple):
    subject: str
    revision: int
    standing: bytes
    next_due: int | None


async def change_many(database: Database, changes: Sequence[Change], writes: int) -> list[bool]:
    """Write each next state in the stored format ``writes`` unless its revision has moved on; say which are written.

    Of two changes to one subject the second has been overtaken.
    """
    first: dict[str, Change] = {}
    for each in changes:
        first.setdefault(each.subject, each)
    async with database.transaction() as transaction:
        # From here on the subjects' rows are locked: whoever changes one or settles its endings waits.
        written = await _write(transaction, database, list(first.values()), writes)
        done = [each for subject, each in first.items() if subject in written]
        if done:
            await _write_values(transaction, done)
            await _write_services(transaction, database, done)
            await _list_erasures(transaction, done, writes)
            owing = await about(transaction, database.dialect, _OWING, [each.subject for each in done])
            await transaction.execute_many(SET_DUE, [{"subject": each, "next_due": AT_ONCE} for (each,) in owing])
    await _unlist(database, done)
    return [each.subject in written and first[each.subject] is each for each in changes]


async def _write(transaction: Transaction, database: Database, changes: Sequence[Change], writes: int) -> set[str]:
    rows = [_row(each, writes) for each in changes]
    if database.dialect == "postgres":
        columns: Parameters = {
            "subjects": [subject for subject, *_ in rows],
            "revisions": [revision for _, revision, *_ in rows],
            "standings": [standing for *_, standing, _ in rows],
            "dues": [due for *_, due in rows],
        }
        news = [revision == 0 for _, revision, *_ in rows]
        written = await transaction.fetch(_CREATE_MANY, columns) if any(news) else []
        written += await transaction.fetch(_CHANGE_MANY, columns) if not all(news) else []
        return {subject for (subject,) in written}
    return {
        row.subject for row in rows if await transaction.execute(_CHANGE if row.revision else _CREATE, row._asdict())
    }


def _row(change: Change, writes: int) -> _Row:
    due = change.standing.next_due()
    return _Row(
        change.subject, change.revision, write_standing(change.standing, writes), None if due is None else micros(due)
    )


async def about(
    asked: Database | Transaction, dialect: Dialect, sql: str, subjects: Iterable[str], *, column: str = "subject",
    lock: bool = False,
) -> list[tuple[Any, ...]]:  # fmt: skip
    """Return the rows of a reading statement about these subjects, whose condition stands at ``{}``.

    PostgreSQL is asked once for all. For SQLite, which takes no lists, a statement costs no round trip. ``lock`` keeps
    others from changing the rows; on SQLite a transaction is the only writer anyway.
    """
    if dialect == "postgres":
        text = sql.format(f"{column} = ANY(:subjects)") + (" FOR UPDATE" if lock else "")
        return await asked.fetch(text, {"subjects": list(subjects)})
    one = sql.format(f"{column} = :subject")
    return [row for each in subjects for row in await asked.fetch(one, {"subject": each})]


async def _write_values(transaction: Transaction, changes: Sequence[Change]) -> None:
    puts = [{"subject": each.subject, **value._asdict()} for each in changes for value in each.puts]
    gone = [
        {"subject": each.subject, "ground": ground, "item": item} for each in changes for ground, item in each.removals
    ]
    owed = [{"subject": each.subject, **key._asdict()} for each in changes for key in each.endings]
    usage = {
        (each.subject, key.ground.removesuffix(USAGE))
        for each in changes
        for key in each.endings
        if key.ground.endswith(USAGE)
    }
    await transaction.execute_many(_PUT, puts)
    await transaction.execute_many(_REMOVE, gone)
    await transaction.execute_many(_OWE, owed)
    swept = [{"subject": subject, "ground": ground} for subject, ground in sorted(usage)]
    await transaction.execute_many(_SWEEP_USAGE, swept)


async def _write_services(transaction: Transaction, database: Database, changes: Sequence[Change]) -> None:
    """Keep the list of services that the subjects still use; most changes leave it as it is."""
    listed = {
        (subject, service)
        for subject, service in await about(transaction, database.dialect, _USING, [each.subject for each in changes])
    }
    using = {
        (each.subject, service)
        for each in changes
        for service, ended in each.standing.services.items()
        if ended is None
    }
    for sql, pairs in ((_JOIN, using - listed), (_LEAVE, listed - using)):
        await transaction.execute_many(sql, [{"subject": one, "service": service} for one, service in sorted(pairs)])


async def _list_erasures(transaction: Transaction, changes: Sequence[Change], writes: int) -> None:
    """List a change that ends something, so that restoring an older backup ends it again: one row, whatever ended."""
    rows: list[Parameters] = []
    for each in changes:
        at = each.at or each.standing.erased_at
        if each.endings or each.standing.erased_at is not None:
            standing = write_standing(each.standing, writes)
            moment = None if at is None else micros(at)
            rows.append({"subject": each.subject, "revision": each.revision + 1, "at": moment, "standing": standing})
    await transaction.execute_many(_LIST, rows)


async def _unlist(database: Database, changes: Sequence[Change]) -> None:
    """Now and then forget old entries of the list of erasures."""
    moments = [
        each.at for each in changes if each.endings and each.at and crc32(each.subject.encode()) % PURGE_ONE_IN == 0
    ]
    if moments:
        await database.execute(_UNLIST, {"before": micros(max(moments) - LISTED), "limit": PURGE})
