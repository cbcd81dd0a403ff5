"""Serves orders by dispatch, and verifies the proof that they are obeyed."""

from __future__ import annotations

import re
from datetime import datetime

import msgspec

from shouze.errors import InvalidError, NotFoundError, ShouzeError
from shouze.language import Text
from shouze.link.kinds import Acknowledgement, Body, Correction, Letter, Lifting, Suspension
from shouze.link.proving import enforced_at
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.issued.models import Issued
from shouze.registers.peers.models import Peer
from shouze.registers.reports.models import Report

_COMMA = re.compile(r"[\s,，、;；]+")
PARTS = ("services", "purposes", "actions", "items", "agents")


def parts_of(text: str) -> tuple[str, ...]:
    """Return the words between commas."""
    return tuple(dict.fromkeys(filter(None, _COMMA.split(text.strip()))))


def draft(doing: Doing[Issued]) -> None:
    """Check a draft: to whom it goes, in which matter, what it covers."""
    order = doing.entry
    peer = Peer.objects.filter(party=order.to, state="trusted").first()
    if peer is None:
        raise InvalidError(Text("与此经营者没有公文往来", "No dispatches go to this operator"), field="to")
    order.peer, order.title = peer, order.document
    report = Report.objects.filter(number=order.report).first() if order.report else None
    if order.report and (report is None or report.peer_id != peer.pk):
        raise InvalidError(Text("不是此经营者的事件报告", "It is not a report of this operator"), field="report")
    order.matter = report.matter if report else f"orders/{peer.pk}-{doing.now:%Y%m%d%H%M%S}"
    if order.kind == "suspend" and not any(parts_of(getattr(order, part)) for part in PARTS):
        remedy = Text("至少写明一项；不写的部分即全部", "Name one part at least; a part left empty covers all of it")
        raise InvalidError(Text("没有写明暂停什么", "It does not say what is suspended"), field="services",
                           remedy=remedy)  # fmt: skip
    if order.kind == "correct" and order.due is None:
        raise InvalidError(Text("没有写改正期限", "The time for correcting is missing"), field="due")
    if order.kind == "suspend" and order.since is not None and order.since < doing.now:
        raise InvalidError(Text("不能自签发以前起暂停", "Nothing is suspended from before its signing"), field="since",
                           remedy=Text("不填即自签发起", "Left empty it is from its signing on"))  # fmt: skip
    _demand_ahead(order, doing.now)
    said(order, doing.now)


def _demand_ahead(order: Issued, now: datetime) -> None:
    """Refuse a term that is over before it begins: what cannot be obeyed is no order."""
    field = "until" if order.kind == "suspend" else "due"
    ends: datetime | None = getattr(order, field)
    if ends is not None and ends <= max(order.since or now, now):
        raise InvalidError(Text("期限应在将来", "The term lies in the future"), field=field,
                           remedy=Text("改写期限；草稿须撤回重拟", "Change it; a draft is withdrawn and drawn anew"),
                           )  # fmt: skip


def said(order: Issued, now: datetime) -> Body:
    """Return the order as a dispatch says it; InvalidError names the field that does not fit."""
    told = {"order": order.document, "authority": order.body, "authority_en": order.body_en}
    if order.kind == "correct":
        return _body(Correction, {**told, "demand": order.because, "due": order.due})
    parts = {part: parts_of(getattr(order, part)) for part in PARTS}
    reasons = {"reason": order.because, "reason_en": order.because_en}
    return _body(Suspension, {**told, **reasons, **parts, "since": order.since or now, "until": order.until})


def _body(kind: type[Body], told: dict[str, object]) -> Body:
    try:
        return msgspec.convert(told, kind)
    except msgspec.ValidationError as problem:
        found = re.search(r"\$\.([a-z_]+)", str(problem))
        field = found[1] if found else "document"
        words = Text("写法不对", "It is not written as it has to be")
        raise InvalidError(words, field={"order": "document", "reason": "because"}.get(field, field)) from None


def sign(doing: Doing[Issued]) -> None:
    """Serve the order: another person than who drafted it has signed."""
    order = doing.entry
    # an order binds from its service on, however long it lay as a draft
    order.since = max(order.since or doing.now, doing.now)
    _demand_ahead(order, doing.now)
    assert order.peer is not None  # noqa: S101 - a draft has a peer
    kind = "suspension" if order.kind == "suspend" else "correction"
    body = said(order, doing.now)
    row = post(Written(kind, order.peer, order.matter, body, files=doing.documents, about=order.number), doing.person)
    order.dispatch, order.served_at = row.sha256, doing.now


def lift(doing: Doing[Issued]) -> None:
    """Serve the lifting."""
    order = doing.entry
    order.lifted_at = doing.now
    assert order.peer is not None  # noqa: S101 - it was served
    body = Lifting(order=order.document, reason=doing.reason[:500], reason_en="")
    post(Written("lifting", order.peer, order.matter, body, files=doing.documents, about=order.number), doing.person)


def take_acknowledgement(arrived: Arrived) -> Issued:
    """Keep the acknowledgement, and whether its proof holds: the operator's word alone is not taken for obeying.

    What was lifted stays so: an acknowledgement may come in late.
    """
    body = arrived.saying(Acknowledgement)
    order = _served(arrived, body.order, "order")
    if order.kind != "suspend":
        raise NotFoundError(Text("没有此暂停令", "There is no such suspension"), field="order")
    order.proof, order.in_force = body.proof, body.in_force
    try:
        order.proved_at, order.proof_problem = enforced_at(body, order.dispatch, arrived.peer.log), ""
    except ShouzeError as problem:
        order.proved_at, order.proof_problem = None, problem.say("zh")[:300]
    order.save()
    name = "unproved" if order.proof_problem else "obeyed"
    return acting.followed("issued", order, "late" if order.state == "lifted" else name)


def take_contest(arrived: Arrived) -> Issued | None:
    """Keep what the operator says against an order."""
    body = arrived.saying(Letter)
    order = _served(arrived, body.document, "document")
    order.contested = body.text
    order.save()
    return acting.followed("issued", order, "contested")


def _served(arrived: Arrived, document: str, field: str) -> Issued:
    """Return the order that an operator names; nobody answers a draft."""
    order = Issued.objects.filter(document=document, peer=arrived.peer).exclude(served_at=None).first()
    if order is None:
        raise NotFoundError(Text("没有此令", "There is no such order"), field=field)
    return order
