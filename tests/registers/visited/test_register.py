"""Visits received, by role and language."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.registers.roles import Role
from tests.registers.house import officer, person, signed_in
from tests.registers.parties import Other
from tests.registers.visited.test_answering import received

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "sees", "answers"),
    [
        (Role.OFFICER, True, True), (Role.SECURITY, True, True), (Role.APPROVER, True, False),
        (Role.AUDITOR, True, False), (Role.SERVICE, False, False), (Role.AGENT, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, answers: bool) -> None:
    row, browser = received(other), signed_in(person("S-9", role))
    assert browser.get("/r/visited/").status_code == (200 if sees else 403)
    assert browser.get(reverse("row", args=["visited", row.number])).status_code == (200 if sees else 403)
    assert browser.get(reverse("act", args=["visited", row.number, "answer"])).status_code == (200 if answers else 403)
    for address in ("/r/visited/new", reverse("act", args=["visited", row.number, "recorded"])):
        assert browser.get(address).status_code == 403


@pytest.mark.parametrize(
    ("language", "word"), [("zh", "机关自己没有作出全部两项声明"), ("en", "The authority itself does not")]
)
def test_a_statement_that_is_missing_is_said_on_top(other: Other, language: str, word: str) -> None:
    row = received(other, no_fee=False)
    page = signed_in(officer(), language).get(reverse("row", args=["visited", row.number])).content.decode()
    assert word in page
