"""Signs canonical JSON as a compact JWS (RFC 7515) with Ed25519 (RFC 8037, 9864), and reads it back strictly.

# Invariant: what is read here has one spelling: header, payload and signature encode back to the very same text.
"""

from __future__ import annotations

import base64
from typing import Any

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from shouze.link.keys import PartyKey, PublicKey, base64url
from shouze.link.refusing import Reason, RejectedError

ALGORITHM = "Ed25519"
"""Its name since RFC 9864; RFC 8037 calls it EdDSA."""
LARGEST = 256 * 1024
"""Bytes of the largest signed text."""
encode = msgspec.json.Encoder(order="sorted").encode
"""Canonical JSON (RFC 8785) of what dispatches hold: text, whole numbers, lists, objects with ASCII names."""


class Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A signature's header: algorithm, the key's id, and what is signed."""

    alg: str
    kid: str
    typ: str


class _Registry(JWSRegistry):
    """Lets a payload be as large as a dispatch may be."""

    max_payload_length = LARGEST


_REGISTRY = _Registry(algorithms=[ALGORITHM])
_headers = msgspec.json.Decoder(Header)


def sign(payload: bytes, key: PartyKey, kind: str) -> str:
    """Return the compact JWS over a payload; ``kind`` is its media type's name."""
    header = {"alg": ALGORITHM, "kid": key.public.id, "typ": kind}
    signed: str = jws.serialize_compact(header, payload, key.jwk(), registry=_REGISTRY)
    return signed


def peek(text: str, kind: str) -> tuple[str, bytes]:
    """Return the key's id and the payload of what nobody has verified yet; RejectedError unless it is one."""
    if len(text) > LARGEST:
        raise RejectedError(Reason.OVERSIZED)
    parts = text.split(".")
    try:
        raw = [base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True) for part in parts]
        header = _headers.decode(raw[0])
    except (ValueError, msgspec.MsgspecError):
        raise RejectedError(Reason.MALFORMED, "header") from None
    if len(raw) != 3 or [base64url(each) for each in raw] != parts or header.typ != kind or header.alg != ALGORITHM:
        raise RejectedError(Reason.MALFORMED, "header")
    return header.kid, raw[1]


def verify(text: str, key: PublicKey) -> bytes:
    """Return the payload once the signature verifies; RejectedError (altered) where it does not."""
    try:
        signed: Any = jws.deserialize_compact(text, key.jwk(), registry=_REGISTRY)
    except (JoseError, ValueError, TypeError):
        raise RejectedError(Reason.ALTERED) from None
    payload: bytes = signed.payload
    return payload
