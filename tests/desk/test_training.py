"""Learning on pages: read, answer, pass; what is half answered is no attempt."""

from __future__ import annotations

import pytest
from django.test import Client

from shouze.registers.courses.models import Course
from shouze.registers.people.models import Person
from shouze.registers.roles import Role
from tests.registers.house import approver, do, officer, person, signed_in
from tests.registers.staffed import clerk
from tests.registers.trainings.scene import WRONG, of, takes, taught

pytestmark = pytest.mark.django_db
RIGHT = {"q0": ["0"], "q1": ["0", "1"]}


def handed_in(browser: Client, somebody: Person, answers: dict[str, list[str]], **more: str) -> tuple[int, str]:
    row = of(somebody)
    given = {"version": str(row.version), "edition": "1", **answers, **more}
    answer = browser.post(f"/trainings/{row.number}/learn", given)
    return answer.status_code, answer.content.decode()


def test_pages_lead_on_to_the_test() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    browser, address = signed_in(somebody, "en"), f"/trainings/{of(somebody).number}/learn"
    assert "?page=test" in browser.get(address).content.decode()
    assert "Passed from 80 %; 2 attempts left" in browser.get(address, {"page": "test"}).content.decode()
    assert browser.get(address, {"page": "99"}).status_code == 200


@pytest.mark.duty("A15-train-know/skill/resp")
def test_whoever_answers_rightly_passes_and_sees_the_certificate() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    browser = signed_in(somebody, "en")
    status, page = handed_in(browser, somebody, RIGHT)
    assert (status, of(somebody).state) == (200, "passed")
    assert "100%" in page
    certificate = browser.get(f"/trainings/{of(somebody).number}/certificate").content.decode()
    assert somebody.name in certificate
    assert of(somebody).digest in certificate


def test_a_test_half_answered_or_of_an_older_version_is_no_attempt() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    browser = signed_in(somebody, "en")
    assert handed_in(browser, somebody, {"q0": ["0"]})[0] == 422
    assert handed_in(browser, somebody, RIGHT, edition="7")[0] == 409
    assert handed_in(browser, somebody, {"q0": ["5"], "q1": ["0"]})[0] == 422
    assert of(somebody).used == 0


def test_a_test_handed_in_twice_is_one_attempt() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    browser, version = signed_in(somebody, "en"), str(of(somebody).version)
    wrong = {"q0": ["1"], "q1": ["0"]}
    assert handed_in(browser, somebody, wrong)[0] == 200
    assert handed_in(browser, somebody, wrong, version=version)[0] == 409
    assert of(somebody).used == 1


def test_what_was_wrong_is_told_and_why_only_once_passed() -> None:
    somebody = clerk()
    taught(posts=["shop"], text="# 一\n\n? 甲？\n- [x] 对\n- [ ] 错\n> 因为如此\n", pass_percent=100)
    page = handed_in(signed_in(somebody), somebody, {"q0": ["1"]})[1]
    assert "甲？" in page
    assert "因为如此" not in page


def test_a_person_without_any_role_learns_too() -> None:
    somebody = person("S-0500", post="shop")
    taught(posts=["shop"])
    assert handed_in(signed_in(somebody), somebody, RIGHT)[0] == 200
    assert of(somebody).state == "passed"


@pytest.mark.parametrize(("role", "status"), [(Role.AUDITOR, 200), (Role.APPROVER, 200), (Role.SERVICE, 403)])
def test_who_sees_the_gaps(role: Role, status: int) -> None:
    assert signed_in(person("S-9", role)).get("/trainings/gaps").status_code == status


def test_the_gaps_count_who_holds_a_valid_certificate() -> None:
    first, second = clerk(), clerk("S-0101")
    taught(posts=["shop"])
    takes(first)
    page = signed_in(officer(), "en").get("/trainings/gaps").content.decode()
    assert "1 / 2" in page
    assert of(second).number in page
    assert of(first).number not in page


def test_a_certificate_is_of_the_version_that_was_passed() -> None:
    somebody = clerk()
    course = taught(posts=["shop"])
    takes(somebody)
    do(course, "revise", officer())
    second = Course.objects.get(edition=2)
    do(do(second, "write", officer(), {"title_en": "Another name"}), "publish", approver())
    page = signed_in(somebody, "en").get(f"/trainings/{of(somebody).number}/certificate").content.decode()
    assert "Basics（version 1）" in page


def test_a_later_attempt_that_failed_does_not_lend_the_certificate_its_score() -> None:
    somebody = clerk()
    taught(posts=["shop"])
    takes(somebody)
    takes(somebody, WRONG)
    page = signed_in(somebody, "en").get(f"/trainings/{of(somebody).number}/certificate").content.decode()
    assert "<dt>Score</dt><dd>—</dd>" in page
