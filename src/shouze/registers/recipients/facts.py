"""What recipients tell of the duties (Art. 10)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.recipients.models import Recipient
from shouze.registers.speaking import of_rows, own_term
from shouze.rules.duty import Fact


def _grounds() -> Fact:
    """Count recipients approved with ground and term; one only declared is still to be completed and approved."""
    agreed = own_term(of_rows(Recipient.objects.filter(state="in-force"), "approved_at", until="until"))
    waiting = Recipient.objects.filter(state__in=("declared", "proposed")).order_by("id")
    first = waiting.values_list("number", flat=True).first()
    return replace(agreed, open=waiting.count(), row=agreed.row or first or "")


SPEAKS = (Speaks(matter="recipients.grounds", fact=_grounds, heeds=("declarations",)),)
