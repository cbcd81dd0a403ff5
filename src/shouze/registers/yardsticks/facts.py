"""What the watch rules tell of the duties (Art. 13(3))."""

from __future__ import annotations

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_rows
from shouze.registers.yardsticks.models import Yardstick
from shouze.rules.duty import Fact


def _watched() -> Fact:
    return of_rows(Yardstick.objects.filter(watched=True))


SPEAKS = (Speaks(matter="yardsticks.watched", fact=_watched),)
