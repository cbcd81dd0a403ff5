"""Holders: nothing in force vanishes when the register takes over; what the log says of them stands beside."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.gateway.asking import Visitor
from shouze.registers import vocabulary
from shouze.registers.finding import registers
from shouze.registers.grants.judging import findings
from shouze.registers.grants.models import Exercise, Grant
from shouze.registers.holders.models import Holder
from shouze.registers.roles import Role
from shouze.registers.rows import Effect
from shouze.rules.use import Actor
from tests.installation import PERSON, subscribe
from tests.registers.grants.scene import clerk, granted, looks, post
from tests.registers.house import Opened, approver, do, kept, make, officer, person, signed_in

pytestmark = pytest.mark.django_db


def test_an_id_stands_once() -> None:
    post()
    with pytest.raises(InvalidError) as caught:
        make("holders", officer(), {"kind": "post", "name": "shop", "title": "又一个", "title_en": "Another"})
    assert caught.value.field == "name"


def test_a_post_with_grants_in_force_is_not_closed() -> None:
    grant = granted()
    with pytest.raises(InvalidError):
        do(post(), "close", officer())
    do(grant, "withdraw", officer())
    assert do(post(), "close", officer()).state == "closed"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT])
def test_roles_that_may_not_register_a_post(role: Role) -> None:
    assert signed_in(person("S-9", role)).get("/r/holders/new").status_code == 403


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.django_db(transaction=True)
def test_what_stands_at_the_door_is_taken_over_with_its_names_and_goes_on_as_it_was(opened: Opened) -> None:
    before = opened.installation.door.room.policy
    kept()
    opened.settle()
    after = opened.installation.door.room.policy
    assert (after.grants, after.administrators) == (before.grants, before.administrators)
    holder = Holder.objects.get(key="post:customer-service")
    assert (holder.title, holder.title_en) == ("客服专员", "Customer service")
    assert Grant.objects.filter(holder=holder.key, state="granted").count() == 2
    assert not Holder.objects.filter(name="desk").exists(), "the desk's own account is nobody's to change"
    assert not Effect.objects.exclude(problem="").exists()
    held = Holder.objects.count()
    kept()
    assert Holder.objects.count() == held


@pytest.mark.django_db(transaction=True)
def test_a_post_of_the_doors_is_not_written_over_before_it_was_taken_over(opened: Opened) -> None:
    vocabulary.forget()
    with pytest.raises(InvalidError):
        make("holders", officer(), {"kind": "post", "name": "marketing", "title": "市场", "title_en": "Marketing"})
    assert opened.installation.door.room.policy.grants["post:marketing"]


@pytest.mark.duty("A13-3-permissions")
@pytest.mark.django_db(transaction=True)
def test_the_log_shows_which_grants_are_unused_and_which_are_more_than_was_used(opened: Opened) -> None:
    subject = opened.run(subscribe(opened.installation, PERSON)).subject
    somebody = clerk(post="shop")
    granted(actions=["read", "correct"], items=["address", "name"])
    unused = granted(actions=["export"])
    opened.settle()
    visitor = Visitor(Actor("staff", somebody.username, post="shop"))
    assert looks(opened, subject, visitor) is None
    assert looks(opened, subject, visitor) is None
    opened.run(opened.installation.sequencer.step())
    look = registers()["holders"].look
    assert look is not None
    look(post(), officer())
    row = Exercise.objects.get(holder="post:shop", item="address")
    assert (row.action, row.purpose, row.actors, row.uses) == ("read", "open-account", 1, 2)
    excessive = Grant.objects.get(exercise="excessive")
    told = [each.en for each in findings(excessive)]
    assert told[1:] == ["Actions never used: Correct", "Items never used: name"]
    assert Grant.objects.get(pk=unused.pk).exercise == "unused"
    assert signed_in(approver(), "en").get(f"/r/holders/{post().number}/").status_code == 200
