"""What the office tells users of their own: complaints, corrections, services ended for them; no row is read here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec

from shouze.client import HeldOfOwn
from shouze.language import Text


@dataclass(frozen=True)
class Filed:
    """A complaint as its complainant sees it; ``said`` is what was said since, oldest first: kind, when, text."""

    number: str
    state: str
    matter: Text
    service: str
    received_at: datetime
    due: datetime | None
    answered_at: datetime | None
    late: bool
    may_reopen: bool
    may_withdraw: bool
    story: str = field(default="", repr=False)
    said: Sequence[tuple[str, datetime, str]] = field(default=(), repr=False)


@dataclass(frozen=True)
class Wish:
    """A correction as whoever asked for it sees it."""

    number: str
    words: Text
    service: str
    received_at: datetime
    due: datetime | None
    answered_at: datetime | None
    late: bool
    why: Text | None = None
    """Why it was not done."""
    answer: str = field(default="", repr=False)
    """What the house wrote back."""


class EndedService(msgspec.Struct, frozen=True):
    """A service that staff ended for a user: whose, which, when, what ends when, who has copies, its record's place."""

    token: str
    subject: str
    service: str
    asked_at: datetime
    held: list[HeldOfOwn]
    recipients: list[str] | None
    record: dict[str, Any] | None


@dataclass(frozen=True)
class Figures:
    """Of the terms that began in a period: received, answered, in time, late (answered late, or overdue), open in time.

    ``share`` is in time among all whose deadline decides already; ``median`` the median time to an answer. Both are
    None where there is nothing to tell.
    """

    since: datetime
    until: datetime
    received: int
    answered: int
    in_time: int
    late: int
    running: int
    withdrawn: int
    median: timedelta | None

    @property
    def share(self) -> float | None:
        """Return the share answered in time, from 0 to 1."""
        decided = self.in_time + self.late
        return self.in_time / decided if decided else None
