"""Courses: written, published by another person, replaced version by version."""

from __future__ import annotations

import pytest

from shouze.errors import InvalidError, NotYoursError
from shouze.registers.courses.models import Course
from shouze.registers.courses.register import current, guarding
from shouze.registers.roles import Role
from tests.registers.house import approver, do, officer, person, signed_in
from tests.registers.trainings.scene import TEXT, drafted, taught

pytestmark = pytest.mark.django_db


@pytest.mark.duty("A15-train-know/skill/resp")
def test_a_course_is_published_by_another_person_than_wrote_it() -> None:
    row = drafted()
    approver()
    with pytest.raises(NotYoursError):
        do(row, "publish", officer())
    assert do(row, "publish", approver()).state == "published"


@pytest.mark.parametrize("text", ["", "# 一\n没有问题", "没有标题"])
def test_a_course_that_asks_nothing_is_not_published_and_says_what_is_wrong(text: str) -> None:
    row = drafted(text=text)
    with pytest.raises(InvalidError) as caught:
        do(row, "publish", approver())
    assert caught.value.detail.en.startswith("Chinese text")
    page = signed_in(officer(), "en").get(f"/r/courses/{row.number}/").content.decode()
    assert "Chinese text" in page


@pytest.mark.parametrize(
    ("field", "value"), [("pass_percent", 0), ("pass_percent", 101), ("attempts", 0), ("valid_months", 0)]
)
def test_numbers_that_make_no_sense_are_refused_by_their_field(field: str, value: int) -> None:
    with pytest.raises(InvalidError) as caught:
        drafted(**{field: value})
    assert caught.value.field == field


def test_a_new_version_takes_the_place_of_the_one_before() -> None:
    first = taught(guards=True)
    do(first, "revise", officer())
    second = Course.objects.get(edition=2)
    assert (second.state, second.text) == ("draft", TEXT)
    do(second, "publish", approver())
    assert current("order-24") == second
    assert Course.objects.get(pk=first.pk).state == "superseded"
    assert list(guarding()) == ["order-24"]


def test_of_a_course_one_version_is_written_at_a_time() -> None:
    first = taught()
    do(first, "revise", officer())
    with pytest.raises(InvalidError):
        do(first, "revise", officer())
    with pytest.raises(InvalidError) as caught:
        drafted()
    assert caught.value.field == "name"


@pytest.mark.parametrize("role", [Role.SERVICE, Role.APPROVER, Role.AUDITOR, Role.ADMINISTRATOR])
def test_roles_that_may_not_write_a_course(role: Role) -> None:
    browser = signed_in(person("S-9", role))
    assert browser.get("/r/courses/new").status_code == 403
    assert browser.get("/courses/ready").status_code == 403
