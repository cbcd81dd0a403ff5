"""Files a network unit with the authority by dispatch, and takes its answer (Art. 13(7); Order 11)."""

from __future__ import annotations

from shouze.errors import InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.kinds import FilingAnswer, NetworkFiling
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Choices, Doing
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.peers.trusted import trusted_peer
from shouze.registers.systems.models import System

VERDICTS: Choices = {
    "sent": Text("已报送，待答复", "Sent, not answered yet"),
    "confirmed": Text("已确认", "Confirmed"),
    "questioned": Text("要求说明", "Questioned"),
}


def send(doing: Doing[System]) -> None:
    """Send the filing that is noted, with whatever is attached."""
    # A13-7-network: the authority hears of the filing from its operator
    system = doing.entry
    peer = trusted_peer("authority", doing.values["to"])
    if peer is None or system.grade is None or system.filed_at is None:
        raise InvalidError(Text("没有此管理机构", "There is no such authority"), field="to")
    body = NetworkFiling(
        number=system.number, title=system.title, grade=system.grade, graded_at=system.graded_at,
        filing=system.filing, filed_at=system.filed_at,
    )  # fmt: skip
    post(Written("network-filing", peer, system.number, body, files=doing.documents, about=system.number), doing.person)
    system.filing_sent_at, system.filing_verdict = doing.now, "sent"
    system.filing_answer, system.filing_answered_at = "", None


def take(arrived: Arrived) -> System:
    """Take the authority's answer, from where the filing went alone."""
    body = arrived.saying(FilingAnswer)
    sent = DispatchRow.objects.filter(direction="out", kind="network-filing", peer=arrived.peer, about=body.number)
    system = System.objects.filter(number=body.number).first()
    if system is None or not sent.exists():
        raise NotFoundError(Text("没有向其报送此备案", "No such filing went there"), field="number")
    told = {"verdict": body.verdict, "note": body.note}
    return acting.followed("systems", system, f"filing-{body.verdict}", Asked(told, body.note))


def answered(doing: Doing[System]) -> None:
    """Keep the answer."""
    system = doing.entry
    system.filing_verdict, system.filing_answer = doing.values["verdict"], doing.values["note"]
    system.filing_answered_at = doing.now
