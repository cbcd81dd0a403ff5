"""Complaints about inspections at the operator, by role and language."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.registers.peers.models import Peer
from shouze.registers.roles import Role
from tests.registers.grievances.test_complaining import MINISTRY, complained, ministry
from tests.registers.house import officer, person, signed_in
from tests.registers.parties import Other
from tests.registers.visited.test_answering import received

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "sees", "complains"),
    [
        (Role.OFFICER, True, True), (Role.SECURITY, True, True), (Role.APPROVER, True, False),
        (Role.AUDITOR, True, False), (Role.SERVICE, False, False), (Role.AGENT, False, False),
        (Role.ADMINISTRATOR, False, False),
    ],
)  # fmt: skip
def test_what_each_role_may_do(other: Other, role: Role, *, sees: bool, complains: bool) -> None:
    other.trusted()
    ministry()
    row, browser = complained(), signed_in(person("S-9", role))
    assert browser.get("/r/grievances/").status_code == (200 if sees else 403)
    assert browser.get(reverse("row", args=["grievances", row.number])).status_code == (200 if sees else 403)
    assert browser.get("/r/grievances/new").status_code == (200 if complains else 403)
    for act in ("taken-up", "upheld", "dismissed"):
        assert browser.get(reverse("act", args=["grievances", row.number, act])).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"), [("zh", ("收取费用", "妨碍正常经营")), ("en", ("A fee was charged", "was hindered"))]
)
def test_the_grounds_are_told_in_the_readers_language(other: Other, language: str, words: tuple[str, ...]) -> None:
    other.trusted()
    ministry()
    row = complained()
    page = signed_in(officer(), language).get(reverse("row", args=["grievances", row.number])).content.decode()
    assert all(word in page for word in words)


@pytest.mark.parametrize(("language", "words"), [("zh", "第二十五条第一项"), ("en", "25(1)")])
def test_who_was_visited_by_the_ministry_is_told_that_nobody_is_above_it(language: str, words: str) -> None:
    there = Other(party=MINISTRY)
    visit = received(there)
    browser = signed_in(officer(), language)
    at = reverse("row", args=["visited", visit.number])
    assert words not in browser.get(at).content.decode()
    Peer.objects.update(standing="ministry")
    assert words in browser.get(at).content.decode()


def test_the_visit_that_is_complained_of_shows_the_complaint(other: Other) -> None:
    visit = received(other)
    ministry()
    row = complained(visit=visit.number, against="")
    page = signed_in(officer()).get(reverse("row", args=["visited", visit.number])).content.decode()
    assert reverse("row", args=["grievances", row.number]) in page
