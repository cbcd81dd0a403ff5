"""House rules: drafted, approved by another person, in force from their day, one version at a time, reviewed yearly."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256

import pytest
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.procedures.models import Procedure
from shouze.registers.procedures.register import _keep, current
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from shouze.registers.spans import months_after
from tests.registers.house import PROOF, approver, do, make, officer, person, signed_in
from tests.registers.procedures.scene import TEXT, drafted, in_force

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A13-2-workflow")
def test_a_rule_is_approved_by_another_person_than_wrote_it() -> None:
    row = do(drafted(), "submit", officer())
    approver()
    with pytest.raises(NotYoursError):
        do(row, "approve", officer(), {"in_force_from": None})
    done = do(row, "approve", approver(), {"in_force_from": None})
    assert (done.state, done.digest) == ("in-force", sha256(TEXT.encode()).hexdigest())


def test_a_rule_says_something_or_has_a_file() -> None:
    with pytest.raises(InvalidError):
        do(drafted(text=""), "submit", officer())
    row = Procedure.objects.get()
    do(row, "write", officer(), {}, documents=[PROOF])
    do(row, "submit", officer())
    done = do(row, "approve", approver(), {"in_force_from": None})
    assert done.digest == sha256(sha256(PROOF.content).hexdigest().encode()).hexdigest()


def test_the_text_stands_in_no_history_but_its_digest_does() -> None:
    row = drafted()
    do(row, "write", officer(), {"text": "别的正文"})
    changes = Event.objects.get(register="procedures", entry=row.pk, act="write").changes
    assert changes.keys() == {"digest"}
    assert "别的正文" not in str(changes)


@pytest.mark.duty("A13-2-workflow")
def test_a_rule_for_a_later_day_comes_into_force_on_it_and_replaces_the_one_before() -> None:
    first = in_force()
    do(first, "revise", officer())
    second = Procedure.objects.get(edition=2)
    assert (second.state, second.text) == ("draft", TEXT)
    do(second, "submit", officer())
    later = timezone.now() + timedelta(days=3)
    assert do(second, "approve", approver(), {"in_force_from": later}).state == "approved"
    _keep(later - timedelta(seconds=1))
    assert current("export") == first
    _keep(later)
    assert current("export") == second
    assert Procedure.objects.get(pk=first.pk).state == "superseded"


def test_of_a_rule_one_version_is_drafted_at_a_time() -> None:
    first = in_force()
    do(first, "revise", officer())
    with pytest.raises(InvalidError):
        do(first, "revise", officer())
    with pytest.raises(InvalidError) as caught:
        drafted()
    assert caught.value.field == "name"


def test_a_rule_drafted_under_the_id_of_one_in_force_is_its_next_version() -> None:
    in_force()
    assert drafted().edition == 2


@pytest.mark.duty("A13-2-workflow")
def test_a_rule_in_force_is_reviewed_by_its_period() -> None:
    row = in_force(review_months=12)
    due = Clock.objects.get(register="procedures", entry=row.pk, kind="review").due
    assert row.reviewed_at is not None
    assert due == months_after(row.reviewed_at, 12)
    do(row, "review", officer())
    assert Clock.objects.get(register="procedures", entry=row.pk, kind="review").due > due  # type: ignore[operator]  # as above


def test_a_repealed_rule_owes_nothing() -> None:
    row = do(in_force(), "withdraw", officer())
    assert not Clock.objects.filter(register="procedures", entry=row.pk).exists()


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_that_may_not_draft(role: Role) -> None:
    with pytest.raises(NotYoursError):
        make("procedures", person("S-9", role), {})
    assert signed_in(person("S-8", role)).get("/r/procedures/").status_code == 200


def test_agents_staff_do_not_look_through_house_rules() -> None:
    assert signed_in(person("B-1", Role.AGENT, agent="baiyun")).get("/r/procedures/").status_code == 403
