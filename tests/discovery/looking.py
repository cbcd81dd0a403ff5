"""What the tests of discovery share: one compiled scanner, and short ways to look at a content."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cache

from shouze.discovery.carried import detectors
from shouze.discovery.finding import Finding
from shouze.discovery.reading.opening import read_bytes
from shouze.discovery.reading.piece import Piece, Unread
from shouze.discovery.scanning import Scanner
from shouze.wiring.statutes import read_statutes

TODAY = date(2026, 11, 1)
PEOPLE = (
    "khxm,sjhm,sfzh,ddh\n王小明,13812345678,11010519491231002X,2024010112345678\n李娟,13912345678,440308199901010012,"
    "2024010112345679\n欧阳志远,18612345678,11010519491231002X,2024010112345680\n"
)
"""A small table of invented people."""


@cache
def scanner() -> Scanner:
    """Return the scanner with the detectors that the package carries."""
    return Scanner(detectors(), {item: row.text for item, row in read_statutes().items.items()}, TODAY)


def found_in(content: str | bytes, name: str = "a.txt") -> list[Finding]:
    """Return the findings in a file of this name."""
    encoded = content.encode() if isinstance(content, str) else content
    return findings(read_bytes(encoded, name))


def findings(pieces: Iterable[Piece]) -> list[Finding]:
    """Return the findings in pieces that a reader yielded."""
    return [each for each in scanner().scan("source", pieces) if isinstance(each, Finding)]


def unread_of(content: bytes, name: str) -> list[str]:
    """Return why parts of a file were not read, in English."""
    return [piece.reason.en for piece in read_bytes(content, name) if isinstance(piece, Unread)]


def items_by_place(found: Iterable[Finding]) -> dict[str, str]:
    """Return the items by their places."""
    return {each.place: each.item for each in found}
