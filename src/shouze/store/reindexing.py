"""Lets the tags of identifiers be made anew: the gateway's port ``IndexTurning``.

While an index key is replaced, an identifier has two tags, each a binding of its own with the same beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec

from shouze.gateway.rotation_ports import Bound, IndexFloor, Retag, TagPlace
from shouze.ledger.moments import micros, moment
from shouze.store.driver import Database, Dialect

_FLOOR = "SELECT oldest, newest, switched_at FROM custody.index_floor"
_DEMAND = """
INSERT INTO custody.index_floor (id, oldest, newest, switched_at) VALUES (1, :oldest, :newest, NULL)
ON CONFLICT (id) DO UPDATE SET
    oldest = CASE WHEN excluded.oldest > index_floor.oldest THEN excluded.oldest ELSE index_floor.oldest END,
    newest = CASE WHEN excluded.newest > index_floor.newest THEN excluded.newest ELSE index_floor.newest END,
    switched_at = CASE WHEN excluded.newest > index_floor.newest THEN NULL ELSE index_floor.switched_at END
"""
_BRIEFLY = "SET LOCAL lock_timeout = '250ms'"
_WAIT_FOR_WRITERS = "LOCK TABLE custody.binding IN SHARE MODE"
_SWITCHED = "UPDATE custody.index_floor SET switched_at = :now WHERE newest = :version AND switched_at IS NULL"
_PRESENT = """
SELECT held.subject, held.tag, held.item, EXISTS (
    SELECT 1 FROM custody.binding AS beside
    WHERE beside.subject = held.subject AND beside.item = held.item AND beside.since = held.since
        AND beside.index_version = :new AND beside.until IS NULL
) FROM custody.binding AS held
WHERE (held.subject, held.tag) > (:subject, :tag) AND held.until IS NULL AND held.index_version = :old
ORDER BY held.subject, held.tag LIMIT :limit
"""
_ASKED: dict[Dialect, str] = {
    "sqlite": """
    SELECT value ->> 0 AS subject, unhexed(value ->> 1) AS before, unhexed(value ->> 2) AS tag FROM json_each(:tags)
""",
    "postgres": """
    SELECT value ->> 0 AS subject, decode(value ->> 1, 'hex') AS before, decode(value ->> 2, 'hex') AS tag
    FROM jsonb_array_elements(CAST(:tags AS jsonb)) AS element (value)
""",
}
_HELD = """
FROM ({asked}) AS asked JOIN custody.binding AS held
ON held.tag = asked.before AND held.subject = asked.subject AND held.until IS NULL
"""
_BIND_AGAIN = f"""
INSERT INTO custody.binding (tag, subject, item, exclusive, since, until, index_version)
SELECT tag, subject, item, exclusive, since, NULL, :new FROM (
    SELECT asked.tag, held.subject, held.item, held.exclusive, held.since {_HELD} {{lock}}
) AS same WHERE true ON CONFLICT DO NOTHING
"""  # noqa: S608 - every part is a constant of this module
# Whoever ends a binding meanwhile is not waited for: that binding is left out.
_LOCKS: dict[Dialect, str] = {"sqlite": "", "postgres": "FOR UPDATE OF held SKIP LOCKED"}
_LACKING = f"""
SELECT count(*) {_HELD} WHERE NOT EXISTS (
    SELECT 1 FROM custody.binding AS beside
    WHERE beside.tag = asked.tag AND beside.subject = asked.subject AND beside.until IS NULL
)
"""  # noqa: S608 - every part is a constant of this module
_LOOK = "SELECT tag, index_version FROM custody.binding WHERE tag > :after ORDER BY tag LIMIT :limit"
_FORGET = "DELETE FROM custody.binding WHERE tag = :tag AND index_version < :oldest"


class StoredIndexTurning:
    """``IndexTurning`` on a database; says what the port says."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def floor(self) -> IndexFloor:
        """Return the floor."""
        for oldest, newest, switched_at in await self._database.fetch(_FLOOR):
            return IndexFloor(oldest, newest, None if switched_at is None else moment(switched_at))
        return IndexFloor()

    async def demand(self, *, oldest: int, newest: int) -> None:
        """Raise it, then wait for whoever began to bind before, as ``StoredKeyTurning.raise_floor`` does."""
        await self._database.execute(_DEMAND, {"oldest": oldest, "newest": newest})
        if self._database.dialect == "postgres":
            async with self._database.transaction() as transaction:
                await transaction.execute(_BRIEFLY)
                await transaction.execute(_WAIT_FOR_WRITERS)

    async def switched(self, version: int, now: datetime) -> None:
        """Note the moment."""
        await self._database.execute(_SWITCHED, {"version": version, "now": micros(now)})

    async def present(self, after: TagPlace, limit: int, old: int, new: int) -> list[Bound]:
        """Return the next bindings."""
        asked = {**after._asdict(), "limit": limit, "old": old, "new": new}
        rows = await self._database.fetch(_PRESENT, asked)
        return [Bound(TagPlace(subject, tag), item, bool(again)) for subject, tag, item, again in rows]

    async def bind_again(self, tags: Sequence[Retag], new: int) -> int:
        """Bind them in one statement, then look which lack their tag."""
        rows = [(each.place.subject, each.place.tag.hex(), each.tag.hex()) for each in tags]
        asked, dialect = {"tags": msgspec.json.encode(rows).decode()}, self._database.dialect
        insert = _BIND_AGAIN.format(asked=_ASKED[dialect], lock=_LOCKS[dialect])
        await self._database.execute(insert, {**asked, "new": new})
        return int((await self._database.fetch(_LACKING.format(asked=_ASKED[dialect]), asked))[0][0])

    async def forget_before(self, after: bytes, limit: int, oldest: int) -> bytes | None:
        """Forget some; a tag at the edge of two pages is treated once more."""
        rows = await self._database.fetch(_LOOK, {"after": after, "limit": limit})
        old = [
            {"tag": tag, "oldest": oldest} for tag in dict.fromkeys(tag for tag, version in rows if version < oldest)
        ]
        async with self._database.transaction() as transaction:
            await transaction.execute_many(_FORGET, old)
        return bytes(rows[-1][0]) if rows else None
