"""What the door is told of a demand: the suspension that it carries out, and the looks that a law hushes."""

from __future__ import annotations

from collections.abc import Mapping

from shouze.registers.orders.models import Order
from shouze.registers.ports import statutes
from shouze.rules import entries
from shouze.rules.declaration import Told

SUSPEND = "suspend"


def entries_of(order: Order) -> Mapping[str, entries.Entry | None]:
    """Return the policy's entries for a demand; None takes one away."""
    return {**_silence(order), **_suspension(order)}


def _silence(order: Order) -> Mapping[str, entries.Entry | None]:
    """Return what keeps looks for this demand from the user's own record, for as long as a law says so."""
    # A09-5-carveout: a look is hushed that names the demand's number as its ticket, and no other
    if not order.withheld or order.withheld_until is None:
        return {}
    known = statutes().instruments.get(order.instrument)
    law = f"{known.name.zh if known else order.law} {order.article}".strip()
    # Never taken away: what was hushed is told when it is over, and the door has to know of it then.
    until = min(order.withheld_until, order.changed_at) if order.state == "declined" else order.withheld_until
    return {f"silences/{order.document}": entries.Silence(id=order.document, law=law, until=until)}


def _suspension(order: Order) -> Mapping[str, entries.Entry | None]:
    if order.kind != SUSPEND:
        return {}
    # A14-2-obey: the door carries a suspension out from its entry on, whoever contests it
    name = f"orders/{order.document}"
    if order.state != "standing":
        return {name: None}
    return {
        name: entries.Order(
            id=order.document, authority=Told(zh=order.body, en=order.body_en or order.body),
            reason=Told(zh=_short(order.demand), en=_short(order.demand_en or order.demand)),
            since=order.since or order.received_at, until=order.until, services=frozenset(order.services),
            purposes=frozenset(order.purposes), actions=frozenset(order.actions), items=frozenset(order.items),
            agents=frozenset(order.agents),
        )
    }  # fmt: skip


def _short(text: str) -> str:
    return " ".join(text.split())[:500]
