"""Signs orders, serves them by dispatch, and verifies the proof that they are obeyed."""

from __future__ import annotations

from shouze.errors import NotFoundError, ShouzeError
from shouze.language import Text
from shouze.link.kinds import Acknowledgement, Letter, Lifting
from shouze.link.proving import enforced_at
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.issued import papers
from shouze.registers.issued.drafting import demand_ahead, due_from, said
from shouze.registers.issued.models import Issued
from shouze.registers.setting_down import digest_of


def sign(doing: Doing[Issued]) -> None:
    """Sign the order: another person than who drafted it. It goes by dispatch, or waits to be served on paper."""
    order = doing.entry
    # an order binds from its service on, however long it lay as a draft
    order.since, order.signed_at = max(order.since or doing.now, doing.now), doing.now
    demand_ahead(order, doing.now)
    if order.on_paper:
        order.state = "signed"
        order.paper = papers.content(order, doing.documents)
        order.digest = digest_of(order.paper)
    else:
        _send(doing, order)


def _send(doing: Doing[Issued], order: Issued) -> None:
    assert order.peer is not None  # noqa: S101 - it is not on paper
    kind = "suspension" if order.kind == "suspend" else "correction"
    order.due = due_from(order, doing.now)
    body = said(order, doing.now)
    row = post(Written(kind, order.peer, order.matter, body, files=doing.documents, about=order.number), doing.person)
    order.dispatch, order.served_at = row.sha256, doing.now


def lift(doing: Doing[Issued]) -> None:
    """Serve the lifting; of an order on paper it is printed, and its service is entered."""
    order = doing.entry
    order.lifted_at, order.lifted_because = doing.now, doing.reason[:500]
    if order.peer is None:
        return
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
