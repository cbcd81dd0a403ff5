"""A self-inspection a year, at the edges of years and under both ways of counting (Art. 16)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from shouze.chinatime import SHANGHAI
from shouze.rules.duties.a16 import inspected_yearly
from shouze.rules.duty import Case, Fact, Finding, Terms

MOMENT = timedelta(microseconds=1)
ROLLING = Terms(year="rolling")


def day(year: int, month: int, of_month: int, hour: int = 0) -> datetime:
    return datetime(year, month, of_month, hour, tzinfo=SHANGHAI)


def finding(now: datetime, last: datetime | None, begun: datetime | None = None, terms: Terms | None = None) -> Finding:
    facts = {"selfinspections.finished": Fact(shown=int(last is not None), last=last)}
    facts |= {"operator.begun": Fact(shown=1, last=begun)} if begun else {}
    return inspected_yearly(Case(facts, now, terms or Terms()))


pytestmark = pytest.mark.duty("A16-selfcheck")


def test_finished_this_year_is_met_until_the_year_ends() -> None:
    found = finding(day(2026, 6, 1), day(2026, 1, 5))
    assert (found.state, found.turns) == ("met", day(2027, 1, 1) - MOMENT)


def test_not_yet_this_year_is_due_by_its_end() -> None:
    found = finding(day(2026, 6, 1), day(2025, 1, 5))
    assert (found.state, found.due) == ("due", day(2027, 1, 1) - MOMENT)


def test_the_year_is_the_one_of_shanghai() -> None:
    new_year_in_shanghai = datetime(2025, 12, 31, 16, tzinfo=UTC)
    assert finding(new_year_in_shanghai - MOMENT, day(2025, 3, 1)).state == "met"
    assert finding(new_year_in_shanghai, day(2025, 3, 1)).state == "due"
    assert finding(new_year_in_shanghai, day(2024, 3, 1)).state == "breached"


def test_a_year_without_one_is_breached_from_its_end_until_the_next() -> None:
    found = finding(day(2026, 2, 1), day(2024, 12, 31, 23))
    assert (found.state, found.since) == ("breached", day(2026, 1, 1) - MOMENT)
    assert finding(day(2026, 2, 3), day(2026, 2, 2)).state == "met"


def test_one_that_makes_up_for_the_year_before_does_not_count_for_this_one() -> None:
    made_up = Fact(shown=1, last=day(2026, 2, 2), until=day(2027, 1, 1) - MOMENT)
    states = [inspected_yearly(Case({"selfinspections.finished": made_up}, now)) for now in
              (day(2026, 2, 3), day(2026, 12, 31), day(2027, 1, 1))]  # fmt: skip
    assert [each.state for each in states] == ["due", "due", "breached"]
    assert (states[0].due, states[2].since) == (made_up.until, made_up.until)


def test_the_first_year_of_a_house_ends_like_any_other() -> None:
    begun = day(2026, 11, 28)
    assert finding(day(2026, 12, 1), None, begun).due == day(2027, 1, 1) - MOMENT
    late = finding(day(2028, 3, 1), None, begun)
    assert (late.state, late.since) == ("breached", day(2027, 1, 1) - MOMENT)


def test_a_house_that_is_not_registered_shows_nothing() -> None:
    assert finding(day(2026, 12, 1), None).state == "not-evidenced"
    assert inspected_yearly(Case({}, day(2026, 1, 1))).state == "not-evidenced"


def test_rolling_years_count_from_the_last_one() -> None:
    last = day(2024, 2, 29)
    assert finding(day(2024, 12, 1), last, terms=ROLLING).state == "met"
    soon = finding(day(2025, 2, 20), last, terms=ROLLING)
    assert (soon.state, soon.due) == ("due", day(2025, 2, 28))
    late = finding(day(2025, 3, 1), last, terms=ROLLING)
    assert (late.state, late.since) == ("breached", day(2025, 2, 28))


def test_a_house_without_one_has_a_rolling_year_for_its_first() -> None:
    found = finding(day(2026, 12, 1), None, day(2026, 11, 28), ROLLING)
    assert (found.state, found.due) == ("due", day(2027, 11, 28))
