"""What announcements and lists tell of the authority's duties (Art. 20)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.announcements.cases import REGISTER as CASES
from shouze.registers.announcements.models import Announcement
from shouze.registers.describing import Speaks
from shouze.registers.finding import registers
from shouze.registers.speaking import first_due, of_clocks, of_own_clocks
from shouze.rules.duty import Fact

DUTY = "A20-credit"


def _published() -> Fact:
    """Count what was entered and published, of announcements and of the lists together.

    A decision that nobody drafted an announcement of is open like a draft: the Order names no day for either. Lists and
    retractions have their terms by law.
    """
    listed = [of_clocks("credit", duties=(DUTY,)), of_clocks("announcements", "remove")]
    drafted = of_own_clocks("announcements", "approve", "publish", "repair")
    both = [*(replace(each, at_once=None) for each in listed), drafted, _undrafted()]
    last = max((each.last for each in both if each.last), default=None)
    return replace(first_due(*both), shown=sum(each.shown for each in both), last=last)


def _undrafted() -> Fact:
    """Count decisions to be published that no announcement names."""
    kept = registers().get(CASES)
    if kept is None:
        return Fact()
    named = Announcement.objects.exclude(case="").values("case")
    bare = kept.rows().filter(outcome="penalty", publish=True, withdrawn_at=None).exclude(number__in=named)
    first = bare.order_by("decided_at").values_list("number", flat=True).first()
    return Fact(open=bare.count(), row=first or "")


SPEAKS = (Speaks(matter="announcements.published", fact=_published, heeds=("credit", CASES)),)
