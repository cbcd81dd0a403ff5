"""What the log shows to outsiders: its newest checkpoint, and tiles and bundles up to it, never beyond.

A tile or bundle of a width that an earlier checkpoint had is the beginning of what is stored now, so every width that
was ever published can be read on (C2SP tlog-tiles).
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.ledger.note import read_signature
from shouze.ledger.proof import HashReader, TileHashes
from shouze.ledger.tile import FULL, Bundle, Tile, decode_bundle, encode_bundle
from shouze.ledger.tree import HASH_SIZE
from shouze.sequencer.ports import LogReader, StoredCheckpoint, StoredShard


class Witnessed(Protocol):
    """What witnesses have cosigned."""

    async def lines(self, size: int) -> list[str]:
        """Return the signature lines for the checkpoint of a size."""
        ...

    async def covering(self, size: int) -> int | None:
        """Return the largest cosigned size that is not below ``size``."""
        ...


class PublishedLog:
    """The published log over the tables; UnavailableError when they do not answer."""

    def __init__(self, log: LogReader, witnessed: Witnessed | None = None) -> None:
        """``witnessed`` knows what witnesses have cosigned."""
        self._log, self._witnessed = log, witnessed
        self._size = 0

    async def checkpoint(self) -> StoredCheckpoint:
        """Return the newest signed checkpoint; NotFoundError when nothing was signed yet."""
        latest = await self._log.latest_checkpoint()
        if latest is None:
            remedy = Text("先运行 shouze up", "Run shouze up first")
            raise NotFoundError(Text("还没有检查点", "There is no checkpoint yet"), field="log", remedy=remedy)
        self._size = max(self._size, latest.size)
        return latest

    async def signed(self, size: int) -> StoredCheckpoint:
        """Return the signed checkpoint of a size; NotFoundError where none was signed at that size."""
        found = await self._log.checkpoints(size - 1, 1)
        if not found or found[0].size != size:
            raise NotFoundError(Text("没有此大小的检查点", "No checkpoint has that size"), field="log.size")
        return found[0]

    async def cosigned(self, size: int | None = None) -> StoredCheckpoint:
        """Return the newest checkpoint with the lines of the witnesses that cosigned it.

        With a size: the newest cosigned one that covers it, else the newest one at all.
        """
        latest = await self.checkpoint()
        if self._witnessed is None:
            return latest
        if size is not None and (covering := await self._witnessed.covering(size)) is not None:
            found = await self._log.checkpoints(covering - 1, 1)
            latest = found[0] if found and found[0].size == covering else latest
        return latest._replace(note=latest.note + "".join(await self._witnessed.lines(latest.size)))

    async def witnesses(self) -> list[tuple[str, int]]:
        """Return who cosigned last, and the size of that checkpoint: the newest that anybody cosigned."""
        covering = await self._witnessed.covering(0) if self._witnessed else None
        if covering is None or self._witnessed is None:
            return []
        return [(read_signature(line.strip()).name, covering) for line in await self._witnessed.lines(covering)]

    async def hashes(self, size: int, prove: Callable[[HashReader], list[bytes]]) -> list[bytes]:
        """Return what ``prove`` makes, in a thread, of the tree of that size, which a checkpoint covers."""
        loop = asyncio.get_running_loop()

        def read(tile: Tile) -> bytes:
            return asyncio.run_coroutine_threadsafe(self.read(tile), loop).result()

        return await asyncio.to_thread(prove, TileHashes(size, read))

    async def read(self, place: Tile | Bundle) -> bytes:
        """Return a tile or bundle at its width; NotFoundError for one that no signed checkpoint covers."""
        level, n, width = (0, *place) if isinstance(place, Bundle) else place
        end = (n * FULL + width) << 8 * level
        # Invariant: nothing is shown that is not under a signed checkpoint.
        if end > self._size and end > (await self.checkpoint()).size:
            raise _missing()
        found = await (self._log.bundle(n) if isinstance(place, Bundle) else self._log.tile(level, n))
        if found is None or found[0] < width:
            raise _missing()
        stored, body = found
        if isinstance(place, Tile):
            return bytes(body[: width * HASH_SIZE])
        return bytes(body) if stored == width else encode_bundle(decode_bundle(body, stored)[:width])


class PublishedLogs:
    """The published logs that follow one another, by label: the first has none, later ones are called by their year."""

    def __init__(
        self, shards: Callable[[], Awaitable[Sequence[StoredShard]]], open_log: Callable[[int], PublishedLog]
    ) -> None:
        """``shards`` reads the table of shards; ``open_log`` opens the log of a number."""
        self._shards, self._open = shards, open_log
        self._opened: dict[str, PublishedLog] = {"": open_log(0)}

    async def find(self, label: str) -> PublishedLog:
        """Return the log of a label; NotFoundError when there is none such."""
        if label not in self._opened:
            for shard in await self._shards():
                if shard.begun is not None:
                    self._opened.setdefault(shard.label, self._open(shard.number))
        if label not in self._opened:
            raise _missing()
        return self._opened[label]

    async def begun(self) -> list[StoredShard]:
        """Return the logs that have begun, first to last."""
        return [shard for shard in await self._shards() if shard.begun is not None]


def _missing() -> NotFoundError:
    return NotFoundError(
        Text("日志中没有这一部分", "The log has no such part"),
        field="log",
        remedy=Text("按检查点的大小计算路径", "Work out the path from the checkpoint's size"),
    )
