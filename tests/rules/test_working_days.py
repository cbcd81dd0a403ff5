"""The yearly arrangements as they were published, make-up workdays, and years that are estimated."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.rules.catalogue_file import StatuteError
from shouze.rules.working_days import FILE, WorkingDays, load_working_days
from tests.rules.statute_files import statute_files


def working() -> WorkingDays:
    return load_working_days(statute_files()[FILE])


@pytest.mark.parametrize(
    ("year", "days"),
    [("2024", 251), ("2025", 248), ("2026", 248)],
)
def test_a_year_has_as_many_working_days_as_its_notice_leaves(year: str, days: int) -> None:
    first = date(int(year), 1, 1)
    length = (date(int(year) + 1, 1, 1) - first).days
    assert sum(working().is_working(first + timedelta(days=n)) for n in range(length)) == days


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-02-18", True), ("2024-02-17", False), ("2024-05-11", True), ("2024-09-14", True),
        ("2025-01-26", True), ("2025-01-28", False), ("2025-02-04", False), ("2025-02-05", True),
        ("2025-05-02", False), ("2025-10-08", False), ("2025-10-11", True),
        ("2026-01-04", True), ("2026-02-14", True), ("2026-02-23", False), ("2026-02-28", True),
        ("2026-06-19", False), ("2026-09-20", True), ("2026-09-25", False), ("2026-10-10", True), ("2026-10-11", False),
    ],
)  # fmt: skip
def test_days_off_and_make_up_workdays_are_as_published(day: str, works: bool) -> None:
    assert working().is_working(date.fromisoformat(day)) is works
    assert not working().is_estimated(date.fromisoformat(day))


def test_a_year_without_an_arrangement_is_estimated_and_says_so() -> None:
    days = working()
    assert days.is_estimated(date(2027, 3, 1))
    assert [days.is_working(date(2027, 10, n)) for n in (1, 2, 3, 4, 8, 9)] == [False, False, False, True, True, False]
    assert not days.is_working(date(2027, 1, 1))


@given(st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_nobody_works_on_a_weekend_unless_the_notice_says_so(day: date) -> None:
    days = working()
    assert not (day.weekday() >= 5 and days.is_working(day) and day not in days.work)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ((b'work = ["2026-01-04"', b'work = ["2026-01-05"'), "no weekend day"),
        ((b'["2026-06-19", "2026-06-21"]', b'["2026-06-21", "2026-06-19"]'), "ends before it begins"),
        ((b'["2026-06-19", "2026-06-21"]', b'["2027-06-19", "2027-06-21"]'), "not in that year"),
        ((b"off = [\n", b"on = [\n"), "not as it should be"),
    ],
)
def test_a_broken_arrangement_is_refused_with_its_row(change: tuple[bytes, bytes], words: str) -> None:
    content = statute_files()[FILE]
    assert change[0] in content
    with pytest.raises(StatuteError, match=words):
        load_working_days(content.replace(*change))
