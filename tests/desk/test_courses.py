"""Courses as they will be seen, and the ready ones taken as drafts."""

from __future__ import annotations

import pytest

from shouze.registers.courses.models import Course
from shouze.registers.courses.ready import ready_courses
from tests.registers.house import approver, do, officer, signed_in
from tests.registers.trainings.scene import drafted

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", list(ready_courses()))
def test_a_ready_course_becomes_a_draft_that_can_be_published_as_it_is(name: str) -> None:
    assert signed_in(officer()).post("/courses/ready", {"course": name}).status_code == 302
    row = Course.objects.get(name=name)
    assert row.state == "draft"
    assert do(row, "publish", approver()).state == "published"


def test_what_is_not_there_is_not_taken_and_what_was_taken_is_said() -> None:
    browser = signed_in(officer(), "en")
    assert browser.post("/courses/ready", {"course": "nothing"}).status_code == 404
    browser.post("/courses/ready", {"course": "order-24"})
    assert browser.get("/courses/ready").content.decode().count("Taken already") == 1


def test_the_preview_speaks_the_readers_language_and_marks_what_is_right() -> None:
    signed_in(officer()).post("/courses/ready", {"course": "order-24"})
    number = Course.objects.get().number
    english = signed_in(officer(), "en").get(f"/courses/{number}/preview").content.decode()
    assert "What the Order governs" in english
    assert english.count('class="right"') == english.count('<span class="state good">right</span>') > 10
    assert "这部规定管什么" in signed_in(officer(), "zh").get(f"/courses/{number}/preview").content.decode()


def test_a_draft_with_a_mistake_says_where() -> None:
    row = drafted(text="# 一\n\n? 甲？\n- [x] 对")
    page = signed_in(officer(), "en").get(f"/courses/{row.number}/preview").content.decode()
    assert "Chinese text, line 3" in page
