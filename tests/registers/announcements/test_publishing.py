"""A decision that a review or court changed: what was published of it is corrected by three people, in three days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from shouze.registers.announcements.models import Edition
from shouze.registers.announcements.publishing import RETRACTED
from shouze.registers.cases.models import Case
from shouze.registers.ports import GIVEN, working_days
from shouze.registers.rows import Clock
from shouze.registers.supervised.overview import Overview
from shouze.rules.deadline import deadline
from tests.registers.announcements.scene import TOLD, drafted, published, publisher
from tests.registers.cases import scene
from tests.registers.house import do
from tests.registers.parties import later
from tests.registers.reports.scene import head, inspector

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


PLACES = [("announcements", 15_000), ("credit", None)]


def ended(result: str, fine: int | None) -> None:
    """Let the decision of the one case be contested, and that end."""
    case = do(Case.objects.get(), "contest", inspector(), {"contested": "action", "at": GIVEN.now()})
    do(case, "end-contest", inspector(), {"contest_result": result, "changed_to": fine})


@pytest.fixture(autouse=True)
def in_time() -> Iterator[Case]:
    case = scene.notified()
    with later(timedelta(days=20)):
        case = scene.decided(case)
        yield do(case, "deliver", inspector(), {"paper": "decision", "how": "direct", "at": GIVEN.now()})


def of_case(case: Case) -> dict[str, Any]:
    day = timezone.localdate(case.decided_at)
    return {"case": case.number, "decided_on": day}


@pytest.mark.parametrize(("register", "fine"), PLACES)
def test_what_is_public_is_corrected_by_three_people_within_three_working_days(
    in_time: Case, register: str, fine: int | None
) -> None:
    listed = {"listed_on": timezone.localdate(GIVEN.now())} if register == "credit" else {}
    row = published(register, **of_case(in_time), **listed)
    ended("changed", 15_000)
    row.refresh_from_db()
    assert (row.state, getattr(row, "fine", None)) == ("draft", fine)
    clock = Clock.objects.get(register=register, entry=row.pk)
    assert clock.due == deadline(RETRACTED, clock.since, working_days()).ends_at
    row = do(do(row, "approve", head()), "publish", publisher())
    assert (row.state, row.edition, row.revoked_on) == ("published", 2, None)
    edition = Edition.objects.get(number=row.number, current=True)
    assert edition.kind == "correction"
    assert ("15000" in edition.content) is (register == "announcements")


def test_a_fine_that_is_lifted_is_no_measure_any_more(in_time: Case) -> None:
    row = published(**of_case(in_time))
    ended("changed", 0)
    row.refresh_from_db()
    assert (row.fine, row.measures) == (None, ["correct", "warning"])


def test_nobody_writes_another_fine_than_the_case_has_now(in_time: Case) -> None:
    row = published(**of_case(in_time))
    ended("changed", 15_000)
    row = do(row, "change", inspector(), TOLD | of_case(in_time) | {"fine": 20_000})
    assert row.fine == 15_000
    assert drafted(**of_case(in_time)).fine == 15_000


@pytest.mark.parametrize("result", ["upheld", "revoked"])
def test_what_was_not_changed_stays_as_it_is(in_time: Case, result: str) -> None:
    row = published(**of_case(in_time))
    ended(result, None)
    row.refresh_from_db()
    assert (row.state, row.fine) == ("published", 20_000)


def test_the_years_figures_count_fines_as_they_stand(in_time: Case) -> None:
    def fines() -> object:
        year = timezone.localdate(GIVEN.now()).year
        figures = [each for _, told in Overview(year, GIVEN.now()).sections() for each in told]
        return next(each.value for each in figures if each.label.en == "Fines in all (RMB)")

    assert fines() == 20_000
    ended("changed", 15_000)
    assert fines() == 15_000
    ended("revoked", None)
    assert fines() == 0
