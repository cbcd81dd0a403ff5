"""What withdrawals tell of the authority's duties (Arts. 18, 24)."""

from __future__ import annotations

from msgspec.structs import replace

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_own_clocks, of_rows
from shouze.registers.withdrawals.models import Withdrawal
from shouze.rules.duty import Fact


def _decided() -> Fact:
    """Count what was decided; what waits, or has nobody else in charge yet, is owed at once."""
    decided = of_rows(Withdrawal.objects.exclude(decided_at=None), "decided_at")
    return replace(of_own_clocks("withdrawals", "decide", "reassign"), shown=decided.shown, last=decided.last)


SPEAKS = (Speaks(matter="withdrawals.decided", fact=_decided, heeds=("ties", "cases")),)
