"""Media: in custody from their registration to an end that two people have seen."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.media.models import Medium
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import approver, do, officer, person, signed_in
from tests.registers.media.scene import kept

pytestmark = pytest.mark.django_db


def clocks(row: Medium) -> dict[str, tuple[datetime | None, Person | None]]:
    found = Clock.objects.filter(register="media", entry=row.pk).select_related("person")
    return {each.kind: (each.due, each.person) for each in found}


def destroying(row: Medium, **changed: Any) -> Medium:
    values = {"method": "shredded", "destroyed_at": timezone.now() - timedelta(minutes=5), "witness": approver()}
    done: Medium = do(row, "destroy", officer(), values | changed)
    return done


@pytest.mark.duty("A13-4-media")
def test_what_is_issued_is_owed_back_by_who_has_it() -> None:
    somebody, due = person("S-0100", Role.SERVICE), timezone.now() + timedelta(days=3)
    row = do(kept(), "issue", officer(), {"issued_to": somebody, "due_back": due})
    assert (row.state, clocks(row)) == ("issued", {"back": (due, somebody)})
    row = do(row, "give-back", officer(), {"place": "B-1"})
    assert (row.state, row.place, row.issued_to, clocks(row)) == ("kept", "B-1", None, {})


def test_the_keeper_hands_out_and_others_do_not() -> None:
    keeper, other = person("S-0100", Role.SERVICE), person("S-0101", Role.SERVICE)
    row, due = kept(keeper=keeper), timezone.now() + timedelta(days=3)
    with pytest.raises(NotYoursError):
        do(row, "issue", other, {"issued_to": other, "due_back": due})
    assert do(row, "issue", keeper, {"issued_to": other, "due_back": due}).state == "issued"


@pytest.mark.duty("A13-4-media")
def test_a_carrier_is_destroyed_once_its_witness_attests_it() -> None:
    row = destroying(kept())
    assert (row.state, clocks(row)["attest"][1]) == ("destroying", approver())
    with pytest.raises(NotYoursError):
        do(row, "attest", officer())
    with pytest.raises(NotYoursError):
        do(row, "attest", person("S-0101", Role.APPROVER))
    assert do(row, "attest", approver()).state == "destroyed"


def test_nobody_is_the_witness_of_what_they_destroyed() -> None:
    with pytest.raises(InvalidError) as caught:
        destroying(kept(), witness=officer())
    assert caught.value.field == "witness"


def test_a_witness_who_did_not_see_it_says_so_and_it_is_kept() -> None:
    row = do(destroying(kept()), "deny", approver())
    assert (row.state, row.witness, row.method, row.destroyed_at) == ("kept", None, "", None)


def test_what_is_to_come_has_not_been_destroyed() -> None:
    with pytest.raises(InvalidError) as caught:
        destroying(kept(), destroyed_at=timezone.now() + timedelta(hours=1))
    assert caught.value.field == "destroyed_at"


def test_a_carrier_whose_time_is_over_is_owed_its_destruction_by_its_keeper() -> None:
    until = timezone.now() + timedelta(days=10)
    assert clocks(kept(keep_until=until))["destroy"] == (until, officer())


@pytest.mark.duty("A14-1-remedy")
def test_a_lost_carrier_calls_for_measures_at_once() -> None:
    row = do(kept(), "lose", officer())
    assert clocks(row) == {"lost": (None, None)}
    assert "register an incident" in signed_in(officer(), "en").get(f"/r/media/{row.number}/").content.decode()
    assert do(row, "find", officer(), {"place": "A-12"}).state == "kept"


def test_a_mark_stands_once_among_what_is_not_destroyed() -> None:
    first = kept(mark="K-7")
    with pytest.raises(InvalidError) as caught:
        kept(mark="K-7")
    assert caught.value.field == "mark"
    do(destroying(first), "attest", approver())
    assert kept(mark="K-7").tag != first.tag


def test_a_list_of_carriers_is_taken_in_with_keepers_by_their_work_numbers() -> None:
    lines = "自有标号,名称,介质,涉及用户数,安全储存措施,保管人,存放位置\nK-1,合同,纸介质,20,上锁、门禁,S-0001,A-1\n"
    browser = signed_in(officer())
    good = SimpleUploadedFile("media.csv", lines.encode())
    assert browser.post("/r/media/import", {"file": good}).status_code == 302
    row = Medium.objects.get(mark="K-1")
    assert (row.keeper, row.protection, row.subjects) == (officer(), ["locked", "access"], 20)
    wrong = SimpleUploadedFile("media.csv", lines.replace("S-0001", str(officer().pk)).encode())
    assert browser.post("/r/media/import", {"file": wrong}).status_code == 422


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_that_may_not_register_a_carrier(role: Role) -> None:
    assert signed_in(person("S-9", role)).get("/r/media/new").status_code == 403
    assert signed_in(person("S-8", role)).get("/media/labels").status_code == 403
