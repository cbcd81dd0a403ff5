"""What the operator's row tells of the duties: since when there is somebody who owes them."""

from __future__ import annotations

from shouze.registers.describing import Speaks
from shouze.registers.operators.models import OperatorRow
from shouze.registers.speaking import of_rows
from shouze.rules.duty import Fact


def _begun() -> Fact:
    return of_rows(OperatorRow.objects.all(), "created_at")


SPEAKS = (Speaks(matter="operator.begun", fact=_begun),)
