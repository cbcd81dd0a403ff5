"""Join parts into one message that can be split in one way only."""

from __future__ import annotations

from functools import lru_cache
from struct import Struct, error

from shouze.errors import InvalidError
from shouze.language import Text

_LENGTH = Struct(">I").pack
_LENGTHS = tuple(_LENGTH(length) for length in range(256))
_NUMBER = Struct(">Q").pack


def frame(*parts: bytes | str | int) -> bytes:
    """Return every part behind its length in four bytes, so that ("ab", "c") and ("a", "bc") differ.

    Text is UTF-8, a number eight bytes, most significant first (InvalidError when it does not fit). Each use of this
    function fixes the kind of every part and starts with a label of its own, so that a message made for one purpose
    never serves another. Frames one behind another are the frame of all their parts.
    """
    pieces: list[bytes] = []
    for part in parts:
        encoded = part.encode() if isinstance(part, str) else part if isinstance(part, bytes) else _number(part)
        length = len(encoded)
        pieces += (_LENGTHS[length] if length < len(_LENGTHS) else _LENGTH(length), encoded)
    return b"".join(pieces)


def frame_one(part: str | bytes) -> bytes:
    """Return ``frame`` of one part, in a third of the time."""
    encoded = part.encode() if isinstance(part, str) else part
    length = len(encoded)
    return (_LENGTHS[length] if length < len(_LENGTHS) else _LENGTH(length)) + encoded


@lru_cache(maxsize=4096)
def words(*parts: bytes | str | int) -> bytes:
    """Return ``frame`` of parts that come again and again: labels, items, grounds, epochs.

    # Invariant: what only one subject has (an id, a value) is never among them, so that none is kept in memory.
    """
    return frame(*parts)


def _number(part: int) -> bytes:
    try:
        return _NUMBER(part)
    except error:
        raise InvalidError(Text("编号超出范围", "A number is out of range"), field="number") from None
