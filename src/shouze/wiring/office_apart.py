"""Carries the portal's messages to a desk of its own, over HTTP: signed for the one subject, each once.

# Invariant: what is signed for the office opens nothing at the door, and no token of the door's goes to the desk.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import msgspec

from shouze.client import Assertions, PersonAssertion
from shouze.client.terms import LIMITS, checked_url
from shouze.desk.office import AUDIENCE, EVERYBODY, MEDIA, PATH, ForAll, Matters, OfOne, Trouble, encode
from shouze.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    OfficeUnknownError,
    ShouzeError,
    UnavailableError,
)
from shouze.language import Text
from shouze.wiring.portal import NAME, PortalKeys, now_here

SECONDS = httpx.Timeout(20.0, connect=2.0)
_TOLD: dict[str, type[ShouzeError]] = {
    each.kind.code: each for each in (InvalidError, NotFoundError, ConflictError)
}  # fmt: skip
_AWAY = Text("受理部门暂时没有回应", "The office does not answer at the moment")


@dataclass(frozen=True)
class OfficeLine:
    """The way to the office of a desk of its own (``wiring.office.Ask``); threads may share it."""

    http: httpx.Client = field(repr=False)
    assertions: Assertions = field(repr=False)

    @classmethod
    def to(
        cls, url: str, keys: PortalKeys, now: Callable[[], datetime] = now_here, *,
        transport: httpx.BaseTransport | None = None, verify: ssl.SSLContext | bool = True,
    ) -> OfficeLine:  # fmt: skip
        """Return the way to the desk at a URL; InvalidError unless it is https, or on this machine."""
        reached = httpx.Client(
            base_url=checked_url(url, allow_insecure=False), timeout=SECONDS, limits=LIMITS, transport=transport,
            verify=verify, trust_env=False,
        )  # fmt: skip
        return cls(reached, Assertions(NAME, keys.signer(), now=now, audience=AUDIENCE))

    def ask(self, subject: str, asked: ForAll | OfOne) -> Any:
        """Return the office's answer; UnavailableError where none came, else the error that it answers with.

        Nothing is sent twice: whoever filed something looks whether it is there.
        """
        body = encode(asked)
        person = PersonAssertion(kind="subject", id=subject, sign_in=NAME)
        headers = {"shouze-assertion": self.assertions.sign(person, body), "content-type": MEDIA}
        try:
            answer = self.http.post(PATH, content=body, headers=headers)
            if answer.is_success:
                return msgspec.msgpack.decode(answer.content, type=asked.gives)
            told = msgspec.msgpack.decode(answer.content, type=Trouble)
        except (httpx.HTTPError, msgspec.DecodeError, ValueError):
            raise UnavailableError(_AWAY) from None
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise OfficeUnknownError
        raise _TOLD.get(told.code, UnavailableError)(told.detail, field=told.field, remedy=told.remedy)

    def check(self) -> None:
        """Ask for what everybody may know; UnavailableError unless the office answers this portal."""
        self.ask(EVERYBODY, Matters())

    def close(self) -> None:
        """Close the connections."""
        self.http.close()
