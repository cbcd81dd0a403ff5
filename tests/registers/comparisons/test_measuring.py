"""What the operator is measured by: counted from its registers, left out where there is nothing to count."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.registers.comparisons.measuring import measured
from shouze.registers.office import Figures
from shouze.registers.ports import GIVEN
from shouze.registers.shortcomings.models import Shortcoming
from shouze.registers.standings.models import Change
from shouze.registers.trainings.models import Training
from shouze.rules.comparing import MEASURES
from tests.registers.house import officer

pytestmark = pytest.mark.django_db
NOW = GIVEN.now()


def shortcoming(number: int, **more: Any) -> None:
    row = Shortcoming(number=f"N-{number}", title="隐患", rule="A16-fix", state="open", **more)
    row.save()
    Shortcoming.objects.filter(pk=row.pk).update(created_at=NOW - timedelta(minutes=5))


def test_a_house_without_anything_tells_how_its_duties_stand_and_nothing_else() -> None:
    found = measured(NOW.year, NOW)
    assert found.keys() == {"duties-met"}
    assert 0 <= found["duties-met"] <= 10_000


def test_a_year_that_was_not_answered_has_no_figure_at_all() -> None:
    assert measured(2014, NOW) == {}
    Change.objects.create(duty="A12-15d", at=NOW.replace(year=2015), before="", state="met")
    assert measured(2015, NOW.replace(year=2017)).keys() == {"duties-met"}


def test_shortcomings_are_those_closed_among_closed_and_open() -> None:
    shortcoming(1)
    for number in (2, 3):
        shortcoming(number, closed_at=NOW - timedelta(minutes=1))
    Shortcoming.objects.exclude(closed_at=None).update(state="closed")
    assert measured(NOW.year, NOW)["shortcomings-closed"] == 6_666


def test_trainings_are_those_whose_certificate_counts() -> None:
    told = {"title": "课程", "person": officer(), "due": NOW, "created_at": NOW - timedelta(days=1)}
    for number, valid in enumerate((NOW + timedelta(days=9), NOW - timedelta(days=1), None), 1):
        Training(number=f"K-{number}", course=f"c{number}", state="passed", valid_until=valid,
                 passed_at=valid and NOW - timedelta(hours=1), **told).save()  # fmt: skip
    assert measured(NOW.year, NOW)["trained"] == 3_333


def test_complaints_are_told_in_hundredths(monkeypatch: pytest.MonkeyPatch) -> None:
    told = Figures(NOW, NOW, 4, 4, 3, 1, 0, 0, timedelta(days=3, hours=12))
    monkeypatch.setattr("shouze.registers.comparisons.measuring.figures", lambda *_: told)
    found = measured(NOW.year, NOW)
    assert (found["complaints-in-time"], found["complaint-days"]) == (7_500, 350)
    assert found.keys() <= MEASURES.keys()
