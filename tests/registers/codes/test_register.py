"""The register of codes: who does what, in which house; its pages in both languages."""

from __future__ import annotations

import pytest

from shouze.errors import NotYoursError
from shouze.registers.finding import registers
from shouze.registers.ports import GIVEN
from shouze.registers.roles import Role, roles_in
from shouze.registers.speaking import speakers
from tests.registers.codes.scene import TOLD, adopted, adoption, chair, drafted, secretary
from tests.registers.house import do, make, person, signed_in

pytestmark = pytest.mark.django_db
ACTS = {
    "draft": {Role.SECRETARY}, "write": {Role.SECRETARY}, "submit": {Role.SECRETARY}, "adopt": {Role.APPROVER},
    "return": {Role.SECRETARY, Role.APPROVER}, "revise": {Role.SECRETARY}, "withdraw": {Role.APPROVER},
    "draw": {Role.SECRETARY}, "drop": {Role.SECRETARY}, "enter": set(), "supersede": set(),
}  # fmt: skip


def test_each_act_has_its_roles_and_no_other() -> None:
    register = registers()["codes"]
    assert {each.name: set(each.by) for each in (register.creating, *register.acts)} == ACTS


def test_who_reads_codes_at_the_associations_desk_and_who_drafts_one() -> None:
    for role in Role:
        browser = signed_in(person(f"B-9-{role}", role))
        sees = role in {Role.SECRETARY, Role.APPROVER, Role.AUDITOR, Role.OFFICER}
        assert browser.get("/r/codes/").status_code == (200 if sees else 403), role
        assert browser.get("/r/codes/new").status_code == (200 if role == Role.SECRETARY else 403), role


def test_nobody_else_enters_an_adoption() -> None:
    row = do(drafted(), "submit", secretary())
    for role in set(Role) - {Role.APPROVER}:
        with pytest.raises(NotYoursError):
            do(row, "adopt", person(f"B-9-{role}", role), adoption())


def test_roles_of_an_association_are_held_at_no_other_house() -> None:
    assert Role.SECRETARY in roles_in("association")
    assert not {Role.INSPECTOR, Role.HEAD, Role.ASSOCIATION, Role.MINISTRY} & set(roles_in("association"))
    assert Role.SECRETARY not in {*roles_in("operator"), *roles_in("authority")}


@pytest.mark.parametrize("house", ["operator", "authority"])
def test_an_associations_registers_are_at_no_other_house(house: str) -> None:
    GIVEN.house = house  # type: ignore[assignment]  # one of the houses
    assert not {"codes", "pledges"} & set(registers())
    assert signed_in(secretary()).get("/r/codes/").status_code == 404


def test_a_supervisors_registers_are_not_at_the_associations_house() -> None:
    assert {"codes", "pledges", "peers", "dispatches", "people"} <= set(registers())
    assert not {"cases", "inspections", "supervised", "incidents", "complaints", "commitments"} & set(registers())


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pages_of_a_code_open_in_both_languages(language: str) -> None:
    code = adopted()
    browser = signed_in(secretary(), language)
    page = browser.get(f"/r/codes/{code.number}/").content.decode()
    assert ("Members collect nothing without consent" if language == "en" else "会员未经用户同意不收集信息") in page
    assert ("Art. 9(1)" if language == "en" else "第九条第一款") in page
    for act in ("withdraw",):
        assert signed_in(chair(), language).get(f"/r/codes/{code.number}/{act}").status_code == 200
    assert browser.get("/").status_code == 200


def test_what_is_wrong_with_a_line_is_said_at_the_field() -> None:
    answer = signed_in(secretary(), "en").post("/r/codes/new", TOLD | {"text": "没有条款\n[12] 词"})
    assert answer.status_code == 422
    assert "Clause 1 names no article" in answer.content.decode()


@pytest.mark.duty("A21-ind-rules")
def test_a_code_in_force_is_what_the_wheel_asks_for() -> None:
    fact = speakers()["codes.in-force"][1].fact
    assert fact().shown == 0
    code = adopted()
    assert (fact().shown, fact().last) == (1, code.in_force_from)
    do(code, "withdraw", chair())
    assert fact().shown == 0


def test_a_draft_is_listed_with_its_columns() -> None:
    make("codes", secretary(), TOLD)
    assert "用户个人信息保护自律公约" in signed_in(secretary()).get("/r/codes/").content.decode()
