"""Ties: everybody declares their own, the head enters others', and only another ends one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.roles import Role
from shouze.registers.ties.models import Tie
from tests.registers.house import do, kept, make, person, signed_in
from tests.registers.instructions.scene import LICENCE, operator
from tests.registers.parties import later
from tests.registers.reports.scene import head, inspector
from tests.registers.ties.scene import declared

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.mark.duty("A24")
def test_whoever_declares_declares_their_own_from_today_on() -> None:
    operator()
    tie = declared(inspector(), LICENCE)
    assert (tie.person, tie.operator, tie.since, tie.state) == (
        inspector(), operator().number, timezone.localdate(), "declared")  # fmt: skip


def test_only_the_head_enters_somebody_elses() -> None:
    operator()
    tie = declared(head(), LICENCE, person=inspector())
    assert tie.person == inspector()
    for role in (Role.INSPECTOR, Role.MINISTRY, Role.ADMINISTRATOR):
        with pytest.raises(InvalidError) as problem:
            declared(person(f"C-2{role[:2]}", role), LICENCE, person=inspector())
        assert problem.value.field == "person"


def test_an_operator_that_is_not_there_and_days_in_the_wrong_order_are_told() -> None:
    operator()
    with pytest.raises(InvalidError) as problem:
        declared(inspector(), "无")
    assert problem.value.field == "operator"
    with pytest.raises(InvalidError) as problem:
        declared(inspector(), LICENCE, until=timezone.localdate() - timedelta(days=1))
    assert problem.value.field == "until"


def test_nobody_ends_their_own_tie_not_even_a_head() -> None:
    operator()
    tie = declared(head(), LICENCE)
    with pytest.raises(NotYoursError):
        do(tie, "end", head(), {"ended": None})
    another = person("C-0002", Role.HEAD)
    assert do(tie, "end", another, {"ended": None}).state == "ended"


def test_a_tie_ends_in_the_past() -> None:
    operator()
    tie = declared(inspector(), LICENCE)
    with pytest.raises(InvalidError) as problem:
        do(tie, "end", head(), {"ended": timezone.localdate()})
    assert problem.value.field == "ended"


def test_what_had_a_last_day_ends_by_itself() -> None:
    operator()
    declared(inspector(), LICENCE, until=timezone.localdate() + timedelta(days=3))
    kept()
    assert Tie.objects.get().state == "declared"
    with later(timedelta(days=5)):
        kept()
    assert Tie.objects.get().state == "ended"


@pytest.mark.parametrize("role", list(Role))
def test_each_sees_their_own_and_who_answers_for_them_sees_all(role: Role) -> None:
    operator()
    theirs = declared(inspector(), LICENCE)
    me = person("C-9", role)
    mine, browser = declared(me, LICENCE), signed_in(me)
    sees = role in {Role.HEAD, Role.MINISTRY, Role.AUDITOR}
    assert browser.get(reverse("row", args=["ties", mine.number])).status_code == 200
    assert browser.get(reverse("row", args=["ties", theirs.number])).status_code == (200 if sees else 404)
    assert (theirs.number in browser.get("/r/ties/").content.decode()) is sees
    ends = role in {Role.HEAD, Role.MINISTRY}
    assert browser.get(reverse("act", args=["ties", theirs.number, "end"])).status_code == (
        200 if ends else 403 if sees else 404)  # fmt: skip
    assert browser.get(reverse("act", args=["ties", mine.number, "end"])).status_code == 403


def test_what_is_said_in_words_is_in_no_history() -> None:
    operator()
    tie = declared(inspector(), LICENCE, words="配偶在该公司任职")
    page = signed_in(head()).get(reverse("row", args=["ties", tie.number])).content.decode()
    assert page.count("配偶在该公司任职") == 1
    with pytest.raises(NotYoursError):
        make("ties", person("C-8", is_active=False), {"operator": LICENCE, "kind": "kin"})
