"""The way of counting is the installation's choice, with its reason; clocks that run keep the one they began with."""

from __future__ import annotations

from typing import Any

import pytest

from shouze.errors import InvalidError
from shouze.registers.complaints.register import REGISTER as COMPLAINTS
from shouze.registers.timings.models import Timing
from tests.registers.complaints.conftest import at
from tests.registers.complaints.scene import At, filed
from tests.registers.house import make, officer

pytestmark = pytest.mark.django_db
__all__ = ["at"]


def choose(**changed: Any) -> Timing:
    values = {
        "matter": "complaint-answer", "counting": "calendar-15-same-day", "warn": 50, "escalate": 75,
        "because": "按字面最严",
    }  # fmt: skip
    row: Timing = make("timings", officer(), values | changed)
    return row


@pytest.mark.duty("A12-15d")
def test_what_is_received_afterwards_is_counted_so_and_says_why(at: At) -> None:
    before = filed()
    choose()
    after = filed()
    before.refresh_from_db()
    assert (before.counting, after.counting) == ("calendar-15", "calendar-15-same-day")
    assert before.due is not None
    assert after.due is not None
    assert (before.due - after.due).days == 1
    note = COMPLAINTS.notes(after, at())[0]
    assert "the day of receipt included" in note.en
    assert "字面" in note.zh


def test_a_new_choice_replaces_the_one_before(at: At) -> None:
    first, second = choose(), choose(counting="calendar-15-rolled")
    first.refresh_from_db()
    assert (first.state, second.state) == ("replaced", "standing")
    assert choose(matter="request", counting="working-15").state == "standing"
    second.refresh_from_db()
    assert second.state == "standing"


@pytest.mark.duty("A12-15d")
@pytest.mark.parametrize(
    ("changed", "field"),
    [({"counting": "calendar-30"}, "counting"), ({"counting": "working-15"}, "counting"), ({"warn": 80}, "warn"),
     ({"escalate": 100}, "warn")],
)  # fmt: skip
def test_no_choice_lengthens_the_fifteen_days_of_the_order(at: At, changed: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        choose(**changed)
    assert caught.value.field == field


def test_a_year_without_an_arrangement_is_said_to_be_an_estimate(at: At) -> None:
    at.move(days=270)
    choose(counting="calendar-15-rolled")
    assert "2027 has no arrangement of holidays yet: an estimate" not in COMPLAINTS.notes(filed(), at())[0].en
    at.move(days=35)
    assert "2027 has no arrangement of holidays yet: an estimate" in COMPLAINTS.notes(filed(), at())[0].en
