"""The clocks of an order: to be signed, served, obeyed or corrected, answered, looked at; and the days for remedies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from shouze.language import Text
from shouze.registers import remedies
from shouze.registers.describing import Running
from shouze.registers.issued.drafting import ASKS
from shouze.registers.issued.models import Issued
from shouze.registers.roles import INSPECTING, Role, Roles

HEAD: Roles = frozenset({Role.HEAD})
ACKNOWLEDGED_WITHIN = timedelta(minutes=5)
STANDING = frozenset({"signed", "served", "obeyed", "unproved", "on-paper", "seen", "reported"})
"""The states in which an order is owed something: as long as one is, its incident stays open."""


def running(order: Issued, _now: datetime) -> Sequence[Running]:
    """Return what is owed now; what is on paper begins with its service."""
    if order.state == "draft":
        return [_clock(order, "sign", Text("签发{name}", "Sign {name}"), order.created_at, duty="A14-2-suspend",
                       roles=HEAD)]  # fmt: skip
    if order.state == "signed":
        title = Text("书面送达{name}", "Serve {name} on paper")
        return [_clock(order, "serve", title, order.signed_at or order.changed_at, duty="A14-2-suspend")]
    if order.state == "reported":
        title = Text("复查{name}是否改正", "See whether {name} is corrected")
        return [_clock(order, "recheck", title, order.changed_at, duty="A17-1-inspect")]
    if order.state == "on-paper":
        title = Text("核实{name}是否真的执行", "See whether {name} is really obeyed")
        return [_clock(order, "see", title, order.changed_at, duty="A17-1-inspect")]
    if order.state == "lifted":
        return _lifted(order)
    return _owed(order, order.served_at) if order.state in STANDING and order.served_at is not None else ()


def _owed(order: Issued, served: datetime) -> Sequence[Running]:
    """Return what the operator owes since its order was served."""
    if order.kind == "correct":
        title = Text("{name}的改正期限", "{name} is to be corrected")
        return [_clock(order, "correct", title, served, order.due)]
    if order.kind in ASKS:
        return [_clock(order, "answer", Text("等候答复{name}", "{name} is to be answered"), served, order.due,
                       duty="A17-2-materials")]  # fmt: skip
    if order.state not in ("served", "unproved"):
        return ()
    if order.on_paper:
        title = Text("等候{name}执行情况的书面报告", "{name} is to be reported as obeyed, in writing")
        return [_clock(order, "obey", title, served, order.due)]
    title = Text("{name}尚无执行的证明", "No proof yet that {name} is obeyed")
    return [_clock(order, "obey", title, served, served + ACKNOWLEDGED_WITHIN)]


def _lifted(order: Issued) -> Sequence[Running]:
    if not order.on_paper or order.served_at is None or order.told_lifted_at is not None:
        return ()
    title = Text("送达{name}的解除通知书", "Serve the lifting of {name}")
    return [_clock(order, "tell-lifted", title, order.lifted_at or order.changed_at, duty="A14-2-suspend")]


def _clock(order: Issued, kind: str, title: Text, since: datetime, due: datetime | None = None, *,
           duty: str = "A14-2-obey", roles: Roles = INSPECTING) -> Running:  # fmt: skip
    return Running(kind=kind, title=title.fill(name=order.document), since=since, due=due, roles=roles, duty=duty)


def contesting(order: Issued) -> list[Text]:
    """Return until when an order that was served on paper, and binds, may be contested."""
    if not order.on_paper or order.served_at is None or order.kind in ASKS:
        return []
    return [remedies.until(Text("经营者", "The operator"), order.served_at)]
