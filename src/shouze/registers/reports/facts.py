"""What reported incidents tell of the authority's duties (Art. 14(2))."""

from __future__ import annotations

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_own_clocks

SPEAKS = (
    Speaks(matter="reports.assessed", fact=lambda: of_own_clocks("reports", "assess")),
    Speaks(matter="reports.escalated", fact=lambda: of_own_clocks("reports", "escalate")),
)
