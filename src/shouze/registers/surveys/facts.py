"""What surveys tell of what the Order encourages (Art. 21); none has to be made, so nothing of it is ever late."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_rows
from shouze.registers.surveys.models import Survey
from shouze.rules.duty import Fact


def _returned() -> Fact:
    asking = Survey.objects.filter(state="asking")
    first = asking.order_by("due", "pk").values_list("number", flat=True).first() or ""
    return replace(of_rows(Survey.objects.filter(state="returned"), "returned_at"), open=asking.count(), row=first)


SPEAKS = (Speaks(matter="surveys.returned", fact=_returned),)
