"""Presents the log's tables to ``ledger.verify``, and keeps count while every entry passes by."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from shouze.errors import NotFoundError, ShouzeError
from shouze.ledger.chain import Chain
from shouze.ledger.checkpoint import Checkpoint, open_checkpoint
from shouze.ledger.entry import parse_leaf
from shouze.ledger.note import Verifier
from shouze.ledger.tile import FULL, decode_bundle, encode_bundle
from shouze.ledger.tree import HASH_SIZE, Frontier, leaf_hash
from shouze.sequencer.ports import ChainKey, LogReader, StoredCheckpoint

PAGE = 256

Answer = TypeVar("Answer")
Ask = Callable[[Coroutine[Any, Any, Answer]], Answer]
"""Waits, in a thread, for what the event loop that owns the tables answers."""


class TableSource:
    """``ledger.verify.LogSource`` over the tables; ``tally`` is shown every bundle that is read."""

    def __init__(self, log: LogReader, ask: Ask[Any], tally: Tally) -> None:
        self._log, self._ask, self._tally = log, ask, tally

    def checkpoint(self) -> bytes | None:
        """Return the newest signed checkpoint."""
        latest: StoredCheckpoint | None = self._ask(self._log.latest_checkpoint())
        return latest.note.encode() if latest else None

    def bundle(self, n: int, width: int) -> bytes:
        """Return a bundle cut to a width; NotFoundError when it is not there or narrower."""
        entries = entries_of(self._ask(self._log.bundle(n)))
        if len(entries) < width:
            raise NotFoundError
        self._tally.see(n, entries[:width])
        return encode_bundle(entries[:width])

    def tile(self, level: int, n: int, width: int) -> bytes:
        """Return a tile cut to a width; NotFoundError when it is not there or narrower."""
        wide, body = self._ask(self._log.tile(level, n)) or (0, b"")
        if wide < width or len(body) != wide * HASH_SIZE:
            raise NotFoundError
        return bytes(body[: width * HASH_SIZE])


class Tally:
    """Grows the tree along with a reader, and compares it with each checkpoint that was ever stored.

    ``chains`` is where each node's chain then stands, ``frontier`` the tree so far, ``wrong`` the sizes of the
    checkpoints that are not of this tree or not signed by this log.
    """

    def __init__(
        self,
        verifier: Verifier,
        checkpoints: Iterator[StoredCheckpoint],
        chains: Mapping[ChainKey, Chain] | None = None,
    ) -> None:
        """``checkpoints`` come smallest first; ``chains`` as they stood at the end of the log before."""
        self.frontier = Frontier()
        self.chains = dict(chains or {})
        self.wrong: list[int] = []
        self._verifier = verifier
        self._checkpoints = checkpoints
        self._next = next(checkpoints, None)

    def see(self, n: int, entries: Sequence[bytes]) -> None:
        """Take in the next bundle; one out of turn is passed over."""
        if n * FULL != self.frontier.size:
            return
        hashes = [leaf_hash(entry) for entry in entries]
        self._grow(hashes)
        for entry, hashed in zip(entries, hashes, strict=True):
            self._follow(entry, hashed)

    def close(self) -> None:
        """Compare the checkpoints that are left: one of the present size, none of a larger."""
        while self._next is not None:
            self._compare(self._next)

    def _grow(self, hashes: list[bytes]) -> None:
        start = done = self.frontier.size
        while self._next is not None and self._next.size < start + len(hashes):
            upto = max(done, self._next.size)
            self.frontier = self.frontier.extend(hashes[done - start : upto - start])
            done = upto
            self._compare(self._next)
        self.frontier = self.frontier.extend(hashes[done - start :])

    def _compare(self, stored: StoredCheckpoint) -> None:
        here = (self.frontier.size, self.frontier.root())
        signed = _opened(stored, self._verifier)
        if signed is None or not here == (stored.size, stored.root) == (signed.size, signed.root):
            self.wrong.append(stored.size)
        self._next = next(self._checkpoints, None)

    def _follow(self, entry: bytes, hashed: bytes) -> None:
        try:
            leaf = parse_leaf(entry)
        except ShouzeError:
            return
        chain = self.chains.get((leaf.node, leaf.boot), Chain(leaf.node, leaf.boot))
        self.chains[leaf.node, leaf.boot] = chain.rejoin(leaf, hashed)


def stored_checkpoints(log: LogReader, ask: Ask[Any]) -> Iterator[StoredCheckpoint]:
    """Yield every stored checkpoint, smallest first."""
    above = -1
    while page := ask(log.checkpoints(above, PAGE)):
        yield from page
        above = page[-1].size


def entries_of(found: tuple[int, bytes] | None) -> list[bytes]:
    """Return the entries of a stored bundle; NotFoundError without one, InvalidError when it cannot be read."""
    if found is None:
        raise NotFoundError
    width, body = found
    return decode_bundle(body, width)


def _opened(stored: StoredCheckpoint, verifier: Verifier) -> Checkpoint | None:
    try:
        return open_checkpoint(stored.note.encode(), [verifier])[0]
    except ShouzeError:
        return None
