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
