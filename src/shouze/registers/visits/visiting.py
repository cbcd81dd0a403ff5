"""What is done in a visit: announced, recorded and sent to the operator, answered by it, its shortcomings ordered.

# Invariant: a record that was sent is never changed; the operator's answer names it by its digest.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256

from shouze.chinatime import SHANGHAI
from shouze.errors import ConflictError, InvalidError, NotFoundError, NotYoursError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.link.supervision import GrievanceDecided, Taken, VisitAnswer, VisitRecord
from shouze.registers import acting, delivery, remedies
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.finding import registers
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import trusted_peer
from shouze.registers.ports import own, working_days
from shouze.registers.visits import papers
from shouze.registers.visits.models import ATTESTED, CONTESTED, DISMISSED, UPHELD, Visit
from shouze.registers.visits.recording import LONGEST_LINE, MOST_TAKEN, named, officers_of, taken_of, written
from shouze.rules.deadline import Counting, deadline

NAME, EACH_ROUND, YES = "visits", 200, "yes"
WITHIN = Counting(
    id="working-5", days=5, unit="working", name=Text("五个工作日", "5 working days"),
    reason=Text("条文要求记录和答复，没有写明日数", "A record is asked for, and no number of days"),
    source=Text("本系统的约定", "A term of this house"),
)  # fmt: skip
"""Within which a visit has its record, and a record its answer: a house term, since Art. 17(3) names no day."""
_NOTICE = Text(
    "定于 {at} 到 {place} 实施监督检查（第十七条）。事由：{basis}\n"
    "执法人员（到场时出示执法证件）：\n{officers}\n{complaint}",
    "Inspection on the spot (Art. 17) on {at} at {place}. Officers show their identification on arrival. {complaint}",
)


def term(since: datetime) -> datetime:
    """Return the last moment of the term that begins with a moment."""
    return deadline(WITHIN, since, working_days()).ends_at


def announce(doing: Doing[Visit]) -> None:
    """Open a visit and send its notice; without one beforehand, the reason stands in its place."""
    row = doing.entry
    row.peer = trusted_peer("operator", row.to) if row.to else None
    if row.to and row.peer is None:
        raise InvalidError(Text("与此经营者没有公文往来", "No dispatches go to this operator"), field="to")
    row.title = row.peer.title if row.peer else row.operator_name.strip()
    if not row.title:
        raise InvalidError(Text("没有写经营者", "It does not say which operator"), field="operator_name")
    row.officers = named(officers_of(row.officers))
    if row.unannounced.strip():
        return
    if row.planned_at <= doing.now:
        remedy = Text("事后补记的，写明未事先通知的理由", "Say why there was no notice, if there was none")
        raise InvalidError(Text("检查时间已过，通知不是事先的", "That is past: no notice beforehand"),
                           field="planned_at", remedy=remedy)  # fmt: skip
    if row.peer is None and not doing.documents:
        papers.announced(row, doing.now)
        return
    row.announced_at = doing.now
    if row.peer is not None:
        row.notice = _send(doing, row.peer, "inspection-notice", Letter(
            title=f"检查通知 {row.number}", text=_said(row), document=row.number, due=row.planned_at))  # fmt: skip


def serve_notice(doing: Doing[Visit]) -> None:
    """Enter the record of service of a notice on paper, which came before the visit."""
    row = doing.entry
    delivery.check(row, row.created_at, doing.now)
    if row.served_at is None or row.served_at >= row.planned_at:
        remedy = Text("取消检查，另行通知", "Call it off, and announce another")
        raise InvalidError(Text("检查时间以后送达的，不是事先通知", "Served after the visit was to be: no notice"),
                           field="served_at", remedy=remedy)  # fmt: skip
    row.announced_at = row.served_at


def _said(row: Visit) -> str:
    at = f"{row.planned_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    told = _NOTICE.fill(at=at, place=row.place, basis=row.basis, officers=row.officers,
                        complaint=remedies.of_inspection())  # fmt: skip
    return f"{told.zh}\n\n{told.en}"


def _send(doing: Doing[Visit], peer: Peer, kind: str, body: Letter | VisitRecord) -> str:
    row = doing.entry
    return post(Written(kind, peer, row.number, body, about=row.number), doing.person).sha256


def record(doing: Doing[Visit]) -> None:
    """Record a visit and send the record to the operator; files that are attached are copies, listed by digest."""
    # A17-3-record: who came, from when until when, what was seen and taken, and the two statements
    row = doing.entry
    officers, taken = officers_of(row.officers), taken_of(row.taken)
    taken += tuple(Taken(what=each.name[:LONGEST_LINE] or "—", sha256=sha256(each.content).hexdigest())
                   for each in doing.documents)  # fmt: skip
    if len(taken) > MOST_TAKEN:
        raise InvalidError(Text("多于二百件", "More than 200 things"), field="taken")
    _check_times(row, doing.now)
    row.officers, row.taken = named(officers), written(taken)
    row.no_fee, row.not_hindered = (doing.values.get(each) == YES for each in ("no_fee", "not_hindered"))
    row.recorded_at, row.answer_by = doing.now, term(doing.now)
    if row.peer is None:
        return
    assert row.arrived_at is not None and row.left_at is not None  # noqa: S101, PT018 - as was just checked
    row.dispatch = _send(doing, row.peer, "visit-record", VisitRecord(
        number=row.number, basis=row.basis, place=row.place, notice=row.notice or None, unannounced=row.unannounced,
        arrived_at=row.arrived_at, left_at=row.left_at, officers=officers, seen=row.seen, taken=taken,
        no_fee=row.no_fee, not_hindered=row.not_hindered, due=row.answer_by,
    ))  # fmt: skip


def _check_times(row: Visit, now: datetime) -> None:
    if row.arrived_at is None or (row.announced_at is not None and row.arrived_at <= row.announced_at):
        raise InvalidError(Text("到达时间早于检查通知", "They arrived before the notice was sent"), field="arrived_at")
    if row.left_at is None or not row.arrived_at < row.left_at <= now:
        raise InvalidError(Text("离开时间应当在到达之后、现在之前", "They left after they arrived, and before now"),
                           field="left_at")  # fmt: skip


def take_answer(arrived: Arrived) -> Visit:
    """Take what the operator says to the record; the first answer counts, and late ones do too."""
    body = arrived.saying(VisitAnswer)
    row = Visit.objects.filter(number=arrived.dispatch.matter, peer=arrived.peer).exclude(recorded_at=None).first()
    if row is None:
        raise NotFoundError(Text("没有此项检查的记录", "There is no record of such a visit"), field="matter")
    if body.record != row.dispatch:
        raise ConflictError(Text("答复的不是此份记录", "It answers another record than this"), field="record")
    if row.answered_at is not None:
        raise ConflictError(Text("已经答复", "It is answered already"), field="record")
    row.says_no_fee, row.says_not_hindered = _said_as(body.no_fee), _said_as(body.not_hindered)
    row.comment, row.signed_by, row.answered_at = body.comment, body.signed_by[:200], arrived.now
    row.save()
    return acting.followed(NAME, row, "late" if row.state == "closed" else outcome(row))


def _said_as(yes: bool) -> str:
    return ATTESTED if yes else CONTESTED


def outcome(row: Visit) -> str:
    """Return whether the operator attests both statements, or contests one."""
    return ATTESTED if row.says_no_fee == row.says_not_hindered == ATTESTED else CONTESTED


def take_decision(arrived: Arrived) -> Visit:
    """Take what the next higher authority decided of a complaint about a visit; nobody else's decision counts.

    What was upheld once stays so.
    """
    body = arrived.saying(GrievanceDecided)
    # A17-3-no-fee: the authority that was complained about settles nothing itself
    if arrived.peer.standing != "ministry" or body.authority != own().party:
        raise NotYoursError(Text("只有上一级机关处理对本机关的投诉", "The next higher authority alone decides this"))
    row = Visit.objects.filter(number=body.inspection, peer__party=body.operator or "").first()
    if row is None:
        raise NotFoundError(Text("没有此项现场检查", "There is no such visit"), field="inspection")
    for ground, name in (("fee", "above_no_fee"), ("obstruction", "above_not_hindered")):
        if ground in body.upheld:
            setattr(row, name, UPHELD)
        elif ground in body.dismissed and getattr(row, name) != UPHELD:
            setattr(row, name, DISMISSED)
    words = "\n".join(filter(None, (body.number, body.reasons, body.measures)))
    row.above, row.above_at = "\n\n".join(filter(None, (row.above, words))), arrived.now
    row.save()
    return acting.followed(NAME, row, "decided-above")


def enter_answer(doing: Doing[Visit]) -> None:
    """Enter an answer on paper: the signed record is the proof."""
    row = doing.entry
    if CONTESTED in (row.says_no_fee, row.says_not_hindered) and not row.comment.strip():
        raise InvalidError(Text("没有写异议的内容", "It does not say what is contested"), field="comment")
    row.answered_at, row.state = doing.now, outcome(row)


def call_off(doing: Doing[Visit]) -> None:
    """Tell the operator that nobody comes."""
    row = doing.entry
    if row.notice and row.peer is not None:
        _send(doing, row.peer, "letter", Letter(title=f"取消检查 {row.number}", text=doing.reason, document=row.number))


def correct(doing: Doing[Visit]) -> None:
    """Draft an order to correct what was seen; it is signed by the head as any order is."""
    row, values = doing.entry, doing.values
    told = {name: values.get(name) or "" for name in ("document", "body", "because", "answer_to")}
    whom = {"to": row.to, "operator": "" if row.to else row.title}
    asked = Asked({**told, **whom, "kind": "correct", "due": values.get("due"), "duties": values.get("duties") or []})
    made = acting.make(registers()["issued"], doing.person, asked)
    row.orders = [*row.orders, made.number]


def note_silence(now: datetime) -> None:
    """Note the records whose term for an answer has passed without one."""
    for row in Visit.objects.filter(state="recorded", answer_by__lt=now).order_by("pk")[:EACH_ROUND]:
        row.state = "silent"
        acting.moved_on(registers()[NAME], row)
