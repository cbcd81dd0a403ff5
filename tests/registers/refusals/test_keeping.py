"""Refused dispatches as evidence: the same once, never more than a flood may leave, looked at by people."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.link.refusing import Reason
from shouze.registers.refusals import keeping
from shouze.registers.refusals.models import RefusedRow
from shouze.registers.roles import Role
from tests.registers.house import do, officer, person, signed_in

pytestmark = pytest.mark.django_db


def test_a_flood_leaves_a_bounded_heap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keeping, "MOST", 3)
    for number in range(5):
        keeping.keep(Reason.MALFORMED, f"x{number}")
    keeping.keep(Reason.MALFORMED, "x0")
    assert RefusedRow.objects.count() == 3
    assert RefusedRow.objects.get(content="x0").times == 2
    do(RefusedRow.objects.get(content="x1"), "look", officer())
    keeping.keep(Reason.MALFORMED, "x9")
    assert RefusedRow.objects.count() == 4


def test_what_was_refused_stands_on_its_page_and_in_no_export() -> None:
    keeping.keep(Reason.ALTERED, "as it came")
    row = RefusedRow.objects.get()
    browser = signed_in(officer())
    assert "as it came" in browser.get(reverse("row", args=["refusals", row.number])).content.decode()
    assert b"as it came" not in b"".join(browser.get("/r/refusals/export.csv").streaming_content)  # type: ignore[attr-defined]  # it is streamed


@pytest.mark.parametrize(
    ("role", "sees", "looks"),
    [
        (Role.OFFICER, True, True), (Role.AUDITOR, True, False), (Role.SERVICE, False, False),
        (Role.INSPECTOR, True, True), (Role.AGENT, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(role: Role, *, sees: bool, looks: bool) -> None:
    keeping.keep(Reason.ALTERED, "x")
    row, browser = RefusedRow.objects.get(), signed_in(person("S-9", role))
    assert browser.get(reverse("row", args=["refusals", row.number])).status_code == (200 if sees else 403)
    assert browser.get(reverse("act", args=["refusals", row.number, "look"])).status_code == (200 if looks else 403)
    assert browser.get("/r/refusals/new").status_code == 403
