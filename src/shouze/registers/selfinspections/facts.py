"""What self-inspections tell of the duties (Art. 16)."""

from __future__ import annotations

from django.db.models import Max
from msgspec.structs import replace

from shouze.chinatime import end_of
from shouze.registers.describing import Speaks
from shouze.registers.selfinspections.models import SelfInspection
from shouze.registers.speaking import of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _finished() -> Fact:
    """Count finished ones; the newest year that one is of counts until the end of the next."""
    rows = SelfInspection.objects.exclude(finished_at=None)
    fact, year = of_rows(rows, "finished_at"), rows.aggregate(newest=Max("year"))["newest"]
    return replace(fact, until=end_of(year + 1) if year else None)


def _recorded() -> Fact:
    """Count signed reports; by when a finished one is signed the Order does not say."""
    signed = of_rows(SelfInspection.objects.exclude(signed_at=None), "signed_at")
    return replace(of_own_clocks("selfinspections", "sign"), shown=signed.shown, last=signed.last)


SPEAKS = (
    Speaks(matter="selfinspections.finished", fact=_finished),
    Speaks(matter="selfinspections.recorded", fact=_recorded),
)
