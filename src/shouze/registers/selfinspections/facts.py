"""What self-inspections tell of the duties (Art. 16)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.selfinspections.models import SelfInspection
from shouze.registers.speaking import of_clocks, of_rows
from shouze.rules.duty import Fact


def _finished() -> Fact:
    return of_rows(SelfInspection.objects.exclude(finished_at=None), "finished_at")


def _recorded() -> Fact:
    """Count signed reports; a finished one is to be signed at once."""
    signed = of_rows(SelfInspection.objects.exclude(signed_at=None), "signed_at")
    return replace(of_clocks("selfinspections", "sign"), shown=signed.shown, last=signed.last)


SPEAKS = (
    Speaks(matter="selfinspections.finished", fact=_finished),
    Speaks(matter="selfinspections.recorded", fact=_recorded),
)
