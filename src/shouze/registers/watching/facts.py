"""What the watch over the log tells of the duties (Arts. 9(3), 13(3), 13(6))."""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_rows
from shouze.registers.watching.models import Unusual, Watched
from shouze.rules.duty import Fact

READ_WITHIN = timedelta(days=1)
"""For how long the log that was read last says something of the log."""


def _explained() -> Fact:
    """Count what was looked into; for what is still open the Order gives no day."""
    settled = of_rows(Unusual.objects.exclude(state="open"), "explained_at")
    waiting = Unusual.objects.filter(state="open").order_by("id")
    first = waiting.values_list("number", flat=True).first()
    return replace(settled, open=waiting.count(), row=first or "")


def _kept() -> Fact:
    """Tell how many records of the log were read, and that they were read lately."""
    watched = Watched.objects.filter(name="log").exclude(at=None).first()
    if watched is None or watched.at is None:
        return Fact()
    return Fact(shown=watched.place + 1, last=watched.at, stale=watched.at + READ_WITHIN)


SPEAKS = (
    Speaks(matter="watching.explained", fact=_explained),
    Speaks(matter="log.kept", fact=_kept),
)
