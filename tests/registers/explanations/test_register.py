"""Explanations: the person named answers for themselves, once; who handles the report reads it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from shouze.errors import NotYoursError
from shouze.registers.roles import Role
from shouze.registers.rows import Clock
from tests.registers.house import do, person, signed_in
from tests.registers.misconduct.scene import head, inspector, ministry, put, reported

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]


@pytest.mark.duty("A24")
def test_the_person_answers_and_nobody_for_them() -> None:
    asked = put(reported())
    assert Clock.objects.get(register="explanations").person == inspector()
    for other in (head(), person("C-0777", Role.INSPECTOR)):
        with pytest.raises(NotYoursError):
            do(asked, "answer", other, {"answer": "x"})
    asked = do(asked, "answer", inspector(), {"answer": "没有此事"})
    assert (asked.state, asked.answer) == ("answered", "没有此事")
    with pytest.raises(NotYoursError):
        do(asked, "answer", inspector(), {"answer": "又改口"})
    page = signed_in(head()).get(reverse("row", args=["misconduct", asked.report.number])).content.decode()
    assert "没有此事" in page


def test_who_sees_it() -> None:
    asked = put(reported())
    for role in Role:
        browser = signed_in(person(f"X-{role[:5]}", role))
        sees = role in {Role.HEAD, Role.MINISTRY}
        assert browser.get(reverse("row", args=["explanations", asked.number])).status_code == (200 if sees else 404)
        assert browser.get("/r/explanations/new").status_code == 403
        act = browser.get(reverse("act", args=["explanations", asked.number, "answer"])).status_code
        assert act == (403 if sees else 404)


def test_what_is_about_a_head_other_heads_do_not_read() -> None:
    ministry()
    asked = put(reported(above=True), ministry())
    assert signed_in(head()).get(reverse("row", args=["explanations", asked.number])).status_code == 404
    assert signed_in(ministry()).get(reverse("row", args=["explanations", asked.number])).status_code == 200
