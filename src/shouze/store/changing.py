"""Writes the next states of subjects, those of many who wait together in one transaction.

# Invariant: rows of subjects are locked in the order of their ids, so that two transactions wait and do not deadlock.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from zlib import crc32

from shouze.gateway.ports import Change
from shouze.ledger.moments import micros
from shouze.store.change_rows import AT_ONCE, due_of, in_use, listed, moves, row_of, usage_swept
from shouze.store.changing_at_once import change_at_once
from shouze.store.driver import Database, Dialect, Parameters, Transaction
from shouze.store.given import given

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
PAID = "DELETE FROM custody.ending WHERE subject = :subject AND ground = :ground AND version = :version"
_SETTLED_AT_ONCE = f"""
WITH settled AS MATERIALIZED (
    SELECT * FROM {given("settled", id="subjects text", revision="revisions bigint", due="dues bigint")}
), paid AS MATERIALIZED (
    SELECT * FROM {given("paid", subject="owed_subjects text", ground="grounds text", version="versions bigint")}
), locked AS MATERIALIZED (
    SELECT settled.* FROM custody.subject AS subject JOIN settled ON subject.id = settled.id
    ORDER BY subject.id FOR UPDATE OF subject
), gone AS (
    DELETE FROM custody.ending AS owed USING paid JOIN locked ON locked.id = paid.subject
    WHERE owed.subject = paid.subject AND owed.ground = paid.ground AND owed.version = paid.version
)
UPDATE custody.subject AS subject SET next_due = locked.due FROM locked
WHERE subject.id = locked.id AND subject.revision = locked.revision AND NOT EXISTS (
    SELECT 1 FROM custody.ending AS owed
    WHERE owed.subject = locked.id AND (owed.subject, owed.ground, owed.version) NOT IN (SELECT * FROM paid)
)
"""  # noqa: S608 - made of constants
_DUE_AGAIN_ONE = """
UPDATE custody.subject SET next_due = :due WHERE id = :subject AND revision = :revision
    AND NOT EXISTS (SELECT 1 FROM custody.ending AS owed WHERE owed.subject = :subject)
"""
SET_DUE = "UPDATE custody.subject SET next_due = :next_due WHERE id = :subject"
_JOIN = "INSERT INTO custody.service_user (subject, service) VALUES (:subject, :service)"
_LEAVE = "DELETE FROM custody.service_user WHERE subject = :subject AND service = :service"


async def change_many(database: Database, changes: Sequence[Change], writes: int) -> list[bool]:
    """Write each next state in the stored format ``writes`` unless its revision has moved on; say which are written.

    Of two changes to one subject the second has been overtaken.
    """
    first: dict[str, Change] = {}
    for each in changes:
        first.setdefault(each.subject, each)
    if database.dialect == "postgres":
        written = await change_at_once(database, list(first.values()), writes)
    else:
        written = await _change(database, list(first.values()), writes)
    await _unlist(database, [each for subject, each in first.items() if subject in written])
    return [each.subject in written and first[each.subject] is each for each in changes]


async def _change(database: Database, changes: Sequence[Change], writes: int) -> set[str]:
    async with database.transaction() as transaction:
        # From here on the subjects' rows are locked: whoever changes one or settles its endings waits.
        done = [each for each in changes if await _write(transaction, each, writes)]
        if done:
            await _write_values(transaction, done)
            await _write_services(transaction, database, list(filter(moves, done)))
            await transaction.execute_many(_LIST, [each._asdict() for each in listed(done, writes)])
            owing = await about(transaction, database.dialect, _OWING, [each.subject for each in done])
            await transaction.execute_many(SET_DUE, [{"subject": each, "next_due": AT_ONCE} for (each,) in owing])
    return {each.subject for each in done}


async def settle(database: Database, changes: Sequence[Change]) -> None:
    """Note that the keys which these changes ended are destroyed.

    A subject is due as the change's standing says from then on, unless another change has come since: that one has
    said when, and the sweep looks where it was too early.
    """
    owed = [(each.subject, *key) for each in changes for key in each.endings]
    dues = [(each.subject, each.revision + 1, due_of(each.standing)) for each in changes]
    if database.dialect == "postgres":
        columns: Parameters = {
            "subjects": [subject for subject, _, _ in dues],
            "revisions": [revision for _, revision, _ in dues],
            "dues": [due for _, _, due in dues],
            "owed_subjects": [subject for subject, _, _ in owed],
            "grounds": [ground for _, ground, _ in owed],
            "versions": [version for _, _, version in owed],
        }
        await database.execute(_SETTLED_AT_ONCE, columns)
        return
    async with database.transaction() as transaction:
        names = ("subject", "ground", "version")
        await transaction.execute_many(PAID, [dict(zip(names, key, strict=True)) for key in owed])
        names = ("subject", "revision", "due")
        await transaction.execute_many(_DUE_AGAIN_ONE, [dict(zip(names, due, strict=True)) for due in dues])


async def _write(transaction: Transaction, change: Change, writes: int) -> int:
    row = row_of(change, writes)
    return await transaction.execute(_CHANGE if change.revision else _CREATE, row._asdict())


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
    await transaction.execute_many(_PUT, puts)
    await transaction.execute_many(_REMOVE, gone)
    await transaction.execute_many(_OWE, owed)
    swept = [{"subject": subject, "ground": ground} for subject, ground in usage_swept(changes)]
    await transaction.execute_many(_SWEEP_USAGE, swept)


async def _write_services(transaction: Transaction, database: Database, changes: Sequence[Change]) -> None:
    known = set(await about(transaction, database.dialect, _USING, [each.subject for each in changes]))
    using = set(in_use(changes))
    for sql, pairs in ((_JOIN, using - known), (_LEAVE, known - using)):
        await transaction.execute_many(sql, [{"subject": one, "service": service} for one, service in sorted(pairs)])


async def _unlist(database: Database, changes: Sequence[Change]) -> None:
    """Now and then forget old entries of the list of erasures."""
    moments = [
        each.at for each in changes if each.endings and each.at and crc32(each.subject.encode()) % PURGE_ONE_IN == 0
    ]
    if moments:
        await database.execute(_UNLIST, {"before": micros(max(moments) - LISTED), "limit": PURGE})
