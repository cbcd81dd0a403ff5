"""What the scanner's findings tell of the duties (Arts. 8, 9(3))."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.findings.models import Finding
from shouze.registers.speaking import at_fault, of_rows
from shouze.rules.duty import Fact


def _undeclared() -> Fact:
    """Count findings judged; a true one that no rules cover is at fault, one not judged yet is still to be."""
    settled = of_rows(Finding.objects.filter(state__in=("false", "declared", "ticket", "gone")))
    waiting = Finding.objects.filter(state="new").count()
    return at_fault(replace(settled, open=waiting), Finding.objects.filter(state="true"), "judged_at")


SPEAKS = (Speaks(matter="findings.undeclared", fact=_undeclared, heeds=("scans", "declarations")),)
