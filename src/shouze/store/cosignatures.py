"""Keeps what witnesses have cosigned of this log (``sequencer.cosigning.Cosignatures``)."""

from __future__ import annotations

from shouze.store.driver import Database

_KEEP = """
    INSERT INTO log.cosignature (size, vkey, line, at) VALUES (:size, :vkey, :line, :at)
    ON CONFLICT (vkey, size) DO UPDATE SET line = excluded.line, at = excluded.at
"""


class CosignatureTable:
    """Cosignatures in the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, size: int, vkey: str, line: str, at: int) -> None:
        """Keep a verified signature line for the checkpoint of a size."""
        await self._database.execute(_KEEP, {"size": size, "vkey": vkey, "line": line, "at": at})

    async def newest(self, vkey: str) -> int:
        """Return the largest size that this witness has cosigned; 0 without any."""
        rows = await self._database.fetch("SELECT max(size) FROM log.cosignature WHERE vkey = :vkey", {"vkey": vkey})
        return int(rows[0][0] or 0)

    async def last(self, vkey: str) -> int:
        """Return when this witness cosigned last; 0 without any."""
        rows = await self._database.fetch("SELECT max(at) FROM log.cosignature WHERE vkey = :vkey", {"vkey": vkey})
        return int(rows[0][0] or 0)

    async def lines(self, size: int) -> list[str]:
        """Return the signature lines for the checkpoint of a size, by witness."""
        rows = await self._database.fetch(
            "SELECT line FROM log.cosignature WHERE size = :size ORDER BY vkey", {"size": size}
        )
        return [str(row[0]) for row in rows]

    async def covering(self, size: int) -> int | None:
        """Return the largest cosigned size that is not below ``size``."""
        rows = await self._database.fetch("SELECT max(size) FROM log.cosignature WHERE size >= :size", {"size": size})
        return None if rows[0][0] is None else int(rows[0][0])
