"""How records are drawn: uniformly, or by YCSB's scrambled zipfian distribution with the constant 0.99.

After Gray et al., "Quickly generating billion-record synthetic databases" (SIGMOD 1994), as YCSB does it: a zipfian
draw among ten thousand million items, scattered over the real ones by a 64-bit FNV-1a hash.
"""

from __future__ import annotations

from random import Random

ITEMS = 10_000_000_000
THETA = 0.99
ZETA = 26.46902820178302
"""The sum of 1 / i^0.99 over all items, as YCSB has it."""
_ALPHA = 1 / (1 - THETA)
_ETA = (1 - (2 / ITEMS) ** (1 - THETA)) / (1 - (1 + 0.5**THETA) / ZETA)
_BASIS, _PRIME, _SPACE = 0xCBF29CE484222325, 1_099_511_628_211, 1 << 64


def uniform(random: Random, count: int) -> int:
    """Return one of ``count`` numbers, each as likely."""
    return random.randrange(count)


def scrambled_zipfian(random: Random, count: int) -> int:
    """Return one of ``count`` numbers, few of them often; which they are depends on nothing but ``count``."""
    return fnv(zipfian(random.random())) % count


def zipfian(chance: float) -> int:
    """Return the rank, from 0, that a chance in [0, 1) falls to."""
    scaled = chance * ZETA
    if scaled < 1:
        return 0
    if scaled < 1 + 0.5**THETA:
        return 1
    return int(ITEMS * (_ETA * chance - _ETA + 1) ** _ALPHA)


def fnv(number: int) -> int:
    """Return YCSB's hash of a 64-bit number: FNV-1a over its octets, lowest first, without its sign."""
    hashed = _BASIS
    for place in range(0, 64, 8):
        hashed = ((hashed ^ (number >> place & 0xFF)) * _PRIME) % _SPACE
    return _SPACE - hashed if hashed >> 63 else hashed
