"""Assigning: rows follow who is in which post; what is over is noted; a second run changes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.registers.courses.models import Course
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Effect
from shouze.registers.trainings.assigning import keep
from shouze.registers.trainings.models import Training
from tests.registers.house import approver, do, make, officer, person
from tests.registers.staffed import clerk
from tests.registers.trainings.scene import ages, of, takes, taught

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A15-train-know/skill/resp")
def test_who_comes_to_a_post_is_put_on_its_courses_and_who_leaves_it_is_let_off() -> None:
    first = clerk()
    taught(posts=["shop"])
    second = clerk("S-0101")
    Person.objects.filter(pk=first.pk).update(post="legal")
    keep(timezone.now())
    assert (of(first).state, of(second).state) == ("ended", "assigned")
    Person.objects.filter(pk=first.pk).update(post="shop")
    keep(timezone.now())
    assert of(first).state == "assigned"


def test_the_staff_of_an_agent_take_the_courses_of_the_agent() -> None:
    theirs = person("B-1", Role.AGENT, agent="baiyun")
    taught(agents=["baiyun"])
    assert of(theirs).state == "assigned"
    assert Training.objects.count() == 1


def test_who_was_put_on_a_course_by_hand_stays_on_it() -> None:
    somebody = person("S-0400", Role.SERVICE, post="legal")
    taught(posts=["shop"])
    make("trainings", officer(), {"course": "order-24", "person": somebody, "due": timezone.now() + timedelta(days=5)})
    keep(timezone.now())
    assert of(somebody).state == "assigned"


@pytest.mark.duty("A15-train-know/skill/resp")
def test_a_certificate_that_is_over_is_a_gap_until_the_course_is_passed_again() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    ages(takes(somebody), 400)
    keep(timezone.now())
    row = of(somebody)
    assert row.state == "expired"
    clock = Clock.objects.get(register="trainings", entry=row.pk)
    assert (clock.kind, clock.due, clock.person) == ("renew", row.valid_until, somebody)
    assert takes(somebody).state == "passed"


def test_whoever_comes_back_with_a_certificate_that_counts_has_passed() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    takes(somebody)
    do(somebody, "leave", officer())
    assert of(somebody).state == "ended"
    do(somebody, "return", approver_or_officer())
    keep(timezone.now())
    assert of(somebody).state == "passed"


def approver_or_officer() -> Person:
    """Return somebody who may bring people back, and did not sign them off."""
    return person("S-0700", Role.ADMINISTRATOR)


def test_a_withdrawn_course_is_asked_of_nobody() -> None:
    somebody = clerk()
    course = taught(posts=["shop"])
    do(course, "withdraw", officer())
    assert of(somebody).state == "ended"


def test_the_door_is_told_of_certificates_once_a_version_guards_grants() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    takes(somebody)
    told = Effect.objects.filter(kind="entries", register="trainings")
    assert not told.exists()
    do(Course.objects.get(), "revise", officer())
    second = Course.objects.get(edition=2)
    do(second, "write", officer(), {"guards": True})
    do(second, "publish", approver())
    assert b"order-24@S-0100" in bytes(told.get().content)


def test_a_round_changes_nothing_when_it_is_run_again() -> None:
    clerk(), clerk("S-0101")
    taught(posts=["shop"])
    before = list(Training.objects.values_list("pk", "state", "version"))
    keep(timezone.now())
    assert list(Training.objects.values_list("pk", "state", "version")) == before
