"""The sealed form of records of use: one subject's records of one ground, day and batch are one block.

A block is a MessagePack map from item to a sealed column. Its plaintext is ``[times, values]``: the microseconds from
the day's beginning (UTC) to the first record and from each to the next, and each record's value of the item, or nil.
All columns of a block have one length, so that the n-th entries belong to one record.

Every column is sealed under the key that the subject has for this item of the ground's records of use, with subject,
ground, item, day and batch authenticated beside it (label ``shouze/usage/1``): a column opens nowhere else, columns
cannot be exchanged between blocks, and destroying an item's key takes this item out of every block at once. What is
not sealed is that a subject has so many records of these items on a day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate, pairwise
from typing import NamedTuple

import msgspec

from shouze.errors import TamperedError
from shouze.gateway.usage.ports import Block
from shouze.ledger.disclosure import Entropy
from shouze.vault.seal import header, open_usage, seal_usage
from shouze.vault.suites import NONCE_BYTES, Suite

DAY = 86_400_000_000
"""Microseconds in a day."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

OpenKey = tuple[Suite, int, bytes]
"""A key with its suite and its version."""
Keys = Mapping[int, bytes]
"""A subject's keys for a ground's records of use, by their version."""


class Column(NamedTuple):
    """One item of every record of a block."""

    times: tuple[int, ...]
    values: tuple[str | None, ...]


_pack = msgspec.msgpack.Encoder().encode
_columns = msgspec.msgpack.Decoder(tuple[list[int], list[str | None]])
_blocks = msgspec.msgpack.Decoder(dict[str, bytes])


def place_in_time(at: datetime) -> tuple[int, int]:
    """Return a moment as (days since 1970, microseconds within that day), UTC."""
    return divmod((at - _EPOCH) // _MICROSECOND, DAY)


def moment_of(day: int, time: int = 0) -> datetime:
    """Return the moment again."""
    return _EPOCH + timedelta(days=day, microseconds=time)


def seal_block(
    place: tuple[str, str, int, bytes],
    times: Sequence[int],
    records: Sequence[Mapping[str, str]],
    keys: Mapping[str, OpenKey],
    entropy: Entropy,
) -> Block:
    """Seal the records of one block: their times within the day, ascending, and their values by item.

    ``place`` is subject, ground, day and batch; ``keys`` has a key for each item.
    """
    subject, ground, day, batch = place
    steps = [times[0], *(after - before for before, after in pairwise(times))]
    nonces = entropy(NONCE_BYTES * len(keys))
    sealed = {}
    for item, (suite, version, key) in keys.items():
        values = [record.get(item) for record in records]
        if any(values):
            nonce, nonces = nonces[:NONCE_BYTES], nonces[NONCE_BYTES:]
            within = (subject, ground, item, day, batch)
            sealed[item] = seal_usage(suite, key, version, within, _pack((steps, values)), nonce)
    return Block(subject, ground, day, batch, len(records), _pack(sealed))


def open_columns(block: Block, items: Sequence[str], keys: Keys) -> dict[str, Column]:
    """Return the columns of these items; one that the block lacks, or whose key is destroyed, is left out.

    TamperedError when a column does not verify at its place, or is not as long as the block.
    """
    sealed = columns_of(block)
    opened = {}
    for item in items:
        if item in sealed and header(sealed[item]).key_version in keys:
            plain = open_usage(keys, sealed[item], (block.subject, block.ground, item, block.day, block.batch))
            opened[item] = _column(plain, block.n)
    return opened


def columns_of(block: Block) -> dict[str, bytes]:
    """Return the sealed columns of a block by item; TamperedError when it is none."""
    try:
        return _blocks.decode(block.sealed)
    except msgspec.MsgspecError:
        raise TamperedError from None


def keys_named(block: Block) -> set[int]:
    """Return the versions of the keys that the block's columns are sealed with."""
    return {header(sealed).key_version for sealed in columns_of(block).values()}


def _column(plain: bytes, length: int) -> Column:
    try:
        steps, values = _columns.decode(plain)
    except msgspec.MsgspecError:
        raise TamperedError from None
    if not len(steps) == len(values) == length:
        raise TamperedError
    return Column(tuple(accumulate(steps)), tuple(values))
