"""Corrections that one user asks for at the portal, in the user's own name alone; what they say is sealed.

# Invariant: the row names the user by id, the service and the purpose; which item, the new value and the proof lie in
# a letter, sealed under a key of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.dooring import send_waiting
from shouze.registers.ports import GIVEN
from shouze.registers.requests.models import Request
from shouze.registers.requests.register import REGISTER

MOST_OPEN = 5
"""Corrections that one user may have under way at once."""


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


def ask_correction(
    subject: str, service: str, purpose: str, item: str, value: str, enclosures: Sequence[Attached]
) -> Wish:  # fmt: skip
    """File a user's wish to have an item corrected; it has its number and its clock at once."""
    # A09-2-query: a correction that a person has to look at is a request with a deadline
    if _own(subject).filter(state="open").count() >= MOST_OPEN:
        remedy = Text("等待已有的请求答复", "Wait for the answers to those you have")
        raise ConflictError(Text("未答复的更正过多", "Too many of your corrections are open"), remedy=remedy)
    values = {
        "kind": "correction", "source": "portal", "received_at": GIVEN.now(), "service": service, "purpose": purpose,
        "subject": subject, "identity": "session", "story": value, "item": item, "enclosures": enclosures,
    }  # fmt: skip
    made = acting.begin(REGISTER, Asked(values))
    send_waiting()
    return _shown(made)


def corrections(subject: str, limit: int = 20) -> list[Wish]:
    """Return what a user asked to have corrected at the portal, newest first; one query."""
    return [_shown(each) for each in _own(subject).order_by("-id")[:limit]]


def _own(subject: str) -> QuerySet[Request]:
    return Request.objects.filter(subject=subject or "-", kind="correction", source="portal")


def _shown(request: Request) -> Wish:
    return Wish(
        request.number, REGISTER.states[request.state].label, request.service, request.received_at, request.due,
        request.answered_at, request.late,
    )  # fmt: skip
