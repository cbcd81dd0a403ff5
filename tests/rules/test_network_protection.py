"""Network units: how often they are tested and assessed by their grade (Order 11; Art. 13(7))."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from shouze.rules.network_protection import CYCLES, GRADES, again_due, filing_due

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.duty("A13-7-network")
@pytest.mark.parametrize(
    ("grade", "last", "due"),
    [
        (1, "2026-03-01", None),
        (2, "2026-03-01", "2028-03-01"),
        (3, "2026-03-01", "2027-03-01"),
        (4, "2026-03-01", "2027-03-01"),
        (5, "2024-02-29", "2025-02-28"),
        (2, "2024-02-29", "2026-02-28"),
    ],
)
def test_the_cycle_follows_from_the_grade(grade: int, last: str, due: str | None) -> None:
    found = again_due(grade, datetime.fromisoformat(last).replace(tzinfo=SHANGHAI))
    assert (None if found is None else f"{found:%Y-%m-%d}") == due


def test_every_grade_has_its_cycle() -> None:
    assert tuple(CYCLES) == GRADES


def test_a_unit_is_filed_within_thirty_days_of_its_grading() -> None:
    assert filing_due(datetime(2026, 1, 15, tzinfo=SHANGHAI)) == datetime(2026, 2, 14, tzinfo=SHANGHAI)
