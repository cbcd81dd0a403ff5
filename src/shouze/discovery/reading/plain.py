"""Plain text and logs of any size: the encoding is found out, broken bytes spoil only themselves.

UTF-8, GB18030 (with GBK and GB 2312), UTF-16 and UTF-32 are told by their first 64 kB; what is neither is read line by
line as either, else with its broken bytes replaced. Full-width digits and letters are read as half-width ones.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from shouze.discovery.reading.piece import Limits, Lines, Piece

BLOCK = 4 * 1024 * 1024
"""Bytes that are looked at in one go: in smaller ones what each check costs by itself would weigh."""
_BLANKS = "\t\r\n\f\x1b"
_SAMPLE = 64 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"),
)  # fmt: skip
_FULL = re.compile(rb"\xef(?:\xbc[\x90-\x99\xa0-\xba]|\xbd[\x81-\x9a])")
"""Full-width digits, letters and @ in UTF-8; punctuation stays as it is."""
_HALF = {chr(point).encode(): bytes([point - 0xFEE0]) for point in range(0xFF10, 0xFF5B)}


def encoding_of(sample: bytes) -> str:
    """Return the encoding that a file's first bytes speak for; ``mixed`` for what is none."""
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    zeros = sample.count(0)
    if zeros > len(sample) // 8:
        return "utf-16-le" if sample[1::2].count(0) >= sample[::2].count(0) else "utf-16-be"
    return next((name for name in ("utf-8", "gb18030") if _decodes(sample, name)), "mixed")


def _decodes(sample: bytes, encoding: str) -> bool:
    try:
        codecs.getincrementaldecoder(encoding)().decode(sample, final=len(sample) < _SAMPLE)
    except UnicodeDecodeError:
        return False
    return True


def is_text(sample: bytes) -> bool:
    """Tell whether first bytes look like text: hardly any control characters once decoded."""
    encoding = encoding_of(sample)
    text = utf8(sample, encoding).decode() if encoding == "mixed" else sample.decode(encoding, "replace")
    odd = sum(not each.isprintable() and each not in _BLANKS for each in text[:4096]) + text[:4096].count("\ufffd")
    return odd * 10 <= min(len(text), 4096)


def read_text(file: BinaryIO, place: str, limits: Limits) -> Iterator[Piece]:  # noqa: ARG001 - a reader's signature
    """Yield blocks of whole lines; a line longer than 4 MiB is cut."""
    sample = file.read(_SAMPLE)
    file.seek(0)
    encoding = encoding_of(sample)
    number = 1
    for block in _blocks(file) if encoding in {"utf-8", "gb18030", "mixed"} else _recoded(file, encoding):
        content = utf8(block, encoding) if encoding in {"utf-8", "gb18030", "mixed"} else block
        yield Lines(place, number, halved(content), len(block))
        number += content.count(b"\n")


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    left = b""
    while block := file.read(BLOCK):
        joined = left + block if left else block
        newline = joined.rfind(b"\n")
        if newline < 0 and len(joined) < BLOCK:
            left = joined
            continue
        cut = newline + 1 if newline >= 0 else len(joined)
        yield joined[:cut]
        left = joined[cut:]
    if left:
        yield left


def _recoded(file: BinaryIO, encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    left = ""
    while block := file.read(BLOCK):
        text = left + decoder.decode(block)
        cut = text.rfind("\n") + 1 or (len(text) if len(text) > BLOCK else 0)
        left = text[cut:]
        if cut:
            yield text[:cut].encode("utf-8", "replace")
    if left := left + decoder.decode(b"", final=True):
        yield left.encode("utf-8", "replace")


def utf8(block: bytes, encoding: str) -> bytes:
    """Return a block as valid UTF-8; where its encoding breaks, each line by itself."""
    if block.isascii():
        return block
    block = block.removeprefix(codecs.BOM_UTF8)
    try:
        text = block.decode(encoding if encoding != "mixed" else "utf-8")
    except UnicodeDecodeError:
        return b"\n".join(map(_of_either, block.split(b"\n")))
    return block if encoding in {"utf-8", "mixed"} else text.encode()


def _of_either(line: bytes) -> bytes:
    for encoding in ("utf-8", "gb18030"):
        try:
            return line.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    return line.decode("utf-8", "replace").encode()


def halved(content: bytes) -> bytes:
    """Return UTF-8 with full-width digits and letters as half-width ones: as many characters, fewer bytes."""
    return _FULL.sub(lambda found: _HALF[found[0]], content) if _FULL.search(content) else content
