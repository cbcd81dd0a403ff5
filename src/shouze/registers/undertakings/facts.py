"""What undertakings of confidentiality tell of the duties (Art. 10)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_clocks, of_rows
from shouze.registers.undertakings.models import Undertaking
from shouze.rules.duty import Fact


def _signed() -> Fact:
    """Count undertakings in force; those not signed yet are owed at once, the others renewed by their day."""
    signed = of_rows(Undertaking.objects.filter(state="signed"), "signed_at", until="until")
    wanted, renewed = of_clocks("undertakings", "sign"), of_clocks("undertakings", "renew")
    late = Undertaking.objects.filter(state="lapsed")
    owed = replace(signed, open=wanted.open, at_once=wanted.at_once, row=wanted.row or signed.row)
    return replace(owed, open=owed.open + late.count(), due=renewed.due) if late.exists() else owed


SPEAKS = (Speaks(matter="undertakings.signed", fact=_signed, heeds=("people",)),)
