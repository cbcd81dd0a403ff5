"""The public mark of a key ring, by which tables know it again."""

from __future__ import annotations

from shouze.vault.framing import words
from shouze.vault.keys import KeyRing

_MARK = b"shouze/ring-mark/1"
_BYTES = 16


def ring_mark(ring: KeyRing) -> str:
    """Return 32 hexadecimal digits that no other ring has; they tell nothing of its keys.

    It is a MAC under the look-up key, the one key that a ring is made with, at random, and keeps for as long as it
    lives, through every change of epochs and index keys. So every ring has had its mark from the beginning, without
    another word in its file, and a copy that was left behind has the same.
    """
    return ring.lookup_mac(words(_MARK))[:_BYTES].hex()
