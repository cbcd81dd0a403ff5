"""Trainings: taken by each in person, graded, certified for a term; the door shuts when that is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Visitor
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.spans import months_after
from shouze.registers.trainings.models import Training
from shouze.rules.use import Actor, Place
from tests.installation import PERSON, subscribe
from tests.registers.agents.scene import engaged
from tests.registers.grants.scene import granted, looks, requested
from tests.registers.house import Opened, do, make, officer, person, signed_in
from tests.registers.staffed import clerk
from tests.registers.trainings.scene import RIGHT, WRONG, of, takes, taught

pytestmark = pytest.mark.django_db


def clocks(row: Training) -> list[str]:
    return list(Clock.objects.filter(register="trainings", entry=row.pk).values_list("kind", flat=True))


@pytest.mark.duty("A15-train-know/skill/resp")
def test_a_course_is_before_each_of_its_people_with_a_clock_of_their_own() -> None:
    first, second = clerk(), clerk("S-0101")
    taught(posts=["shop"], days=10)
    clock = Clock.objects.get(register="trainings", entry=of(first).pk)
    assert (clock.kind, clock.person, clock.due) == ("pass", first, of(first).due)
    assert of(second).state == "assigned"


def test_a_training_is_called_as_its_course_in_both_languages() -> None:
    somebody = clerk()
    course = taught(posts=["shop"])
    assert of(somebody).called == course.called
    assert course.called.en != course.called.zh


@pytest.mark.duty("A15-train-know/skill/resp")
def test_whoever_passes_has_a_certificate_with_its_term_and_the_text_it_is_about() -> None:
    somebody = clerk()
    course = taught(posts=["shop"], valid_months=6)
    row = takes(somebody)
    assert (row.state, row.score, row.edition, row.digest) == ("passed", 100, 1, course.digest)
    assert row.passed_at is not None
    assert row.valid_until == months_after(row.passed_at, 6)
    assert clocks(row) == ["renew"]


def test_attempts_run_out_and_an_officer_lets_them_try_again() -> None:
    somebody = clerk()
    taught(posts=["shop"], attempts=2)
    assert takes(somebody, WRONG).state == "assigned"
    row = takes(somebody, WRONG)
    assert (row.state, row.score, clocks(row)) == ("failed", 0, ["failed"])
    with pytest.raises(NotYoursError):
        takes(somebody)
    do(row, "again", officer())
    assert takes(somebody).state == "passed"


def test_whoever_fails_while_certified_keeps_the_certificate_to_its_end() -> None:
    somebody = clerk()
    taught(posts=["shop"], attempts=1)
    until = takes(somebody).valid_until
    row = takes(somebody, WRONG)
    assert (row.state, row.valid_until) == ("passed", until)
    with pytest.raises(NotYoursError):
        takes(somebody)


def test_nobody_takes_a_test_for_another() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    with pytest.raises(NotYoursError):
        do(of(somebody), "take", officer(), {"answers": RIGHT})


def test_somebody_is_put_on_a_course_by_hand_once() -> None:
    somebody = person("S-0400", Role.SERVICE, post="legal")
    taught(posts=["shop"])
    values = {"course": "order-24", "person": somebody, "due": timezone.now() + timedelta(days=5)}
    make("trainings", officer(), values)
    with pytest.raises(InvalidError) as caught:
        make("trainings", officer(), values)
    assert caught.value.field == "person"


def test_everybody_sees_their_own_results_alone() -> None:
    mine, theirs = clerk(), clerk("S-0101")
    taught(posts=["shop"])
    browser = signed_in(mine)
    assert of(theirs).number not in browser.get("/r/trainings/").content.decode()
    for page in (f"/r/trainings/{of(theirs).number}/", f"/trainings/{of(theirs).number}/learn"):
        assert browser.get(page).status_code == 404
    assert browser.get("/trainings/gaps").status_code == 403
    assert of(theirs).number in signed_in(officer()).get("/trainings/gaps").content.decode()


def test_a_program_is_not_granted_what_needs_a_certificate() -> None:
    taught(guards=True)
    from shouze.registers.holders.models import Holder

    Holder.objects.create(number="H-1", kind="account", name="crm", key="account:crm", title="系统", state="present")
    with pytest.raises(InvalidError) as caught:
        requested("account:crm", course="order-24")
    assert caught.value.field == "course"


@pytest.mark.duty("A15-train-know/skill/resp")
@pytest.mark.django_db(transaction=True)
def test_the_door_opens_with_the_certificate_and_shuts_by_itself_at_its_end(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    somebody, untrained = clerk(), clerk("S-0101")
    taught(posts=["shop"], guards=True, valid_months=1)
    granted(course="order-24")
    visitor, other = (Visitor(Actor("staff", each.username, post="shop")) for each in (somebody, untrained))
    opened.settle()
    assert looks(opened, subject, visitor) == "untrained"
    row = takes(somebody)
    opened.settle()
    assert looks(opened, subject, visitor) is None
    assert looks(opened, subject, other) == "untrained", "a certificate is one person's"
    assert row.valid_until is not None
    opened.clock.move(row.valid_until - timezone.now() - timedelta(seconds=30))
    assert looks(opened, subject, visitor) is None
    opened.clock.move(timedelta(seconds=31))
    assert looks(opened, subject, visitor) == "untrained", "nobody had to do anything"


@pytest.mark.duty("A15-train-know/skill/resp")
@pytest.mark.django_db(transaction=True)
def test_whoever_leaves_has_no_certificate_at_the_door(opened: Opened) -> None:
    somebody = clerk()
    taught(posts=["shop"], guards=True)
    takes(somebody)
    opened.settle()
    policy = opened.installation.door.room.policy
    assert policy.certificate_of(somebody.username, "order-24") is not None
    do(somebody, "leave", officer())
    opened.settle()
    assert opened.installation.door.room.policy.certificate_of(somebody.username, "order-24") is None
    assert of(somebody).state == "ended"


@pytest.mark.django_db(transaction=True)
def test_an_agents_staff_need_the_certificate_that_the_agent_is_engaged_with(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    theirs = person("B-0001", Role.AGENT, agent="baiyun")
    course = taught(agents=["baiyun"], guards=True)
    do(engaged(), "change", officer(), {"course": "order-24"})
    shop = Visitor(Actor("agent-staff", theirs.username, agent="baiyun"), Place("BY-01"))
    opened.settle()
    assert looks(opened, subject, shop, "name", "customer-service") == "untrained"
    takes(theirs)
    opened.settle()
    assert looks(opened, subject, shop, "name", "customer-service") is None
    with pytest.raises(InvalidError, match="still need its certificate"):
        do(course, "withdraw", officer())
