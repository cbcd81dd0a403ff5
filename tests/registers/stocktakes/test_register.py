"""Stock-taking: what is missing or too many is somebody's to explain, and what is lost is entered as lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.errors import InvalidError
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.spans import months_after
from shouze.registers.stocktakes.models import Difference, Stocktake
from tests.registers.house import approver, do, officer, person, signed_in
from tests.registers.media.scene import kept
from tests.registers.stocktakes.scene import ended, seen, started

pytestmark = pytest.mark.django_db


def clocks(row: Stocktake) -> list[Clock]:
    return list(Clock.objects.filter(register="stocktakes", entry=row.pk).order_by("pk"))


def raised(row: Stocktake) -> list[Shortcoming]:
    return list(Shortcoming.objects.filter(source="stocktakes", source_number=row.number).order_by("pk"))


def mended(found: Shortcoming) -> None:
    do(do(found, "mend", officer(), {"remedy": "已归位"}), "close", approver())


@pytest.mark.duty("A13-4-media")
def test_what_was_not_seen_is_missing_and_a_shortcoming_of_its_keeper_by_the_day() -> None:
    keeper, there = person("S-0100", Role.SERVICE), kept()
    gone = kept(keeper=keeper)
    row = started()
    seen(row, there.number)
    row = ended(row)
    assert (row.state, row.expected, row.counted, row.missing, row.unexpected) == ("differing", 2, 1, 1, 0)
    difference, found = Difference.objects.get(stocktake=row), raised(row)[0]
    assert (difference.kind, difference.medium, difference.shortcoming) == ("missing", gone, found.number)
    assert (found.rule, found.owner, found.place) == ("A13-4-media", keeper, "A-12")
    assert found.due is not None
    assert gone.number in found.title


def test_what_is_nobodys_is_given_to_who_was_named() -> None:
    row = started()
    seen(row, "X-1")
    assert [each.owner for each in raised(ended(row))] == [officer()]


@pytest.mark.duty("A16-fix")
def test_a_stock_taking_is_settled_once_the_last_of_its_shortcomings_is_gone() -> None:
    kept(), kept()
    row = ended(started())
    first, second = raised(row)
    mended(first)
    assert Stocktake.objects.get(pk=row.pk).state == "differing"
    do(second, "dismiss", officer())
    assert Stocktake.objects.get(pk=row.pk).state == "closed"


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
        ended(started(), mended_by=timezone.now() - timedelta(days=1))
    assert caught.value.field == "mended_by"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT])
def test_roles_that_may_not_start_a_count(role: Role) -> None:
    assert signed_in(person("S-9", role)).get("/r/stocktakes/new").status_code == 403
