"""People: joining, moving, leaving, and what leaving shuts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Request, SubjectRef, Visitor
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.rules.refusal import RefusedError
from shouze.rules.use import Actor
from tests.installation import PERSON, subscribe
from tests.registers.house import Opened, do, make, officer, person, signed_in

pytestmark = pytest.mark.django_db
JOINING = {"username": "S-0042", "name": "陈安", "post": "customer-service", "roles_held": ["service"], "agent": ""}


def joined() -> Person:
    found: Person = make("people", officer(), JOINING)
    return found


def test_a_work_number_stands_for_one_person() -> None:
    joined()
    with pytest.raises(InvalidError) as caught:
        joined()
    assert caught.value.field == "username"


def test_a_work_number_that_the_log_could_not_name_is_refused() -> None:
    with pytest.raises(InvalidError) as caught:
        make("people", officer(), {**JOINING, "username": "陈 安"})
    assert caught.value.field == "username"


def test_an_agents_staff_hold_no_role_of_the_operators_own() -> None:
    with pytest.raises(InvalidError) as caught:
        make("people", officer(), {**JOINING, "agent": "qingshan-stores"})
    assert caught.value.field == "roles_held"


def test_nobody_signs_themselves_off() -> None:
    with pytest.raises(InvalidError):
        do(officer(), "leave", officer())


def test_whoever_left_is_brought_back_by_another_person_with_a_reason() -> None:
    who = do(joined(), "leave", officer())
    person("S-0005", Role.ADMINISTRATOR)
    with pytest.raises(NotYoursError):
        do(who, "return", officer())
    assert do(who, "return", Person.objects.get(username="S-0005")).is_active


def test_an_account_with_a_term_warns_before_it_ends() -> None:
    who = make("people", officer(), JOINING | {"until": timezone.now() + timedelta(days=30)})
    assert Clock.objects.get(register="people", entry=who.pk).due == who.until


@pytest.mark.duty("A13-3-permissions")
def test_leaving_ends_the_session_in_the_desk() -> None:
    who = joined()
    browser = signed_in(who)
    assert browser.get("/").status_code == 200
    do(who, "leave", officer())
    assert browser.get("/").status_code == 302


def test_a_sign_in_link_sets_a_password_once() -> None:
    who = joined()
    page = signed_in(officer()).post(f"/r/people/{who.number}/invite", {"version": who.version}).content.decode()
    link = page.split("readonly>")[1].split("<")[0]
    stranger = Client()
    form = stranger.get(link, follow=True)
    password = "correct-horse-42-battery"
    done = stranger.post(form.request["PATH_INFO"], {"password1": password, "password2": password})
    assert done.status_code == 302
    who.refresh_from_db()
    assert who.check_password(password)
    assert "password1" not in Client().get(link, follow=True).content.decode()


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.django_db(transaction=True)
def test_leaving_shuts_the_door_to_whoever_left(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    who = joined()
    request = Request(
        service="mobile", purposes=("customer-service",), items=("name",), subject=SubjectRef(id=subject), action="read"
    )
    clerk = Visitor(Actor("staff", "S-0042", "customer-service"))
    assert opened.run(opened.installation.door.release(clerk, request)).items
    do(who, "leave", officer())
    opened.settle()
    with pytest.raises(RefusedError) as caught:
        opened.run(opened.installation.door.release(clerk, request))
    assert caught.value.kind.code == "frozen"
