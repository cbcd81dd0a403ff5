"""What impact assessments tell of the duties (Art. 9(3); PIPL 55-56)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.assessments.models import Assessment
from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_rows
from shouze.rules.duty import Fact

OWED = ("needed", "draft", "submitted", "outdated")


def _owed() -> Fact:
    """Count what was assessed; what still has to be is owed before handling, for which the law gives no day."""
    waiting = Assessment.objects.filter(state__in=OWED).order_by("id")
    first = waiting.values_list("number", flat=True).first()
    approved = of_rows(Assessment.objects.filter(state="approved"), "approved_at")
    return replace(approved, open=waiting.count(), row=first or "")


SPEAKS = (Speaks(matter="assessments.owed", fact=_owed, heeds=("declarations", "recipients", "agents")),)
