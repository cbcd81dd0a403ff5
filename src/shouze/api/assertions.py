"""Reads the signed assertion by which a face names the person it acts for.

A compact JWS (RFC 7515) signed with Ed25519 (``alg`` EdDSA, RFC 8037, or Ed25519, its name since RFC 9864); ``kid``
is the issuer's id. It lasts two minutes at most, serves once, and holds for one request body.
"""

from __future__ import annotations

import base64
from datetime import datetime
from hmac import compare_digest
from typing import Annotated, Literal

import msgspec

from shouze.client.asserted import Claims, digest_of, read_signed
from shouze.errors import UnauthenticatedError
from shouze.rules.entries import Issuer

AUDIENCE = "shouze"

_Person = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Assertion(Claims, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The claims: issuer, person, sign-in, times, number, and the SHA-256 of the body in base64url."""

    iss: _Person
    aud: Literal["shouze"]
    sub: _Person
    kind: Literal["staff", "agent-staff", "subject"]
    sid: _Person
    bd: str
    post: _Person | None = None
    agent: _Person | None = None


_HEADERS = {"alg", "kid", "typ"}
_claims = msgspec.json.Decoder(Assertion)


def read_assertion(text: str, issuer: Issuer, body: bytes, now: datetime) -> Assertion:
    """Return the claims of an assertion by ``issuer`` about this body; UnauthenticatedError for any reason against."""
    signed = read_signed(text, base64.b64decode(issuer.public_key), _claims)
    if signed is None:
        raise UnauthenticatedError
    claims, header = signed
    of_the_issuer = header.get("kid") == claims.iss == issuer.id and header.keys() <= _HEADERS
    of_the_face = (issuer.face == "portal") == (claims.kind == "subject")
    if not (of_the_issuer and of_the_face and claims.holds(now) and compare_digest(claims.bd, digest_of(body))):
        raise UnauthenticatedError
    return claims
