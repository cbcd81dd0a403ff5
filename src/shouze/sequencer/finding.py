"""Finds and counts records in the log: by number, by who acted, for whom, where, how, by item, time and subject.

The index is made from the published log, and from the subjects' tags that are kept beside it. It follows when somebody
asks, and is never believed: what it points to is read from the log, and a proof is checked before it is handed out.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from functools import partial
from itertools import groupby
from typing import NamedTuple, Protocol

from shouze.errors import NotFoundError, TamperedError
from shouze.language import Text
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.note import Verifier
from shouze.ledger.portable import PortableProof, check
from shouze.ledger.proof import prove_inclusion
from shouze.ledger.shard import read_beginning
from shouze.ledger.tile import FULL, Bundle, decode_bundle
from shouze.sequencer.published import PublishedLog

BITE = 16 * FULL
"""Leaves that the index takes in with one transaction."""
PAGE = 512


class RecordKind(NamedTuple):
    """What many records say alike: act, outcome, service, agent, site, items; there are few of them."""

    act: str
    outcome: str
    service: str | None
    agent: str | None
    site: str | None
    items: tuple[str, ...]


class PlacedLeaf(NamedTuple):
    """What the index keeps of a leaf: its place in the log, its number, its moment (microseconds), actor, kind."""

    place: int
    node: int
    boot: str
    nseq: int
    at: int
    actor: str | None
    kind: RecordKind


class Sought(NamedTuple):
    """What is looked for; all that is given has to hold.

    ``since`` and ``until`` are moments in microseconds, open at the right end; ``tag`` is a subject's, and ``tags``
    are further ones of the same.
    """

    actor: str | None = None
    item: str | None = None
    since: int | None = None
    tag: bytes | None = None
    until: int | None = None
    agent: str | None = None
    service: str | None = None
    site: str | None = None
    act: str | None = None
    outcome: str | None = None
    tags: tuple[bytes, ...] = ()


class Tally(NamedTuple):
    """How many records there are of what is sought, about how many subjects; by day, item, act, outcome and hour.

    Days (``2026-11-27``) and hours (``00`` to ``23``) are those of Asia/Shanghai; hours are counted for one actor
    alone. Counts are the index's; single records are read from the log.
    """

    records: int
    subjects: int
    days: Mapping[str, int]
    items: Mapping[str, int]
    acts: Mapping[str, int]
    outcomes: Mapping[str, int]
    hours: Mapping[str, int]


class PlaceIndex(Protocol):
    """Where the index is kept; UnavailableError when it does not answer."""

    async def size(self) -> int:
        """Return how many leaves, from the first on, are in the index."""
        ...

    async def add(self, leaves: Sequence[PlacedLeaf]) -> None:
        """Add leaves that follow those that are there, in one transaction; those that are there already stay."""
        ...

    async def subjects_size(self) -> int:
        """Return of how many leaves, from the first on, the subjects' tags are in the index."""
        ...

    async def add_subjects(self, first: int, end: int) -> None:
        """Add the tags of the leaves from ``first`` to before ``end``, which are in the index, in one transaction."""
        ...

    async def place_of(self, node: int, boot: str, nseq: int) -> int | None:
        """Return where a record stands."""
        ...

    async def places(self, sought: Sought, after: int, limit: int) -> list[int]:
        """Return places above ``after`` of what is sought, smallest first."""
        ...

    async def latest(self, sought: Sought, before: int, limit: int) -> list[int]:
        """Return places below ``before`` of what is sought, largest first."""
        ...

    async def tally(self, sought: Sought) -> Tally:
        """Count what is sought."""
        ...


async def follow(
    log: PublishedLog, index: PlaceIndex, told: Callable[[int, int], None] = lambda _done, _size: None
) -> int:
    """Bring the index to the newest checkpoint; return its size. ``told`` hears how far it is, of how much.

    The tags of subjects follow apart (``follow_subjects``): not everybody who may read the log may read them. Each bite
    is kept: what ``told`` raises ends it, and the next one goes on from there.
    """
    size, done = (await log.checkpoint()).size, await index.size()
    while done < size:
        end = min(size, done - done % BITE + BITE)
        raw = [entry async for _, entry in entries(log, done, end)]
        await index.add(await asyncio.to_thread(_placed, done, raw))
        done = end
        told(done, size)
    return size


async def follow_subjects(
    index: PlaceIndex, size: int, told: Callable[[int, int], None] = lambda _done, _size: None
) -> None:
    """Bring the subjects' tags to an index of this size; they stand beside the log, not in it."""
    done = await index.subjects_size()
    while done < size:
        end = min(size, done + BITE)
        await index.add_subjects(done, end)
        done = end
        told(done, size)


async def found(log: PublishedLog, index: PlaceIndex, sought: Sought) -> AsyncIterator[tuple[int, Leaf]]:
    """Yield place and leaf of what is sought, in the log's order; the index has to have followed."""
    after = -1
    while places := await index.places(sought, after, PAGE):
        for place in places:
            yield place, await sought_at(log, sought, place)
        after = places[-1]


async def sought_at(log: PublishedLog, sought: Sought, place: int) -> Leaf:
    """Return the leaf that the index points to; TamperedError where it is not what is sought."""
    leaf = parse_leaf(await entry_at(log, place))
    if not _is_sought(leaf, sought):
        raise unlike_the_log()
    return leaf


async def leaves_at(log: PublishedLog, sought: Sought, places: Sequence[int]) -> AsyncIterator[Leaf]:
    """Yield the leaves at rising places that the index points to, each bundle read once; TamperedError as above."""
    size = (await log.checkpoint()).size
    for n, within in groupby(places, lambda place: place // FULL):
        width = min(FULL, size - n * FULL)
        bundle = decode_bundle(await log.read(Bundle(n, width)), width)
        for place in within:
            leaf = parse_leaf(bundle[place - n * FULL])
            if not _is_sought(leaf, sought):
                raise unlike_the_log()
            yield leaf


async def entry_at(log: PublishedLog, place: int) -> bytes:
    """Return the bytes of one leaf; NotFoundError where the newest checkpoint covers none such."""
    size = (await log.checkpoint()).size
    if not 0 <= place < size:
        raise NotFoundError(
            Text("日志中没有这条记录", "The log has no such record"),
            field="record",
            remedy=Text(f"序号为 0 至 {size - 1}", f"Places go from 0 to {size - 1}"),
        )
    return await anext(entry async for _, entry in entries(log, place, place + 1))


async def prove(log: PublishedLog, verifier: Verifier, place: int) -> PortableProof:
    """Return the proof that the leaf is in the log, with the leaf itself; TamperedError when it does not check."""
    entry, latest = await entry_at(log, place), await log.cosigned(place + 1)
    hashes = await log.hashes(latest.size, partial(prove_inclusion, place, latest.size))
    proof = PortableProof(place, tuple(hashes), latest.note, entry)
    # Invariant: no proof is handed out that its own check refuses.
    check(proof, entry, [verifier])
    return proof


def unlike_the_log() -> TamperedError:
    """Return the error for an index that points to another record than it says."""
    return TamperedError(
        Text("记录索引与日志不符", "The index of records is not that of the log"),
        field="log.placed",
        remedy=Text(
            "运行 shouze log verify；若日志无误，清空 log.placed、log.placed_subject、log.touched 和 log.record_kind，"
            "索引会自动重建",
            "Run shouze log verify; if the log holds, empty log.placed, log.placed_subject, log.touched,"
            " log.record_kind: they are made anew",
        ),
    )


def _is_sought(leaf: Leaf, sought: Sought) -> bool:
    kind, at = kind_of(leaf), micros(leaf.at)
    return (
        sought.actor in {None, leaf.who.id}
        and (sought.item is None or sought.item in kind.items)
        and (sought.since is None or at >= sought.since)
        and (sought.until is None or at < sought.until)
        and all(getattr(sought, name) in {None, getattr(kind, name)} for name in _OF_KIND)
    )


_OF_KIND = ("agent", "service", "site", "act", "outcome")


def kind_of(leaf: Leaf) -> RecordKind:
    """Return what the leaf has in common with others; whoever acts for an agent, or is one's staff, is the agent's."""
    items = tuple(dict.fromkeys(leaf.what.items))
    return RecordKind(
        leaf.what.act, leaf.verdict.outcome, leaf.what.service, leaf.who.agent, leaf.where.site, items
    )  # fmt: skip


async def entries(log: PublishedLog, start: int, end: int) -> AsyncIterator[tuple[int, bytes]]:
    """Yield place and bytes of the leaves from ``start`` up to ``end``, which a checkpoint covers."""
    for n in range(start // FULL, (end - 1) // FULL + 1):
        width = min(FULL, end - n * FULL)
        for place, entry in enumerate(decode_bundle(await log.read(Bundle(n, width)), width), n * FULL):
            if place >= start:
                yield place, entry


def _placed(first: int, raw: Sequence[bytes]) -> list[PlacedLeaf]:
    placed = []
    for place, entry in enumerate(raw, first):
        if place == 0 and read_beginning(entry) is not None:
            continue  # the end of the log before
        leaf = parse_leaf(entry)
        at = micros(leaf.at)
        placed.append(PlacedLeaf(place, leaf.node, leaf.boot, leaf.nseq, at, leaf.who.id, kind_of(leaf)))
    return placed
