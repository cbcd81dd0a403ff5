"""Stages leaves for the sequencer: the journal's port ``Staging``.

PostgreSQL takes a batch as one statement, which is its own transaction: no round trip or command more than it needs.
"""

from __future__ import annotations

from shouze.errors import InvalidError
from shouze.journal.staging import Batch
from shouze.ledger.tile import decode_bundle, encode_bundle
from shouze.store.driver import Database, Parameters, malformed

ROOM = 8
"""Bytes that an integer of SQLite takes at most: kept free in a row for the place that it will get."""
_STAGE = """
INSERT INTO log.staging (node, boot, nseq, n, body, at, sequenced)
VALUES (:node, :boot, :nseq, :n, :body, :at, NULL)
"""
_STAGE_WITH_ROOM = f"""
INSERT INTO log.staging (node, boot, nseq, n, body, at, sequenced, room)
VALUES (:node, :boot, :nseq, :n, :body, :at, NULL, zeroblob({ROOM}))
"""  # noqa: S608 - a constant
_OPENING = ("node", "boot", "nseq", "field", "sealed", "day")
_LOOK_UP = ("node", "boot", "nseq", "tag")
_AT_ONCE = f"""
WITH staged AS ({_STAGE}), opened AS (
    INSERT INTO log.opening (node, boot, nseq, field, sealed, day)
    SELECT CAST(:node AS bigint), :boot, * FROM unnest(CAST(:numbers AS bigint[]), CAST(:fields AS bigint[]),
        CAST(:sealed AS bytea[]), CAST(:days AS text[]))
)
INSERT INTO log.look_up (node, boot, nseq, tag)
SELECT CAST(:node AS bigint), :boot, * FROM unnest(CAST(:found_by AS bigint[]), CAST(:tags AS bytea[]))
"""  # noqa: S608 - a constant
_FIND = "SELECT n, body FROM log.staging WHERE node = :node AND boot = :boot AND nseq = :nseq"


_OLDEST = "SELECT min(at) FROM log.staging WHERE sequenced IS NULL"


async def oldest_waiting(database: Database) -> int | None:
    """Return since when (microseconds since 1970) the oldest record waits for the sequencer; None where none does."""
    ((since,),) = await database.fetch(_OLDEST)
    return None if since is None else int(since)


class StoredStaging:
    """``Staging`` on a database; says what the port says.

    A row's ``body`` is packed as in an entry bundle. The sequencer keeps a batch's row for a while after it is in the
    log, and each boot's last row always, so that one look finds it. On SQLite a row has room for its place, so that it
    keeps its size when it gets it: SQLite then changes it where it stands and writes its body no second time.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    async def stage(self, batch: Batch) -> None:
        """Write the batch in one transaction; DuplicateError when its key is taken."""
        body = encode_bundle(batch.leaves)
        place: Parameters = {"node": batch.node, "boot": batch.boot}
        row: Parameters = {**place, "nseq": batch.nseq, "n": len(batch.leaves), "body": body, "at": batch.at}
        if self._database.dialect == "postgres":
            await self._database.execute(_AT_ONCE, {**row, **_as_arrays(batch)})
            return
        chain = batch.node, batch.boot
        async with self._database.transaction(grouped=True) as transaction:
            await transaction.execute(_STAGE_WITH_ROOM, row)
            await transaction.insert_many("log.opening", _OPENING, [chain + each for each in batch.openings])
            await transaction.insert_many("log.look_up", _LOOK_UP, [chain + each for each in batch.look_ups])

    async def find(self, node: int, boot: str, nseq: int) -> tuple[bytes, ...] | None:
        """Return the leaves of a batch, staged or sequenced; TamperedError when they cannot be read."""
        for n, body in await self._database.fetch(_FIND, {"node": node, "boot": boot, "nseq": nseq}):
            try:
                return tuple(decode_bundle(body, n))
            except InvalidError:
                raise malformed("log.staging") from None
        return None


def room_left(place: int) -> int:
    """Return what is left of ``ROOM`` beside a place; SQLite stores an integer in 0, 1, 2, 3, 4, 6 or 8 bytes."""
    if place in (0, 1):
        return ROOM
    return ROOM - next(width for width in (1, 2, 3, 4, 6, 8) if place < 1 << 8 * width - 1)


def _as_arrays(batch: Batch) -> Parameters:
    openings, look_ups = batch.openings, batch.look_ups
    return {
        "numbers": [each.nseq for each in openings],
        "fields": [each.field for each in openings],
        "sealed": [each.sealed for each in openings],
        "days": [each.day for each in openings],
        "found_by": [each.nseq for each in look_ups],
        "tags": [each.tag for each in look_ups],
    }
