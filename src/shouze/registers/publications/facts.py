"""What publications tell of the duties (Art. 8)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.publications.models import Publication
from shouze.registers.speaking import first_due, of_clocks, of_own_clocks, of_rows
from shouze.rules.duty import Fact


def _copies() -> Fact:
    shown = of_rows(Publication.objects.filter(state="showing"), "checked_at")
    return replace(
        first_due(of_clocks("publications", "renew", "mend"), of_own_clocks("publications", "check")),
        shown=shown.shown, last=shown.last,
    )  # fmt: skip


SPEAKS = (Speaks(matter="publications.copies", fact=_copies, heeds=("declarations",)),)
