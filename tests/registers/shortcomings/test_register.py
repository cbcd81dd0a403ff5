"""Shortcomings: somebody has it, by a day; whoever mended it does not say that it is gone (Art. 16)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.shortcomings.models import Shortcoming
from tests.registers.house import approver, do, officer, person, signed_in
from tests.registers.shortcomings.scene import given, mended, owner, raised

pytestmark = pytest.mark.django_db


def clocks(found: Shortcoming) -> dict[str, Clock]:
    return {each.kind: each for each in Clock.objects.filter(register="shortcomings", entry=found.pk)}


@pytest.mark.duty("A16-fix")
def test_a_shortcoming_is_to_be_mended_by_its_owner_until_its_day() -> None:
    found = given()
    clock = clocks(found)["mend"]
    assert (clock.person, clock.due, clock.duty) == (owner(), found.due, "A16-fix")


def test_a_shortcoming_that_nobody_has_is_the_keepers_to_give_away() -> None:
    assert clocks(raised())["assign"].roles == ",officer,security,"


@pytest.mark.parametrize("name", ["owner", "due"])
def test_it_is_given_to_somebody_and_with_a_day(name: str) -> None:
    values = {"owner": owner(), "due": timezone.now() + timedelta(days=3)}
    with pytest.raises(InvalidError) as caught:
        do(raised(), "assign", officer(), {**values, name: None})
    assert caught.value.field == name


def test_a_day_that_is_past_is_none() -> None:
    with pytest.raises(InvalidError) as caught:
        raised(due=timezone.now() - timedelta(minutes=1))
    assert caught.value.field == "due"


def test_only_its_owner_or_a_keeper_reports_it_mended_and_with_a_proof() -> None:
    found = given()
    with pytest.raises(NotYoursError):
        do(found, "mend", person("S-0089", Role.SERVICE), {"remedy": "好了"})
    with pytest.raises(InvalidError) as caught:
        do(found, "mend", owner(), {"remedy": "好了"}, documents=[])
    assert caught.value.field == "documents"


@pytest.mark.duty("A16-fix")
def test_another_person_than_mended_it_looks_whether_it_is_gone() -> None:
    keeper = person("S-0003", Role.SECURITY)
    found = do(given(), "mend", keeper, {"remedy": "补装录像"})
    with pytest.raises(NotYoursError) as caught:
        do(found, "close", keeper)
    assert caught.value.detail.en == "Another person has to do this"
    closed = do(found, "close", approver())
    assert (closed.state, closed.closed_at is not None, clocks(closed)) == ("closed", True, {})


def test_what_is_not_gone_is_open_again_and_still_due_on_the_same_day() -> None:
    found = mended()
    assert clocks(found)["mend"].met == found.mended_at
    again = do(found, "reopen", approver())
    assert (again.state, again.reopened, clocks(again)["mend"].met, clocks(again)["mend"].due) == (
        "open", 1, None, found.due,
    )  # fmt: skip


MAY = {
    Role.OFFICER: (True, True, True, True), Role.SECURITY: (True, True, True, True),
    Role.APPROVER: (True, False, False, True), Role.AUDITOR: (True, False, False, True),
    Role.SERVICE: (False, False, False, False), Role.AGENT: (False, False, False, False),
    Role.ADMINISTRATOR: (False, False, False, False),
}  # fmt: skip


@pytest.mark.parametrize("role", MAY)
def test_each_role_does_what_is_its_own(role: Role) -> None:
    browser = signed_in(person("S-6", role))
    asked = [browser.get("/r/shortcomings/new")]
    for found, act in ((raised(), "assign"), (given(), "mend"), (mended(), "close")):
        asked.append(browser.get(f"/r/shortcomings/{found.number}/{act}"))
    assert tuple(each.status_code == 200 for each in asked) == MAY[role]
    assert browser.get("/r/shortcomings/").status_code == (403 if role == Role.AGENT else 200)
