"""Orders that come by dispatch: they act by themselves, and are acknowledged with a proof from the operator's log.

# Invariant: a suspension applies with its arrival; nobody has to confirm it, and contesting it changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from shouze.client import ClientError
from shouze.errors import ConflictError, NotFoundError
from shouze.language import Text
from shouze.ledger.entry import parse_leaf
from shouze.ledger.portable import PortableProof
from shouze.link.kinds import Acknowledgement, Body, Correction, Lifting, Suspension
from shouze.registers import acting
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.dispatches.posting import Written, post
from shouze.registers.dooring import door
from shouze.registers.orders.models import Order
from shouze.registers.peers.models import Peer
from shouze.registers.rows import Effect, Event

PAGE = 100
_LOOKED_THROUGH = 500


def serve_suspension(arrived: Arrived) -> Order:
    """Put a suspension into the register, from where the door has it (Art. 14(2))."""
    # A14-2-obey: a suspension by dispatch is policy with its arrival
    body = arrived.saying(Suspension)
    order = new_order(arrived, body.order, body.authority, body.authority_en, "suspend")
    order.demand, order.demand_en = body.reason, body.reason_en or body.reason
    order.since, order.until = body.since, body.until
    order.services, order.purposes, order.actions = list(body.services), list(body.purposes), list(body.actions)
    order.items, order.agents = list(body.items), list(body.agents)
    return acting.entered("orders", order, "serve")


def serve_correction(arrived: Arrived) -> Order:
    """Put an order to correct into the register, with its clock."""
    body = arrived.saying(Correction)
    order = new_order(arrived, body.order, body.authority, body.authority_en, "correct")
    order.demand, order.due, order.report_due = body.demand, body.due, body.due
    return acting.entered("orders", order, "serve")


def new_order(arrived: Arrived, document: str, body: str, body_en: str, kind: str) -> Order:
    """Return an order that has just come by dispatch, its number being new here."""
    if Order.objects.filter(document=document).exists():
        raise ConflictError(Text("此文号已登记", "This document is entered already"), field="order")
    return Order(
        kind=kind, sender="ca", document=document, title=document, body=body[:120], body_en=(body_en or body)[:120],
        received_at=arrived.now, peer=arrived.peer, matter=arrived.dispatch.matter, dispatch=arrived.digest,
        instrument="order24", article="14(2)",
    )  # fmt: skip


def lift(arrived: Arrived) -> Order:
    """End a suspension, or an instruction, that the same authority has sent."""
    body = arrived.saying(Lifting)
    order = Order.objects.filter(document=body.order, peer=arrived.peer, state="standing").first()
    if order is None:
        raise NotFoundError(Text("没有正在执行的此令", "No such order stands"), field="order")
    return acting.followed("orders", order, "lifted")


def reply(doing: Doing[Order], kind: str, body: Body) -> None:
    """Send a dispatch in the order's matter, where it came by one."""
    order = doing.entry
    if order.peer is not None and order.peer.state == "trusted":
        post(Written(kind, order.peer, order.matter, body, files=doing.documents, about=order.number), doing.person)


def enforce(doing: Doing[Order]) -> None:
    """Note that the door obeys: the record is made under the policy that holds the order."""
    doing.entry.enforced_at = doing.now


def acknowledge(_now: datetime) -> None:
    """Note which suspensions the door obeys, and acknowledge them once the log can prove that."""
    for order in _suspensions().filter(enforced_at=None)[:PAGE]:
        if _obeyed(order):
            acting.followed("orders", order, "enforce")
    for order in _suspensions().exclude(enforced_at=None).filter(acknowledged_at=None)[:PAGE]:
        if (said := _proved(order)) is not None:
            _send(order, said)


def _suspensions() -> QuerySet[Order]:
    standing = Order.objects.filter(kind="suspend", state="standing", acknowledged_at=None)
    return standing.exclude(dispatch="").order_by("id")


def _effect(order: Order) -> Effect | None:
    return Effect.objects.filter(register="orders", entry=order.pk, kind="entries").order_by("-id").first()


def _obeyed(order: Order) -> bool:
    effect = _effect(order)
    return effect is not None and effect.done_at is not None and not effect.problem


def _proved(order: Order) -> Acknowledgement | None:
    """Return the acknowledgement with its proof; None while no checkpoint covers the record."""
    event = Event.objects.filter(register="orders", entry=order.pk, act="enforce").order_by("-id").first()
    reached, effect = door(), _effect(order)
    if event is None or event.receipt is None or reached is None or effect is None or effect.done_at is None:
        return None
    proof = _proof(event.receipt)
    if proof is None:
        return None
    extra = PortableProof.parse(proof.encode()).extra
    policy = parse_leaf(extra).verdict.policy if extra else None
    return Acknowledgement(
        order=order.document, in_force=effect.done_at, epoch=effect.epoch or 0, policy=policy or "0" * 64, proof=proof
    )


def _proof(receipt: dict[str, object]) -> str | None:
    reached = door()
    if reached is None:
        return None
    why: dict[str, Any] = {"purpose": "order", "reason": "执行回执 acknowledgement"}
    try:
        found = reached.watching().search_records(**why, act="orders-enforce", order="newest", limit=_LOOKED_THROUGH)
        wanted = (receipt["node"], receipt["boot"], receipt["nseq"])
        place = next((each.index for each in found.records if (each.node, each.boot, each.nseq) == wanted), None)
        return None if place is None else reached.watching().prove_records(**why, records=[place]).proofs[0]
    except ClientError:
        return None


def _send(order: Order, said: Acknowledgement) -> None:
    peer: Peer | None = order.peer
    if peer is not None and peer.state == "trusted":
        post(Written("acknowledgement", peer, order.matter, said, about=order.number))
    acting.followed("orders", order, "acknowledge")
