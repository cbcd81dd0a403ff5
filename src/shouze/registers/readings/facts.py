"""What read-confirmations tell of the duties (Art. 13(2))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.readings.models import Reading
from shouze.registers.speaking import of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _confirmed() -> Fact:
    confirmed = of_rows(Reading.objects.filter(state="confirmed"), "confirmed_at")
    return replace(of_own_clocks("readings", "read"), shown=confirmed.shown, last=confirmed.last)


SPEAKS = (Speaks(matter="readings.confirmed", fact=_confirmed, heeds=("procedures", "people")),)
