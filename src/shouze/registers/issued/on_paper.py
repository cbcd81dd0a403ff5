"""Orders to an operator that no dispatches go to: served, answered and contested on paper, entered by an officer.

# Invariant: what is said on paper proves nothing: whether it is obeyed is seen by somebody, or stays unproved.
"""

from __future__ import annotations

from datetime import datetime

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.registers import delivery
from shouze.registers.describing import Doing
from shouze.registers.issued.drafting import due_from
from shouze.registers.issued.models import Issued

ANSWERED = {"suspend": "on-paper", "correct": "reported", "question": "answered", "demand": "answered"}
"""The state that an answer on paper brings, by the kind of the order."""


def serve(doing: Doing[Issued]) -> None:
    """Enter the record of service: the terms begin."""
    order = doing.entry
    assert order.signed_at is not None  # noqa: S101 - it was signed
    delivery.check(order, order.signed_at, doing.now)
    assert order.served_at is not None  # noqa: S101 - as was just checked
    for field in ("due", "until"):
        ends: datetime | None = getattr(order, field)
        if ends is not None and ends <= order.served_at:
            remedy = Text("解除，另行签发", "Lift it, and sign another")
            raise InvalidError(Text("送达时期限已过", "Its term was over before it was served"), field="served_at",
                               remedy=remedy)  # fmt: skip
    order.since = max(order.since or order.served_at, order.served_at)
    order.due = due_from(order, order.served_at)


def answer(doing: Doing[Issued]) -> None:
    """Enter what the operator answers on paper, and whether that came in time."""
    order = doing.entry
    at: datetime = doing.values.get("at") or doing.now
    if order.served_at is None or not order.served_at <= at <= doing.now:
        raise InvalidError(Text("收到时间应在送达以后、现在以前",
                                "It came after the order was served, and not in the future"), field="at")  # fmt: skip
    note_answer(order, at)
    order.state = ANSWERED[order.kind]


def note_answer(order: Issued, at: datetime) -> None:
    """Note when an operator answered, however it did; once late stays so."""
    order.answered_at = at
    order.late = order.late or (order.due is not None and at > order.due)


def said_corrected(doing: Doing[Issued]) -> None:
    """Note when a dispatch came that reports the correction."""
    note_answer(doing.entry, doing.now)


def told_lifted(doing: Doing[Issued]) -> None:
    """Note that the operator has the paper that lifts the order."""
    order = doing.entry
    at = doing.values.get("at") or doing.now
    order.told_lifted_at = delivery.check_day(at, order.lifted_at, doing.now, field="at")


def answers(order: Issued, _now: datetime) -> bool:
    """Tell whether an answer on paper is awaited."""
    return order.on_paper


def untold(order: Issued, _now: datetime) -> bool:
    """Tell whether it was served on paper and its lifting was not yet."""
    return order.on_paper and order.served_at is not None and order.told_lifted_at is None
