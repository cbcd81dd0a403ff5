"""The receipt: the receiver's signature over what it has taken, so that a sender is told by the receiver alone.

A receipt says that the dispatch is durably kept, not that anybody agrees with it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from shouze.link.dispatch import Digest, Id
from shouze.link.keys import PartyKey, PublicKey
from shouze.link.kinds import Moment, Party
from shouze.link.refusing import Reason, RejectedError
from shouze.link.signing import encode, peek, sign, verify

TYPE = "shouze-receipt+jws"


class Receipt(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which dispatch (id, SHA-256) was taken by whom, when first."""

    v: Literal[1]
    dispatch: Id
    sha256: Digest
    taker: Party
    time: Moment


_receipts = msgspec.json.Decoder(Receipt)


def give(receipt: Receipt, key: PartyKey) -> str:
    """Return the receipt as its giver signs it."""
    return sign(encode(receipt), key, TYPE)


def check(signed: str, keys: tuple[PublicKey, ...], dispatch: str, digest: str) -> Receipt:
    """Return the receipt for this dispatch; RejectedError unless one of the keys has signed that."""
    kid, payload = peek(signed, TYPE)
    key = next((each for each in keys if each.id == kid), None)
    if key is None:
        raise RejectedError(Reason.ALTERED)
    verify(signed, key)
    try:
        receipt = _receipts.decode(payload)
    except (msgspec.MsgspecError, ValueError):
        raise RejectedError(Reason.MALFORMED) from None
    if encode(receipt) != payload or (receipt.dispatch, receipt.sha256) != (dispatch, digest):
        raise RejectedError(Reason.ALTERED)
    return receipt
