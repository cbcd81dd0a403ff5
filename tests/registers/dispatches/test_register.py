"""The register of dispatches at the desk: letters written by people, read by people, by those who may."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.link.dispatch import unverified
from shouze.link.kinds import Letter
from shouze.registers.dispatches.models import DispatchRow
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import do, officer, person, signed_in
from tests.registers.parties import Other

pytestmark = pytest.mark.django_db


def test_an_officer_writes_a_letter_with_a_file(other: Other) -> None:
    other.trusted()
    browser = signed_in(officer())
    assert browser.get("/r/dispatches/new").status_code == 200
    from django.core.files.uploadedfile import SimpleUploadedFile

    asked = {"to": other.party, "as_kind": "letter", "in_matter": "I-2026-0001", "heading": "说明", "text": "如下",
             "documents": SimpleUploadedFile("a.txt", b"material")}  # fmt: skip
    assert browser.post("/r/dispatches/new", asked).status_code == 302
    row = DispatchRow.objects.get()
    written = unverified(row.signed)
    assert written is not None
    assert written.body == Letter(title="说明", text="如下")
    assert [each.name for each in written.attachments] == ["a.txt"]
    assert (row.direction, row.sequence, row.state) == ("out", 1, "waiting")
    assert "如下" in browser.get(reverse("row", args=["dispatches", row.number])).content.decode()


def test_an_operator_is_offered_no_authoritys_paper(other: Other) -> None:
    other.trusted()
    page = signed_in(officer()).get("/r/dispatches/new").content.decode()
    assert 'value="materials"' in page
    assert 'value="decision"' not in page


@pytest.mark.duty("A17-2-cooperate")
def test_a_demand_runs_its_clock_until_it_was_attended_to(other: Other) -> None:
    from shouze.registers.ports import GIVEN

    other.trusted()
    other.send("demand", Letter(title="要求", text="提供", due=GIVEN.now()))
    row = DispatchRow.objects.get()
    clock = Clock.objects.get(register="dispatches", entry=row.pk)
    assert (clock.due, clock.met, row.state) == (row.due, None, "arrived")
    assert do(row, "read", officer()).state == "settled"
    assert not Clock.objects.filter(register="dispatches").exists()


@pytest.mark.parametrize(
    ("role", "sees", "writes"),
    [
        (Role.OFFICER, True, True), (Role.SECURITY, True, True), (Role.APPROVER, True, False),
        (Role.AUDITOR, True, False), (Role.SERVICE, False, False), (Role.ADMINISTRATOR, False, False),
        (Role.AGENT, False, False), (Role.INSPECTOR, True, True), (Role.HEAD, True, True),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, writes: bool) -> None:
    other.trusted()
    other.send()
    row, browser = DispatchRow.objects.get(), signed_in(person("S-9", role))
    assert browser.get(reverse("row", args=["dispatches", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/dispatches/new").status_code == (200 if writes else 403)
    assert browser.get(reverse("act", args=["dispatches", row.number, "read"])).status_code == (200 if writes else 403)
    assert browser.get(reverse("act", args=["dispatches", row.number, "settle"])).status_code == 403
