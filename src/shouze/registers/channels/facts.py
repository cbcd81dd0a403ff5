"""What channels tell of the duties (Art. 9(2))."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from msgspec.structs import replace

from shouze.registers.channels.models import Channel
from shouze.registers.describing import Speaks
from shouze.registers.speaking import first_due, of_clocks, of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _serving(*what: str) -> Callable[[], Fact]:
    """Return the fact of the channels that serve any of these: that work, and what is owed of them."""

    def fact() -> Fact:
        wanted = Q()
        for each in what:
            wanted |= _serves(each)
        rows = Channel.objects.filter(wanted)
        works = of_rows(rows.filter(state="works"), "tried_at")
        # a channel of enquiry is none of correction: what no channel serves is not shown by another
        unserved = [each for each in what if not rows.exclude(state="closed").filter(_serves(each)).exists()]
        entries = rows.values_list("pk", flat=True)
        # one that does not work is no channel; how often it is tried is the house's own
        owed = first_due(of_clocks("channels", "mend", entries=entries),
                         of_own_clocks("channels", "try", entries=entries))  # fmt: skip
        return replace(owed, shown=works.shown, last=works.last, unshown=len(unserved) if works.shown else 0)

    return fact


def _serves(what: str) -> Q:
    return Q(serves__icontains=f'"{what}"')


SPEAKS = (
    Speaks(matter="channels.working", fact=_serving("enquiry", "correction")),
    Speaks(matter="channels.complaints", fact=_serving("complaint")),
)
