"""What is asked for is measured and sent by a person; what comes back stands beside it."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.link.refusing import Reason, RejectedError
from shouze.registers.comparisons.models import Comparison
from shouze.registers.dispatches.models import DispatchRow
from tests.registers.commitments.scene import association
from tests.registers.comparisons.scene import MATTER, asked, asks, returns
from tests.registers.house import do, officer
from tests.registers.parties import Other

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A07-selfreg")
def test_nothing_is_sent_before_a_person_sends_it_and_then_what_was_measured() -> None:
    row = asked()
    assert (row.state, DispatchRow.objects.filter(direction="out").count()) == ("asked", 0)
    done = do(row, "send", officer())
    assert done.state == "sent"
    sent = DispatchRow.objects.get(kind="figures")
    assert sent.matter == MATTER
    assert {each["measure"]: each["value"] for each in sent.body["figures"]} == done.sent
    assert "complaint-days" not in done.sent, "there was no complaint: nothing to measure by"


def test_what_comes_back_stands_beside_what_was_sent() -> None:
    other = association()
    do(asked(other), "send", officer())
    returns(other, "duties-met", "invented")
    row = Comparison.objects.get()
    assert (row.state, row.members) == ("told", 7)
    assert row.compared == {"duties-met": [7, 8_000, 9_000, 9_500, 6]}


def test_who_does_not_answer_sends_nothing_and_gets_nothing() -> None:
    other = association()
    do(asked(other), "decline", officer())
    returns(other, "duties-met")
    assert Comparison.objects.get().state == "declined"
    assert not DispatchRow.objects.filter(direction="out").exists()


def test_a_request_twice_is_one_and_measures_that_nobody_knows_are_left_out() -> None:
    other = association()
    row = asked(other, measures=("invented", "trained"))
    asks(other)
    assert Comparison.objects.count() == 1
    assert row.measures == ["trained"]


@pytest.mark.parametrize("side", ["operator", "authority"])
def test_no_supervisor_and_no_operator_asks_for_them(side: str) -> None:
    other = Other()
    other.trusted(side)
    with pytest.raises(RejectedError) as caught:
        asks(other)
    assert caught.value.reason == Reason.NOT_ENTITLED


def test_where_there_is_nothing_to_measure_by_nothing_is_sent() -> None:
    row = asked(year=2014)
    with pytest.raises(InvalidError):
        do(row, "send", officer())
    assert not DispatchRow.objects.filter(direction="out").exists()
