"""What bulk operations tell of the duties (Art. 13(3))."""

from __future__ import annotations

from django.db.models import F, Q

from shouze.registers.bulk.models import Operation
from shouze.registers.describing import Speaks
from shouze.registers.speaking import at_fault, of_rows
from shouze.rules.duty import Fact

RUN = ("running", "done", "stopped", "failed")


def _reviewed() -> Fact:
    run = Operation.objects.filter(Q(state__in=RUN) | Q(seen__gt=0))
    return at_fault(of_rows(run, "asked_at"), run.filter(Q(decided_by="") | Q(decided_by=F("asked_by"))), "asked_at")


SPEAKS = (Speaks(matter="bulk.reviewed", fact=_reviewed),)
