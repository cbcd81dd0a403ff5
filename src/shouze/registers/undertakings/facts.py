"""What undertakings of confidentiality tell of the duties (Art. 10)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_rows, own_term
from shouze.registers.undertakings.models import Undertaking
from shouze.rules.duty import Fact


def _signed() -> Fact:
    """Count undertakings in force; who has not signed, or not again, is bound by the Order all the same, unshown."""
    signed = own_term(of_rows(Undertaking.objects.filter(state="signed"), "signed_at", until="until"))
    lacking = Undertaking.objects.filter(state__in=("wanted", "lapsed"))
    first = lacking.order_by("created_at").values_list("number", flat=True).first()
    return replace(signed, unshown=lacking.count(), row=first or signed.row)


SPEAKS = (Speaks(matter="undertakings.signed", fact=_signed, heeds=("people",)),)
