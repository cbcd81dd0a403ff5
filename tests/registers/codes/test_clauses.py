"""A code's clauses: a line each, in both languages, every one under an article of the Order."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.registers.codes.clauses import MOST, clauses_of, written

KNOWN = ("8", "9(1)", "10", "12", "13(3)")
WORDS = st.text("会员不收集信息 。，ab 12:()", min_size=1, max_size=30).map(str.strip).filter(bool)
CLAUSES = st.lists(
    st.tuples(st.lists(st.sampled_from(KNOWN), min_size=1, max_size=3, unique=True), WORDS, WORDS),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=40)
@given(CLAUSES)
def test_what_is_read_is_what_was_written(told: list[tuple[list[str], str, str]]) -> None:
    clauses = [{"number": n, "zh": zh, "en": en, "articles": a} for n, (a, zh, en) in enumerate(told, 1)]
    assert clauses_of(*written(clauses), KNOWN) == clauses


@pytest.mark.parametrize("separated", ["8,10", "8，10", "8、10", "8; 10", " 8  10 ", "8, 10, 8"])
def test_articles_are_separated_as_people_write_them_and_stand_once(separated: str) -> None:
    assert clauses_of(f"[{separated}] 词", "word", KNOWN)[0]["articles"] == ["8", "10"]


@pytest.mark.parametrize(
    ("text", "text_en", "field"),
    [
        ("", "", "text"),
        (" \n \n", "word", "text"),
        ("没有条款", "word", "text"),
        ("[] 词", "word", "text"),
        ("[8]", "word", "text"),
        ("[99] 词", "word", "text"),
        ("[8] 词\n[8] 词", "word", "text_en"),
        ("[8] 词", "one\ntwo", "text_en"),
        ("[8] " + "词" * 2001, "word", "text"),
        ("[8] 词\n" * (MOST + 1), "word\n" * (MOST + 1), "text"),
    ],
)
def test_what_is_wrong_is_named(text: str, text_en: str, field: str) -> None:
    with pytest.raises(InvalidError) as caught:
        clauses_of(text, text_en, KNOWN)
    assert caught.value.field == field


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_typed_is_read_or_refused_by_name(text: str, text_en: str) -> None:
    with suppress(InvalidError):
        assert all(each["articles"] for each in clauses_of(text, text_en, KNOWN))
