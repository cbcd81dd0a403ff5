"""Draws who reviews whom: a ring, so that everybody reviews once, is reviewed once, and never by whom they review."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

FEWEST = 3
"""Of two, each would review the other."""


def ring(seed: str, parties: Iterable[str]) -> list[tuple[str, str]]:
    """Return pairs of reviewer and reviewed: each reviews the next in the order of SHA-256(seed ‖ ":" ‖ party).

    Anybody who knows seed and members draws the same. ValueError for fewer than three.
    """
    ordered = sorted(set(parties), key=lambda party: sha256(f"{seed}:{party}".encode()).digest())
    if len(ordered) < FEWEST:
        raise ValueError(len(ordered))
    return list(zip(ordered, [*ordered[1:], ordered[0]], strict=True))
