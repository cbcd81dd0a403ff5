"""Network security protection as Order 11 (2010) asks for it (Art. 13(7)): grades of units, filing, yearly cycles.

A unit is graded 1 to 5, 5 the most demanding, and filed. From grade 3 on its conformity is tested and its risks are
assessed every year, in grade 2 every two years; for grade 1 the Measures name no cycle. Source: rules of Order 11 as
quoted in the catalogue; the thirty days for filing are from memory (flag M).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from shouze.rules.period import after

GRADES = (1, 2, 3, 4, 5)
FILED_WITHIN = "P30D"
CYCLES: Mapping[int, str | None] = {1: None, 2: "P2Y", 3: "P1Y", 4: "P1Y", 5: "P1Y"}


def filing_due(graded_at: datetime) -> datetime:
    """Return by when a unit is filed with the authority."""
    return after(graded_at, FILED_WITHIN)


def again_due(grade: int, last: datetime) -> datetime | None:
    """Return by when a unit is tested or assessed again; None where its grade has no cycle.

    ``last`` is the last time, or when the unit was graded; its offset is that of the days that are counted.
    """
    period = CYCLES[grade]
    return None if period is None else after(last, period)
