"""Keeps what holders of grants did with them (``sequencer.counting.Counts``)."""

from __future__ import annotations

from collections.abc import Sequence

from shouze.sequencer.counting import Exercised, Key, Span, Stretch
from shouze.store.driver import Database, Parameters, Transaction

_REACHED = "SELECT place FROM log.exercised_to WHERE shard = :shard"
_BEGIN = "INSERT INTO log.exercised_to (shard, place) VALUES (:shard, 0) ON CONFLICT (shard) DO NOTHING"
_MOVE = "UPDATE log.exercised_to SET place = :end WHERE shard = :shard AND place = :start"
_ADD = """
    INSERT INTO log.exercised AS e (holder, actor, service, purpose, action, item, uses, first_at, last_at)
    VALUES (:holder, :actor, :service, :purpose, :action, :item, :uses, :first, :last)
    ON CONFLICT (holder, actor, service, purpose, action, item) DO UPDATE SET
    uses = e.uses + excluded.uses,
    first_at = CASE WHEN excluded.first_at < e.first_at THEN excluded.first_at ELSE e.first_at END,
    last_at = CASE WHEN excluded.last_at > e.last_at THEN excluded.last_at ELSE e.last_at END
"""
_OF = """
    SELECT service, purpose, action, item, count(DISTINCT actor), sum(uses), min(first_at), max(last_at)
    FROM log.exercised WHERE {} GROUP BY service, purpose, action, item
    ORDER BY service, purpose, action, item LIMIT :most
"""
_OF_HOLDER = _OF.format("holder = :name")
_OF_PERSON = _OF.format("actor = :name AND (holder = '' OR (holder >= :low AND holder < :high))")
_PERSON = "person:"
_POSTS = {"low": "post:", "high": "post;"}
"""Every ``post:…`` and nothing else."""


class StoredCounts:
    """The counts in the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def reached(self, shard: int) -> int:
        """Return how many leaves of a log are counted."""
        rows = await self._database.fetch(_REACHED, {"shard": shard})
        return int(rows[0][0]) if rows else 0

    async def add(self, stretch: Stretch, counted: dict[Key, Span]) -> bool:
        """Add counts in one transaction with how far they reach."""
        async with self._database.transaction() as transaction:
            return await self._added(transaction, stretch, counted)

    async def of_holders(self, holders: Sequence[str], limit: int) -> list[Exercised]:
        """Return what the holders did, ``limit`` rows at most."""
        found: list[Exercised] = []
        for holder in holders:
            person = holder.startswith(_PERSON)
            sql, more = (_OF_PERSON, _POSTS) if person else (_OF_HOLDER, {})
            asked: Parameters = {"name": holder.removeprefix(_PERSON), "most": limit - len(found), **more}
            rows = await self._database.fetch(sql, asked)
            found += [Exercised(holder, *row[:4], *map(int, row[4:])) for row in rows]
        return found

    async def _added(self, transaction: Transaction, stretch: Stretch, counted: dict[Key, Span]) -> bool:
        await transaction.execute(_BEGIN, {"shard": stretch.shard})
        if await transaction.execute(_MOVE, stretch._asdict()) != 1:
            return False
        rows: list[Parameters] = [{**key._asdict(), **span._asdict()} for key, span in counted.items()]
        await transaction.execute_many(_ADD, rows)
        return True
