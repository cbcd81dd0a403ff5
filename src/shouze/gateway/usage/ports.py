"""What records of use of the service need of the store.

# Invariant: blocks are added and go as a whole; none is ever changed. The one transaction that spans subjects writes
# a batch's blocks, or lists what they hold from now on; it locks no two subjects' rows out of the order of their ids.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol

from shouze.rules.standing import Standing


class Binding(NamedTuple):
    """That a subject holds, or held, an identifier from a moment to a moment."""

    subject: str
    since: datetime
    until: datetime | None


class Seen(NamedTuple):
    """A subject as it stood in one snapshot."""

    revision: int
    standing: Standing


class Known(NamedTuple):
    """What one statement found: the policy epoch, the subjects by id, every binding of each tag."""

    epoch: int
    subjects: Mapping[str, Seen]
    bindings: Mapping[bytes, Sequence[Binding]]


class Holding(NamedTuple):
    """A subject's next standing, in which more is held than before; ``revision`` is the one it follows."""

    subject: str
    revision: int
    standing: Standing


class Block(NamedTuple):
    """Records of one subject, ground, day (days since 1970, UTC) and batch: how many, and sealed, item by item."""

    subject: str
    ground: str
    day: int
    batch: bytes
    n: int
    sealed: bytes


class Named(NamedTuple):
    """A batch's name among those of its feed, the keyed fingerprint of its content, and when it was appended."""

    feed: str
    name: str
    fingerprint: bytes
    at: datetime


class Kept(NamedTuple):
    """What a batch of this name was answered."""

    fingerprint: bytes
    answer: bytes


class Position(NamedTuple):
    """Where reading goes on: within the block of this day and batch after so many records, or behind it (0)."""

    day: int
    batch: bytes = b""
    offset: int = 0


class Partition(NamedTuple):
    """Ten days of one ground that are dropped together; ``last`` is included."""

    ground: str
    first: int
    last: int


class UsageStore(Protocol):
    """Where records of use are kept, by subject, ground and day."""

    async def look_up(self, subjects: Collection[str], tags: Collection[bytes]) -> Known:
        """Find subjects by id and by tags with one statement in one snapshot."""
        ...

    async def hold(self, holdings: Sequence[Holding]) -> set[str]:
        """Write the next standings in one transaction; return the subjects whose revision had not moved on."""
        ...

    async def prepare(self, ground: str, days: Collection[int]) -> None:
        """Make the partitions for these days, where there are none."""
        ...

    async def append(self, blocks: Sequence[Block], named: Named | None, answer: bytes) -> None:
        """Write a batch in one transaction; ConflictError, and nothing written, when its feed used the name before.

        # Invariant: a batch is there as a whole or not at all, and once under its name.
        """
        ...

    async def kept(self, feed: str, name: str) -> Kept | None:
        """Return what the batch of this name was answered, within ``NAMES_KEPT`` of ``shouze.gateway.usage.purge``."""
        ...

    async def read(self, subject: str, ground: str, last: int, position: Position, limit: int) -> list[Block]:
        """Return blocks from the position to the end of day ``last``, in order of day and batch.

        As many as together hold ``limit`` records, or all; at least one where there is one.
        """
        ...

    async def partitions(self) -> list[Partition]:
        """Return every partition."""
        ...

    async def count(self, partition: Partition) -> int:
        """Return how many records stand in a partition."""
        ...

    async def drop(self, partition: Partition) -> None:
        """Drop a partition with all that is in it."""
        ...

    async def ended(self, limit: int) -> list[tuple[str, str]]:
        """Return (subject, ground) of which something has ended, so that blocks may be there that nobody can open."""
        ...

    async def remove(self, subject: str, ground: str, blocks: Sequence[Block] | None) -> None:
        """Remove blocks of one subject and ground; None: all of them, and that something had ended."""
        ...

    async def swept(self, subject: str, ground: str) -> None:
        """Forget that something had ended."""
        ...

    async def forget_names(self, before: datetime) -> None:
        """Forget the names of batches appended before."""
        ...
