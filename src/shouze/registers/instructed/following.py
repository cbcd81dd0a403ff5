"""Serves an instruction on one operator, and follows what it answers."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.kinds import InstructionReport, Letter, Lifting
from shouze.registers import acting, delivery
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.instructed.models import Instructed
from shouze.registers.instructions.models import Instruction
from shouze.registers.supervised.models import Supervised
from shouze.registers.supervised.reaching import peer_of

NAME, EACH_ROUND = "instructed", 200


def address(doing: Doing[Instructed]) -> None:
    """Put it before an operator: by dispatch where dispatches go there, else it waits for a person to serve it."""
    row, instruction = doing.entry, doing.values["instruction"]
    operator: Supervised = doing.values["operator"]
    row.instruction, row.document, row.operator, row.title = (
        instruction, instruction.document, operator.number, operator.title)  # fmt: skip
    row.acknowledge_by, row.due, row.peer = instruction.acknowledge_by, instruction.due, peer_of(operator)
    row.state = "unserved"
    if row.peer is not None:
        row.state, row.served_at = "served", doing.now
        row.dispatch = _say(row, doing)


def _say(row: Instructed, doing: Doing[Instructed], again: str = "") -> str:
    from shouze.registers.instructions.prescribing import said  # noqa: PLC0415 - it makes these rows

    if row.peer is None or row.peer.state != "trusted":
        return row.dispatch
    written = Written("instruction", row.peer, _matter(row), said(row.instruction, again, row.due),
                      files=doing.documents, about=row.number)  # fmt: skip
    return post(written, doing.by).sha256


def _matter(row: Instructed) -> str:
    return f"{row.instruction.number}"


def serve(doing: Doing[Instructed]) -> None:
    """Enter the record of its service on paper."""
    row = doing.entry
    delivery.check(row, row.instruction.signed_at or row.created_at, doing.now)


def acknowledge(doing: Doing[Instructed]) -> None:
    """Note that the operator has it."""
    doing.entry.acknowledged_at = doing.entry.acknowledged_at or _past(doing, "at")


def report(doing: Doing[Instructed]) -> None:
    """Note that it says that it is done, and whether that came in time."""
    row = doing.entry
    row.reported_at = _past(doing, "at")
    row.acknowledged_at = row.acknowledged_at or row.reported_at
    row.late = row.reported_at > row.due


def _past(doing: Doing[Instructed], name: str) -> datetime:
    at: datetime = doing.values.get(name) or doing.now
    if at > doing.now:
        raise InvalidError(Text("时间在将来", "The time is ahead"), field=name)
    return at


def accept(doing: Doing[Instructed]) -> None:
    """Let it count as fulfilled, once somebody has looked at it."""
    doing.entry.checked_at = doing.now


def ask_again(doing: Doing[Instructed]) -> None:
    """Tell the operator what is still lacking, and until when."""
    row, until = doing.entry, doing.values["until"]
    if until <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="until")
    row.due, row.reported_at, row.late = until, None, False
    row.dispatch = _say(row, doing, doing.reason)


def remind(doing: Doing[Instructed]) -> None:
    """Write once more, where dispatches go there."""
    row = doing.entry
    row.reminded_at = doing.now
    if row.peer is not None and row.peer.state == "trusted":
        text = str(doing.values.get("words") or "").strip()
        words = text or f"请签收并落实 {row.document}。"
        letter = Letter(title=f"催办 {row.document}", text=words, document=row.document, due=row.due)
        post(Written("letter", row.peer, _matter(row), letter, about=row.number), doing.person)


def lift(doing: Doing[Instructed]) -> None:
    """Tell an operator that has it that it is withdrawn, or does not apply to it."""
    row = doing.entry
    if row.dispatch and row.peer is not None and row.peer.state == "trusted":
        body = Lifting(order=row.document, reason=(doing.reason or "撤回")[:500], reason_en="Withdrawn")
        post(Written("lifting", row.peer, _matter(row), body, about=row.number), doing.by)


def take(arrived: Arrived) -> Instructed:
    """Take what an operator reports, of an instruction that it has."""
    body = arrived.saying(InstructionReport)
    row = Instructed.objects.filter(document=body.order, peer=arrived.peer).first()
    if row is None or row.state in ("fulfilled", "excused", "lifted"):
        raise NotFoundError(Text("没有待落实的此项措施", "No such instruction is open there"), field="order")
    if body.stage == "acknowledged":
        if row.state not in ("served", "overdue"):
            return row
        return acting.followed(NAME, row, "acknowledged", Asked({"at": arrived.now}, body.done))
    files = attached(arrived.dispatch, arrived.attachments)
    return acting.followed(NAME, row, "reported", Asked({"at": arrived.now, "says": body.done}, documents=files))


def note_overdue(now: datetime) -> None:
    """Note whose term has passed."""
    late = Q(state="served", acknowledge_by__lt=now) | Q(state__in=("served", "acknowledged"), due__lt=now)
    for row in Instructed.objects.filter(late).order_by("pk")[:EACH_ROUND]:
        row.state = "overdue"
        acting.moved_on(registers()[NAME], row)


def documents() -> dict[str, Text]:
    """Return the instructions that were signed, by their numbers."""
    rows = Instruction.objects.exclude(signed_at=None).order_by("-id")[:200]
    return {each.document: Text(each.document, each.document) for each in rows}
