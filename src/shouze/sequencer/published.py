"""What the log shows to outsiders: its newest checkpoint, and tiles and bundles up to it, never beyond.

A tile or bundle of a width that an earlier checkpoint had is the beginning of what is stored now, so every width that
was ever published can be read on (C2SP tlog-tiles).
"""

from __future__ import annotations

from shouze.errors import NotFoundError
from shouze.language import Text
from shouze.ledger.tile import FULL, Bundle, Tile, decode_bundle, encode_bundle
from shouze.ledger.tree import HASH_SIZE
from shouze.sequencer.ports import LogReader, StoredCheckpoint


class PublishedLog:
    """The published log over the tables; UnavailableError when they do not answer."""

    def __init__(self, log: LogReader) -> None:
        self._log = log
        self._size = 0

    async def checkpoint(self) -> StoredCheckpoint:
        """Return the newest signed checkpoint; NotFoundError when nothing was signed yet."""
        latest = await self._log.latest_checkpoint()
        if latest is None:
            raise NotFoundError(Text("还没有检查点", "There is no checkpoint yet"), field="log")
        self._size = max(self._size, latest.size)
        return latest

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


def _missing() -> NotFoundError:
    return NotFoundError(
        Text("日志中没有这一部分", "The log has no such part"),
        field="log",
        remedy=Text("按检查点的大小计算路径", "Work out the path from the checkpoint's size"),
    )
