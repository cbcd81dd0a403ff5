"""What pledges tell of what the Order encourages (Art. 21): nobody has to give one, so nothing of it is ever late."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.pledges.models import Pledge
from shouze.registers.speaking import of_rows
from shouze.rules.duty import Fact


def _given() -> Fact:
    asked = Pledge.objects.filter(state="asked")
    waiting = asked.order_by("due", "pk").values_list("number", flat=True).first() or ""
    return replace(of_rows(Pledge.objects.filter(state="pledged"), "pledged_at"), open=asked.count(), row=waiting)


SPEAKS = (Speaks(matter="pledges.given", fact=_given),)
