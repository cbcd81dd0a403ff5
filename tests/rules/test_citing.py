"""Articles as they are cited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.rules.citing import article_as_written, article_words, cited, numeral

_DIGITS = dict(zip("零一二三四五六七八九", range(10), strict=True))
_UNITS = {"十": 10, "百": 100, "千": 1000}


def test_each_article_is_cited_once_in_order() -> None:
    assert cited(["9(2)", "13(3)", "9(2)"]).zh.endswith("第九条第二款、第十三条第三项")
    assert cited(["9(2)", "13(3)"]).en.endswith(", Art. 9(2), Art. 13(3)")


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "〇"), (9, "九"), (10, "十"), (11, "十一"), (20, "二十"), (99, "九十九"), (100, "一百"), (105, "一百零五"),
        (110, "一百一十"), (112, "一百一十二"), (253, "二百五十三"), (1000, "一千"), (1005, "一千零五"),
        (1010, "一千零一十"), (1034, "一千零三十四"), (1260, "一千二百六十"), (10_000, "一万"), (10_100, "一万零一百"),
        (100_000_005, "一亿零五"),
    ],
)  # fmt: skip
def test_numbers_are_said_as_statutes_write_them(number: int, said: str) -> None:
    assert numeral(str(number)) == said


@given(st.integers(1, 10**12))
def test_whatever_number_is_said_can_be_read_again(number: int) -> None:
    said = numeral(str(number))
    assert read(said) == number
    assert "零零" not in said
    assert not said.endswith("零")


def read(said: str) -> int:
    """Return the number that a Chinese numeral says, read as a person does: large units first."""
    for unit, size in (("亿", 10**8), ("万", 10**4)):
        ahead, found, rest = said.rpartition(unit) if unit == "亿" else said.partition(unit)
        if found:
            return read(ahead) * size + read(rest)
    total, digit = 0, 0
    for sign in said:
        if sign in _DIGITS:
            digit = _DIGITS[sign]
        else:
            total, digit = total + (digit or 1) * _UNITS[sign], 0
    return total + digit


@pytest.mark.parametrize(
    ("written", "zh"),
    [
        ("24", "第二十四条"), ("105", "第一百零五条"), ("66(2)", "第六十六条第二款"),
        ("31、32", "第三十一条、第三十二条"), ("第二十四条", "第二十四条"), ("第三章", "第三章"),
    ],
)  # fmt: skip
def test_articles_in_declarations_are_cited_as_the_house_does(written: str, zh: str) -> None:
    assert article_as_written(written).zh == zh
    assert article_as_written(written).en == f"Article {written}"


def test_an_article_above_ninety_nine_is_cited() -> None:
    assert article_words("105(2)").zh == "第一百零五条第二款"
