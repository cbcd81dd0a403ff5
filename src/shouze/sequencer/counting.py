"""Counts what holders of grants did with them, from the published log, so that unused and excessive grants show.

The counts follow when somebody asks, a bounded stretch at a time, and are made from the log and from nothing else.

# Invariant: every leaf is counted once: counts and how far they reach are written together, or not at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from shouze.errors import NotFoundError
from shouze.ledger.entry import Leaf, parse_leaf
from shouze.ledger.moments import micros
from shouze.ledger.shard import read_beginning
from shouze.rules.use import ACTIONS, APPROVE
from shouze.sequencer.finding import BITE, entries
from shouze.sequencer.published import PublishedLog, PublishedLogs

BITES = 8
"""Bites of leaves that one asking counts at most; the next goes on there."""
_REVIEWS = {"bulk-approve": APPROVE, "bulk-refuse": APPROVE}
"""Acts that exercise a grant of another name."""
_HOLDERS = {"staff": "post", "agent-staff": "agent", "service": "account"}


class Key(NamedTuple):
    """What is counted apart: holder (``post:…``; empty for staff without a post), actor, and what was done."""

    holder: str
    actor: str
    service: str
    purpose: str
    action: str
    item: str


class Stretch(NamedTuple):
    """Leaves of a log (by its number) from ``start`` up to ``end``."""

    shard: int
    start: int
    end: int


class Span(NamedTuple):
    """How often, first and last when (microseconds since 1970)."""

    uses: int
    first: int
    last: int


class Exercised(NamedTuple):
    """What a holder did: how many actors, how often, first and last when (microseconds since 1970)."""

    holder: str
    service: str
    purpose: str
    action: str
    item: str
    actors: int
    uses: int
    first: int
    last: int


class Counts(Protocol):
    """Where the counts are kept; UnavailableError when it does not answer."""

    async def reached(self, shard: int) -> int:
        """Return how many leaves of a log, from the first on, are counted."""
        ...

    async def add(self, stretch: Stretch, counted: dict[Key, Span]) -> bool:
        """Add what a stretch holds; False where another has counted it meanwhile."""
        ...

    async def of_holders(self, holders: Sequence[str], limit: int) -> list[Exercised]:
        """Return what the holders did, each row of one holder; ``person:…`` is one of staff, whatever the post."""
        ...


@dataclass(frozen=True)
class Counting:
    """The logs with their counts."""

    logs: PublishedLogs
    counts: Counts

    async def on(self) -> tuple[int, int]:
        """Count on, a bounded stretch; return how many leaves are counted, of how many."""
        return await keep_counting(self.logs, self.counts)


async def keep_counting(logs: PublishedLogs, counts: Counts, bites: int = BITES) -> tuple[int, int]:
    """Count on towards the newest checkpoint of each log; return how many leaves are counted, of how many."""
    done = size = 0
    for shard in await logs.begun():
        if shard.deleted is None:
            reached, whole, bites = await _count(await logs.find(shard.label), shard.number, counts, bites)
            done, size = done + reached, size + whole
    return done, size


async def _count(log: PublishedLog, shard: int, counts: Counts, bites: int) -> tuple[int, int, int]:
    """Count one log on; return how many leaves are counted, of how many, and the bites that are left."""
    size, done = await _size(log), await counts.reached(shard)
    while done < size and bites > 0:
        end = min(size, done - done % BITE + BITE)
        raw = [entry async for _, entry in entries(log, done, end)]
        begins = done == 0 and read_beginning(raw[0]) is not None  # with the end of the log before
        added = await counts.add(Stretch(shard, done, end), await asyncio.to_thread(counted, raw[begins:]))
        done, bites = end if added else await counts.reached(shard), bites - 1
    return done, size, bites


async def _size(log: PublishedLog) -> int:
    try:
        return (await log.checkpoint()).size
    except NotFoundError:
        return 0  # nothing is signed yet, so nothing is in the log


def counted(raw: Iterable[bytes]) -> dict[Key, Span]:
    """Return what these leaves hold of permitted uses by staff, agents' staff and programs."""
    found: dict[Key, Span] = {}
    for entry in raw:
        leaf = parse_leaf(entry)
        at = micros(leaf.at)
        for key in _keys(leaf):
            before = found.get(key, Span(0, at, at))
            found[key] = Span(before.uses + 1, min(before.first, at), max(before.last, at))
    return found


def _keys(leaf: Leaf) -> Iterator[Key]:
    who, what = leaf.who, leaf.what
    kind = _HOLDERS.get(who.kind)
    act = _REVIEWS.get(what.act, what.act)
    if kind is None or leaf.verdict.outcome != "permitted" or act not in ACTIONS:
        return
    name = {"post": who.post, "agent": who.agent, "account": who.id}[kind]
    holder = f"{kind}:{name}" if name else ""
    for purpose in what.purposes or ("",):
        for item in dict.fromkeys(what.items or ("",)):
            yield Key(holder, who.id or "", what.service or "", purpose, act, item)
