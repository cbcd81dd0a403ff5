"""Tells who calls: a token, and for faces a signed assertion naming the person.

Tokens and issuers stand in the policy. Before an unknown token is refused the latest policy is read, at most once a
second, so that a new token works at once and a flood of bad ones does not reach the store.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from shouze.api.assertions import Assertion, read_assertion
from shouze.api.tokens import Presented, parse_token, stands
from shouze.errors import UnauthenticatedError
from shouze.gateway.door import Door
from shouze.rules.entries import Caller
from shouze.rules.use import Actor

REFRESH_SECONDS = 1.0
_BEARER = "bearer "

FirstSeen = Callable[[str, str, datetime], Awaitable[bool]]


class Identity:
    """Knows callers by the policy of the door; all its calls come from one event loop."""

    def __init__(self, door: Door, first_seen: FirstSeen, monotonic: Callable[[], float]) -> None:
        """``monotonic`` counts seconds; ``first_seen`` is custody's memory of single-use numbers."""
        self._door = door
        self._first_seen = first_seen
        self._monotonic = monotonic
        self._refreshed = -REFRESH_SECONDS

    async def caller(self, authorization: str | None) -> Caller:
        """Return the caller whose token this is; UnauthenticatedError alike for every reason against it."""
        # A13-3-permissions: nobody is served who is not known
        presented = _presented(authorization)
        if presented is None:
            raise UnauthenticatedError
        return self._standing(presented) or await self._after_refresh(presented)

    def known(self, authorization: str | None) -> Caller | None:
        """Return the caller where the policy at hand knows the token."""
        presented = _presented(authorization)
        return self._standing(presented) if presented else None

    async def actor(self, caller: Caller, assertion: str | None, body: bytes) -> Actor:
        """Return who acts; ``assertion`` names the person exactly where the caller is a face."""
        own = own_actor(caller)
        if own is not None:
            if assertion is not None:
                raise UnauthenticatedError
            return own
        claims = await self._asserted(caller, assertion or "", body)
        return Actor(claims.kind, claims.sub, claims.post, claims.agent, claims.sid, caller.id, claims.iss)

    async def _asserted(self, caller: Caller, assertion: str, body: bytes) -> Assertion:
        issuer = self._door.room.policy.issuers.get(caller.actor)
        if issuer is None or issuer.revoked:
            raise UnauthenticatedError
        claims = read_assertion(assertion, issuer, body, self._door.room.clock.now())
        # Invariant: an assertion serves once.
        if not await self._first_seen(claims.iss, claims.jti, claims.over):
            raise UnauthenticatedError
        return claims

    def _standing(self, presented: Presented) -> Caller | None:
        caller = self._door.room.policy.callers.get(presented.id)
        return caller if stands(caller, presented, self._door.room.clock.now()) else None

    async def _after_refresh(self, presented: Presented) -> Caller:
        if self._monotonic() - self._refreshed >= REFRESH_SECONDS:
            self._refreshed = self._monotonic()
            await self._door.refresh()
        if caller := self._standing(presented):
            return caller
        raise UnauthenticatedError


def own_actor(caller: Caller) -> Actor | None:
    """Return whom the token itself is bound to; None where it is a face's, which names who acts."""
    if caller.kind == "face":
        return None
    return Actor(caller.kind, caller.actor, caller.post, caller.agent, caller.id, caller.id)


def _presented(authorization: str | None) -> Presented | None:
    text = authorization or ""
    return parse_token(text[len(_BEARER) :]) if text[: len(_BEARER)].lower() == _BEARER else None
