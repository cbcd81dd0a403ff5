"""Brings rows in step with the door's bulk requests, in the name of the person who looks or acts.

# Invariant: a row says what the door said last; it decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

from shouze.client import ClientError, Refused
from shouze.client.bulk import BulkRequest
from shouze.errors import InvalidError, UnavailableError
from shouze.language import Text
from shouze.registers import acting, vocabulary
from shouze.registers.asking import blamed
from shouze.registers.bulk.models import Operation
from shouze.registers.dooring import in_name_of
from shouze.registers.finding import registers
from shouze.registers.people.models import Person

R = TypeVar("R")
_COPIED = (
    "service", "purpose", "action", "reach", "volume", "format", "asked_by", "asked_at", "decide_by", "until",
    "ended_at", "seen", "rows", "not_held", "kept",
)  # fmt: skip
_REMARKS = {"reason": "grounds", "ticket": "ticket", "recipient": "recipient"}
_FIELDS = {"reason": "grounds", "subject": "listed"}


def asking(ask: Callable[[], R]) -> R:
    """Ask the door; what it refuses becomes an error of the form, naming the field where it named one."""
    try:
        return ask()
    except Refused as problem:
        raise blamed(problem) from None
    except ClientError as problem:
        field = _FIELDS.get(problem.field or "", problem.field)
        raise InvalidError(problem.detail, field=field, remedy=problem.remedy) from None


def copy(entry: Operation, told: BulkRequest) -> None:
    """Put what the door said of a request into its row."""
    for name in _COPIED:
        setattr(entry, name, getattr(told, name))
    entry.door_id, entry.state, entry.items = told.id, told.state, list(told.items)
    entry.consented, entry.recipient_key = told.consented or "", told.recipient_key or ""
    entry.provided_to = told.provided_to or ""
    entry.decided_by, entry.ended_because = told.decided_by or "", told.why or ""
    entry.refused = sum(told.refused.values())
    for name, own in _REMARKS.items():
        setattr(entry, own, getattr(told, name))


def look(entry: Operation, person: Person) -> None:
    """Bring a row in step before it is shown; a person whom it does not concern sees it as it was seen last."""
    try:
        told = in_name_of(person).bulk_request(entry.door_id)
    except (ClientError, UnavailableError):
        return
    before = _plain(entry)
    copy(entry, told)
    if entry.state != before["state"]:
        acting.moved_on(registers()["bulk"], entry)
    elif _plain(entry) != before:
        # How far a run has come is no act of anybody's, and not an event each time that somebody looks.
        Operation.objects.filter(pk=entry.pk).update(**_plain(entry))


def adopt(person: Person) -> int:
    """List requests that concern a person and were made elsewhere; return how many."""
    try:
        told = in_name_of(person).bulk_requests().requests
    except (ClientError, UnavailableError):
        return 0
    known = set(Operation.objects.filter(door_id__in=[each.id for each in told]).values_list("door_id", flat=True))
    new = [each for each in told if each.id not in known]
    for each in reversed(new):
        entry = Operation()
        copy(entry, each)
        name_after(entry)
        acting.enrol(registers()["bulk"], entry, person, each.state)
    return len(new)


def keep(now: datetime) -> None:
    """Note what has run out by itself: requests that nobody decided about, approvals and results past their time."""
    register = registers()["bulk"]
    over = [(each, "lapsed") for each in Operation.objects.filter(state="requested", decide_by__lte=now)]
    ends = Operation.objects.filter(state__in=["approved", "stopped", "done"], until__lte=now)
    over += [(each, "expired") for each in ends.exclude(state="done", action="destroy")]
    for entry, state in over:
        entry.state = state
        acting.moved_on(register, entry)


def name_after(entry: Operation) -> None:
    """Name a row by what it is about."""
    served = f"{entry.service}/{entry.purpose}"
    entry.call(vocabulary.served().get(served, Text(served, served)))


def _plain(entry: Operation) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in (*_COPIED, "state", "decided_by", "ended_because", "refused")}
