"""Stock-taking: what is missing or too many is somebody's to explain, and what is lost is entered as lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.media.models import Medium
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.spans import months_after
from shouze.registers.stocktakes.models import Difference, Stocktake
from tests.registers.house import do, officer, person, signed_in
from tests.registers.media.scene import kept
from tests.registers.stocktakes.scene import ended, seen, started

pytestmark = pytest.mark.django_db


def clocks(row: Stocktake) -> list[Clock]:
    return list(Clock.objects.filter(register="stocktakes", entry=row.pk).order_by("pk"))


@pytest.mark.duty("A13-4-media")
def test_what_was_not_seen_is_missing_and_its_keeper_explains_it_by_the_day() -> None:
    keeper, there = person("S-0100", Role.SERVICE), kept()
    gone = kept(keeper=keeper)
    row = started()
    seen(row, there.number)
    row = ended(row)
    assert (row.state, row.expected, row.counted, row.missing, row.unexpected) == ("differing", 2, 1, 1, 0)
    difference = Difference.objects.get(stocktake=row)
    assert (difference.kind, difference.medium, difference.owner) == ("missing", gone, keeper)
    explain = next(each for each in clocks(row) if each.kind.startswith("explain"))
    assert (explain.person, explain.due) == (keeper, difference.due)


@pytest.mark.duty("A13-4-media")
def test_what_is_lost_is_entered_as_lost_with_the_explanation() -> None:
    medium = kept()
    row = ended(started())
    difference = Difference.objects.get(stocktake=row)
    done = do(row, "settle", officer(), {"settled": [str(difference.pk)], "outcome": "lost"})
    assert done.state == "closed"
    assert Medium.objects.get(pk=medium.pk).state == "lost"


def test_others_differences_are_not_explained_by_who_is_not_concerned() -> None:
    keeper, other = person("S-0100", Role.SERVICE), person("S-0101", Role.SERVICE)
    kept(keeper=keeper), kept()
    row = ended(started())
    mine, officers = Difference.objects.get(owner=keeper), Difference.objects.get(owner=officer())
    with pytest.raises(NotYoursError):
        do(row, "settle", other, {"settled": [str(mine.pk)], "outcome": "found"})
    with pytest.raises(InvalidError) as caught:
        do(row, "settle", keeper, {"settled": [str(officers.pk)], "outcome": "found"})
    assert caught.value.field == "settled"
    assert do(row, "settle", keeper, {"settled": [str(mine.pk)], "outcome": "found"}).state == "differing"


def test_a_count_without_differences_is_settled_and_falls_due_again_until_a_later_one_begins() -> None:
    medium = kept()
    row = started()
    seen(row, medium.number)
    row = ended(row)
    assert (row.state, len(row.digest)) == ("closed", 64)
    again = clocks(row)[0]
    assert row.ended_at is not None
    assert (again.kind, again.due) == ("again", months_after(row.ended_at, 12))
    started()
    assert clocks(row) == []


def test_a_place_where_nothing_is_kept_is_not_counted() -> None:
    with pytest.raises(InvalidError) as caught:
        started(place="Z-9")
    assert caught.value.field == "place"


def test_differences_have_a_day_ahead() -> None:
    with pytest.raises(InvalidError) as caught:
        ended(started(), explained_by=timezone.now() - timedelta(days=1))
    assert caught.value.field == "explained_by"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT])
def test_roles_that_may_not_start_a_count(role: Role) -> None:
    assert signed_in(person("S-9", role)).get("/r/stocktakes/new").status_code == 403
