"""What channels tell of the duties (Art. 9(2))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.channels.models import Channel
from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_clocks, of_rows
from shouze.rules.duty import Fact


def _working() -> Fact:
    works = of_rows(Channel.objects.filter(state="works"), "tried_at")
    return replace(of_clocks("channels", "mend", "try"), shown=works.shown, last=works.last)


SPEAKS = (Speaks(matter="channels.working", fact=_working),)
