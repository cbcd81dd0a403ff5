"""Stages leaves for the sequencer: the journal's port ``Staging``."""

from __future__ import annotations

import msgspec

from shouze.errors import InvalidError
from shouze.journal.staging import Batch
from shouze.ledger.tile import decode_bundle, encode_bundle
from shouze.store.driver import Database, Dialect, Parameters, Step, malformed

_STAGE = """
INSERT INTO log.staging (node, boot, nseq, n, body, at, sequenced)
VALUES (:node, :boot, :nseq, :n, :body, :at, NULL)
"""
_OPENINGS: dict[Dialect, str] = {
    "sqlite": """
INSERT INTO log.opening (node, boot, nseq, field, sealed, day)
SELECT :node, :boot, value ->> 0, value ->> 1, unhexed(value ->> 2), value ->> 3 FROM json_each(:rows)
""",
    "postgres": """
INSERT INTO log.opening (node, boot, nseq, field, sealed, day)
SELECT CAST(:node AS bigint), :boot, * FROM unnest(CAST(:numbers AS bigint[]), CAST(:fields AS bigint[]),
    CAST(:sealed AS bytea[]), CAST(:days AS text[]))
""",
}
_LOOK_UPS: dict[Dialect, str] = {
    "sqlite": """
INSERT INTO log.look_up (node, boot, nseq, tag)
SELECT :node, :boot, value ->> 0, unhexed(value ->> 1) FROM json_each(:rows)
""",
    "postgres": """
INSERT INTO log.look_up (node, boot, nseq, tag)
SELECT CAST(:node AS bigint), :boot, * FROM unnest(CAST(:numbers AS bigint[]), CAST(:tags AS bytea[]))
""",
}
_FIND = "SELECT n, body FROM log.staging WHERE node = :node AND boot = :boot AND nseq = :nseq"


class StoredStaging:
    """``Staging`` on a database; says what the port says.

    A row's ``body`` is packed as in an entry bundle. The sequencer keeps a batch's row for a while after it is in the
    log, and each boot's last row always, so that one look finds it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stage(self, batch: Batch) -> None:
        """Write the batch in one transaction; DuplicateError when its key is taken."""
        place: Parameters = {"node": batch.node, "boot": batch.boot}
        body = encode_bundle(batch.leaves)
        row: Parameters = {"nseq": batch.nseq, "n": len(batch.leaves), "body": body, "at": batch.at}
        dialect = self._database.dialect
        openings, look_ups = _ROWS[dialect](batch)
        steps: list[Step] = [(_STAGE, {**place, **row})]
        if batch.openings:
            steps.append((_OPENINGS[dialect], {**place, **openings}))
        if batch.look_ups:
            steps.append((_LOOK_UPS[dialect], {**place, **look_ups}))
        await self._database.write_all(steps)

    async def find(self, node: int, boot: str, nseq: int) -> tuple[bytes, ...] | None:
        """Return the leaves of a batch, staged or sequenced; TamperedError when they cannot be read."""
        for n, body in await self._database.fetch(_FIND, {"node": node, "boot": boot, "nseq": nseq}):
            try:
                return tuple(decode_bundle(body, n))
            except InvalidError:
                raise malformed("log.staging") from None
        return None


def _as_json(batch: Batch) -> tuple[Parameters, Parameters]:
    openings = [(each.nseq, each.field, each.sealed.hex(), each.day) for each in batch.openings]
    look_ups = [(each.nseq, each.tag.hex()) for each in batch.look_ups]
    return {"rows": msgspec.json.encode(openings).decode()}, {"rows": msgspec.json.encode(look_ups).decode()}


def _as_arrays(batch: Batch) -> tuple[Parameters, Parameters]:
    openings: Parameters = {
        "numbers": [each.nseq for each in batch.openings],
        "fields": [each.field for each in batch.openings],
        "sealed": [each.sealed for each in batch.openings],
        "days": [each.day for each in batch.openings],
    }
    return openings, {"numbers": [each.nseq for each in batch.look_ups], "tags": [each.tag for each in batch.look_ups]}


_ROWS = {"sqlite": _as_json, "postgres": _as_arrays}
"""How the rows of a batch are handed to each dialect: SQLite knows no arrays, PostgreSQL reads JSON dearly."""
