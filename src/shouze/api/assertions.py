"""Reads the signed assertion by which a face names the person it acts for.

A compact JWS (RFC 7515) signed with Ed25519 (``alg`` EdDSA, RFC 8037, or Ed25519, its name since RFC 9864); ``kid``
is the issuer's id. It lasts two minutes at most, serves once, and holds for one request body.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from typing import Annotated, Literal

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shouze.client.assertions import ED25519_ALONE
from shouze.errors import UnauthenticatedError
from shouze.rules.entries import Issuer

AUDIENCE = "shouze"
LONGEST = timedelta(seconds=120)
LEEWAY = timedelta(seconds=30)

_Person = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]
_Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**33)]


class Assertion(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The claims: issuer, person, sign-in, times, number, and the SHA-256 of the body in base64url."""

    iss: _Person
    aud: Literal["shouze"]
    sub: _Person
    kind: Literal["staff", "agent-staff", "subject"]
    sid: _Person
    iat: _Seconds
    exp: _Seconds
    jti: Annotated[str, msgspec.Meta(pattern=r"\A[!-~]{16,128}\Z")]
    bd: str
    post: _Person | None = None
    agent: _Person | None = None

    @property
    def over(self) -> datetime:
        """Return the moment after which nobody takes the assertion any more."""
        return datetime.fromtimestamp(self.exp, UTC) + LEEWAY


_HEADERS = {"alg", "kid", "typ"}
_claims = msgspec.json.Decoder(Assertion)


def read_assertion(text: str, issuer: Issuer, body: bytes, now: datetime) -> Assertion:
    """Return the claims of an assertion by ``issuer`` about this body; UnauthenticatedError for any reason against."""
    try:
        signed = jws.deserialize_compact(text, _key(issuer.public_key), registry=ED25519_ALONE)
        claims = _claims.decode(signed.payload)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        raise UnauthenticatedError from None
    headers = signed.headers()
    of_the_issuer = headers.get("kid") == claims.iss == issuer.id and headers.keys() <= _HEADERS
    of_the_face = (issuer.face == "portal") == (claims.kind == "subject")
    if not (of_the_issuer and of_the_face and _in_time(claims, now) and compare_digest(claims.bd, digest_of(body))):
        raise UnauthenticatedError
    return claims


def digest_of(body: bytes) -> str:
    """Return the claim ``bd`` for a request body."""
    return base64.urlsafe_b64encode(sha256(body).digest()).decode().rstrip("=")


def _in_time(claims: Assertion, now: datetime) -> bool:
    issued, expires = (datetime.fromtimestamp(each, UTC) for each in (claims.iat, claims.exp))
    return timedelta(0) < expires - issued <= LONGEST and issued - LEEWAY <= now < claims.over


@lru_cache(maxsize=64)
def _key(public_key: str) -> OKPKey:
    raw = base64.b64decode(public_key)
    return OKPKey.import_key({"kty": "OKP", "crv": "Ed25519", "x": base64.urlsafe_b64encode(raw).decode().rstrip("=")})
