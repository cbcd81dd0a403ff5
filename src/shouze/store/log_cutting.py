"""Cuts a log back to what was signed of it (``sequencer.abandoning.AbandonedLog``): its key is lost."""

from __future__ import annotations

from shouze.ledger.entry import parse_leaf
from shouze.ledger.strict import read_base64
from shouze.ledger.tile import FULL, decode_bundle, encode_bundle, partial_width
from shouze.ledger.tree import HASH_SIZE, Frontier
from shouze.sequencer.ports import StoredShard
from shouze.sequencer.turning import is_own
from shouze.store.driver import Parameters, Row, Transaction
from shouze.store.log import LogTables, check_epoch
from shouze.store.log_shards import LEVELS, Span

_UNSIGNED = """
    SELECT node, boot, nseq, n, body FROM log.staging WHERE sequenced >= :since ORDER BY node, boot, nseq
"""
_WAIT = "UPDATE log.staging SET sequenced = NULL WHERE sequenced >= :since"
_STATE = "UPDATE log.log_state SET size = :size, root = :root, frontier = :frontier WHERE id = 1"
_END = "UPDATE log.shard SET ended = :ended WHERE number = :number"
_GIVE = """
    INSERT INTO log.shard (number, base, label, vkey, begun, ended, deleted)
    VALUES (:number, :base, :label, :vkey, NULL, NULL, NULL) ON CONFLICT (number) DO UPDATE SET vkey = excluded.vkey
"""


class CutLog(LogTables):
    """The tables of a log that its key cannot end."""

    async def cut_back(self, epoch: int, frontier: Frontier, shard: StoredShard) -> None:
        """Cut back in one transaction; running it again changes nothing."""
        since: Parameters = {"since": self._span.place(frontier.size)}
        async with self._database.transaction() as transaction:
            await check_epoch(transaction, epoch)
            for row in await transaction.fetch(_UNSIGNED, since):
                await _put_back(transaction, row)
            await transaction.execute(_WAIT, since)
            state: Parameters = {"size": frontier.size, "root": frontier.root(), "frontier": frontier.to_bytes()}
            await transaction.execute(_STATE, state)
            await _cut_tree(transaction, self._span, frontier.size)
            await transaction.execute(_END, {"ended": shard.ended, "number": shard.number})

    async def give_key(self, shard: StoredShard) -> None:
        """Enter the next shard, or give it another key."""
        row: Parameters = {"number": shard.number, "base": shard.base, "label": shard.label, "vkey": shard.vkey}
        await self._database.execute(_GIVE, row)


async def _put_back(transaction: Transaction, row: Row) -> None:
    """Put a chain back to before a batch; the sequencer's own batches go, since what they say did not happen."""
    node, boot, nseq, n, body = row
    key: Parameters = {"node": node, "boot": boot}
    if is_own((node, boot)):
        await transaction.execute(
            "DELETE FROM log.staging WHERE node = :node AND boot = :boot AND nseq = :nseq", {**key, "nseq": nseq}
        )
    first = parse_leaf(decode_bundle(body, n)[0])
    if first.nseq == 1:
        await transaction.execute("DELETE FROM log.applied WHERE node = :node AND boot = :boot", key)
        return
    before: Parameters = {**key, "nseq": nseq - 1, "hash": read_base64(first.prev, "leaf.prev", length=HASH_SIZE)}
    await transaction.execute(
        "UPDATE log.applied SET last_nseq = :nseq, last_hash = :hash, held = NULL"
        " WHERE node = :node AND boot = :boot AND last_nseq > :nseq",
        before,
    )


async def _cut_tree(transaction: Transaction, span: Span, size: int) -> None:
    """Delete bundles and tiles beyond a size, and cut those at its right edge."""
    for level in range(LEVELS):
        edge: Parameters = {"level": level, "n": span.tile(level, size >> 8 * (level + 1))}
        beyond = "n > :n" if (width := partial_width(level, size)) else "n >= :n"
        await transaction.execute(f"DELETE FROM log.tile WHERE level = :level AND {beyond}", edge)  # noqa: S608 - our own texts
        if width:
            sql = "SELECT body FROM log.tile WHERE level = :level AND n = :n"
            body = bytes((await transaction.fetch(sql, edge))[0][0])[: width * HASH_SIZE]
            sql = "UPDATE log.tile SET w = :w, body = :body WHERE level = :level AND n = :n"
            await transaction.execute(sql, {**edge, "w": width, "body": body})
    place: Parameters = {"n": span.bundle(size // FULL)}
    if not (width := partial_width(0, size)):
        await transaction.execute("DELETE FROM log.bundle WHERE n >= :n", place)
        return
    await transaction.execute("DELETE FROM log.bundle WHERE n > :n", place)
    [(wide, body)] = await transaction.fetch("SELECT w, body FROM log.bundle WHERE n = :n", place)
    cut = encode_bundle(decode_bundle(body, wide)[:width])
    await transaction.execute(
        "UPDATE log.bundle SET w = :w, body = :body WHERE n = :n", {**place, "w": width, "body": cut}
    )
