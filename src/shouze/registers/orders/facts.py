"""What orders received tell of the duties (Arts. 13(8), 14(2), 17(2))."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.orders.models import Order
from shouze.registers.speaking import of_clocks, of_rows
from shouze.rules.duty import Fact


def _done(kinds: tuple[str, ...], *duties: str, dated: bool = False) -> Callable[[], Fact]:
    """Return the fact of orders of these kinds: done or over, and what is still owed.

    ``dated``: only the day that the authority set can pass; without one nothing is owed within hours.
    """

    def fact() -> Fact:
        done = of_rows(Order.objects.filter(kind__in=kinds).exclude(state="standing", met_at=None), "changed_at")
        owed = of_clocks("orders", duties=duties)
        owed = replace(owed, at_once=None) if dated else owed
        return replace(owed, shown=done.shown, last=done.last)

    return fact


SPEAKS = (
    Speaks(matter="orders.suspensions", fact=_done(("suspend", "correct"), "A14-2-obey")),
    Speaks(
        matter="orders.cooperation",
        fact=_done(("produce", "cooperate"), "A17-2-materials", "A17-2-cooperate", dated=True),
    ),
    Speaks(matter="orders.directives", fact=_done(("directive",), "A13-8-other", dated=True)),
)
