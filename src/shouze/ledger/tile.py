"""Name, cut and pack tiles and entry bundles (C2SP tlog-tiles)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from struct import Struct
from typing import NamedTuple

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.ledger.strict import MAX_NUMBER
from shouze.ledger.tree import HASH_SIZE

FULL = 256
"""Hashes in a full tile, entries in a full bundle."""
MAX_ENTRY = 0xFFFF
MAX_LEVEL = 63

_LENGTH = Struct(">H").pack
_PATH = re.compile(r"tile/(entries|[0-9]{1,2})/((?:x[0-9]{3}/){0,6}[0-9]{3})(?:\.p/([0-9]{1,3}))?")


class Tile(NamedTuple):
    """Where a tile stands: level 0 to 63, number within the level, width in hashes (1 to 256)."""

    level: int
    n: int
    width: int = FULL


class Bundle(NamedTuple):
    """Where an entry bundle stands: its number, width in entries (1 to 256)."""

    n: int
    width: int = FULL


def tile_path(level: int, n: int, width: int = FULL) -> str:
    """Return the path of a tile below the log's prefix, such as ``tile/0/x001/x234/067.p/8``."""
    if not 0 <= level <= MAX_LEVEL:
        raise InvalidError(Text("层级应为 0 至 63", "The level has to be 0 to 63"), field="tile.level")
    return f"tile/{level}/{_number(n)}{_suffix(width)}"


def bundle_path(n: int, width: int = FULL) -> str:
    """Return the path of an entry bundle below the log's prefix, such as ``tile/entries/000.p/8``."""
    return f"tile/entries/{_number(n)}{_suffix(width)}"


def parse_path(path: str) -> Tile | Bundle:
    """Read the path of a tile or a bundle; InvalidError for any spelling but the one written here."""
    match = _PATH.fullmatch(path)
    if match:
        kind, groups, partial = match.groups()
        n, width = int(groups.replace("x", "").replace("/", "")), int(partial or FULL)
        place = Bundle(n, width) if kind == "entries" else Tile(int(kind), n, width)
        if _spelling(place) == path:
            return place
    raise InvalidError(Text("不是切片或条目包的路径", "It is not the path of a tile or a bundle"), field="tile.path")


def partial_width(level: int, size: int) -> int:
    """Return the width of the partial tile at that level for a tree size; 0 when there is none."""
    return size >> 8 * level & 0xFF


def touched(old: int, size: int) -> Iterator[Tile]:
    """Yield the tiles that differ between two sizes, level by level; ``touched(0, size)`` are all tiles of a log.

    The bundles that differ are those of the level-0 tiles: same number, same width.
    """
    level = 0
    while (size >> 8 * level) > (old >> 8 * level):
        before, after = old >> 8 * level, size >> 8 * level
        for n in range(before >> 8, after + FULL - 1 >> 8):
            yield Tile(level, n, min(FULL, after - n * FULL))
        level += 1


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return uint16 big-endian length and bytes of each entry; InvalidError for an entry over 65,535 bytes."""
    if max(map(len, entries), default=0) > MAX_ENTRY:
        raise InvalidError(Text("条目超过 65535 字节", "An entry is longer than 65,535 bytes"), field="bundle.entry")
    return b"".join([part for entry in entries for part in (_LENGTH(len(entry)), entry)])


def decode_bundle(body: bytes, width: int) -> list[bytes]:
    """Return exactly ``width`` entries; InvalidError when the bytes hold fewer, more or half an entry."""
    entries: list[bytes] = []
    at = 0
    with suppress(IndexError):
        for _ in range(width):
            start = at + 2
            at = start + (body[at] << 8 | body[at + 1])
            entries.append(body[start:at])
    if at > len(body) or (len(entries) < width and at < len(body)):
        raise InvalidError(Text("条目包在条目中途结束", "The bundle ends within an entry"), field="bundle")
    if len(entries) != width or at != len(body):
        raise InvalidError(Text("条目包的条目数不符", "The bundle holds another number of entries"), field="bundle")
    return entries


def packed_length(body: bytes, count: int) -> int:
    """Return how many bytes the first entries of a bundle take, as many as ``count``, which it has to hold."""
    at = 0
    for _ in range(count):
        at += 2 + (body[at] << 8 | body[at + 1])
    return at


def decode_tile(body: bytes, width: int) -> list[bytes]:
    """Return the ``width`` hashes of a tile; InvalidError when its length is not 32 bytes times that."""
    if len(body) != width * HASH_SIZE:
        raise InvalidError(Text("切片长度不符", "The tile has another length"), field="tile")
    return [body[at : at + HASH_SIZE] for at in range(0, len(body), HASH_SIZE)]


def _spelling(place: Tile | Bundle) -> str | None:
    partial_or_full = 1 <= place.width <= FULL
    if not partial_or_full or (isinstance(place, Tile) and place.level > MAX_LEVEL) or place.n > MAX_NUMBER:
        return None
    return tile_path(*place) if isinstance(place, Tile) else bundle_path(*place)


def _number(n: int) -> str:
    if not 0 <= n <= MAX_NUMBER:
        raise InvalidError(Text("编号超出范围", "The number is out of range"), field="tile.n")
    *leading, last = [group.zfill(3) for group in f"{n:,}".split(",")]
    return "/".join([f"x{group}" for group in leading] + [last])


def _suffix(width: int) -> str:
    if not 1 <= width <= FULL:
        raise InvalidError(Text("宽度应为 1 至 256", "The width has to be 1 to 256"), field="tile.width")
    return "" if width == FULL else f".p/{width}"
