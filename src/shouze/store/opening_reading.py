"""Reads what opens the private fields of handling records, sealed as it lies."""

from __future__ import annotations

from shouze.store.driver import Database, Parameters

_OPENINGS = (
    "SELECT sealed, day FROM log.opening WHERE node = :node AND boot = :boot AND nseq = :nseq AND field = :field"
)


class StoredOpenings:
    """``gateway.log_export.Openings`` on the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def sealed(self, node: int, boot: str, nseq: int, field: int) -> list[tuple[bytes, str | None]]:
        """Return what is sealed for a part of a record, and the day whose key opens it."""
        place: Parameters = {"node": node, "boot": boot, "nseq": nseq, "field": field}
        return [(row[0], row[1]) for row in await self._database.fetch(_OPENINGS, place)]
