"""What annual reviews tell of the authority's duties (Art. 19)."""

from __future__ import annotations

from shouze.registers.describing import Speaks
from shouze.registers.speaking import of_clocks

SPEAKS = (Speaks(matter="annualreviews.concluded", fact=lambda: of_clocks("annualreviews", "answer", "conclude")),)
