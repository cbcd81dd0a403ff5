"""Ends records of the log that are past their retention: their openings, and what finds them by the subject.

Leaves, tiles and checkpoints stay, so that old proofs verify; the keys of those days are destroyed apart
(``gateway.rewrapping``). Openings of version 0.1.0, which bear no day, are left.
"""

from __future__ import annotations

from shouze.store.driver import Database, Parameters
from shouze.store.log_reading import LogRows

BITE = 500
"""Openings that one transaction ends."""
_NEXT = """
    SELECT nseq, day FROM log.opening
    WHERE node = :node AND boot = :boot AND nseq > :after ORDER BY nseq LIMIT :most
"""
_END = """
    DELETE FROM log.opening
    WHERE node = :node AND boot = :boot AND nseq BETWEEN :first AND :last AND day < :before
"""
_FORGET = """
    DELETE FROM log.look_up
    WHERE node = :node AND boot = :boot AND nseq BETWEEN :first AND :last AND NOT EXISTS (
        SELECT 1 FROM log.opening o
        WHERE o.node = look_up.node AND o.boot = look_up.boot AND o.nseq = look_up.nseq)
"""
_FORGET_PLACED = """
    DELETE FROM log.placed_subject WHERE place IN (
        SELECT place FROM log.placed p
        WHERE p.node = :node AND p.boot = :boot AND p.nseq BETWEEN :first AND :last AND NOT EXISTS (
            SELECT 1 FROM log.opening o WHERE o.node = p.node AND o.boot = p.boot AND o.nseq = p.nseq))
"""


_UNTOUCH = """
    DELETE FROM log.touched WHERE (actor, at, place) IN (
        SELECT coalesce(p.actor, ''), p.at, p.place FROM log.placed p
        WHERE p.node = :node AND p.boot = :boot AND p.nseq BETWEEN :first AND :last AND NOT EXISTS (
            SELECT 1 FROM log.opening o WHERE o.node = p.node AND o.boot = p.boot AND o.nseq = p.nseq))
"""


class RecordRetention:
    """The openings and look-up rows in the log's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def end(self, before: str) -> int:
        """End the records written before a day (``2026-11-27``, UTC); return how many openings went.

        Within one run of one gateway records stand in the order of their days: only what goes is read, and one bite.
        """
        chains = await LogRows(self._database).chains_in("opening")
        return sum([await self._end_chain(node, boot, before) for node, boot in chains])

    async def _end_chain(self, node: int, boot: str, before: str) -> int:
        ended, after = 0, 0
        while True:
            chain: Parameters = {"node": node, "boot": boot}
            rows = await self._database.fetch(_NEXT, {**chain, "after": after, "most": BITE})
            due = [nseq for nseq, day in rows if day is not None and day < before]
            if not due:
                return ended
            async with self._database.transaction() as transaction:
                span: Parameters = {**chain, "first": due[0], "last": due[-1]}
                ended += await transaction.execute(_END, {**span, "before": before})
                await transaction.execute(_FORGET, span)
                await transaction.execute(_UNTOUCH, span)
                await transaction.execute(_FORGET_PLACED, span)
            after = due[-1]
