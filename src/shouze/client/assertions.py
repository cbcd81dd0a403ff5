"""Signs for a face who the person is that it calls for.

A compact JWS (RFC 7515) with Ed25519 (RFC 8037), ``kid`` being the issuer's id. It lasts a minute, serves once, and
holds for one request body.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws

from shouze.client.asserted import digest_of
from shouze.client.ed25519 import ALGORITHM, base64url, signing_key
from shouze.client.messages import Message
from shouze.client.terms import Sign

AUDIENCE = "shouze"
LASTS = timedelta(seconds=60)
NUMBER_BYTES = 16


class PersonAssertion(Message, frozen=True, kw_only=True):
    """Who a face says that the person is, and by which sign-in it knows.

    ``kind`` is ``subject`` in the portal, and ``id`` then the one subject's; else it is staff's or agent's staff's.
    """

    hidden = ("id", "sign_in")
    kind: Literal["staff", "agent-staff", "subject"]
    id: str
    sign_in: str
    post: str | None = None
    agent: str | None = None


class _Claims(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    iss: str
    aud: str
    sub: str
    kind: str
    sid: str
    iat: int
    exp: int
    jti: str
    bd: str
    post: str | None = None
    agent: str | None = None


class Assertions:
    """The signer of one face: ``issuer`` is its id in the policy, ``key`` the private half of the key named there."""

    def __init__(
        self,
        issuer: str,
        key: Ed25519PrivateKey,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        entropy: Callable[[int], bytes] = os.urandom,
        audience: str = AUDIENCE,
    ) -> None:
        self._issuer, self._audience = issuer, audience
        self._key = signing_key(key)
        self._now = now
        self._entropy = entropy

    def naming(self, person: PersonAssertion) -> Sign:
        """Return what ``Client`` takes as ``assertion``: it signs for this person, anew for each request."""
        return lambda body: self.sign(person, body)

    def sign(self, person: PersonAssertion, body: bytes) -> str:
        """Return an assertion about this person for one request with this body."""
        issued = int(self._now().timestamp())
        claims = _Claims(
            iss=self._issuer, aud=self._audience, sub=person.id, kind=person.kind, sid=person.sign_in,
            iat=issued, exp=issued + int(LASTS.total_seconds()),
            jti=base64url(self._entropy(NUMBER_BYTES)), bd=digest_of(body),
            post=person.post, agent=person.agent,
        )  # fmt: skip
        header = {"alg": ALGORITHM, "kid": self._issuer}
        return jws.serialize_compact(header, msgspec.json.encode(claims), self._key, algorithms=[ALGORITHM])
