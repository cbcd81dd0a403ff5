"""Keeps what this installation cosigns of others' logs, and the evidence (``witness.ports.WitnessStore``)."""

from __future__ import annotations

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.ledger.tree import EMPTY_ROOT
from shouze.store.driver import Database, Parameters
from shouze.witness.ports import Evidence, Followed

_FOLLOW = """
    INSERT INTO log.followed (origin, vkey, size, root, note, at) VALUES (:origin, :vkey, 0, :root, NULL, :at)
    ON CONFLICT (origin) DO NOTHING
"""
_COLUMNS = "SELECT origin, vkey, size, root, note, at, successor FROM log.followed"
_HAND_ON = """
    UPDATE log.followed SET successor = :successor
    WHERE origin = :origin AND vkey = :vkey AND size = :size AND root = :root AND at = :at AND successor IS NULL
"""
_ADVANCE = """
    UPDATE log.followed SET size = :size, root = :root, note = :note, at = :at
    WHERE origin = :origin AND vkey = :vkey AND size = :old_size AND root = :old_root AND at = :old_at
        AND (successor IS NULL OR size = :size)
"""
_KEEP = """
    INSERT INTO log.evidence (origin, digest, ruling, held, submission, at)
    VALUES (:origin, :digest, :ruling, :held, :submission, :at) ON CONFLICT (digest) DO NOTHING
"""
_EVIDENCE = """
    SELECT origin, digest, ruling, held, submission, at FROM log.evidence
    WHERE digest > :after ORDER BY digest LIMIT :most
"""


class WitnessTables:
    """The witness's memory in the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def follow(self, origin: str, vkey: str, at: int) -> None:
        """Begin to follow a log, or go on."""
        await self._database.execute(_FOLLOW, _beginning(origin, vkey, at))
        kept = await self.followed(origin)
        if kept is None or kept.vkey != vkey:
            raise _another()

    async def followed(self, origin: str) -> Followed | None:
        """Return where a log stands."""
        rows = await self._database.fetch(f"{_COLUMNS} WHERE origin = :origin", {"origin": origin})
        return Followed(*rows[0]) if rows else None

    async def all_followed(self) -> list[Followed]:
        """Return every log that is followed."""
        return [Followed(*row) for row in await self._database.fetch(f"{_COLUMNS} ORDER BY origin")]

    async def advance(self, before: Followed, after: Followed) -> bool:
        """Compare and swap in one statement."""
        swap: Parameters = {**after._asdict(), "old_size": before.size, "old_root": before.root, "old_at": before.at}
        return await self._database.execute(_ADVANCE, swap) == 1

    async def hand_on(self, before: Followed, origin: str, vkey: str, at: int) -> bool:
        """Write both down in one transaction."""
        kept: Parameters = {"origin": before.origin, "vkey": before.vkey, "size": before.size, "root": before.root}
        async with self._database.transaction() as transaction:
            if await transaction.execute(_HAND_ON, {**kept, "at": before.at, "successor": vkey}) != 1:
                return False
            await transaction.execute(_FOLLOW, _beginning(origin, vkey, at))
            rows = await transaction.fetch("SELECT vkey FROM log.followed WHERE origin = :origin", {"origin": origin})
            if rows != [(vkey,)]:
                raise _another()
        return True

    async def keep(self, evidence: Evidence) -> None:
        """Keep evidence once."""
        await self._database.execute(_KEEP, evidence._asdict())

    async def evidence(self, after: bytes, limit: int) -> list[Evidence]:
        """Return evidence by digest."""
        return [Evidence(*row) for row in await self._database.fetch(_EVIDENCE, {"after": after, "most": limit})]


def _beginning(origin: str, vkey: str, at: int) -> Parameters:
    return {"origin": origin, "vkey": vkey, "root": EMPTY_ROOT, "at": at}


def _another() -> ConflictError:
    return ConflictError(
        Text("该日志已登记另一公钥", "Another key is kept for that log"),
        field="vkey",
        remedy=Text(
            "一个日志只有一个密钥；新密钥须用于新的日志：经营者运行 shouze log turn",
            "A log has one key; a new key is a new log's: the operator runs shouze log turn",
        ),
    )
