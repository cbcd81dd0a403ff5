"""Reads assertions: what whoever takes one asks of every assertion, beside claims of its own.

* It is a compact JWS with Ed25519, signed by the key that its issuer is known by.
* It lasts two minutes at most, and clocks may differ by half a minute.
* It has a number, which whoever takes it spends.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Annotated, Any, TypeVar

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from shouze.client.ed25519 import ED25519_ALONE, base64url, verifying_key

LONGEST, LEEWAY = timedelta(seconds=120), timedelta(seconds=30)
Seconds = Annotated[int, msgspec.Meta(ge=0, le=2**33)]


class Claims(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every assertion says: who signed it, from when until when it holds (seconds since 1970), its number."""

    iss: str
    iat: Seconds
    exp: Seconds
    jti: Annotated[str, msgspec.Meta(pattern=r"\A[!-~]{16,128}\Z")]

    @property
    def over(self) -> datetime:
        """Return the moment from which nobody takes it any more."""
        return datetime.fromtimestamp(self.exp, UTC) + LEEWAY

    def holds(self, now: datetime) -> bool:
        """Tell whether it is to be taken now, and was made for no longer than an assertion may last."""
        issued, expires = (datetime.fromtimestamp(each, UTC) for each in (self.iat, self.exp))
        return timedelta(0) < expires - issued <= LONGEST and issued - LEEWAY <= now < self.over


C = TypeVar("C", bound=Claims)


def read_signed(text: str, public: bytes, claims: msgspec.json.Decoder[C]) -> tuple[C, dict[str, Any]] | None:
    """Return the claims and the header of what the owner of a public key (32 bytes) signed; None for anything else.

    Whether it holds now, and was signed for whoever reads it, is asked of the claims.
    """
    try:
        signed = jws.deserialize_compact(text, _key(public), registry=ED25519_ALONE)
        return claims.decode(signed.payload), signed.headers()
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        return None


def digest_of(body: bytes) -> str:
    """Return the claim by which an assertion holds for one body: its SHA-256 in base64url."""
    return base64url(sha256(body).digest())


@lru_cache(maxsize=64)
def _key(public: bytes) -> OKPKey:
    return verifying_key(public)
