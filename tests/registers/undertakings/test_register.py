"""Undertakings: everybody who works here has one, renews it, and stays bound after leaving."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from shouze.errors import InvalidError
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock, Event
from shouze.registers.spans import months_after
from shouze.registers.undertakings.models import Undertaking
from shouze.registers.undertakings.register import _keep
from tests.registers.house import PROOF, do, make, officer, person, signed_in

pytestmark = pytest.mark.django_db


def joined() -> Undertaking:
    """Return the row of somebody who joined by an act."""
    values = {"username": "S-0200", "name": "新人", "post": "", "agent": "", "roles_held": [], "site": "", "email": ""}
    somebody = make("people", officer(), values)
    return Undertaking.objects.get(person=somebody)


def signed(row: Undertaking, days: int = 300) -> Undertaking:
    now = timezone.now()
    values = {"signed_at": now - timedelta(days=1), "wording": "2026 版", "until": now + timedelta(days=days)}
    made: Undertaking = do(row, "sign" if row.state == "wanted" else "renew", officer(), values)
    return made


def clocks(row: Undertaking) -> list[str]:
    return list(Clock.objects.filter(register="undertakings", entry=row.pk).values_list("kind", flat=True))


@pytest.mark.duty("A10-staff-secrecy")
def test_whoever_joins_owes_an_undertaking_from_that_moment() -> None:
    row = joined()
    assert (row.state, clocks(row)) == ("wanted", ["sign"])
    page = signed_in(officer(), "en").get(f"/r/undertakings/{row.number}/").content.decode()
    assert "that is a shortcoming" in page


def test_whoever_was_here_before_the_register_gets_a_row_within_a_round_and_one_only() -> None:
    officer(), person("S-0300", Role.SERVICE)
    _keep(timezone.now())
    _keep(timezone.now())
    assert Undertaking.objects.filter(state="wanted").count() == Person.objects.count() == 2


@pytest.mark.duty("A10-staff-secrecy")
def test_signing_keeps_the_document_and_its_digest_stands_in_the_evidence() -> None:
    row = signed(joined())
    assert (row.state, clocks(row)) == ("signed", ["renew"])
    event = Event.objects.get(register="undertakings", entry=row.pk, act="sign")
    assert [bytes(each.content) for each in event.documents.all()] == [PROOF.content]
    assert event.duty == "A10-staff-secrecy"


@pytest.mark.parametrize(
    ("values", "field"),
    [({"signed_at": timedelta(days=1)}, "signed_at"), ({"until": timedelta(days=-1)}, "until"),
     ({"until": timedelta(days=1200)}, "until")],
)  # fmt: skip
def test_times_that_cannot_be_are_refused_by_their_field(values: dict[str, timedelta], field: str) -> None:
    now = timezone.now()
    given = {"signed_at": now - timedelta(days=1), "wording": "", "until": now + timedelta(days=300)}
    with pytest.raises(InvalidError) as caught:
        do(joined(), "sign", officer(), given | {name: now + span for name, span in values.items()})
    assert caught.value.field == field


def test_without_a_term_it_is_renewed_in_a_year() -> None:
    at = timezone.now() - timedelta(days=1)
    row = do(joined(), "sign", officer(), {"signed_at": at, "wording": "", "until": None})
    assert row.until == months_after(at, 12)


def test_what_is_not_renewed_lapses_and_is_a_shortcoming_until_it_is() -> None:
    row = signed(joined(), days=30)
    _keep(timezone.now() + timedelta(days=31))
    row.refresh_from_db()
    assert (row.state, clocks(row)) == ("lapsed", ["renew"])
    assert signed(row).state == "signed"


@pytest.mark.duty("A10-staff-secrecy")
def test_an_undertaking_outlives_its_persons_leaving() -> None:
    row = signed(joined())
    do(row.person, "leave", officer())
    row.refresh_from_db()
    assert (row.state, clocks(row)) == ("outlives", [])
    _keep(timezone.now() + timedelta(days=2000))
    row.refresh_from_db()
    assert row.state == "outlives"
    do(row.person, "return", officer())
    row.refresh_from_db()
    assert (row.state, clocks(row)) == ("signed", ["renew"])


def test_whoever_leaves_without_having_signed_is_not_forgotten() -> None:
    row = joined()
    do(row.person, "leave", officer())
    row.refresh_from_db()
    assert (row.state, clocks(row)) == ("missing", [])


@pytest.mark.parametrize("role", [Role.SERVICE, Role.AGENT])
def test_roles_that_do_not_see_undertakings(role: Role) -> None:
    assert signed_in(person("S-9", role)).get("/r/undertakings/").status_code == 403
