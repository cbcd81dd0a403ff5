"""Grants: who asks, who approves, for how long; what the door makes of each act within that moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Visitor
from shouze.registers.grants.models import Grant
from shouze.registers.holders.models import Holder
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from shouze.rules.use import Actor
from tests.installation import PERSON, subscribe
from tests.registers.grants.scene import clerk, granted, looks, requested
from tests.registers.house import Opened, approver, do, kept, officer, person, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-3-permissions")
def test_a_grant_is_approved_by_another_person_than_asked_for_it() -> None:
    grant = requested()
    approver()
    with pytest.raises(NotYoursError):
        do(grant, "approve", officer())
    assert do(grant, "approve", approver()).state == "granted"


def test_a_firm_of_one_may_approve_its_own() -> None:
    assert do(requested(), "approve", officer()).state == "granted"


def test_nobody_approves_a_grant_to_themselves_while_another_could() -> None:
    grant = requested(f"person:{approver().username}")
    with pytest.raises(InvalidError) as caught:
        do(grant, "approve", approver())
    assert "themselves" in caught.value.detail.en


@pytest.mark.parametrize("days", [-1, 800])
def test_a_grant_has_a_term_of_two_years_at_most(days: int) -> None:
    with pytest.raises(InvalidError) as caught:
        requested(until=timezone.now() + timedelta(days=days))
    assert caught.value.field == "until"


def test_no_program_is_granted_to_approve() -> None:
    Holder.objects.create(number="H-1", kind="account", name="crm", key="account:crm", title="系统", state="present")
    with pytest.raises(InvalidError) as caught:
        requested("account:crm", actions=["approve"])
    assert caught.value.field == "actions"


@pytest.mark.parametrize(
    ("part", "wider"),
    [("items", []), ("items", ["address", "name"]), ("purposes", []), ("actions", ["read", "export"]),
     ("services", ["mobile", "cloud-drive"])],
)  # fmt: skip
def test_narrowing_never_widens(part: str, wider: list[str]) -> None:
    grant = granted()
    same = {name: getattr(grant, name) for name in ("services", "actions", "purposes", "items", "sites", "until")}
    with pytest.raises(InvalidError) as caught:
        do(grant, "narrow", approver(), same | {part: wider})
    assert caught.value.field == part
    assert Grant.objects.get(pk=grant.pk).items == ["address"]


def test_narrowing_never_prolongs() -> None:
    grant = granted()
    same = {name: getattr(grant, name) for name in ("services", "actions", "purposes", "items", "sites")}
    with pytest.raises(InvalidError) as caught:
        do(grant, "narrow", approver(), same | {"until": grant.until + timedelta(days=1)})  # type: ignore[operator]  # it has one
    assert caught.value.field == "until"


def test_its_end_is_a_clock_and_when_it_has_come_the_row_says_so() -> None:
    grant = granted()
    assert Clock.objects.get(register="grants", entry=grant.pk, kind="ends").due == grant.until
    Grant.objects.filter(pk=grant.pk).update(until=timezone.now() - timedelta(seconds=1))
    kept()
    grant.refresh_from_db()
    assert grant.state == "expired"
    assert not Clock.objects.filter(register="grants", entry=grant.pk).exists()
    event = Event.objects.filter(register="grants", entry=grant.pk).latest("id")
    assert (event.act, event.by) == ("expired", None)


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.OFFICER, {"narrow", "withdraw"}), (Role.SECURITY, {"narrow", "withdraw"}),
        (Role.APPROVER, {"narrow", "withdraw"}), (Role.ADMINISTRATOR, {"withdraw"}), (Role.SERVICE, set()),
        (Role.AUDITOR, set()), (Role.AGENT, set()),
    ],
)  # fmt: skip
def test_what_each_role_may_do_to_a_granted_grant(role: Role, may: set[str]) -> None:
    grant, somebody = granted(), person("S-9", role)
    for act in ("approve", "refuse", "narrow", "withdraw"):
        status = signed_in(somebody).get(reverse("act", args=["grants", grant.number, act])).status_code
        assert (status == 200) == (act in may), act


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.OFFICER, 200), (Role.SERVICE, 200), (Role.AUDITOR, 200), (Role.ADMINISTRATOR, 200), (Role.AGENT, 403)],
)
def test_who_sees_the_grants_and_who_may_ask_for_one(role: Role, status: int) -> None:
    browser = signed_in(person("S-9", role))
    assert browser.get(reverse("listing", args=["grants"])).status_code == status
    asking = browser.get(reverse("make", args=["grants"])).status_code
    assert asking == (200 if role in {Role.OFFICER, Role.SERVICE, Role.ADMINISTRATOR} else 403)


def test_whoever_changes_post_loses_what_they_were_granted_in_person() -> None:
    somebody = clerk()
    grant = granted(f"person:{somebody.username}")
    named = {"name": somebody.name, "agent": "", "roles_held": ["service"], "site": "", "email": "", "until": None}
    do(somebody, "move", officer(), named | {"post": ""})
    assert Grant.objects.get(pk=grant.pk).state == "granted", "the post is the same"
    do(somebody, "move", officer(), named | {"post": "customer-service"})
    assert Grant.objects.get(pk=grant.pk).state == "withdrawn"
    event = Event.objects.filter(register="grants", entry=grant.pk).latest("id")
    assert event.by == officer()


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.django_db(transaction=True)
def test_the_door_opens_with_the_approval_and_shuts_with_the_withdrawal_and_the_leaving(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    somebody = clerk(post="customer-service")
    visitor = Visitor(Actor("staff", somebody.username, post=somebody.post))
    grant = requested(f"person:{somebody.username}")
    opened.settle()
    assert looks(opened, subject, visitor) == "not-entitled"
    do(grant, "approve", approver())
    opened.settle()
    assert looks(opened, subject, visitor) is None
    assert looks(opened, subject, visitor, "phone") == "not-entitled"
    do(grant, "withdraw", officer())
    opened.settle()
    assert looks(opened, subject, visitor) == "not-entitled"
    other = granted(f"person:{somebody.username}")
    opened.settle()
    assert looks(opened, subject, visitor) is None
    do(Person.objects.get(pk=somebody.pk), "leave", officer())
    opened.settle()
    assert looks(opened, subject, visitor) == "not-entitled"
    assert Grant.objects.get(pk=other.pk).state == "withdrawn"
