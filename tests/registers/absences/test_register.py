"""While somebody is away, their clocks are with whoever stands in; no clock stands still."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.absences.covering import stands_in
from shouze.registers.absences.models import Absence
from shouze.registers.complaints.models import Complaint
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.complaints.conftest import at
from tests.registers.complaints.scene import At, filed
from tests.registers.house import do, kept, make, officer, person

pytestmark = pytest.mark.django_db
__all__ = ["at"]


def away(who: Person, cover: Person, at: At, **days: float) -> Absence:
    begins, ends = days.get("begins", 1), days.get("ends", 5)
    values = {
        "person": who, "substitute": cover, "since": at() + timedelta(days=begins),
        "until": at() + timedelta(days=ends),
    }  # fmt: skip
    row: Absence = make("absences", officer(), values)
    return row


def both() -> tuple[Person, Person]:
    return person("S-0031", Role.SERVICE), person("S-0032", Role.SERVICE)


def owed_by(complaint: Complaint) -> Clock:
    return Clock.objects.get(register="complaints", entry=complaint.pk, kind="answer")


def test_clocks_go_to_the_substitute_and_come_back(at: At) -> None:
    who, cover = both()
    complaint = do(filed(), "assign", officer(), {"assigned": who})
    due = owed_by(complaint).due
    absence = away(who, cover, at)
    assert owed_by(complaint).person == who
    at.move(days=2)
    kept()
    absence.refresh_from_db()
    assert (absence.state, owed_by(complaint).person, owed_by(complaint).due) == ("away", cover, due)
    at.move(days=4)
    kept()
    absence.refresh_from_db()
    assert (absence.state, owed_by(complaint).person) == ("over", who)


def test_what_is_assigned_while_somebody_is_away_is_with_the_substitute_at_once(at: At) -> None:
    who, cover = both()
    away(who, cover, at, begins=0)
    complaint = do(filed(), "assign", officer(), {"assigned": who})
    assert (owed_by(complaint).person, complaint.assigned) == (cover, who)


def test_a_substitute_who_is_away_has_one_in_turn_and_nobody_goes_in_circles(at: At) -> None:
    who, cover = both()
    third = person("S-0033", Role.SERVICE)
    away(who, cover, at, begins=0)
    away(cover, third, at, begins=0)
    assert stands_in(who.pk, at()) == third.pk
    away(third, who, at, begins=0)
    assert stands_in(who.pk, at()) in {cover.pk, third.pk}


def test_coming_back_early_brings_the_clocks_back(at: At) -> None:
    who, cover = both()
    complaint = do(filed(), "assign", officer(), {"assigned": who})
    absence = away(who, cover, at, begins=0)
    kept()
    assert owed_by(complaint).person == cover
    at.move(hours=3)
    absence = do(absence, "back", who)
    assert (absence.until, owed_by(complaint).person) == (at(), who)


@pytest.mark.parametrize("days", [{"begins": 3, "ends": 2}, {"begins": -3, "ends": -1}])
def test_times_have_to_be_ahead(at: At, days: dict[str, Any]) -> None:
    with pytest.raises(InvalidError) as caught:
        away(*both(), at, **days)
    assert caught.value.field == "until"


def test_nobody_stands_in_for_themselves_and_two_not_at_once(at: At) -> None:
    who, cover = both()
    with pytest.raises(InvalidError) as caught:
        away(who, who, at)
    assert caught.value.field == "substitute"
    away(who, cover, at)
    with pytest.raises(InvalidError, match="stands in then already"):
        away(who, cover, at)


def test_an_absence_is_called_off_by_whose_it_is_or_an_officer(at: At) -> None:
    who, cover = both()
    absence = away(who, cover, at)
    with pytest.raises(NotYoursError):
        do(absence, "off", cover)
    assert do(absence, "off", who).state == "off"
    assert stands_in(who.pk, at() + timedelta(days=2)) == who.pk
