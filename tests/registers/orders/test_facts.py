"""What orders received tell of Articles 13(8), 14 and 17(2), driven from nothing to a breach and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.registers.house import do, officer
from tests.registers.orders.test_register import REQUEST, entered
from tests.registers.standings.driving import fact_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A14-2-obey")
def test_a_suspension_is_carried_out_at_once_and_reported_in_its_time() -> None:
    assert states_of("orders.suspensions") == ["met"]
    order = entered()
    assert states_of("orders.suspensions", 2) == ["due", "breached"]
    order = do(order, "comply", officer())
    assert states_of("orders.suspensions", 4, 6) == ["due", "due", "breached"]
    do(order, "report", officer())
    assert states_of("orders.suspensions", 400) == ["met", "met"]
    assert fact_of("orders.cooperation").shown == 0


@pytest.mark.duty("A17-2-cooperate", "A14-1-cooperate")
@pytest.mark.parametrize("kind", ["produce", "cooperate"])
def test_what_an_inspection_demands_is_given_in_its_time(kind: str) -> None:
    assert states_of("orders.cooperation") == ["met"]
    order = entered(kind=kind, due=timezone.now() + timedelta(days=5))
    assert states_of("orders.cooperation", 4, 6) == ["due", "due", "breached"]
    do(order, "answer", officer())
    assert (states_of("orders.cooperation", 6), fact_of("orders.cooperation").shown) == (["met", "met"], 1)


@pytest.mark.duty("A13-8-other")
def test_other_measures_are_taken_by_their_day() -> None:
    order = entered(kind="directive", due=timezone.now() + timedelta(days=5))
    assert states_of("orders.directives", 6) == ["due", "breached"]
    do(order, "answer", officer())
    assert states_of("orders.directives", 6) == ["met", "met"]


@pytest.mark.duty("A13-8-other", "A17-2-cooperate")
@pytest.mark.parametrize(("kind", "matter"), [("directive", "orders.directives"), ("produce", "orders.cooperation")])
def test_what_is_demanded_without_a_day_is_not_owed_within_hours(kind: str, matter: str) -> None:
    order = entered(kind=kind, due=None)
    assert states_of(matter, 40) == ["due", "due"]
    do(order, "answer", officer())
    assert states_of(matter, 40) == ["met", "met"]


def test_other_bodies_requests_are_no_orders_of_the_authority() -> None:
    entered(**REQUEST)
    assert {fact_of(each).open for each in ("orders.suspensions", "orders.cooperation", "orders.directives")} == {0}
