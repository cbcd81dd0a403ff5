"""Flows that ask for consent: reviewed for deceit, misleading and coercion; what is found is mended by a day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.registers import acting
from shouze.registers.consents.faults import DUTIES, FAULTS
from shouze.registers.consents.models import Flow, Shortcoming
from shouze.registers.declarations.register import REGISTER as DECLARATIONS
from shouze.registers.ports import statutes
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.consents.scene import faulty, flow
from tests.registers.declarations.scene import in_force, wider
from tests.registers.house import approver, do, officer, person

pytestmark = pytest.mark.django_db


def owed(row: Flow) -> set[str]:
    return set(Clock.objects.filter(register="consents", entry=row.pk).values_list("kind", flat=True))


def test_a_new_flow_owes_a_review_and_after_it_the_next() -> None:
    row = flow()
    assert (row.state, owed(row)) == ("unreviewed", {"review"})
    row = do(row, "review", officer(), {"faults": []})
    clock = Clock.objects.get(register="consents", entry=row.pk)
    assert (row.state, clock.kind, clock.due) == ("fair", "review", row.reviewed_at + timedelta(days=180))


@pytest.mark.duty("A09-3-no-deceit")
@pytest.mark.duty("A09-3-no-mislead")
@pytest.mark.duty("A09-3-no-coerce")
@pytest.mark.parametrize("fault", FAULTS)
def test_each_thing_on_the_list_becomes_a_shortcoming_with_an_owner_and_a_day(fault: str) -> None:
    row = faulty(fault)
    clock = Clock.objects.get(register="consents", entry=row.pk, kind=f"mend-{fault}")
    assert (row.state, clock.person, clock.duty) == ("faulty", officer(), DUTIES[fault])
    assert clock.due is not None
    assert clock.due - row.changed_at == timedelta(days=14)


def test_the_duties_behind_the_list_are_the_orders() -> None:
    assert DUTIES.keys() == FAULTS.keys()
    assert set(DUTIES.values()) <= statutes().duties.keys()


def test_what_is_found_needs_words_and_somebody_who_mends_it() -> None:
    with pytest.raises(InvalidError) as caught:
        do(flow(), "review", officer(), {"faults": ["hidden"], "words": "找不到"})
    assert caught.value.field == "owner"
    assert not Shortcoming.objects.exists()


def test_a_flow_is_at_fault_until_everything_is_mended() -> None:
    row = faulty("pre-ticked", "bundled")
    row = do(row, "mend", officer(), {"mended": ["bundled"]})
    assert (row.state, owed(row)) == ("faulty", {"review", "mend-pre-ticked"})
    with pytest.raises(InvalidError):
        do(row, "mend", officer(), {"mended": ["bundled"]})
    row = do(row, "mend", officer(), {"mended": ["pre-ticked"]})
    assert (row.state, owed(row)) == ("fair", {"review"})


def test_finding_the_same_again_does_not_double_it() -> None:
    row = faulty("hidden")
    do(row, "review", officer(), {"faults": ["hidden"], "words": "仍然", "owner": officer().username})
    assert Shortcoming.objects.count() == 1


def test_a_changed_flow_is_reviewed_anew() -> None:
    row = do(flow(), "review", officer(), {"faults": []})
    values = {each: getattr(row, each) for each in ("title", "service", "shown_version")}
    assert do(row, "change", officer(), values).state == "unreviewed"


@pytest.mark.duty("A09-2-purpose")
def test_a_flow_that_shows_rules_no_longer_in_force_owes_the_new_ones() -> None:
    before = in_force()
    row = flow()
    assert owed(row) == {"review"}
    acting.follow(DECLARATIONS, DECLARATIONS.act("supersede"), before.pk, None)
    in_force(2, **wider())
    assert owed(row) == {"review", "renew"}
    with pytest.raises(InvalidError) as caught:
        flow(shown_version=3)
    assert caught.value.field == "shown_version"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR, Role.AGENT])
def test_reviews_are_for_those_who_keep_the_register(role: Role) -> None:
    row = flow()
    with pytest.raises(NotYoursError):
        do(row, "review", person("S-9", role), {"faults": []})
    assert approver().pk
