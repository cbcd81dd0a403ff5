"""Read base64 and decimal numbers in their one accepted spelling.

Signed text has to have one spelling only: what is read here encodes back to the very same characters.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable

from shouze.errors import InvalidError
from shouze.language import Text

MAX_NUMBER = (1 << 63) - 1


def base64_of(raw: bytes) -> str:
    """Return standard base64 with padding (RFC 4648, section 4)."""
    return base64.b64encode(raw).decode("ascii")


def base64_row(pieces: Iterable[bytes]) -> bytes:
    """Return the base64 of pieces of 32 bytes, one behind the other, at once: of each 43 digits and one to be replaced.

    That one is of a byte that each has more here, 33 being 44 digits: it stands where the padding of one alone does.
    """
    return binascii.b2a_base64(b"\0".join((*pieces, b"")), newline=False)


def read_base64(text: str, field: str, *, length: int | None = None) -> bytes:
    """Return the bytes of padded standard base64; InvalidError on any other spelling or any other length."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise InvalidError(Text("不是规范的 base64", "It is not canonical base64"), field=field) from None
    if base64_of(raw) != text:
        raise InvalidError(Text("不是规范的 base64", "It is not canonical base64"), field=field)
    if length is not None and len(raw) != length:
        words = Text("应为 {length} 字节", "It has to be {length} bytes long").fill(length=length)
        raise InvalidError(words, field=field)
    return raw


def read_decimal(text: str, field: str) -> int:
    """Return a number from 0 to 2^63-1 written in ASCII digits without sign or leading zeros, else InvalidError."""
    plain = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_NUMBER))
    if not plain or str(int(text)) != text or int(text) > MAX_NUMBER:
        raise InvalidError(Text("不是规范的十进制数", "It is not a plain decimal number"), field=field)
    return int(text)
