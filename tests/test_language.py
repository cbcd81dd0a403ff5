"""Words in both languages, and which the reader asks for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.language import LANGUAGES, Language, Text, preferred


def test_a_text_speaks_both_languages() -> None:
    text = Text("第 {number} 行", "line {number}").fill(number=3)
    assert [text.to(language) for language in LANGUAGES] == ["第 3 行", "line 3"]


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("en-GB", "en"),
        ("en_GB.UTF-8", "en"),
        ("zh_CN.UTF-8", "zh"),
        ("fr, en;q=0.5, zh;q=0.7", "zh"),
        ("en;q=0.2, zh;q=0.1", "en"),
        ("de, fr", "zh"),
        ("", "zh"),
        (None, "zh"),
        ("EN", "en"),
        ("zh;q=nonsense, en;q=0.1", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_first(header: str | None, language: str) -> None:
    assert preferred(header) == language


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_no_header_is_an_error(header: str, default: Language) -> None:
    assert preferred(header, default) in LANGUAGES
    assert preferred("de", default) == default


def test_a_text_among_the_words_is_said_in_each_language() -> None:
    filled = Text("审批：{name}", "Review: {name}").fill(name=Text("优惠推荐", "offers"), n=1)
    assert filled == Text("审批：优惠推荐", "Review: offers")


def test_several_texts_are_listed_as_each_language_lists_them() -> None:
    assert Text.listed([Text("甲", "A"), Text("乙", "B")]) == Text("甲、乙", "A, B")
    assert Text.listed([]) == Text("", "")
