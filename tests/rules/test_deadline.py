"""Ways of counting at their edges: month ends, leap days, make-up workdays, midnight in Shanghai, clocks set back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.chinatime import SHANGHAI
from shouze.rules.deadline import ANSWERING, COUNTINGS, HANDLING, deadline, in_time, moment_at, used
from tests.rules.test_working_days import working

MOMENTS = st.datetimes(datetime(2023, 1, 1), datetime(2029, 12, 31)).map(lambda each: each.replace(tzinfo=UTC))  # noqa: DTZ001 - hypothesis wants them naive


def last_day(counting: str, received: str) -> str:
    """Return the last day of a period, of a moment given in Shanghai's time."""
    at = datetime.fromisoformat(received).replace(tzinfo=SHANGHAI)
    return deadline(COUNTINGS[counting], at, working()).day.isoformat()


@pytest.mark.duty("A12-15d")
@pytest.mark.parametrize(
    ("counting", "received", "day"),
    [
        ("calendar-15", "2026-03-01T09:00", "2026-03-16"),
        ("calendar-15", "2026-01-31T09:00", "2026-02-15"),
        ("calendar-15", "2024-02-14T09:00", "2024-02-29"),
        ("calendar-15", "2024-02-20T09:00", "2024-03-06"),
        ("calendar-15", "2025-02-20T09:00", "2025-03-07"),
        ("calendar-15", "2026-12-20T09:00", "2027-01-04"),
        ("calendar-15-same-day", "2026-03-01T09:00", "2026-03-15"),
        ("calendar-15-rolled", "2026-01-31T09:00", "2026-02-24"),  # its last day lies in the Spring Festival
        ("calendar-15-rolled", "2026-01-30T09:00", "2026-02-14"),  # a Saturday on which people work
        ("calendar-15-rolled", "2026-02-13T09:00", "2026-02-28"),  # another one
        ("calendar-15-rolled", "2026-03-01T09:00", "2026-03-16"),
        ("calendar-15-rolled", "2026-03-06T09:00", "2026-03-23"),  # a Saturday, then a Sunday
        ("calendar-30", "2024-01-31T09:00", "2024-03-01"),
        ("working-15", "2026-03-02T09:00", "2026-03-23"),
        ("working-15", "2026-02-10T09:00", "2026-03-09"),  # over the festival and both make-up Saturdays
        ("working-15", "2026-02-14T09:00", "2026-03-13"),  # received on a Saturday on which people work
        ("working-15", "2026-02-15T09:00", "2026-03-13"),  # received on a day off
    ],
)
def test_the_last_day_is(counting: str, received: str, day: str) -> None:
    assert last_day(counting, received) == day


@pytest.mark.parametrize(
    ("received", "day"), [("2026-03-01T00:00:00", "2026-03-16"), ("2026-02-28T23:59:59.999999", "2026-03-15")]
)
def test_the_day_of_receipt_is_shanghais_whatever_the_hour(received: str, day: str) -> None:
    assert last_day("calendar-15", received) == day


def test_the_day_ends_at_midnight_in_shanghai() -> None:
    received = datetime(2026, 2, 28, 16, 0, tzinfo=UTC)  # midnight of 1 March in Shanghai
    ends = deadline(COUNTINGS["calendar-15"], received, working()).ends_at
    assert ends == datetime(2026, 3, 16, 15, 59, 59, 999_999, tzinfo=UTC)
    assert in_time(ends, ends)
    assert not in_time(ends, ends + timedelta(microseconds=1))


def test_years_without_an_arrangement_are_named_where_working_days_matter() -> None:
    received = datetime(2026, 12, 25, 2, tzinfo=UTC)
    assert deadline(COUNTINGS["working-15"], received, working()).estimated == (2027,)
    assert deadline(COUNTINGS["calendar-15-rolled"], received, working()).estimated == (2027,)
    assert deadline(COUNTINGS["calendar-15"], received, working()).estimated == ()


@given(MOMENTS, st.sampled_from(sorted(COUNTINGS)))
def test_a_later_receipt_never_ends_earlier(received: datetime, name: str) -> None:
    counting = COUNTINGS[name]
    ends = deadline(counting, received, working())
    assert deadline(counting, received + timedelta(hours=7), working()).ends_at >= ends.ends_at
    assert ends.ends_at > received
    assert (ends.day - received.astimezone(SHANGHAI).date()).days >= counting.days - counting.same_day


@given(MOMENTS)
def test_fifteen_working_days_hold_fifteen_days_on_which_people_work(received: datetime) -> None:
    start, days = received.astimezone(SHANGHAI).date(), working()
    end = deadline(COUNTINGS["working-15"], received, days).day
    between = [start + timedelta(days=n + 1) for n in range((end - start).days)]
    assert sum(map(days.is_working, between)) == 15
    assert days.is_working(end)


@given(MOMENTS)
def test_what_moves_on_ends_on_the_first_day_on_which_people_work(received: datetime) -> None:
    plain = deadline(COUNTINGS["calendar-15"], received, working()).day
    rolled = deadline(COUNTINGS["calendar-15-rolled"], received, working()).day
    skipped = [plain + timedelta(days=n) for n in range((rolled - plain).days)]
    assert working().is_working(rolled)
    assert not any(map(working().is_working, skipped))


@given(MOMENTS, st.timedeltas(timedelta(days=-400), timedelta(days=400)))
def test_a_clock_set_back_or_on_uses_no_more_than_the_whole(received: datetime, by: timedelta) -> None:
    ends = deadline(COUNTINGS["calendar-15"], received, working()).ends_at
    share = used(received, ends, received + by)
    assert 0.0 <= share <= 1.0
    if by <= timedelta(0):
        assert share == 0.0
    assert used(received, ends, moment_at(received, ends, 0.5)) == pytest.approx(0.5)


def test_a_period_without_length_is_used_up() -> None:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    assert used(at, at, at) == 1.0


def test_every_way_of_counting_has_its_reason_and_is_offered_somewhere() -> None:
    assert set(ANSWERING) | set(HANDLING) == set(COUNTINGS)
    for each in COUNTINGS.values():
        assert all((*each.name, *each.reason, *each.source))
    assert {COUNTINGS[name].days for name in ANSWERING} == {15}
    assert date(2026, 3, 16).isoformat() == last_day(ANSWERING[0], "2026-03-01T12:00")
