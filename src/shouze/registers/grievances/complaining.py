"""Sends a complaint about an inspection to the next higher authority, and takes its number and decision in.

# Invariant: it goes to no authority that it complains about, and nobody's decision ends it but that of whom it went to.
"""

from __future__ import annotations

from msgspec import convert

from shouze.errors import ConflictError, InvalidError, NotFoundError
from shouze.language import Text
from shouze.link.supervision import Grievance, GrievanceDecided, GrievanceReceived, Ground
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Choices, Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.grievances.above import INSTEAD, MINISTRY, NOBODY, is_highest
from shouze.registers.grievances.models import GrievanceRow
from shouze.registers.grievances.writing import AHEAD, ON_PAPER, PAPER, write
from shouze.registers.peers.models import Peer
from shouze.registers.peers.trusted import authorities, trusted_peer
from shouze.registers.visited.models import Visited

NAME = "grievances"
MOST = 200
OVER = frozenset({"upheld", "dismissed"})


def higher() -> Choices:
    """Return the next higher authorities that dispatches go to."""
    return authorities(standing=MINISTRY)


def addressees() -> Choices:
    """Return where it can go: by dispatch to a next higher authority, or on paper."""
    return {**higher(), PAPER: ON_PAPER}


def visits() -> Choices:
    """Return the last visits received."""
    rows = Visited.objects.order_by("-pk")[:MOST]
    return {each.number: Text(f"{each.number} {each.title}", f"{each.number} {each.title}") for each in rows}


def complain(doing: Doing[GrievanceRow]) -> None:
    """Send it, with its files; one on paper is noted, and goes to whom people bring it."""
    row = doing.entry
    visit = Visited.objects.filter(number=row.visit).select_related("peer").first() if row.visit else None
    if visit is not None:
        row.against, row.inspection = visit.peer.party, visit.inspection[:64]
    against = Peer.objects.filter(party=row.against, side="authority").first() if row.against else None
    if row.happened_at > doing.now:
        raise InvalidError(AHEAD, field="happened_at")
    if not row.grounds:
        raise InvalidError(Text("没有选择事由", "No ground is chosen"), field="grounds")
    if row.to == PAPER:
        write(row, against)
    else:
        _send(doing, against)


def _send(doing: Doing[GrievanceRow], against: Peer | None) -> None:
    row = doing.entry
    if against is None:
        remedy = Text("选择检查，或者选择被投诉的机关", "Choose the visit, or the authority")
        raise InvalidError(Text("没有写投诉哪个机关", "It does not say about which authority"), field="against",
                           remedy=remedy)  # fmt: skip
    if is_highest(against):
        raise InvalidError(NOBODY, field="against", remedy=INSTEAD)
    for name in ("against_name", "addressee"):
        if getattr(row, name):
            raise InvalidError(Text("以公文提出的不填", "Not where it goes by dispatch"), field=name,
                               remedy=Text("清空此项，或者选择书面提出", "Empty it, or choose paper"))  # fmt: skip
    peer = trusted_peer("authority", row.to, standing=MINISTRY)
    if peer is None or peer.pk == against.pk:
        # A17-3-no-fee: an authority never handles what it is complained about for
        remedy = Text(
            "在“公文往来单位”登记上一级机关及其层级", "Enter the next higher authority as a peer, with its standing"
        )
        raise InvalidError(Text("不是被投诉机关的上一级机关", "It is not the next higher authority"), field="to",
                           remedy=remedy)  # fmt: skip
    row.peer, row.title = peer, against.title
    said = Grievance(number=row.number, authority=against.party, inspection=row.inspection, story=row.story,
                     grounds=convert(row.grounds, tuple[Ground, ...]), happened_at=row.happened_at)  # fmt: skip
    written = Written("grievance", peer, row.number, said, files=doing.documents, about=row.number)
    row.dispatch = post(written, doing.person).sha256


def take_number(arrived: Arrived) -> GrievanceRow:
    """Note the number that it has at the higher authority, and by when that decides."""
    body, row = arrived.saying(GrievanceReceived), _there(arrived)
    row.number_there, row.due = body.number[:64], body.due
    row.save()
    return acting.followed(NAME, row, "taken-up")


def take_decision(arrived: Arrived) -> GrievanceRow:
    """Take the decision in."""
    body, row = arrived.saying(GrievanceDecided), _there(arrived)
    row.upheld, row.reasons, row.measures = list(body.upheld), body.reasons, body.measures
    row.decision, row.decided_at = arrived.digest, arrived.now
    row.save()
    return acting.followed(NAME, row, "upheld" if body.upheld else "dismissed")


def _there(arrived: Arrived) -> GrievanceRow:
    row = GrievanceRow.objects.filter(number=arrived.dispatch.matter, peer=arrived.peer).first()
    if row is None:
        raise NotFoundError(Text("没有此投诉", "There is no such complaint"), field="matter")
    if row.state in OVER:
        raise ConflictError(Text("此投诉已有处理决定", "This complaint is decided"), field="matter")
    return row
