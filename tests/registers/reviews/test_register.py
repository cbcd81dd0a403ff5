"""Access reviews: every grant in scope before its reviewer, and decisions that the door obeys."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.gateway.asking import Visitor
from shouze.registers.campaigns.models import Campaign
from shouze.registers.grants.models import Grant
from shouze.registers.people.models import Person
from shouze.registers.reviews.models import Review
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.rules.use import Actor
from tests.installation import PERSON, subscribe
from tests.registers.grants.scene import clerk, granted, looks, post, requested
from tests.registers.house import Opened, approver, do, make, officer, person, signed_in

pytestmark = pytest.mark.django_db


def campaign(**changed: Any) -> Campaign:
    values = {
        "title": "季度复核", "kinds": ["post", "person"], "services": [], "extent": "all",
        "due": timezone.now() + timedelta(days=30), "reviewer": approver(),
    }  # fmt: skip
    made: Campaign = make("campaigns", officer(), values | changed)
    return made


@pytest.mark.duty("A13-3-permissions")
def test_a_campaign_puts_every_grant_in_force_before_whoever_answers_for_its_holder() -> None:
    owner = clerk()
    do(post(), "change", officer(), {"title": "门店", "title_en": "Shop", "owner": owner})
    first, second = granted(), granted(f"person:{clerk('S-0301').username}")
    requested()
    made = campaign()
    reviews = {each.grant: each.reviewer for each in Review.objects.filter(campaign=made.number)}
    assert reviews == {first.number: owner, second.number: approver()}
    clock = Clock.objects.get(register="reviews", entry=Review.objects.get(grant=first.number).pk)
    assert (clock.due, clock.person) == (made.due, owner)


def test_nobody_reviews_their_own_grant() -> None:
    somebody = clerk()
    granted(f"person:{somebody.username}")
    campaign()
    review = Review.objects.get()
    assert review.reviewer == approver()
    with pytest.raises(InvalidError):
        do(review, "hand-over", approver(), {"reviewer": somebody})


def test_only_its_reviewer_decides() -> None:
    granted()
    campaign()
    review = Review.objects.get()
    for other in (officer(), person("S-9", Role.AUDITOR), person("S-10", Role.ADMINISTRATOR)):
        with pytest.raises(NotYoursError):
            do(review, "withdraw", other)
        address = reverse("act", args=["reviews", review.number, "withdraw"])
        assert signed_in(other).get(address).status_code == 403
    assert do(review, "keep", approver()).state == "kept"


def test_a_scope_may_be_kinds_services_or_what_nobody_used() -> None:
    grant = granted()
    for narrower in ({"kinds": ["account"]}, {"services": ["cloud-drive"]}, {"extent": "unused"}):
        assert not Review.objects.filter(campaign=campaign(**narrower).number).exists()
    Grant.objects.filter(pk=grant.pk).update(exercise="unused")
    assert Review.objects.filter(campaign=campaign(extent="spare").number).count() == 1


def test_a_campaign_is_finished_once_all_is_decided() -> None:
    granted()
    made = campaign()
    with pytest.raises(NotYoursError):
        do(made, "close", officer())
    do(Review.objects.get(), "keep", approver())
    assert do(made, "close", officer()).state == "closed"


def test_a_grant_that_ends_otherwise_needs_no_decision() -> None:
    grant = granted()
    campaign()
    do(grant, "withdraw", officer())
    assert Review.objects.get().state == "moot"


def test_a_stopped_campaign_leaves_grants_as_they_are() -> None:
    grant = granted()
    do(campaign(), "stop", officer())
    assert Review.objects.get().state == "moot"
    assert Grant.objects.get(pk=grant.pk).state == "granted"


def test_narrowing_by_nothing_is_no_decision() -> None:
    grant = granted()
    campaign()
    same = {name: getattr(grant, name) for name in ("services", "actions", "purposes", "items", "until")}
    with pytest.raises(InvalidError):
        do(Review.objects.get(), "narrow", approver(), same)
    assert Review.objects.get().state == "open"


def test_the_form_to_narrow_begins_with_what_the_grant_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    from shouze.registers import vocabulary

    monkeypatch.setattr(vocabulary, "_kept", (float("inf"), {"services": {"mobile": {"name": {"zh": "手机"}}}}))
    granted()
    campaign()
    page = signed_in(approver()).get(reverse("act", args=["reviews", Review.objects.get().number, "narrow"]))
    assert 'value="read" id="id_actions_1" checked' in page.content.decode()


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.django_db(transaction=True)
def test_what_a_review_decides_the_door_obeys(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    somebody = clerk(post="shop")
    grant = granted(items=["address", "name"])
    opened.settle()
    visitor = Visitor(Actor("staff", somebody.username, post="shop"))
    assert looks(opened, subject, visitor) is looks(opened, subject, visitor, "name") is None
    campaign()
    kept = {name: getattr(grant, name) for name in ("services", "actions", "purposes", "until")}
    do(Review.objects.get(), "narrow", approver(), kept | {"items": ["name"]})
    opened.settle()
    assert (looks(opened, subject, visitor), looks(opened, subject, visitor, "name")) == ("not-entitled", None)
    campaign()
    do(Review.objects.get(state="open"), "withdraw", approver())
    opened.settle()
    assert looks(opened, subject, visitor, "name") == "not-entitled"
    assert {each.state for each in Review.objects.all()} == {"narrowed", "withdrawn"}
    assert Person.objects.get(pk=somebody.pk).is_active
