"""The checks against the project's own check digits, drawn at random."""

from __future__ import annotations

import string
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shouze.discovery.checks import CHECKS
from shouze.discovery.spans import Padded, Spans
from shouze.rules.forms.check_digits import id_check_character, luhn_holds, uscc_check_character

TODAY = date(2026, 11, 1)
DIGITS = st.text(string.digits, min_size=1, max_size=1)


def holds(check: str, *values: str) -> list[bool]:
    """Return which of the values a check accepts, all in one content."""
    content = "\n".join(values).encode()
    ends = np.cumsum([len(value.encode()) + 1 for value in values]) - 1
    starts = ends - [len(value.encode()) for value in values]
    found: list[bool] = CHECKS[check](
        Spans(Padded(content), starts.astype(np.int64), ends.astype(np.int64), TODAY)
    ).tolist()
    return found


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.sampled_from("0123456789X"))
def test_an_identity_number_holds_exactly_with_its_check_character(day: date, serial: int, last: str) -> None:
    body = f"110105{day:%Y%m%d}{serial:03d}"
    assert holds("resident-id", body + last) == [last == id_check_character(body)]


def test_days_that_are_none_or_to_come_do_not_hold() -> None:
    bodies = ["11010519490229123", "11010518991231123", "11010520270101123", "99010519491231002"]
    assert not any(holds("resident-id", *(body + id_check_character(body) for body in bodies)))


@given(st.text(string.digits, min_size=12, max_size=12), st.sampled_from(string.digits))
def test_a_card_holds_exactly_with_its_check_digit(body: str, last: str) -> None:
    number = "6222" + body[:11] + last
    varied = len(set(number[1:13])) > 1 or number[1] != number[0]
    assert holds("bank-card", number) == [luhn_holds(number) and varied]


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9), st.sampled_from(string.digits + "ABX"))
def test_a_credit_code_holds_exactly_with_its_check_character(body: str, last: str) -> None:
    code = "91310115" + body
    assert holds("uscc", code + last) == [last == uscc_check_character(code)]


@given(
    st.text("aB.9-_", max_size=8), st.sampled_from(("a@b.cn", "x@2x.PNG", "x@2x.jpeg", "pkg@1.so", "a@b.con", "n@m.js"))
)
def test_an_email_is_no_file_and_has_no_dots_together(before: str, rest: str) -> None:
    value = before + rest
    endings = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".js", ".css", ".so", ".py", ".git")
    expected = ".." not in value and not value.lower().endswith(endings)
    assert holds("email", "..", value, "c@d.com")[1:] == [expected, True]


def test_separators_do_not_matter_to_cards_and_mobiles() -> None:
    assert holds("bank-card", "6222 0212 3456 7894", "6222-0212-3456-7894", "6222 0212 3456 7895") == [
        True,
        True,
        False,
    ]
    assert holds("mobile", "138-1234-5678", "+86 13812345678", "154-1234-5678") == [True, True, False]


def test_prefixes_and_lengths_belong_together() -> None:
    assert holds("bank-card", "6222021234567894", "622202123456784") == [True, False]


def test_nobodys_addresses_do_not_hold() -> None:
    nobodys = ("127.0.0.1", "255.255.255.0", "0.0.0.0", "224.0.0.1", "10.0.0.0", "10.0.0.255", "256.1.1.1")
    assert not any(holds("ipv4", *nobodys))
    assert holds("ipv4", "10.1.2.3", "203.0.113.7") == [True, True]
    assert holds("mac", "ff:ff:ff:ff:ff:ff", "01:00:5e:00:00:01", "3c:22:fb:00:00:01") == [False, False, True]


def test_a_business_licence_has_its_check_digit() -> None:
    assert holds("business-licence", "110108000000016", "110108000000017") == [True, False]


def test_common_words_are_no_names() -> None:
    words = ("高兴", "方便", "马上", "金额", "客户", "安装", "万元", "石材")
    assert not any(holds("name", *words))
    assert all(holds("name", "王芳", "欧阳志远", "傅小红"))
