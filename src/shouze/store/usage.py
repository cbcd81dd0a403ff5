"""Keeps records of use of the service: the gateway's port ``UsageStore``.

Blocks stand in partitions of ten days of one ground each (``usage_partitions``). On PostgreSQL they are partitions of
one table; on SQLite tables of their own, which this module reads one after another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime

import msgspec

from shouze.gateway.usage.ports import Binding, Block, Holding, Kept, Known, Named, Partition, Position, Seen
from shouze.ledger.moments import micros, moment
from shouze.store.driver import Database, Dialect, Parameters, Row
from shouze.store.policies import StoredPolicies
from shouze.store.standing_form import read_standing, write_standing
from shouze.store.usage_partitions import drop_partition, first_of, name_of, open_partition, partition_of, partitions

_COLUMNS = ("subject", "ground", "day", "batch", "n", "sealed")
_ARRAYS: dict[Dialect, tuple[str, str]] = {
    "sqlite": (
        "SELECT value AS subject FROM json_each(:subjects)",
        "SELECT unhexed(value) AS tag FROM json_each(:tags)",
    ),
    "postgres": (
        "SELECT subject FROM unnest(CAST(:subjects AS text[])) AS asked (subject)",
        "SELECT tag FROM unnest(CAST(:tags AS bytea[])) AS asked (tag)",
    ),
}
_LOOK_UP = """
WITH named AS MATERIALIZED ({0}), tagged AS MATERIALIZED ({1})
SELECT NULL AS tag, NULL AS since, NULL AS until, subject.id, subject.revision, subject.standing,
    CAST(NULL AS bigint) AS epoch
FROM named JOIN custody.subject AS subject ON subject.id = named.subject
UNION ALL
SELECT binding.tag, binding.since, binding.until, subject.id, subject.revision, subject.standing, NULL
FROM tagged JOIN custody.binding AS binding ON binding.tag = tagged.tag
JOIN custody.subject AS subject ON subject.id = binding.subject
UNION ALL
SELECT NULL, NULL, NULL, NULL, NULL, NULL, coalesce(max(epoch), 0) FROM custody.policy
"""
_LOOK_UPS = {dialect: _LOOK_UP.format(*arrays) for dialect, arrays in _ARRAYS.items()}
# A subject that owes a destruction is due at once (0), and stays so.
_DUE = "CASE WHEN {0}next_due = 0 THEN 0 ELSE {1} END"
_HOLD_ONE = f"""
UPDATE custody.subject SET revision = revision + 1, standing = :standing, next_due = {_DUE.format("", ":due")}
WHERE id = :subject AND revision = :revision
"""  # noqa: S608 - made of constants
# Rows are locked in the order of their ids, so that two batches about the same subjects wait and do not deadlock.
_HOLD_MANY = f"""
WITH next AS MATERIALIZED (
    SELECT * FROM unnest(CAST(:subjects AS text[]), CAST(:revisions AS bigint[]), CAST(:standings AS bytea[]),
        CAST(:dues AS bigint[])) AS next (id, revision, standing, due)
),
locked AS MATERIALIZED (
    SELECT subject.id FROM custody.subject AS subject JOIN next ON next.id = subject.id
    WHERE subject.revision = next.revision ORDER BY subject.id FOR UPDATE OF subject
)
UPDATE custody.subject AS subject
SET revision = subject.revision + 1, standing = next.standing, next_due = {_DUE.format("subject.", "next.due")}
FROM next JOIN locked ON locked.id = next.id
WHERE subject.id = next.id AND subject.revision = next.revision
RETURNING subject.id
"""  # noqa: S608 - made of constants
_NAME = """
INSERT INTO custody.usage_batch (feed, name, fingerprint, answer, at) VALUES (:feed, :name, :fingerprint, :answer, :at)
"""
_KEPT = "SELECT fingerprint, answer FROM custody.usage_batch WHERE feed = :feed AND name = :name"
_FORGET = "DELETE FROM custody.usage_batch WHERE at < :before"
_READ = """
SELECT subject, ground, day, batch, n, sealed FROM (
    SELECT subject, ground, day, batch, n, sealed, sum(n) OVER (ORDER BY day, batch) - n AS before
    FROM (
        SELECT subject, ground, day, batch, n, sealed FROM {table}
        WHERE subject = :subject AND ground = :ground AND day >= :first AND day <= :last
            AND (day > :day OR batch > :batch OR batch = :batch AND :offset > 0)
        ORDER BY day, batch LIMIT :limit
    ) AS nearest
) AS counted
WHERE before < :limit ORDER BY day, batch
"""
_REMOVE_ALL = "DELETE FROM {table} WHERE subject = :subject AND ground = :ground"
_REMOVE = f"{_REMOVE_ALL} AND day = :day AND batch = :batch"
_COUNT = "SELECT coalesce(sum(n), 0) FROM {table} WHERE ground = :ground AND day >= :first AND day <= :last"
_ENDED = "SELECT subject, ground FROM custody.usage_ended ORDER BY subject, ground LIMIT :limit"
_SWEPT = "DELETE FROM custody.usage_ended WHERE subject = :subject AND ground = :ground"


class StoredUsage:
    """``UsageStore`` on a database; says what the port says."""

    def __init__(self, database: Database, policies: StoredPolicies) -> None:
        """``policies`` says in which stored format standings are written."""
        self._database, self._policies = database, policies
        self._made: set[Partition] = set()

    async def look_up(self, subjects: Collection[str], tags: Collection[bytes]) -> Known:
        """Find subjects by id and by tags with one statement."""
        postgres = self._database.dialect == "postgres"
        asked: Parameters = {
            "subjects": list(subjects) if postgres else _json(list(subjects)),
            "tags": list(tags) if postgres else _json([tag.hex() for tag in tags]),
        }
        epoch, known, bindings = 0, dict[str, Seen](), defaultdict[bytes, list[Binding]](list)
        for tag, since, until, subject, revision, standing, newest in await self._database.fetch(
            _LOOK_UPS[self._database.dialect], asked
        ):
            if subject is None:
                epoch = newest
                continue
            if subject not in known:
                known[subject] = Seen(revision, read_standing(standing))
            if tag is not None:
                bindings[tag].append(Binding(subject, moment(since), None if until is None else moment(until)))
        return Known(epoch, known, bindings)

    async def hold(self, holdings: Sequence[Holding]) -> set[str]:
        """Compare and swap the standings of many subjects."""
        writes = self._policies.writes
        rows: list[Row] = [
            (each.subject, each.revision, write_standing(each.standing, writes), None if due is None else micros(due))
            for each in holdings
            for due in [each.standing.next_due()]
        ]
        async with self._database.transaction() as transaction:
            if self._database.dialect == "postgres":
                columns = zip(("subjects", "revisions", "standings", "dues"), zip(*rows, strict=True), strict=True)
                parameters: Parameters = {name: list(column) for name, column in columns}
                return {subject for (subject,) in await transaction.fetch(_HOLD_MANY, parameters)}
            names = ("subject", "revision", "standing", "due")
            return {row[0] for row in rows if await transaction.execute(_HOLD_ONE, dict(zip(names, row, strict=True)))}

    async def prepare(self, ground: str, days: Collection[int]) -> None:
        """Make the partitions that are missing, each in a short transaction of its own."""
        for first in sorted({first_of(day) for day in days}):
            partition = partition_of(ground, first)
            if partition not in self._made:
                async with self._database.transaction() as transaction:
                    await open_partition(transaction, self._database.dialect, partition)
                self._made.add(partition)

    async def append(self, blocks: Sequence[Block], named: Named | None, answer: bytes) -> None:
        """Write a batch: the name first, so that of the same batch twice at once the second writes nothing."""
        async with self._database.transaction() as transaction:
            if named is not None:
                row = {**named._asdict(), "at": micros(named.at), "answer": answer}
                await transaction.execute(_NAME, row)
            for table, rows in self._by_table(blocks).items():
                await transaction.insert_many(table, _COLUMNS, rows)

    async def kept(self, feed: str, name: str) -> Kept | None:
        """Return what the batch of this name was answered."""
        for row in await self._database.fetch(_KEPT, {"feed": feed, "name": name}):
            return Kept(*row)
        return None

    async def read(self, subject: str, ground: str, last: int, position: Position, limit: int) -> list[Block]:
        """Return blocks in order, from one partition after another until there are enough."""
        blocks: list[Block] = []
        asked: Parameters = {
            "subject": subject, "ground": ground, "first": position.day, "last": last, "day": position.day,
            "batch": position.batch, "offset": position.offset,
        }  # fmt: skip
        left = limit + position.offset
        for table in await self._tables(ground, position.day, last):
            rows = await self._database.fetch(_READ.format(table=table), {**asked, "limit": left})
            blocks += [Block(*row) for row in rows]
            left = limit + position.offset - sum(block.n for block in blocks)
            if left <= 0:
                break
        return blocks

    async def partitions(self) -> list[Partition]:
        """Return every partition, in order of ground and day."""
        return await partitions(self._database)

    async def count(self, partition: Partition) -> int:
        """Return how many records stand in a partition."""
        sql = _COUNT.format(table=self._table(partition))
        for (count,) in await self._database.fetch(sql, partition._asdict()):
            return int(count)
        return 0

    async def drop(self, partition: Partition) -> None:
        """Drop a partition."""
        self._made.discard(partition)
        async with self._database.transaction() as transaction:
            await drop_partition(transaction, self._database.dialect, partition)

    async def ended(self, limit: int) -> list[tuple[str, str]]:
        """Return (subject, ground) of which something has ended."""
        return [(subject, ground) for subject, ground in await self._database.fetch(_ENDED, {"limit": limit})]

    async def remove(self, subject: str, ground: str, blocks: Sequence[Block] | None) -> None:
        """Remove blocks of one subject and ground."""
        place: Parameters = {"subject": subject, "ground": ground}
        async with self._database.transaction() as transaction:
            if blocks is None:
                for table in await self._tables(ground, 0, None):
                    await transaction.execute(_REMOVE_ALL.format(table=table), place)
                await transaction.execute(_SWEPT, place)
                return
            for table, rows in self._by_table(blocks).items():
                gone: list[Parameters] = [{**place, "day": row[2], "batch": row[3]} for row in rows]
                await transaction.execute_many(_REMOVE.format(table=table), gone)

    async def swept(self, subject: str, ground: str) -> None:
        """Forget that something had ended."""
        await self._database.execute(_SWEPT, {"subject": subject, "ground": ground})

    async def forget_names(self, before: datetime) -> None:
        """Forget the names of old batches."""
        await self._database.execute(_FORGET, {"before": micros(before)})

    def _by_table(self, blocks: Sequence[Block]) -> dict[str, list[Row]]:
        tables: dict[str, list[Row]] = {}
        for block in blocks:
            tables.setdefault(self._table(partition_of(block.ground, first_of(block.day))), []).append(block)
        return tables

    def _table(self, partition: Partition) -> str:
        return "custody.usage" if self._database.dialect == "postgres" else f"custody.{name_of(partition)}"

    async def _tables(self, ground: str, first: int, last: int | None) -> list[str]:
        """Return the tables with blocks of these days; PostgreSQL finds the partitions by itself."""
        if self._database.dialect == "postgres":
            return ["custody.usage"]
        return [
            self._table(each)
            for each in await self.partitions()
            if each.ground == ground and each.last >= first and (last is None or each.first <= last)
        ]


def _json(values: object) -> str:
    return msgspec.json.encode(values).decode()
