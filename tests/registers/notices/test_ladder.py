"""The times of the ladder: as asked, else five working days; what is unusual is said."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouze.errors import InvalidError
from shouze.registers.notices.ladder import due, unusual
from shouze.registers.ports import working_days

NOW = datetime(2025, 1, 24, 4, tzinfo=UTC)


def test_five_working_days_are_counted_over_spring_festival() -> None:
    """24 January 2025 was a Friday; Sunday the 26th was a make-up workday, 28 January to 4 February were off."""
    assert due(NOW, None, working_days()) == datetime(2025, 2, 7, 15, 59, 59, 999_999, UTC)


def test_a_time_that_is_over_is_refused_and_another_is_kept() -> None:
    asked = NOW + timedelta(days=7)
    assert due(NOW, asked, working_days()) == asked
    with pytest.raises(InvalidError):
        due(NOW, NOW, working_days())


@pytest.mark.parametrize(("days", "strange"), [(2, True), (3, False), (11, False), (13, True)])
def test_times_outside_three_to_eleven_days_are_said(days: int, strange: bool) -> None:
    assert (unusual(NOW, NOW + timedelta(days=days)) is not None) == strange
