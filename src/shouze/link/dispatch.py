"""The dispatch: an envelope of one version around a typed body, signed by its sender, addressed to one receiver.

``sequence`` counts what one sender has sent to one receiver in one matter, from 1 on: so nothing is applied out of
order, and a missing one is seen. Time is the sender's; what is dated ahead of the receiver's clock is refused, what is
old is not, since a stick may have carried it for weeks.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Annotated, Generic, Literal, TypeVar

import msgspec
from msgspec import Meta

from shouze.link.keys import PartyKey, PublicKey
from shouze.link.kinds import KINDS, Body, Introduction, Moment, Party, Side
from shouze.link.refusing import Reason, RejectedError
from shouze.link.signing import encode, peek, sign, verify

TYPE = "shouze-dispatch+jws"
LEEWAY = timedelta(minutes=5)
"""How far a sender's clock may be ahead of the receiver's."""
LARGEST_ATTACHMENT = 20 * 1024 * 1024
MOST_ATTACHMENTS = 16

Id = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}$(?!\n)")]
Matter = Annotated[str, Meta(pattern=r"^[A-Za-z0-9._:/-]{1,96}$(?!\n)")]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$(?!\n)")]
B = TypeVar("B")


class Attachment(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that goes with a dispatch: its name, media type, size in bytes and SHA-256; its bytes travel beside it."""

    name: Annotated[str, Meta(min_length=1, max_length=200)]
    media: Annotated[str, Meta(min_length=1, max_length=100)]
    size: Annotated[int, Meta(ge=0, le=LARGEST_ATTACHMENT)]
    sha256: Digest

    @classmethod
    def of(cls, name: str, media: str, content: bytes) -> Attachment:
        """Return what a dispatch says of these bytes."""
        return cls(name, media, len(content), sha256(content).hexdigest())


class Envelope(msgspec.Struct, Generic[B], frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A dispatch: version, id, kind, sender and receiver, matter and place in it, what it answers, time, body."""

    v: Literal[1]
    id: Id
    kind: Annotated[str, Meta(pattern=r"^[a-z][a-z-]{0,47}$(?!\n)")]
    sender: Party
    receiver: Party
    matter: Matter
    sequence: Annotated[int, Meta(ge=1, le=(1 << 53) - 1)]
    in_reply_to: Id | None = None
    time: Moment
    body: B
    attachments: Annotated[tuple[Attachment, ...], Meta(max_length=MOST_ATTACHMENTS)] = ()


Dispatch = Envelope[Body]


class Known(msgspec.Struct, frozen=True):
    """What the receiver knows of a sender: its side, the keys that may sign now, and those that have ended."""

    side: Side
    keys: tuple[PublicKey, ...]
    ended: tuple[PublicKey, ...] = ()


class _Version(msgspec.Struct, frozen=True):
    v: int


_version = msgspec.json.Decoder(_Version)
_envelope = msgspec.json.Decoder(Envelope[msgspec.Raw])


def seal(dispatch: Dispatch, key: PartyKey) -> str:
    """Return the dispatch as its sender signs it; RejectedError for one that nobody would take, and no signature."""
    _parsed(encode(dispatch))
    signed = sign(encode(dispatch), key, TYPE)
    peek(signed, TYPE)
    return signed


def digest_of(signed: str) -> str:
    """Return the SHA-256 of a signed dispatch, in hex: what receipts and logs name it by."""
    return sha256(signed.encode()).hexdigest()


def read(signed: str, known: Callable[[str], Known | None], me: str, now: datetime) -> Dispatch:
    """Return the dispatch once everything about it is right; RejectedError names what is not.

    ``known`` returns what is known of a sender that people have confirmed; an introduction needs no more than the key
    it brings, and is no ground for anything before people have compared fingerprints.
    """
    kid, payload = peek(signed, TYPE)
    dispatch = _parsed(payload)
    _verify(signed, kid, dispatch, known(dispatch.sender))
    if dispatch.receiver != me:
        raise RejectedError(Reason.WRONG_AUDIENCE)
    if dispatch.time > now + LEEWAY:
        raise RejectedError(Reason.FUTURE_DATED)
    return dispatch


def unverified(signed: str) -> Dispatch | None:
    """Return what a dispatch claims to be, for keeping beside a refusal; None where it cannot be read."""
    try:
        return _parsed(peek(signed, TYPE)[1])
    except RejectedError:
        return None


def _parsed(payload: bytes) -> Dispatch:
    try:
        if _version.decode(payload).v != 1:
            raise RejectedError(Reason.UNKNOWN_VERSION)
        envelope = _envelope.decode(payload)
        kind = KINDS.get(envelope.kind)
        if kind is None:
            raise RejectedError(Reason.UNKNOWN_KIND)
        body = msgspec.json.decode(envelope.body, type=kind.body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise RejectedError(Reason.MALFORMED) from None
    dispatch = Dispatch(**{name: getattr(envelope, name) for name in Envelope.__struct_fields__} | {"body": body})
    if encode(dispatch) != payload:
        raise RejectedError(Reason.MALFORMED)
    return dispatch


def _verify(signed: str, kid: str, dispatch: Dispatch, sender: Known | None) -> None:
    if isinstance(dispatch.body, Introduction):
        # Whoever introduces itself shows that it holds the key; whose key it is, people tell one another.
        key = PublicKey.read(dispatch.body.key)
        if key.id != kid:
            raise RejectedError(Reason.ALTERED)
        verify(signed, key)
        return
    if sender is None:
        raise RejectedError(Reason.UNKNOWN_SENDER)
    found = next((each for each in sender.keys if each.id == kid), None)
    if found is None:
        ended = any(each.id == kid for each in sender.ended)
        raise RejectedError(Reason.KEY_ENDED if ended else Reason.ALTERED)
    verify(signed, found)
    by = KINDS[dispatch.kind].by
    if by is not None and by != sender.side:
        raise RejectedError(Reason.NOT_ENTITLED)
