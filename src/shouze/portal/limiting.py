"""How often something may be tried: counted by what is tried and by whom, whom it only knows as a keyed digest."""

from __future__ import annotations

import hmac
from datetime import timedelta
from hashlib import sha256
from typing import NamedTuple

from shouze.errors import Kind, ShouzeError
from shouze.language import Text
from shouze.portal.models import Attempt
from shouze.portal.ports import GIVEN

KEPT = timedelta(days=1)


class Limit(NamedTuple):
    """How many times within which span."""

    kind: str
    most: int
    span: timedelta


class TooOftenError(ShouzeError):
    """It was tried too often; it says nothing about whether the tries meant anybody."""

    kind = Kind("busy", 429, Text("尝试次数过多", "Too many tries"), Text("请稍后再试", "Try again later"))


def digest(*parts: str) -> str:
    """Return the keyed digest of some words, in hex; each word ends where it ends."""
    framed = b"".join(len(part.encode()).to_bytes(4, "big") + part.encode() for part in parts)
    return hmac.digest(GIVEN.secret, framed, sha256).hex()


def within(limit: Limit, *who: str) -> bool:
    """Note a try; tell whether it is still within the limit."""
    now, named = GIVEN.now(), digest(limit.kind, *who)
    Attempt.objects.filter(at__lt=now - KEPT).delete()
    Attempt.objects.create(kind=limit.kind, who=named, at=now)
    return Attempt.objects.filter(kind=limit.kind, who=named, at__gt=now - limit.span).count() <= limit.most


def demand(limit: Limit, *who: str) -> None:
    """Note a try; TooOftenError beyond the limit."""
    if not within(limit, *who):
        raise TooOftenError
