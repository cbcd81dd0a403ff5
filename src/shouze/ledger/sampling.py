"""Draw a sample of a log's records that nobody could have known before, and that anybody can draw again.

The inspector gives a nonce after the checkpoint is signed and publishes it afterwards: place ``i`` of the draw is
HMAC-SHA256(nonce, root ‖ i) mod size, with ``i`` in eight bytes; what would favour some places is drawn again.
"""

from __future__ import annotations

import hmac
from math import ceil, log, log1p

from shouze.errors import InvalidError
from shouze.language import Text

_RANGE = 1 << 256
LEAST_NONCE = 16
"""Bytes of the shortest nonce."""


def draw(nonce: bytes, root: bytes, size: int, count: int) -> list[int]:
    """Return ``count`` different places below ``size``, in the order drawn; all of them when there are fewer.

    InvalidError for a nonce that could be guessed, or a count below 1.
    """
    if len(nonce) < LEAST_NONCE:
        words = Text(f"至少 {LEAST_NONCE} 字节", f"It has to be {LEAST_NONCE} bytes or more")
        raise InvalidError(Text("随机数过短", "The nonce is too short"), field="nonce", remedy=words)
    if count < 1:
        raise InvalidError(Text("至少抽取一条", "Draw one record at least"), field="count")
    drawn: dict[int, None] = {}
    even, turn = _RANGE - _RANGE % size if size else 0, 0
    while len(drawn) < min(count, size):
        value = int.from_bytes(hmac.digest(nonce, root + turn.to_bytes(8, "big"), "sha256"), "big")
        turn += 1
        if value < even:
            drawn.setdefault(value % size)
    return list(drawn)


def needed(share: float, certainty: float) -> int:
    """Return how many to draw to meet, with that certainty, one of the bad records if they are that share or more."""
    if not 0 < share < 1 or not 0 < certainty < 1:
        raise InvalidError(Text("应在 0 与 1 之间", "It has to lie between 0 and 1"), field="share")
    return ceil(log(1 - certainty) / log1p(-share))
