"""What self-inspections tell of Article 16, driven from nothing to what is signed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from shouze.chinatime import SHANGHAI
from shouze.registers.selfinspections.models import SelfInspection
from shouze.registers.standings.keeping import answer_now
from tests.registers.house import approver, do
from tests.registers.selfinspections.scene import begun, finished
from tests.registers.standings.driving import fact_of, states_of

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A16-selfcheck", "A16-record")
def test_one_that_is_not_finished_shows_nothing() -> None:
    begun()
    assert (fact_of("selfinspections.finished").last, fact_of("selfinspections.recorded").shown) == (None, 0)
    assert states_of("selfinspections.recorded", always=True) == ["not-evidenced"]


@pytest.mark.duty("A16-selfcheck")
def test_one_of_the_year_before_counts_for_that_year_alone() -> None:
    row = finished()
    assert row.finished_at is not None
    year = row.finished_at.astimezone(SHANGHAI).year
    SelfInspection.objects.filter(pk=row.pk).update(year=year - 1)
    answer = answer_now(row.finished_at)["A16-selfcheck"]
    assert (answer.state, answer.due) == ("due", datetime(year + 1, 1, 1, tzinfo=SHANGHAI) - timedelta(microseconds=1))
    SelfInspection.objects.filter(pk=row.pk).update(year=year)
    assert answer_now(row.finished_at)["A16-selfcheck"].state == "met"


@pytest.mark.duty("A16-selfcheck", "A16-record")
def test_a_signed_one_is_on_record() -> None:
    row = finished()
    assert fact_of("selfinspections.finished").last == row.finished_at
    assert states_of("selfinspections.recorded", 2, always=True) == ["due", "due"]
    do(row, "sign", approver())
    assert states_of("selfinspections.recorded", 400, always=True) == ["met", "met"]
