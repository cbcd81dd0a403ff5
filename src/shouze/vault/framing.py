"""Join parts into one message that can be split in one way only."""

from __future__ import annotations

from struct import Struct, error

from shouze.errors import InvalidError
from shouze.language import Text

_LENGTH = Struct(">I").pack
_NUMBER = Struct(">Q").pack


def frame(*parts: bytes | str | int) -> bytes:
    """Return every part behind its length in four bytes, so that ("ab", "c") and ("a", "bc") differ.

    Text is UTF-8, a number eight bytes, most significant first (InvalidError when it does not fit). Each use of this
    function fixes the kind of every part and starts with a label of its own, so that a message made for one purpose
    never serves another.
    """
    pieces: list[bytes] = []
    for part in parts:
        encoded = part if isinstance(part, bytes) else _encoded(part)
        pieces += (_LENGTH(len(encoded)), encoded)
    return b"".join(pieces)


def _encoded(part: str | int) -> bytes:
    if isinstance(part, str):
        return part.encode()
    try:
        return _NUMBER(part)
    except error:
        raise InvalidError(Text("编号超出范围", "A number is out of range"), field="number") from None
