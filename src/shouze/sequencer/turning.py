"""Ends one log and begins the next: at the turn of the year (Asia/Shanghai), or when asked.

1. The next log is entered, with its key. Its entry is what asks for the turn.
2. A leaf of the sequencer's own, the old log's last, names the next log and its key; the old key signs it.
3. Where there is a witness, that checkpoint gets a while to be cosigned.
4. The next log begins with it as its first leaf; the next key signs.

Each step is one transaction behind the sequencer's fence, and each is found again in the tables: who takes over after
a crash goes on with the next one. Batches that wait are taken by the one log or by the other; a node's chain goes on.

# Invariant: nothing is taken into a log that was handed over, and none begins but with the end of the one before.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.chinatime import SHANGHAI
from shouze.errors import TamperedError
from shouze.language import Text
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.entry import parse_leaf
from shouze.ledger.integrate import Edge, Integration, integrate
from shouze.ledger.moments import micros, moment
from shouze.ledger.note import Verifier, read_note
from shouze.ledger.shard import check_beginning
from shouze.ledger.tile import decode_bundle, encode_bundle
from shouze.ledger.tree import Frontier, leaf_hash
from shouze.sequencer.ports import (
    Applied,
    ChainKey,
    Growth,
    LogState,
    ReadBack,
    StagedBatch,
    StoredCheckpoint,
    StoredShard,
)

OWN_NODE, _OWN_BOOT = 0, "sequencer-"


def own_chain(epoch: int) -> ChainKey:
    """Return whose chain the leaves are that a sequencer of that epoch writes itself."""
    return OWN_NODE, f"{_OWN_BOOT}{epoch}"


def is_own(key: ChainKey) -> bool:
    """Tell whether a chain is a sequencer's own."""
    return key[0] == OWN_NODE and key[1].startswith(_OWN_BOOT)


def year_of(at: int) -> int:
    """Return the calendar year of a moment (microseconds) in Asia/Shanghai."""
    return moment(at).astimezone(SHANGHAI).year


def next_shard(shards: Sequence[StoredShard], here: StoredShard, now: int) -> StoredShard | None:
    """Return the log that is to follow: the one that was asked for, or the new year's; None while none is due."""
    if here.number + 1 < len(shards):
        return shards[here.number + 1]
    if here.begun is None or year_of(now) <= year_of(here.begun):
        return None
    return planned(shards, here, now)


def planned(shards: Sequence[StoredShard], here: StoredShard, now: int, key: bytes | None = None) -> StoredShard:
    """Return the log that would follow ``here`` now, called by its year; ``key`` signs it, or else the same one.

    A second one of a year is ``…/2027-2``.
    """
    taken, year = {shard.label for shard in shards}, str(year_of(now))
    labels = [year, *(f"{year}-{count}" for count in range(2, len(taken) + 3))]
    bare = StoredShard(here.number + 1, here.base, next(label for label in labels if label not in taken), "")
    before = Verifier.from_vkey(here.vkey)
    return bare._replace(vkey=Verifier(bare.origin, before.kind, key or before.public).vkey)


def due_for_deletion(ended: Sequence[StoredShard], now: int, retention: timedelta | None) -> StoredShard | None:
    """Return the first log whose retention (from its last record on) is over, and not yet recorded so."""
    if retention is None:
        return None
    past = (each for each in ended if each.deleted is None and each.ended is not None)
    return next((each for each in past if moment(each.ended or 0) + retention <= moment(now)), None)


def own_growth(state: LogState, leaf: bytes, chain: Chain, now: datetime) -> Growth:
    """Return the log's growth by one leaf of the sequencer's own, the next of ``chain``."""
    made = integrate(state.frontier, state.edge, [leaf])
    after = chain.rejoin(parse_leaf(leaf), leaf_hash(leaf))
    place = (chain.node, chain.boot, after.last_nseq)
    batch = StagedBatch(*place, 1, encode_bundle([leaf]), micros(now), state.frontier.size)
    return Growth(state.epoch, state.frontier.size, made, [batch], [Applied(after)])


def witnessed(final: StoredCheckpoint, here: StoredShard, now: int, patience: timedelta) -> bool:
    """Tell whether the end of a log is cosigned, or has waited for that long enough."""
    return len(read_note(final.note.encode())[1]) > 1 or moment(now) - moment(here.ended or 0) >= patience


def beginning(final: StoredCheckpoint) -> Integration:
    """Return a log of one leaf: the end of the log before."""
    return integrate(Frontier(), Edge(), [final.note.encode()])


def with_beginning(back: ReadBack, before: StoredShard, final: StoredCheckpoint | None) -> ReadBack:
    """Return what was read back with the first leaf among what it should hold: nobody staged that one.

    TamperedError unless it is the last checkpoint of the log before. Cosignatures may have come since.
    """
    width, body = back.bundles.get(0, (0, b""))
    entries = decode_bundle(body, width)
    if not entries or final is None:
        raise TamperedError(Text("日志缺少第一条", "The log lacks its first leaf"), field="log.bundle")
    key = Verifier.from_vkey(before.vkey)
    check_beginning(entries[0], open_checkpoint(final.note.encode(), [key])[0], key)
    first = StagedBatch(*own_chain(0), 0, 1, encode_bundle(entries[:1]), 0, 0)
    return back._replace(batches=[first, *back.batches])
