"""Two thousand malformed files of every kind neither crash nor hang the scanner, and each is told or read."""

from __future__ import annotations

from random import Random

import pytest

from shouze.discovery.reading.opening import read_bytes
from shouze.discovery.reading.piece import Limits, Unread
from tests.discovery.looking import scanner
from tests.discovery.reading import files

ALL = {**files.TABLES, **files.TEXTS}
EACH = 68
"""30 kinds by 68 are more than two thousand."""


def broken(chance: Random, content: bytes) -> bytes:
    """Cut, overwrite, double or splice a content."""
    kind = chance.randrange(5)
    place = chance.randrange(len(content))
    if kind == 0:
        return content[:place]
    if kind == 1:
        changed = bytearray(content)
        for _ in range(chance.randrange(1, 20)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        return bytes(changed)
    if kind == 2:
        return content[:place] + chance.randbytes(chance.randrange(1, 300)) + content[place:]
    if kind == 3:
        return content[:place] + content[place // 2 :]
    return content[:64] + chance.randbytes(500)


@pytest.mark.parametrize("name", ALL)
def test_malformed_files_are_read_or_told(name: str) -> None:
    chance = Random(name)
    names = list(ALL)
    for _ in range(EACH):
        content = broken(chance, ALL[name])
        called = name if chance.random() < 0.8 else chance.choice(names)
        limits = Limits(in_memory=4 * 1024 * 1024, most_expanded=16 * 1024 * 1024)
        pieces = read_bytes(content, called, limits)
        assert all(len(str(piece.reason)) < 300 for piece in pieces if isinstance(piece, Unread))
        list(scanner().scan("s", pieces))
