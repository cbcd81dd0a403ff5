"""What announcements and lists tell of the authority's duties (Art. 20)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import first_due, of_clocks
from shouze.rules.duty import Fact

DUTY = "A20-credit"


def _published() -> Fact:
    """Count what was entered and published in its time, of announcements and of the lists together."""
    both = [of_clocks(register, duties=(DUTY,)) for register in ("announcements", "credit")]
    last = max((each.last for each in both if each.last), default=None)
    return replace(first_due(*both), shown=sum(each.shown for each in both), last=last)


SPEAKS = (Speaks(matter="announcements.published", fact=_published, heeds=("credit",)),)
