"""The courses that come with Shouze: ten questions each, the same in both languages, shipped with the package."""

from __future__ import annotations

import re

import pytest

from shouze.registers.courses.content import alike, read
from shouze.registers.courses.ready import Ready, ready_courses

CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.duty("A15-train-know/skill/resp")
def test_between_them_they_teach_all_three_topics() -> None:
    assert {topic for each in ready_courses().values() for topic in each.topics} == {
        "knowledge", "skills", "responsibility",
    }  # fmt: skip


@pytest.mark.parametrize("course", ready_courses().values(), ids=lambda each: each.name)
def test_each_asks_ten_questions_alike_in_both_languages_and_says_why(course: Ready) -> None:
    chinese, english = read(course.text), read(course.text_en, "text_en")
    alike(chinese, english)
    assert len(chinese.questions) == 10
    assert len(chinese.leaves) == len(english.leaves) >= 5
    assert all(each.why for each in (*chinese.questions, *english.questions))
    assert {each.several for each in chinese.questions} == {True, False}
    assert not CHINESE.search(course.text_en)
