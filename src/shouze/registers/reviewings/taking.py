"""The operator's part in a review: told by the association, found and sent, or read and answered."""

from __future__ import annotations

import msgspec

from shouze.errors import ConflictError, NotFoundError
from shouze.language import Text
from shouze.link.industry import PeerClosed, PeerFinding, PeerFindings, PeerReply, PeerReview
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.commitments.models import Commitment
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.reviewings.findings import findings_of
from shouze.registers.reviewings.models import REVIEWED, REVIEWER, Reviewing

NAME = "reviewings"
TO_REVIEW, AWAITED, TO_ANSWER, SENT, CLOSED = "to-review", "awaited", "to-answer", "sent", "closed"


def take_part(arrived: Arrived) -> Reviewing:
    """Take in which part the operator has."""
    body, matter = arrived.saying(PeerReview), arrived.dispatch.matter
    there = Reviewing.objects.filter(peer=arrived.peer, matter=matter).first()
    if there is not None:
        return there
    row = Reviewing(
        title=body.title[:200], peer=arrived.peer, matter=matter, part=body.part, other=body.other, code=body.code,
        issue=body.issue, digest=body.digest, due=body.due, state=TO_REVIEW if body.part == REVIEWER else AWAITED,
    )  # fmt: skip
    return acting.entered(NAME, row, "arrive")


def clauses_of(row: Reviewing) -> list[dict[str, object]]:
    """Return the clauses that it is about, where this operator was asked to pledge itself to the same text."""
    known = Commitment.objects.filter(peer=row.peer_id, digest=row.digest).first()
    return known.clauses if known else []


def send_findings(doing: Doing[Reviewing]) -> None:
    """Send what was found."""
    row = doing.entry
    numbers = {int(str(each["number"])) for each in clauses_of(row)}
    row.findings, row.found_at = findings_of(str(doing.values["findings_text"]), numbers), doing.now
    found = tuple(msgspec.convert(each, PeerFinding) for each in row.findings)
    body = PeerFindings(review=row.matter, findings=found)
    post(Written("peer-findings", row.peer, row.matter, body, about=row.number), doing.person)


def take_findings(arrived: Arrived) -> Reviewing:
    """Take in what the reviewer found."""
    body = arrived.saying(PeerFindings)
    row = _of(arrived, REVIEWED)
    if row.state != AWAITED:
        raise ConflictError(Text("已经有了意见", "There are findings already"), field="review")
    return acting.followed(NAME, row, "find", Asked({"findings": msgspec.to_builtins(body.findings)}))


def note_findings(doing: Doing[Reviewing]) -> None:
    """Keep what was found."""
    doing.entry.findings, doing.entry.found_at = doing.values["findings"], doing.now


def send_reply(doing: Doing[Reviewing]) -> None:
    """Answer the findings, and say whether the authority may see the review."""
    row = doing.entry
    row.replied_at = doing.now
    body = PeerReply(review=row.matter, text=row.reply, may_share=row.may_share)
    post(Written("peer-reply", row.peer, row.matter, body, about=row.number), doing.person)


def take_reply(arrived: Arrived) -> Reviewing:
    """Take in what the member reviewed answered."""
    body = arrived.saying(PeerReply)
    row = _of(arrived, REVIEWER)
    return acting.followed(NAME, row, "replied", Asked({"reply": body.text}))


def note_reply(doing: Doing[Reviewing]) -> None:
    """Keep the answer."""
    doing.entry.reply, doing.entry.replied_at = doing.values["reply"], doing.now


def take_end(arrived: Arrived) -> Reviewing:
    """Take in what became of it."""
    body = arrived.saying(PeerClosed)
    return acting.followed(NAME, _of(arrived), "close", Asked({"outcome": body.text}))


def note_end(doing: Doing[Reviewing]) -> None:
    """Keep what became of it."""
    doing.entry.outcome = doing.values["outcome"]


def _of(arrived: Arrived, part: str = "") -> Reviewing:
    rows = Reviewing.objects.filter(peer=arrived.peer, matter=arrived.dispatch.matter)
    row = (rows.filter(part=part) if part else rows).first()
    if row is None:
        raise NotFoundError(Text("没有此互评", "There is no such review"), field="matter")
    return row
