"""What the sequencer needs from outside: the log's tables, and a memory of what was signed.

# Invariant: of all sequencers only the one that holds the newest epoch can write; a loser of that fence never signs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from shouze.errors import ConflictError
from shouze.ledger.chain import Chain
from shouze.ledger.integrate import Bundles, Edge, Integration, Tiles
from shouze.ledger.tree import Frontier

ChainKey = tuple[int, str]
"""Node and boot: whose chain it is."""


class FencedError(ConflictError):
    """Another sequencer has taken over; this one stops."""


class StagedBatch(NamedTuple):
    """One row of staging: ``width`` leaves from ``nseq`` on, packed in ``body`` as a bundle packs them.

    ``at`` is in microseconds since 1970 (UTC); ``sequenced`` the index in the log of the first leaf, once it has one.
    """

    node: int
    boot: str
    nseq: int
    width: int
    body: bytes
    at: int
    sequenced: int | None = None


class Applied(NamedTuple):
    """How far a node's chain has come in the log; ``held`` names what is wrong with what waits, if anything is."""

    chain: Chain
    held: str | None = None


class LogState(NamedTuple):
    """Where the log stands: the epoch of its writer, frontier, root and right edge, and the number of its shard."""

    epoch: int
    frontier: Frontier
    root: bytes
    edge: Edge
    shard: int = 0


class StoredShard(NamedTuple):
    """One of the logs that follow one another, a shard: its number (0 is the first), what it is called, its key.

    Moments are in microseconds since 1970 (UTC). Without ``begun`` it was asked for and is yet to begin; ``ended`` is
    when it was handed over, ``deleted`` when its deletion was recorded.
    """

    number: int
    base: str
    label: str
    vkey: str
    begun: int | None = None
    ended: int | None = None
    deleted: int | None = None

    @property
    def origin(self) -> str:
        """The log's origin: that of the installation, for all but the first with a label (``…/2027``)."""
        return f"{self.base}/{self.label}" if self.label else self.base


class Growth(NamedTuple):
    """One round's change: who writes, what the tree became, which batches it took (with their index), which chains."""

    epoch: int
    before: int
    made: Integration
    batches: Sequence[StagedBatch]
    chains: Sequence[Applied]


class ReadBack(NamedTuple):
    """What storage holds of the log's growth since a size, read afresh.

    ``bundles`` are those that grew; ``tiles`` those and the ones that hold the right edge of the older size;
    ``batches`` the staged ones that were given an index from that size on.
    """

    epoch: int
    size: int
    root: bytes
    bundles: Bundles
    tiles: Tiles
    batches: Sequence[StagedBatch]


class StoredCheckpoint(NamedTuple):
    """A checkpoint's row: size, root, signed note, and the moment of signing in microseconds since 1970 (UTC)."""

    size: int
    root: bytes
    note: str
    at: int


class LogStore(Protocol):
    """The log's tables as their one writer sees them.

    UnavailableError when they do not answer; a write that ends so may have happened or not.
    """

    async def become_active(self) -> int | None:
        """Take the one writer's place and raise the epoch; return it, or None while another holds the place.

        Who holds the place already may take it again.
        """
        ...

    async def release(self) -> None:
        """Give the place back; giving it back twice changes nothing."""
        ...

    async def state(self) -> LogState:
        """Return where the log stands."""
        ...

    async def staged(self, limit: int) -> list[StagedBatch]:
        """Return waiting batches in order of (at, node, boot, nseq); of a chain on hold only the very next one."""
        ...

    async def applied(self, keys: Sequence[ChainKey]) -> Mapping[ChainKey, Applied]:
        """Return how far these chains have come; a chain that is not in the log yet is left out."""
        ...

    async def integrate(self, growth: Growth) -> None:
        """Write bundles, tiles, state, chains and the batches' indexes in one transaction.

        FencedError, and nothing written, unless epoch and size are still those of the growth; TamperedError when a
        batch is not waiting any more.
        """
        ...

    async def hold(self, epoch: int, chains: Sequence[Applied]) -> None:
        """Write down which chains are on hold. FencedError unless the epoch is still this one."""
        ...

    async def read_back(self, since: int) -> ReadBack:
        """Return what is stored of the log from that size on, in transactions of its own."""
        ...

    async def tiles_at(self, size: int) -> Tiles:
        """Return the tiles that hold the right edge of the tree of that size, as wide as they are now."""
        ...

    async def insert_checkpoint(self, epoch: int, checkpoint: StoredCheckpoint) -> None:
        """Store a signed checkpoint; the same size and root again changes nothing.

        FencedError unless the epoch is still this one; TamperedError when that size has another root.
        """
        ...

    async def latest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the stored checkpoint of the largest size."""
        ...

    async def shards(self) -> list[StoredShard]:
        """Return all shards, first to last."""
        ...

    async def add_shard(self, shard: StoredShard) -> None:
        """Put a shard behind the last one; where its number is taken, nothing changes."""
        ...

    async def conclude(self, growth: Growth, shard: StoredShard) -> None:
        """Write a growth by leaves of the sequencer's own, and what they say of a shard, in one transaction.

        As ``integrate``; its batches were not waiting but are staged here, so that what is signed is what was staged.
        """
        ...

    async def final(self, number: int) -> StoredCheckpoint | None:
        """Return the last checkpoint of a shard, with the cosignatures that it has by now."""
        ...

    async def begin(self, epoch: int, size: int, shard: StoredShard, made: Integration) -> None:
        """Leave the shard of that size for the next one, which ``made`` is the beginning of, in one transaction.

        FencedError, and nothing written, unless epoch and size are still those.
        """
        ...

    async def purge(self, before: int, limit: int) -> int:
        """Delete up to ``limit`` batches of before a moment (microseconds) that are in a checkpoint; return how many.

        The last sequenced batch of each chain stays: a node that lost the answer to its commit looks it up.
        """
        ...


class Reference(NamedTuple):
    """That rows of ``table`` (opening, look_up) speak of a chain's leaves from the lowest to the highest number."""

    table: str
    node: int
    boot: str
    lowest: int
    highest: int


class LogReader(Protocol):
    """The log's tables as a verifier reads them, page by page."""

    async def head(self) -> tuple[Frontier, bytes]:
        """Return the frontier and root that the log says it has; TamperedError when they cannot be read."""
        ...

    async def bundle(self, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of an entry bundle."""
        ...

    async def tile(self, level: int, n: int) -> tuple[int, bytes] | None:
        """Return width and bytes of a tile."""
        ...

    async def strays(self, size: int) -> list[str]:
        """Return the paths of bundles and tiles that a log of that size does not have."""
        ...

    async def latest_checkpoint(self) -> StoredCheckpoint | None:
        """Return the stored checkpoint of the largest size."""
        ...

    async def checkpoints(self, above: int, limit: int) -> list[StoredCheckpoint]:
        """Return stored checkpoints larger than a size (-1: all), smallest first."""
        ...

    async def batches(self, after: tuple[int, str, int] | None, limit: int) -> list[StagedBatch]:
        """Return batches of staging, waiting or not, in order of (node, boot, nseq)."""
        ...

    async def chains(self, after: ChainKey | None, limit: int) -> list[Applied]:
        """Return how far the chains have come, in order of (node, boot)."""
        ...

    async def references(self) -> list[Reference]:
        """Return of which leaves openings and look-up rows speak, chain by chain."""
        ...


class Memory(Protocol):
    """What was signed last, kept apart from the log: a log that was put back to an earlier state is known by it."""

    def recall(self) -> bytes | None:
        """Return the newest signed checkpoint, or None when nothing was signed yet."""
        ...

    def remember(self, note: bytes) -> None:
        """Keep a signed checkpoint, durably, before anybody else sees it."""
        ...
