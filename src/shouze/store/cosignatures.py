"""Keeps what witnesses have cosigned of this log (``sequencer.cosigning.Cosignatures``)."""

from __future__ import annotations

from shouze.store.driver import Database, Parameters
from shouze.store.log_shards import Span

_KEEP = """
    INSERT INTO log.cosignature (size, vkey, line, at) VALUES (:size, :vkey, :line, :at)
    ON CONFLICT (vkey, size) DO UPDATE SET line = excluded.line, at = excluded.at
"""


_ADD = """
    INSERT INTO log.cosignature (size, vkey, line, at) VALUES (:size, :vkey, :line, :at)
    ON CONFLICT (vkey, size) DO NOTHING
"""
_NEWEST = "SELECT max(size) FROM log.cosignature WHERE vkey = :vkey AND size BETWEEN :first AND :last"
_COVERING = "SELECT max(size) FROM log.cosignature WHERE size BETWEEN :first AND :last"
_WAITING = """
    SELECT (SELECT max(size) FROM log.checkpoint),
        (SELECT max(size) FROM log.cosignature WHERE vkey = :vkey),
        (SELECT max(at) FROM log.cosignature WHERE vkey = :vkey)
"""


class CosignatureTable:
    """Cosignatures in the log's database, of one shard."""

    def __init__(self, database: Database, shard: int = 0) -> None:
        self._database, self._span = database, Span(shard)

    async def keep(self, size: int, vkey: str, line: str, at: int) -> None:
        """Keep a verified signature line for the checkpoint of a size."""
        row: Parameters = {"size": self._span.place(size), "vkey": vkey, "line": line, "at": at}
        await self._database.execute(_KEEP, row)

    async def newest(self, vkey: str) -> int:
        """Return the largest size that this witness has cosigned; 0 without any."""
        return await self._size(_NEWEST, {"vkey": vkey, "first": self._span.first}) or 0

    async def last(self, vkey: str) -> int:
        """Return when this witness cosigned last, whichever shard; 0 without any."""
        rows = await self._database.fetch("SELECT max(at) FROM log.cosignature WHERE vkey = :vkey", {"vkey": vkey})
        return int(rows[0][0] or 0)

    async def waiting(self, vkey: str) -> int | None:
        """Return since when the log has had more than this witness has cosigned, as a gateway may ask it.

        The moment of its last cosignature, 0 without any; None when nothing waits.
        """
        signed, newest, last = (await self._database.fetch(_WAITING, {"vkey": vkey}))[0]
        return None if signed is None or (newest is not None and newest >= signed) else int(last or 0)

    async def lines(self, size: int) -> list[str]:
        """Return the signature lines for the checkpoint of a size, by witness."""
        rows = await self._database.fetch(
            "SELECT line FROM log.cosignature WHERE size = :size ORDER BY vkey", {"size": self._span.place(size)}
        )
        return [str(row[0]) for row in rows]

    async def covering(self, size: int) -> int | None:
        """Return the largest cosigned size that is not below ``size``."""
        return await self._size(_COVERING, {"first": self._span.place(size)})

    async def _size(self, sql: str, parameters: Parameters) -> int | None:
        rows = await self._database.fetch(sql, {**parameters, "last": self._span.last})
        return None if rows[0][0] is None else int(rows[0][0]) - self._span.first


class AddedCosignatures(CosignatureTable):
    """The same for who may add and change nothing: a gateway, to which one is brought."""

    async def keep(self, size: int, vkey: str, line: str, at: int) -> None:
        """Keep a verified signature line, unless this witness has cosigned that size already."""
        row: Parameters = {"size": self._span.place(size), "vkey": vkey, "line": line, "at": at}
        await self._database.execute(_ADD, row)
