"""Seal values and openings into bytes that say how to open them, and where they belong.

A sealed value is: format (1 byte, now 1), suite number (1), key version (4, most significant byte first), nonce (12),
ciphertext, tag (16). Subject, ground, item and version are not in it: they are authenticated beside it.

# Invariant: a sealed value opens only as the subject, ground, item and version it was sealed for.
"""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct, error
from typing import NamedTuple

from shouze.errors import InvalidError, SealedError, TamperedError
from shouze.language import Text
from shouze.vault.framing import frame, frame_one, words
from shouze.vault.suites import NONCE_BYTES, Suite, suite_numbered

FORMAT = 1
_HEADER = Struct(">BBI")
_HEAD_LENGTH = frame(bytes(_HEADER.size))[: -_HEADER.size]
"""The length that stands before a header in a frame."""
_BODY = _HEADER.size + NONCE_BYTES
_VALUE = b"shouze/value/1"
_OPENING = b"shouze/opening/1"
_USAGE = b"shouze/usage/1"


class SealedHeader(NamedTuple):
    """What a sealed value says about itself: with which suite it was sealed, and under which version of the key."""

    suite: Suite
    key_version: int


def header(sealed: bytes) -> SealedHeader:
    """Return the header of a sealed value or opening; TamperedError when it is none that Shouze wrote."""
    if len(sealed) < _BODY or sealed[0] != FORMAT:
        raise TamperedError
    _, number, key_version = _HEADER.unpack_from(sealed)
    return SealedHeader(suite_numbered(number), key_version)


def seal_value(
    suite: Suite,
    key: bytes,
    key_version: int,
    subject: str,
    ground: str,
    item: str,
    version: int,
    plaintext: bytes,
    nonce: bytes,
) -> bytes:
    """Seal one version of one item under the subject's key for that ground.

    ``nonce`` is 12 fresh random bytes; ``key_version`` fits in 32 bits, ``version`` in 64, neither is negative.
    """
    return _seal(suite, key, key_version, _value_place(subject, ground, item, version), plaintext, nonce)


def open_value(keys: Mapping[int, bytes], sealed: bytes, subject: str, ground: str, item: str, version: int) -> bytes:
    """Return the plaintext of a sealed value; ``keys`` are the subject's keys for that ground by their version.

    SealedError when the key it names is not among them (destroyed), TamperedError when it does not verify as this
    subject's, ground's, item's and version's.
    """
    return _open(keys, _value_place(subject, ground, item, version), sealed)


def seal_opening(
    suite: Suite, key: bytes, key_version: int, leaf_hash: bytes, field_no: int, plaintext: bytes, nonce: bytes
) -> bytes:
    """Seal what opens field ``field_no`` of the handling record whose leaf in the log has ``leaf_hash``."""
    return _seal(suite, key, key_version, _opening_place(leaf_hash, field_no), plaintext, nonce)


def open_opening(keys: Mapping[int, bytes], sealed: bytes, leaf_hash: bytes, field_no: int) -> bytes:
    """Return the opening of one field of a handling record; errors as in ``open_value``."""
    return _open(keys, _opening_place(leaf_hash, field_no), sealed)


def seal_usage(
    suite: Suite, key: bytes, key_version: int, place: tuple[str, str, str, int, bytes], plaintext: bytes, nonce: bytes
) -> bytes:
    """Seal one item of one subject's records of use of one day and batch.

    ``place`` is subject, ground, item, day (days since 1970) and batch (the batch's number): all are authenticated.
    """
    return _seal(suite, key, key_version, frame(_USAGE, *place), plaintext, nonce)


def open_usage(keys: Mapping[int, bytes], sealed: bytes, place: tuple[str, str, str, int, bytes]) -> bytes:
    """Return what was sealed at exactly this place; errors as in ``open_value``."""
    return _open(keys, frame(_USAGE, *place), sealed)


def _value_place(subject: str, ground: str, item: str, version: int) -> bytes:
    """Return the frame of label, subject, ground, item and version."""
    return words(_VALUE) + frame_one(subject) + words(ground, item, version)


def _opening_place(leaf_hash: bytes, field_no: int) -> bytes:
    """Return the frame of label, leaf hash and number."""
    return words(_OPENING) + frame_one(leaf_hash) + words(field_no)


def _seal(suite: Suite, key: bytes, key_version: int, place: bytes, plaintext: bytes, nonce: bytes) -> bytes:
    try:
        head = _HEADER.pack(FORMAT, suite.number, key_version)
    except error:
        raise InvalidError(Text("密钥版本超出范围", "The key version is out of range"), field="key_version") from None
    return head + nonce + suite.seal(key, nonce, plaintext, place + _HEAD_LENGTH + head)


def _open(keys: Mapping[int, bytes], place: bytes, sealed: bytes) -> bytes:
    suite, key_version = header(sealed)
    key = keys.get(key_version)
    if key is None:
        raise SealedError
    associated = place + _HEAD_LENGTH + sealed[: _HEADER.size]
    return suite.open(key, sealed[_HEADER.size : _BODY], sealed[_BODY:], associated)
