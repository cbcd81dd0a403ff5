"""Reporting on officers, inside or from the public page: no name needed, number and code at once, nothing cached."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from shouze.authority.misconduct import A_DAY, TRIES
from shouze.registers.misconduct.models import Misconduct
from shouze.registers.misconduct.taking import read
from shouze.registers.roles import Role
from shouze.registers.rows import Event
from tests.registers.house import do, person, signed_in
from tests.registers.misconduct.scene import head, inspector, ministry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("shouze.authority.urls")]
PAGE, INSIDE, OUTCOME = "/public/misconduct", "/misconduct/report", "/public/misconduct/outcome"
TOLD = {"kind": "abuse", "named": "一位处长", "story": "索要费用", "name": "", "reach": ""}


def reported(browser: Client | None = None, page: str = PAGE, **more: str) -> tuple[Misconduct, str]:
    head()
    answer = (browser or Client()).post(page, TOLD | more)
    found = re.search(r"<code>([^<]+)</code>", answer.content.decode())
    assert found, answer.content.decode()
    assert "no-store" in answer.headers["cache-control"]
    row = Misconduct.objects.order_by("-pk")[0]
    assert row.number in answer.content.decode()
    return row, found[1]


@pytest.mark.duty("A24")
def test_anybody_reports_and_sees_by_number_and_code_what_came_of_it() -> None:
    row, code = reported()
    assert (row.channel, read(row).story) == ("public", "索要费用")
    page = Client().post(OUTCOME, {"number": row.number, "code": code}).content.decode()
    assert "办理中" in page
    do(row, "dismiss", head(), {"told": "此事不属本机关"}, reason="x")
    answer = Client(headers={"accept-language": "en"}).post(OUTCOME, {"number": row.number, "code": code})
    assert "此事不属本机关" in answer.content.decode()
    assert "no-store" in answer.headers["cache-control"]


def test_a_wrong_code_and_an_unknown_number_are_answered_alike() -> None:
    row, code = reported()
    wrong = [Client().post(OUTCOME, each) for each in ({"number": row.number, "code": "x"},
                                                       {"number": "MC-2026-9999", "code": code})]  # fmt: skip
    assert {each.status_code for each in wrong} == {422}
    strip = [re.sub(r'value="[^"]*"', "", each.content.decode()) for each in wrong]
    assert strip[0] == strip[1]


def test_nobody_tries_codes_for_long_nor_floods_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (A_DAY.most, TRIES.most) == (20, 30)
    monkeypatch.setattr("shouze.authority.misconduct.A_DAY", A_DAY._replace(most=2))
    monkeypatch.setattr("shouze.authority.misconduct.TRIES", TRIES._replace(most=2))
    head()
    assert [Client().post(PAGE, TOLD).status_code for _ in range(3)] == [200, 200, 429]
    told = {"number": "MC-2026-0001", "code": "x"}
    assert [Client().post(OUTCOME, told).status_code for _ in range(3)] == [422, 422, 429]


def test_what_is_missing_is_told_at_its_field() -> None:
    answer = Client().post(PAGE, TOLD | {"kind": "", "story": ""})
    assert (answer.status_code, answer.content.decode().count("aria-invalid")) == (422, 2)
    assert Client(enforce_csrf_checks=True).post(PAGE, TOLD).status_code == 403


def test_where_nobody_may_work_on_it_whoever_writes_is_told_to_turn_elsewhere() -> None:
    head()
    answer = Client().post(PAGE, TOLD | {"above": "on"})
    assert answer.status_code == 422
    assert "监察机关" in answer.content.decode()
    assert not Misconduct.objects.exists()


def test_from_inside_people_are_chosen_and_who_is_signed_in_is_not_kept() -> None:
    ministry()
    me = person("C-0042", Role.INSPECTOR)
    row, _ = reported(signed_in(me), INSIDE, person=str(inspector().pk))
    assert (row.channel, row.person) == ("inside", inspector())
    assert {each.by for each in Event.objects.filter(register="misconduct")} == {None}
    assert signed_in(me).get("/r/misconduct/new").headers["location"] == INSIDE
    assert Client().get(INSIDE).status_code == 302


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ASSOCIATION, Role.MINISTRY])
def test_everybody_inside_may_report(role: Role) -> None:
    browser = signed_in(person("C-9", role), "en")
    assert browser.get(INSIDE).status_code == 200
    assert "Report misconduct" in browser.get("/r/misconduct/").content.decode()
