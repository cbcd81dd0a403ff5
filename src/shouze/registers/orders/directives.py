"""Instructions of the authority (Arts. 13(7), 13(8)) at the operator: acknowledged, done, reported."""

from __future__ import annotations

from datetime import datetime

from shouze.errors import ConflictError
from shouze.language import Text
from shouze.link.kinds import Instruction, InstructionReport
from shouze.registers import acting
from shouze.registers.acting import Asked
from shouze.registers.arriving import Arrived
from shouze.registers.describing import Doing
from shouze.registers.orders.models import Order
from shouze.registers.orders.serving import new_order, reply

DIRECTIVE = "directive"
DONE = "已落实，证明见附件。 Carried out; proofs attached."


def serve(arrived: Arrived) -> Order:
    """Put an instruction into the register, with its clocks; one that comes again stands again."""
    # A13-8-other: what the authority prescribes is owed from its arrival on
    body = arrived.saying(Instruction)
    there = Order.objects.filter(document=body.order, peer=arrived.peer, kind=DIRECTIVE).first()
    if there is not None and body.again:
        if there.state not in ("standing", "answered"):
            raise ConflictError(Text("此项要求已解除", "It was lifted already"), field="order")
        return acting.followed("orders", there, "ask-again", Asked({"due": body.due}, body.again))
    order = new_order(arrived, body.order, body.authority, body.authority_en, DIRECTIVE)
    order.demand, order.demand_en = f"{body.title}\n{body.demand}", body.demand_en
    order.article, order.law = body.article, body.ground[:120]
    order.acknowledge_by, order.due, order.report_due = body.acknowledge_by, body.due, body.due
    return acting.entered("orders", order, "serve")


def unacknowledged(order: Order, _now: datetime) -> bool:
    """Tell whether it is an instruction that came by dispatch and nobody has acknowledged yet."""
    return order.kind == DIRECTIVE and bool(order.dispatch) and order.acknowledged_at is None


def acknowledge(doing: Doing[Order]) -> None:
    """Tell the authority that it is here and whose work it is."""
    order = doing.entry
    order.acknowledged_at = doing.now
    body = InstructionReport(order=order.document, stage="acknowledged", done=doing.reason, at=doing.now)
    reply(doing, "instruction-report", body)


def report(doing: Doing[Order]) -> None:
    """Tell the authority that it is done, with the proofs."""
    order = doing.entry
    order.met_at, order.reported_at = order.met_at or doing.now, doing.now
    body = InstructionReport(order=order.document, stage="fulfilled", done=doing.reason or DONE, at=order.met_at)
    reply(doing, "instruction-report", body)


def stand_again(doing: Doing[Order]) -> None:
    """Let it be owed anew: the authority found something lacking."""
    order = doing.entry
    order.met_at = order.reported_at = None
    order.due = order.report_due = doing.values["due"]
