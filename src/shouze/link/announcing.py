"""What is said of a large packet before it is read: who sends how many bytes, and their digest, signed by the sender.

# Invariant: of what nobody trusted has signed, no more than ``UNSIGNED`` bytes are read; of what one has, no more than
it says, and nothing else than it says is looked at.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from shouze.link.dispatch import Digest, Known
from shouze.link.keys import PartyKey
from shouze.link.kinds import Party
from shouze.link.packet import LARGEST
from shouze.link.refusing import Reason, RejectedError
from shouze.link.signing import encode, peek, sign, verify

TYPE = "shouze-packet+jws"
HEADER = "Shouze-Packet"
UNSIGNED = 512 * 1024
"""Bytes that are read of a packet from whoever it may be: a dispatch and its receipt's worth, without large files."""
LONGEST = 2048
"""Characters of the longest header that is looked at."""


class Announced(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who sends whom a packet, its size in bytes and its SHA-256."""

    v: Literal[1]
    sender: Party
    receiver: Party
    size: Annotated[int, Meta(ge=1, le=LARGEST)]
    sha256: Digest


_announced = msgspec.json.Decoder(Announced)


def announce(raw: bytes, sender: str, receiver: str, key: PartyKey) -> str:
    """Return the header's value for a packet, signed."""
    said = Announced(v=1, sender=sender, receiver=receiver, size=len(raw), sha256=sha256(raw).hexdigest())
    return sign(encode(said), key, TYPE)


def expected(signed: str, known: Callable[[str], Known | None], me: str) -> Announced:
    """Return what a sender that people have confirmed announces to this receiver; RejectedError for anybody else."""
    if len(signed) > LONGEST:
        raise RejectedError(Reason.OVERSIZED, "header")
    kid, payload = peek(signed, TYPE)
    try:
        said = _announced.decode(payload)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise RejectedError(Reason.MALFORMED, "header") from None
    sender = known(said.sender)
    if sender is None:
        raise RejectedError(Reason.UNKNOWN_SENDER)
    key = next((each for each in sender.keys if each.id == kid), None)
    if key is None or encode(said) != payload:
        raise RejectedError(Reason.ALTERED)
    verify(signed, key)
    if said.receiver != me:
        raise RejectedError(Reason.WRONG_AUDIENCE)
    return said
