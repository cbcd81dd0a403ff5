"""What announcements tell of Article 20: what was decided is entered and published, by no day that the Order names."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from shouze.registers.cases.models import Case
from shouze.registers.ports import GIVEN
from shouze.registers.standings.keeping import answer_now
from tests.registers.announcements.scene import drafted, publisher
from tests.registers.cases import scene
from tests.registers.house import do
from tests.registers.parties import later
from tests.registers.reports.scene import head

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls"), pytest.mark.duty("A20-credit")]


def state(days: float = 0) -> str:
    return answer_now(GIVEN.now() + timedelta(days=days))["A20-credit"].state


def decided() -> Case:
    case = scene.notified()
    with later(timedelta(days=10)):
        return scene.decided(case)


def announced(case: Case, **more: Any) -> Any:
    return drafted(case=case.number, decided_on=None, articles=[], fine=None, operator=case.operator, **more)


def test_a_decision_that_nobody_announces_is_owed_until_it_is_published() -> None:
    assert state() == "met"
    case = decided()
    with later(timedelta(days=10)):
        assert (state(), state(days=30)) == ("due", "due"), "the Order names no day"
        evidence = answer_now(GIVEN.now())["A20-credit"].evidence[0]
        assert (evidence.open, evidence.row) == (1, case.number)
        row = announced(case)
        assert (state(), state(days=30)) == ("due", "due")
        do(do(row, "approve", head()), "publish", publisher())
        assert state(days=30) == "met"


def test_a_decision_that_was_withdrawn_is_not_published() -> None:
    case = decided()
    with later(timedelta(days=10)):
        do(case, "withdraw", head())
        assert state() == "met"
