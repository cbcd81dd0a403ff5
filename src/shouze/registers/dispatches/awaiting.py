"""Questions and demands that went out and wait for their answer: whose clock runs here too (Art. 17(2))."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from shouze.registers import acting
from shouze.registers.dispatches.models import DispatchRow

ANSWERED = "answered"
_ANSWERS: Mapping[str, frozenset[str]] = {
    "question": frozenset({"answer", "materials"}), "demand": frozenset({"materials"}),
}  # fmt: skip
"""What asks, and what answers it: whoever was asked for materials has not answered by words alone."""


def awaited(row: DispatchRow) -> bool:
    """Tell whether a dispatch was receipted and its answer has not come."""
    return row.direction == "out" and row.kind in _ANSWERS and row.state == "delivered"


def open_questions(peer: int | None, matter: str) -> QuerySet[DispatchRow]:
    """Return what was asked of a peer in a matter and is not answered, on its way or there."""
    asked = DispatchRow.objects.filter(peer=peer, direction="out", matter=matter, kind__in=_ANSWERS)
    return asked.exclude(state=ANSWERED)


def answer(row: DispatchRow) -> None:
    """Let what arrived answer what it replies to; where it names nothing, the oldest that waits in its matter."""
    asked = [kind for kind, answers in _ANSWERS.items() if row.kind in answers]
    if not asked:
        return
    waiting = open_questions(row.peer_id, row.matter).filter(kind__in=asked, state="delivered")
    if row.in_reply_to:
        waiting = waiting.filter(dispatch_id=row.in_reply_to)
    found = waiting.order_by("id").first()
    if found is not None:
        acting.followed("dispatches", found, "answered")
