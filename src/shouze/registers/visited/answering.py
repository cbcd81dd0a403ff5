"""Takes an authority's notices and records of visits in, and answers a record in a named person's name.

# Invariant: a record is answered once, and the answer names the very bytes that it answers.
"""

from __future__ import annotations

from shouze.errors import ConflictError, InvalidError
from shouze.language import Text
from shouze.link.kinds import Letter
from shouze.link.supervision import VisitAnswer, VisitRecord
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.visited.models import Visited
from shouze.registers.visits.models import ATTESTED, CONTESTED
from shouze.registers.visits.recording import named, written

NAME = "visited"


def take_notice(arrived: Arrived) -> Visited:
    """Enter a visit that is announced; a further notice of its matter stands beside the first."""
    body = arrived.saying(Letter)
    row = _there(arrived)
    if row is None:
        row = Visited(peer=arrived.peer, matter=arrived.dispatch.matter, title=arrived.peer.title,
                      inspection=body.document, announced_at=arrived.now)  # fmt: skip
    elif row.dispatch:
        raise ConflictError(Text("此项检查已有记录", "This visit has its record already"), field="matter")
    row.planned_at, row.prepared_at = body.due, None
    row.notice = "\n\n".join(filter(None, (row.notice, f"{body.title}\n{body.text}")))
    if not row.pk:
        return acting.entered(NAME, row, "announced")
    row.save()
    return acting.followed(NAME, row, "announced")


def take_record(arrived: Arrived) -> Visited:
    """Enter the authority's record of a visit, which people here attest or contest."""
    body = arrived.saying(VisitRecord)
    row = _there(arrived) or Visited(peer=arrived.peer, matter=arrived.dispatch.matter, title=arrived.peer.title)
    if row.dispatch:
        raise ConflictError(Text("此项检查已有记录", "This visit has its record already"), field="matter")
    row.inspection, row.basis, row.place, row.unannounced = body.number, body.basis, body.place, body.unannounced
    row.officers, row.taken, row.seen = named(body.officers), written(body.taken), body.seen
    row.arrived_at, row.left_at, row.due = body.arrived_at, body.left_at, body.due
    row.no_fee, row.not_hindered, row.dispatch = body.no_fee, body.not_hindered, arrived.digest
    if not row.pk:
        return acting.entered(NAME, row, "recorded")
    row.save()
    return acting.followed(NAME, row, "recorded")


def _there(arrived: Arrived) -> Visited | None:
    return Visited.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter).first()


def prepare(doing: Doing[Visited]) -> None:
    """Note that somebody receives them."""
    doing.entry.prepared_at = doing.now


def answer(doing: Doing[Visited]) -> None:
    """Attest or contest each of the two statements, in the name of the person who does it."""
    row, person = doing.entry, doing.person
    contested = CONTESTED in (row.says_no_fee, row.says_not_hindered)
    if contested and not row.comment.strip():
        remedy = Text("写明收取了什么费用，或者如何妨碍了经营", "Say what was charged, or how business was hindered")
        raise InvalidError(Text("没有写异议的内容", "It does not say what is contested"), field="comment",
                           remedy=remedy)  # fmt: skip
    row.signed_by = " ".join(filter(None, (person.name, person.username, person.post)))[:200]
    row.answered_at, row.state = doing.now, CONTESTED if contested else ATTESTED
    said = VisitAnswer(record=row.dispatch, no_fee=row.says_no_fee == ATTESTED, comment=row.comment,
                       not_hindered=row.says_not_hindered == ATTESTED, signed_by=row.signed_by)  # fmt: skip
    written_ = Written("visit-answer", row.peer, row.matter, said, files=doing.documents, about=row.number)
    post(written_, person)
