"""Corrections that one user asks for at the portal, in the user's own name alone; what they say is sealed.

Whoever deals with one may have the door take the value as it was asked for, once they have looked at the letter.

# Invariant: the row names the user by id, the service and the purpose; which item, the new value and the proof lie in
# a letter, sealed under a key of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import QuerySet

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.registers import acting
from shouze.registers.acting import Asked, Attached
from shouze.registers.dooring import send_waiting
from shouze.registers.letters.models import Letter
from shouze.registers.letters.register import LOOKED
from shouze.registers.letters.register import REGISTER as LETTERS
from shouze.registers.letters.sealing import read
from shouze.registers.office import Wish
from shouze.registers.people.models import Person
from shouze.registers.ports import GIVEN
from shouze.registers.requests.models import Request
from shouze.registers.requests.register import REFUSALS, REGISTER
from shouze.registers.rows import Event

SHOWN = ("given", "sent")
MOST_OPEN = 5
"""Corrections that one user may have under way at once."""


@dataclass(frozen=True)
class Asking:
    """The letter of a correction: its number, whether somebody looked at it, whether it was done, what it asks for."""

    letter: str
    looked: bool
    done: bool
    item: str
    value: str = field(repr=False)


def asking(request: Request, person: Person) -> Asking | None:
    """Return what a correction from the portal asks for; None where it is none, or its letter is destroyed."""
    letter = _letters([request.pk]).filter(direction="in", kind="matter", channel="portal").order_by("id").first()
    if request.kind != "correction" or letter is None:
        return None
    looks = Event.objects.filter(register=LETTERS.name, entry=letter.pk, act=LOOKED.name, by=person)
    done = Event.objects.filter(register=REGISTER.name, entry=request.pk, act="as-asked").exists()
    content = read(letter)
    return Asking(letter.number, looks.exists(), done, content.subject, content.text) if content.subject else None


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
    """Return what a user asked to have corrected at the portal, newest first; two queries."""
    rows = list(_own(subject).order_by("-id")[:limit])
    answers = _answers([each.pk for each in rows if each.answered_at])
    return [_shown(each, answers.get(each.pk, "")) for each in rows]


def _own(subject: str) -> QuerySet[Request]:
    return Request.objects.filter(subject=subject or "-", kind="correction", source="portal")


def _letters(requests: Sequence[int]) -> QuerySet[Letter]:
    return Letter.objects.filter(register=REGISTER.name, entry__in=requests, erased_at=None).select_related("key")


def _answers(requests: Sequence[int]) -> dict[int, str]:
    """Return what was written back to each, the latest; nothing of what did not leave the house."""
    if not requests:
        return {}
    letters = _letters(requests).filter(direction="out", kind__in=("answer", "refusal"), state__in=SHOWN)
    return {letter.entry or 0: read(letter).text for letter in letters.order_by("id")}


def _shown(request: Request, answer: str = "") -> Wish:
    return Wish(
        request.number, REGISTER.states[request.state].label, request.service, request.received_at, request.due,
        request.answered_at, request.late, REFUSALS.get(request.refused_because), answer,
    )  # fmt: skip
