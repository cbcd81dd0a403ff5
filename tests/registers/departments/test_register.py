"""Departments and branches: somebody is in charge, what each answers for is said, and confirmed yearly."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError
from shouze.registers.departments.models import Department
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from shouze.registers.spans import months_after
from tests.registers.house import do, officer, person, signed_in
from tests.registers.staffed import department, post

pytestmark = pytest.mark.django_db


def clock(row: Department, kind: str) -> Clock | None:
    return Clock.objects.filter(register="departments", entry=row.pk, kind=kind).first()


@pytest.mark.duty("A13-1-roles")
def test_a_department_without_anybody_in_charge_or_without_duties_owes_that_at_once() -> None:
    row = department(head=None)
    found = clock(row, "fix")
    assert found is not None
    assert found.due is None
    do(row, "change", officer(), {"head": officer(), "duties": []})
    assert clock(row, "fix") is not None
    do(row, "change", officer(), {"duties": ["A13-1-roles"]})
    assert clock(row, "fix") is None


@pytest.mark.duty("A13-1-roles")
def test_what_is_fixed_is_confirmed_within_a_year_and_a_reorganisation_dates_it_anew() -> None:
    row = department()
    first = clock(row, "confirm")
    assert first is not None
    assert row.confirmed_at is not None
    assert first.due == months_after(row.confirmed_at, 12)
    changed = do(row, "change", officer(), {"title_en": "Sales and shops"})
    assert changed.confirmed_at > row.confirmed_at
    assert do(row, "confirm", officer()).confirmed_at > changed.confirmed_at


def test_no_department_stands_below_itself() -> None:
    department("east")
    department("shops", parent="east")
    with pytest.raises(InvalidError) as caught:
        do(Department.objects.get(name="east"), "change", officer(), {"parent": "shops"})
    assert caught.value.field == "parent"


def test_an_id_stands_once() -> None:
    department()
    with pytest.raises(InvalidError) as caught:
        department()
    assert caught.value.field == "name"


def test_what_has_posts_or_departments_below_it_is_not_dissolved() -> None:
    row = department()
    there = post()
    with pytest.raises(InvalidError):
        do(row, "close", officer())
    do(there, "close", officer())
    assert do(row, "close", officer()).state == "closed"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.AGENT])
def test_roles_that_may_not_register_a_department(role: Role) -> None:
    assert signed_in(person("S-9", role)).get("/r/departments/new").status_code == 403


def test_an_organisation_chart_is_taken_in_from_a_file() -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    officer()
    lines = "类别,代号,名称,英文名称,上级,负责人\n部门,legal,法务部,Legal,,S-0001\n分支机构,east,华东,East,,S-7777\n"
    browser = signed_in(officer(), "en")
    answer = browser.post("/r/departments/import", {"file": SimpleUploadedFile("org.csv", lines.encode())})
    assert answer.status_code == 422
    assert "line 3" in answer.content.decode()
    good = SimpleUploadedFile("org.csv", lines.replace("S-7777", "S-0001").encode())
    assert browser.post("/r/departments/import", {"file": good}).status_code == 302
    assert Department.objects.get(name="legal").head == officer()
