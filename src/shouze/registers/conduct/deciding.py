"""What the next higher authority does with a complaint: taken in, the authority complained about asked, decided.

# Invariant: a complaint about this authority itself is never taken in here; who asked does not decide.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from msgspec import convert

from shouze.errors import ConflictError, InvalidError, NotFoundError, NotYoursError
from shouze.language import Text
from shouze.link.kinds import Body
from shouze.link.supervision import (
    Grievance,
    GrievanceDecided,
    GrievanceQuestion,
    GrievanceReceived,
    GrievanceStatement,
    Ground,
)
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.attaching import attached
from shouze.registers.conduct.models import Conduct
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted, trusted_peer
from shouze.registers.people.models import Person
from shouze.registers.ports import own, working_days
from shouze.rules.deadline import COUNTINGS, deadline

NAME = "conduct"
_ABOVE = Text(
    "向上一级机关提出；对工业和信息化部的，依法向其申请行政复议",
    "It goes to the next higher authority; of the Ministry, reconsideration is asked by law",
)
STATED_WITHIN = timedelta(days=7)
"""A house term for the statement, within the fifteen days for deciding."""


def take(arrived: Arrived) -> Conduct:
    """Take a complaint in, with its clock, and tell the operator its number."""
    body = arrived.saying(Grievance)
    if Conduct.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter).exists():
        raise ConflictError(Text("此投诉已收到", "This complaint is here already"), field="matter")
    row = Conduct(
        peer=arrived.peer, operator_name=arrived.peer.title, matter=arrived.dispatch.matter, against=body.authority,
        inspection=body.inspection, grounds=list(dict.fromkeys(body.grounds)), happened_at=body.happened_at,
        story=body.story, dispatch=arrived.digest,
    )  # fmt: skip
    _open(row, arrived.now)
    files = attached(arrived.dispatch, arrived.attachments)
    acting.entered(NAME, row, "arrive", Asked(documents=files))
    told = GrievanceReceived(number=row.number, grievance=body.number, due=row.due)
    post(Written("grievance-received", arrived.peer, row.matter, told, arrived.dispatch.id, about=row.number))
    return row


def enter(doing: Doing[Conduct]) -> None:
    """Enter one that came on paper."""
    row = doing.entry
    if row.happened_at > doing.now:
        raise InvalidError(Text("时间在将来", "The time is ahead"), field="happened_at")
    if not row.grounds:
        raise InvalidError(Text("没有选择事由", "No ground is chosen"), field="grounds")
    operator = trusted("operator", title=row.operator_name.strip())
    # Two operators of one name are nobody's to choose between: the decision goes on paper then.
    row.peer = operator.get() if operator.count() == 1 else None
    _open(row, doing.now)


def _open(row: Conduct, now: datetime) -> None:
    # A17-3-no-fee: nobody handles what they are complained about for
    if row.against == own().party:
        words = Text("被投诉的机关不能处理对自己的投诉", "No authority handles a complaint about itself")
        raise NotYoursError(words, remedy=_ABOVE)
    row.lower = trusted_peer("authority", row.against)
    row.title = row.lower.title if row.lower else row.against
    row.due = deadline(COUNTINGS["calendar-15"], now, working_days()).ends_at


def ask(doing: Doing[Conduct]) -> None:
    """Ask the authority complained about; where no dispatches go, the paper that was sent is attached."""
    row = doing.entry
    week = doing.now + STATED_WITHIN
    row.asked_until = doing.values.get("answer_by") or (row.due if doing.now < row.due < week else week)
    if row.asked_until <= doing.now:
        raise InvalidError(Text("期限已过", "That is past"), field="answer_by")
    row.asked_at = doing.now
    if row.lower is not None:
        said = GrievanceQuestion(
            number=row.number, operator=row.operator_name, inspection=row.inspection, grounds=_grounds(row.grounds),
            happened_at=row.happened_at, text=row.question, due=row.asked_until,
        )  # fmt: skip
        _send(row, row.lower, row.number, "grievance-question", said, doing.person)
    elif not doing.documents:
        raise InvalidError(Text("没有公文往来的，附上已送出的询问", "Attach the question as it was sent"),
                           field="documents")  # fmt: skip


def take_statement(arrived: Arrived) -> Conduct:
    """Take what the authority complained about states."""
    body = arrived.saying(GrievanceStatement)
    row = Conduct.objects.filter(number=arrived.dispatch.matter, lower=arrived.peer, state__in=("asked", "stated"))
    found = row.first()
    if found is None:
        raise NotFoundError(Text("没有待说明的投诉", "No complaint waits for a statement"), field="matter")
    found.statement = "\n\n".join(filter(None, (found.statement, body.text)))
    found.stated_at = arrived.now
    found.save()
    return acting.followed(NAME, found, "stated", Asked(documents=attached(arrived.dispatch, arrived.attachments)))


def note_statement(doing: Doing[Conduct]) -> None:
    """Note a statement that came on paper."""
    doing.entry.stated_at = doing.now


def may_decide(row: Conduct, now: datetime) -> bool:
    """Tell whether the other side was heard, or had its time for that."""
    return row.state == "stated" or (row.asked_until is not None and row.asked_until < now)


def decide(doing: Doing[Conduct]) -> None:
    """Decide each ground, with reasons, and tell both sides."""
    row = doing.entry
    if not set(row.upheld) <= set(row.grounds):
        raise InvalidError(Text("不是投诉的事由", "It is no ground of this complaint"), field="upheld")
    if row.upheld and not row.measures.strip():
        raise InvalidError(Text("投诉成立的，写明处理措施", "Say what is done, where it is upheld"), field="measures")
    row.decided_at, row.state = doing.now, "upheld" if row.upheld else "dismissed"
    said = _decided(row, row.reasons)
    if row.peer is not None:
        _send(row, row.peer, row.matter or row.number, "grievance-decision", said, doing.person)
    if row.lower is not None:
        _send(row, row.lower, row.number, "grievance-decision", said, doing.person)


def refuse(doing: Doing[Conduct]) -> None:
    """Do not take it up: the operator learns why, and nothing is found of the authority complained about."""
    row = doing.entry
    row.decided_at, row.reasons = doing.now, doing.reason
    if row.peer is not None:
        said = _decided(row, doing.reason)
        _send(row, row.peer, row.matter or row.number, "grievance-decision", said, doing.person)


def _decided(row: Conduct, reasons: str) -> GrievanceDecided:
    return GrievanceDecided(
        number=row.number, grievance=row.matter, authority=row.against, operator=row.peer.party if row.peer else None,
        inspection=row.inspection, upheld=_grounds(row.upheld), measures=row.measures, reasons=reasons,
        dismissed=_grounds([each for each in row.grounds if each not in row.upheld]),
    )  # fmt: skip


def _grounds(names: list[str]) -> tuple[Ground, ...]:
    return convert(names, tuple[Ground, ...])


def _send(row: Conduct, peer: Peer, matter: str, kind: str, said: Body, by: Person) -> None:
    if peer.state == "trusted":
        post(Written(kind, peer, matter, said, about=row.number), by)
