"""Draws leaves of a log by lot, so that anybody can repeat the draw (docs/spec/draw.md).

The seed is made of a checkpoint, which nobody chose, and of a nonce, which was fixed in the log before that checkpoint
was signed; the numbers are the bytes of SHA-256 over the seed and a counter.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256

from shouze.ledger.checkpoint import Checkpoint

HEADER = "shouze-draw/1"
_RANGE = 1 << 64


def seed_of(checkpoint: Checkpoint, nonce: str) -> bytes:
    """Return the 32-byte seed: SHA-256 of the header, the checkpoint's text and the nonce, a line each."""
    return sha256(f"{HEADER}\n{checkpoint.text()}{nonce}\n".encode()).digest()


def drawn(seed: bytes, size: int) -> Iterator[int]:
    """Yield every number below ``size`` once, in the order in which the lot takes them.

    Each is as likely as another: what would favour some is passed over.
    """
    seen: set[int] = set()
    fair, counter = _RANGE - _RANGE % size if size else 0, 0
    while len(seen) < size:
        block = sha256(seed + counter.to_bytes(8, "big")).digest()
        number, counter = int.from_bytes(block[:8], "big"), counter + 1
        if number < fair and (number % size) not in seen:
            seen.add(number % size)
            yield number % size
