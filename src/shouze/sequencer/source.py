"""Presents the log's tables to a verifier, with every checkpoint that was ever stored (``ledger.stretch``)."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any, TypeVar

from shouze.errors import NotFoundError, ShouzeError
from shouze.ledger.checkpoint import open_checkpoint
from shouze.ledger.note import Verifier
from shouze.ledger.stretch import Mark
from shouze.ledger.tile import FULL, decode_bundle, encode_bundle
from shouze.ledger.tree import HASH_SIZE
from shouze.ledger.verify import Fault
from shouze.sequencer.ports import LogReader, StoredCheckpoint

PAGE = 256
AHEAD = 8
"""Bundles that are read with one call of the tables, where they follow one another."""

Answer = TypeVar("Answer")
Ask = Callable[[Coroutine[Any, Any, Answer]], Answer]
"""Waits, in a thread, for what the event loop that owns the tables answers."""


class TableSource:
    """``ledger.stretch.MarkedSource`` over the tables of one log."""

    def __init__(self, log: LogReader, ask: Ask[Any], verifier: Verifier) -> None:
        """``verifier`` is the log's key."""
        self._log, self._ask, self._verifier = log, ask, verifier
        self._told: set[str] = set()
        self._ahead: dict[tuple[str, int], tuple[int, bytes]] = {}
        self._page: deque[StoredCheckpoint] = deque()
        self._all, self._marked = False, -1

    def checkpoint(self) -> bytes | None:
        """Return the newest signed checkpoint."""
        latest: StoredCheckpoint | None = self._ask(self._log.latest_checkpoint())
        return latest.note.encode() if latest else None

    def bundle(self, n: int, width: int) -> bytes:
        """Return a bundle cut to a width; NotFoundError when it is not there or narrower."""
        found = self._ahead.pop(("bundle", n), None)
        if found is None or found[0] < width:
            # One that waits for the tables costs more than reading them: they are asked for a few at once.
            self._ahead = self._ask(self._read_ahead(n))
            found = self._ahead.pop(("bundle", n), None)
        if found is not None and found[0] == width:
            return bytes(found[1])
        entries = entries_of(found)
        if len(entries) < width:
            raise NotFoundError
        return encode_bundle(entries[:width])

    def tile(self, level: int, n: int, width: int) -> bytes:
        """Return a tile cut to a width; NotFoundError when it is not there or narrower."""
        found = self._ahead.pop(("tile", n), None) if level == 0 else None
        if found is None or found[0] < width:
            found = self._ask(self._log.tile(level, n))
        wide, body = found or (0, b"")
        if wide < width or len(body) != wide * HASH_SIZE:
            raise NotFoundError
        return bytes(body[: width * HASH_SIZE])

    async def _read_ahead(self, n: int) -> dict[tuple[str, int], tuple[int, bytes]]:
        """Return a bundle, and the full ones behind it in the same stretch, each with its tile."""
        ahead = {}
        bundle = await self._log.bundle(n)
        with suppress(ShouzeError):
            for number in range(n, min(n + AHEAD, (n // FULL + 1) * FULL)):
                if number > n:
                    bundle = await self._log.bundle(number)
                if bundle is None:
                    break
                ahead["bundle", number] = bundle
                if tile := await self._log.tile(0, number):
                    ahead["tile", number] = tile
                if bundle[0] < FULL:
                    break
        return ahead

    def noticed(self) -> list[tuple[str, str]]:
        """Return what the log's reader found beside it (openings that are lacking), each once."""
        faults: tuple[Fault, ...] = getattr(self._log, "faults", ())
        new = [(fault.code, fault.where) for fault in faults if fault.where not in self._told]
        self._told.update(where for _, where in new)
        return new

    def marks(self, above: int, upto: int) -> list[Mark]:
        """Return size and signed root of the checkpoints above a size and up to another."""
        if above != self._marked:
            self._page, self._all = deque(), False
        found = []
        while True:
            while self._page and self._page[0].size <= upto:
                found.append(self._page.popleft())
            if self._page or self._all:
                break
            page = self._ask(self._log.checkpoints(found[-1].size if found else above, PAGE))
            self._page, self._all = deque(page), len(page) < PAGE
        self._marked = upto
        return [Mark(stored.size, self._signed(stored)) for stored in found]

    def _signed(self, stored: StoredCheckpoint) -> bytes | None:
        try:
            signed = open_checkpoint(stored.note.encode(), [self._verifier])[0]
        except ShouzeError:
            return None
        return stored.root if (signed.size, signed.root) == (stored.size, stored.root) else None


def stored_checkpoints(log: LogReader, ask: Ask[Any], above: int) -> Iterator[StoredCheckpoint]:
    """Yield every stored checkpoint above a size, smallest first."""
    while page := ask(log.checkpoints(above, PAGE)):
        yield from page
        above = page[-1].size


def entries_of(found: tuple[int, bytes] | None) -> list[bytes]:
    """Return the entries of a stored bundle; NotFoundError without one, InvalidError when it cannot be read."""
    if found is None:
        raise NotFoundError
    width, body = found
    return decode_bundle(body, width)
