"""Every clock of the procedure at its edges: month ends, leap days, holidays, make-up workdays."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.chinatime import SHANGHAI, last_moment
from shouze.rules.penalty.clocks import (
    Span,
    ending,
    latest_before,
    limited,
    may_sue_until,
    surcharge,
)
from tests.rules.penalty.statute import penalties, working

days = st.dates(date(2024, 1, 1), date(2026, 6, 1))
WORKING = ("statement", "hearing-request", "deliver", "retract")


@pytest.mark.parametrize(
    ("term", "since", "last"),
    [
        ("decide", "2026-01-05", "2026-04-05"),  # a Sunday in a holiday: the authority's own time does not move on
        ("decide", "2024-01-30", "2024-04-29"),  # over a leap day
        ("decide", "2026-08-31", "2026-11-29"),
        ("statement", "2026-09-18", "2026-09-24"),  # Sunday the 20th is a make-up workday
        ("hearing-request", "2026-04-30", "2026-05-11"),  # five days off, Saturday the 9th is worked
        ("hearing-request", "2025-01-27", "2025-02-10"),  # spring festival, Saturday 8 February is worked
        ("deliver", "2026-02-13", "2026-03-02"),
        ("deliver", "2026-12-24", "2027-01-05"),
        ("retract", "2026-09-30", "2026-10-10"),
        ("retract", "2026-06-18", "2026-06-24"),
        ("pay", "2026-09-18", "2026-10-08"),  # 3 October is a holiday: it moves on
        ("pay", "2026-02-01", "2026-02-24"),
        ("pay", "2024-02-14", "2024-02-29"),
        ("pay", "2026-05-16", "2026-06-01"),  # 31 May is a Sunday
        ("reconsider", "2026-03-06", "2026-05-06"),
        ("reconsider", "2024-01-01", "2024-03-01"),
        ("litigate", "2023-08-29", "2024-02-29"),
        ("litigate", "2025-08-31", "2026-02-28"),  # no 31st, and a Saturday that is worked
        ("litigate", "2026-08-31", "2027-03-01"),
        ("enforce", "2025-11-30", "2026-02-28"),
    ],
)
def test_a_clock_ends_on_its_last_day(term: str, since: str, last: str) -> None:
    found = ending(penalties().terms[term], date.fromisoformat(since), working())
    assert found.day == date.fromisoformat(last)
    assert found.ends_at == last_moment(found.day)
    assert found.ends_at.astimezone(SHANGHAI).isoformat() == f"{last}T23:59:59.999999+08:00"


def test_every_clock_of_the_law_has_its_row() -> None:
    lengths = {name: (each.length, each.unit, each.article) for name, each in penalties().terms.items()}
    assert lengths == {
        "decide": ("P90D", "calendar", "60"), "statement": ("P5D", "working", "44"),
        "hearing-request": ("P5D", "working", "64"), "hearing-notice": ("P7D", "working", "64"),
        "deliver": ("P7D", "working", "61"), "pay": ("P15D", "calendar", "67"),
        "reconsider": ("P60D", "calendar", "20"), "litigate": ("P6M", "calendar", "46"),
        "litigate-after": ("P15D", "calendar", "45"),
        "urged": ("P10D", "calendar", "54"), "enforce": ("P3M", "calendar", "53"), "retract": ("P3D", "working", "48"),
        "limit": ("P2Y", "calendar", "36"), "limit-grave": ("P5Y", "calendar", "36"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("hearing", "latest"),
    [("2026-10-15", "2026-09-29"), ("2026-03-02", "2026-02-12"), ("2026-05-14", "2026-05-05"),
     ("2024-03-08", "2024-02-27")],
)  # fmt: skip
def test_seven_whole_working_days_lie_between_notice_and_hearing(hearing: str, latest: str) -> None:
    found = latest_before(penalties().terms["hearing-notice"], date.fromisoformat(hearing), working())
    assert found == date.fromisoformat(latest)


@given(days, st.integers(1, 40))
def test_notice_on_the_last_day_leaves_seven_working_days_and_a_day_later_does_not(first: date, ahead: int) -> None:
    hearing = first + timedelta(days=ahead)
    latest = latest_before(penalties().terms["hearing-notice"], hearing, working())
    between = [latest + timedelta(days=n) for n in range(1, (hearing - latest).days)]
    assert sum(working().is_working(each) for each in between) == 7
    assert sum(working().is_working(each) for each in between[1:]) < 7


@given(st.sampled_from(WORKING), days)
def test_a_period_of_working_days_ends_on_one_and_has_as_many(term: str, since: date) -> None:
    row = penalties().terms[term]
    last = ending(row, since, working()).day
    spent = [since + timedelta(days=n) for n in range(1, (last - since).days + 1)]
    assert sum(working().is_working(each) for each in spent) == int(row.length[1:-1])
    assert working().is_working(last)


@given(days, st.sampled_from(["pay", "reconsider", "litigate"]))
def test_a_partys_period_never_ends_on_a_holiday(since: date, term: str) -> None:
    found = ending(penalties().terms[term], since, working())
    assert working().is_working(found.day)


def test_a_year_without_an_arrangement_is_told_of() -> None:
    assert ending(penalties().terms["deliver"], date(2026, 12, 24), working()).estimated == (2027,)
    assert ending(penalties().terms["decide"], date(2026, 12, 24), working()).estimated == ()


@pytest.mark.parametrize(
    ("ended", "found", "term", "late"),
    [
        ("2024-03-01", "2026-03-01", "limit", False),
        ("2024-03-01", "2026-03-02", "limit", True),
        ("2024-02-29", "2026-02-28", "limit", False),
        ("2024-02-29", "2026-03-01", "limit", True),
        ("2022-02-28", "2024-02-29", "limit", True),
        ("2021-03-01", "2026-03-01", "limit-grave", False),
        ("2021-03-01", "2026-03-02", "limit-grave", True),
        (None, "2026-03-02", "limit", False),
    ],
)
def test_what_is_found_after_two_years_is_not_penalised(ended: str | None, found: str, term: str, late: bool) -> None:
    last = date.fromisoformat(ended) if ended else None
    assert limited(penalties().terms[term], last, date.fromisoformat(found)) is late


@given(days, st.integers(0, 4000), st.integers(0, 4000))
def test_limitation_runs_from_the_end_of_an_act_and_never_turns_back(begun: date, lasted: int, after: int) -> None:
    two, five = penalties().terms["limit"], penalties().terms["limit-grave"]
    ended = begun + timedelta(days=lasted)
    found = ended + timedelta(days=after)
    assert not limited(two, None, found)
    assert limited(two, ended, found) <= limited(two, begun, found)
    assert limited(five, ended, found) <= limited(two, ended, found)
    assert limited(two, ended, found) <= limited(two, ended, found + timedelta(days=1))
    assert after > 730 or not limited(two, ended, found)


@given(st.integers(0, 50_000_000), days, st.integers(-100, 2000), st.integers(0, 2000))
def test_the_surcharge_is_never_above_the_fine_and_paused_days_do_not_count(
    fine: int, due: date, late: int, paused: int
) -> None:
    on = due + timedelta(days=late)
    spans = [Span(due, due + timedelta(days=paused))]
    found = surcharge(fine, due, on, paused=spans)
    assert 0 <= found <= fine
    assert found <= surcharge(fine, due, on)
    assert found == surcharge(fine, due, on - timedelta(days=paused)) or late < paused


@given(st.integers(1, 50_000_000), days, st.lists(st.tuples(st.integers(-20, 60), st.integers(0, 90)), max_size=4))
def test_pauses_one_after_the_other_all_count(fine: int, due: date, told: list[tuple[int, int]]) -> None:
    spans, begun = [], due
    for gap, length in told:
        begun += timedelta(days=max(gap, 0))
        spans.append(Span(begun, begun + timedelta(days=length)))
        begun = spans[-1].until or begun
    on = begun + timedelta(days=9)
    off = sum(length for _, length in told)
    assert surcharge(fine, due, on, paused=spans) == surcharge(fine, due, on - timedelta(days=off))


def test_what_is_paid_in_part_stops_growing_and_owes_what_it_has_grown() -> None:
    due, fine = date(2026, 10, 8), 20_000
    half = [(date(2026, 10, 18), 10_000)]
    assert surcharge(fine, due, date(2026, 10, 18), half) == Decimal(6_000)
    assert surcharge(fine, due, date(2026, 10, 28), half) == Decimal(9_000)
    assert surcharge(fine, due, date(2026, 10, 28), [(date(2026, 10, 1), 10_000)]) == Decimal(6_000), "that was in time"
    whole = [*half, (date(2026, 10, 28), 10_000)]
    assert surcharge(fine, due, date(2027, 10, 28), whole) == Decimal(9_000)


@pytest.mark.parametrize(
    ("served", "reconsidered", "last"),
    [
        ("2026-03-02", None, "2026-09-02"),
        ("2026-03-02", "2026-04-20", "2026-05-06"),  # fifteen days, moved on from the May holidays
        ("2026-03-02", "2026-08-27", "2026-09-11"),  # its own six months end earlier and do not count
    ],
)
def test_after_reconsideration_a_party_may_sue_for_fifteen_days(
    served: str, reconsidered: str | None, last: str
) -> None:
    since = date.fromisoformat(reconsidered) if reconsidered else None
    found = may_sue_until(penalties().terms, date.fromisoformat(served), since, working())
    assert found.day == date.fromisoformat(last)


@pytest.mark.parametrize(
    ("on", "more"),
    [("2026-10-08", "0"), ("2026-10-09", "600"), ("2026-11-10", "19800"), ("2026-11-11", "20000"),
     ("2027-11-11", "20000")],
)  # fmt: skip
def test_three_percent_a_day_up_to_the_fine(on: str, more: str) -> None:
    assert surcharge(20_000, date(2026, 10, 8), date.fromisoformat(on)) == Decimal(more)
