"""Values have one normal form, and neither errors nor masks give them away."""

from __future__ import annotations

import base64
import traceback
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shouze.errors import InvalidError
from shouze.rules.forms import FORMS, mask, normalise
from shouze.rules.forms.check_digits import id_check_character, luhn_holds, uscc_check_character

# Every number here is made up; check digits are right where the form asks for them.
READ = [
    ("text", "  张\u200b  三　丰\n", "张 三 丰"),
    ("text", "Ａ1", "A1"),
    ("text", "cafe\u0301", "caf\u00e9"),
    ("text", "𬭼𮧵", "𬭼𮧵"),
    ("phone", "13800138000", "+8613800138000"),
    ("phone", "+86 138-0013-8000", "+8613800138000"),
    ("phone", "0086 138 0013 8000", "+8613800138000"),
    ("phone", "86-13800138000", "+8613800138000"),
    ("phone", "013800138000", "+8613800138000"),
    ("phone", "\u202d１３８００１３８０００\u202c", "+8613800138000"),
    ("phone", "（010）12345678", "+861012345678"),
    ("phone", "0571-8765432", "+865718765432"),
    ("phone", "+86 (0)21 1234 5678", "+862112345678"),
    ("phone", "+852 2345 6789", "+85223456789"),
    ("phone", "00852 2345 6789", "+85223456789"),
    ("id-number", "11010519491231002x", "11010519491231002X"),
    ("id-number", "110105 19491231 002Ｘ", "11010519491231002X"),
    ("id-number", "110105491231002", "11010519491231002X"),
    ("email", " Zhang.San@Example.CN ", "zhang.san@example.cn"),
    ("email", "张三@例子.中国", "张三@例子.中国"),
    ("account", " ＷeiXin_Id ", "weixin_id"),
    ("account", "STRASSE", "strasse"),
    ("bank-card", "6222 0200 0000 0000 000", "6222020000000000000"),
    ("date", "２０２４-02-29", "2024-02-29"),
    ("date", "19491231", "1949-12-31"),
    ("imei", "49-015420-323751-8", "490154203237518"),
    ("imsi", "460 00 1234567890", "460001234567890"),
    ("iccid", "8986 0012 3456 7890 123", "8986001234567890123"),
    ("iccid", "898600a1234567890123", "898600A1234567890123"),
    ("ip", "2001:DB8:0:0::1", "2001:db8::1"),
    ("ip", "::ffff:192.0.2.1", "192.0.2.1"),
    ("mac", "AA-BB-cc-dd-EE-ff", "aa:bb:cc:dd:ee:ff"),
    ("mac", "aabb.ccdd.eeff", "aa:bb:cc:dd:ee:ff"),
    ("uscc", "91350100m000100y43", "91350100M000100Y43"),
    ("plate", "京A·12345", "京A12345"),
    ("plate", "沪ad12345", "沪AD12345"),
    ("plate", "粤Z1234港", "粤Z1234港"),
    ("number", "+007.500", "7.5"),
    ("number", "-0.0", "0"),
    ("number", "100", "100"),
    ("secret", " Ａ\n", " Ａ\n"),
    ("blob", "aGVs\nbG8=", "aGVsbG8="),
    ("blob", "QR==", "QQ=="),
]
REFUSED = [
    ("text", ""),
    ("text", " \u200b\u3000"),
    ("text", "a\x00b"),
    ("text", "a\x1bb"),
    ("text", "a" * 4001),
    ("text", "a\ud800"),
    ("phone", "12800138000"),
    ("phone", "1380013800"),
    ("phone", "+8612800138000"),
    ("phone", "12345678"),
    ("phone", "400-800-1234"),
    ("phone", "+1234567890123456"),
    ("phone", "138001380a0"),
    ("phone", "١٣٨٠٠١٣٨٠٠٠"),
    ("id-number", "110105194912310021"),
    ("id-number", "110105194902310020"),
    ("id-number", "11010519491231002"),
    ("id-number", "110105491331002"),
    ("email", "zhang.san"),
    ("email", "a@b"),
    ("email", "a b@example.cn"),
    ("email", "a@@example.cn"),
    ("email", "a@-example.cn"),
    ("email", "a" * 65 + "@example.cn"),
    ("account", ""),
    ("account", "a" * 129),
    ("bank-card", "6222020000000000001"),
    ("bank-card", "00000000000"),
    ("date", "2023-02-29"),
    ("date", "2023-0228"),
    ("date", "0000-01-01"),
    ("imei", "490154203237517"),
    ("imsi", "46000123456789"),
    ("iccid", "8886001234567890123"),
    ("ip", "fe80::1%eth0"),
    ("ip", "192.0.2.256"),
    ("ip", "192.0.2.01"),
    ("mac", "aa:bb:cc:dd:ee"),
    ("mac", "aa:bb:cc:dd:ee:fg"),
    ("uscc", "91350100M000100Y44"),
    ("uscc", "I1350100M000100Y43"),
    ("plate", "京I12345"),
    ("plate", "京AI2345"),
    ("plate", "京Aß1234"),
    ("number", ".5"),
    ("number", "1e5"),
    ("number", "1" * 41),
    ("secret", ""),
    ("secret", "a" * 1025),
    ("blob", ""),
    ("blob", "aGVsbG8"),
    ("blob", "aGVs-G8="),
    ("blob", base64.b64encode(bytes(1024 * 1024)).decode()),
]
MASKED = [
    ("text", "张三丰", "张**"),
    ("text", "张三", "张*"),
    ("text", "张", "*"),
    ("text", "北京市海淀区某路某号", "北**"),
    ("phone", "+8613812341234", "138****1234"),
    ("phone", "+861012345678", "+86********78"),
    ("phone", "+1234567", "+******7"),
    ("id-number", "11010519491231002X", "1101**********002X"),
    ("email", "zhang@example.cn", "z***@example.cn"),
    ("email", "z@example.cn", "***@example.cn"),
    ("account", "weixin_id", "w***d"),
    ("account", "abc", "***"),
    ("bank-card", "6222020000000000003", "6222***********0003"),
    ("bank-card", "622202000000", "62********00"),
    ("date", "1949-12-31", "1949-**-**"),
    ("imei", "490154203237518", "4901********518"),
    ("ip", "192.0.2.1", "192.0.*.*"),
    ("ip", "2001:db8::1", "2001:db8:*"),
    ("ip", "::1", "::*"),
    ("mac", "aa:bb:cc:dd:ee:ff", "aa:bb:cc:**:**:**"),
    ("uscc", "91350100M000100Y43", "9135**********0Y43"),
    ("plate", "京A12345", "京A****5"),
    ("number", "7.5", "***"),
    ("secret", "password", "***"),
    ("blob", "aGVsbG8=", "***"),
]


def numbered(cases: list[tuple[str, ...]]) -> list[str]:
    """Name the cases by form and number: a value must not stand in the name of a test."""
    return [f"{case[0]}-{number}" for number, case in enumerate(cases)]


@pytest.mark.parametrize(("form", "value", "normal"), READ, ids=numbered([*READ]))
def test_spellings_meet_in_one_normal_form(form: str, value: str, normal: str) -> None:
    assert normalise(form, value) == normal
    assert normalise(form, normal) == normal


@pytest.mark.parametrize(("form", "value"), REFUSED, ids=numbered([*REFUSED]))
def test_what_is_not_of_the_form_is_refused_without_a_word_about_it(form: str, value: str) -> None:
    with pytest.raises(InvalidError) as refused:
        normalise(form, value, field="items.asked")
    assert refused.value.field == "items.asked"
    assert refused.value.__context__ is refused.value.__cause__ is None
    expected = FORMS[form].expected
    assert expected.zh in refused.value.remedy.zh
    assert expected.en in refused.value.remedy.en
    said = "".join(traceback.format_exception_only(refused.value))
    assert len(value) < 5 or value not in said


@pytest.mark.parametrize(("form", "normal", "masked"), MASKED, ids=numbered([*MASKED]))
def test_masked_views_are_the_customary_ones(form: str, normal: str, masked: str) -> None:
    assert mask(form, normal) == masked


def test_every_form_is_read_refused_and_masked_above() -> None:
    for cases in ([case[0] for case in READ], [case[0] for case in REFUSED]):
        assert set(cases) == set(FORMS)
    assert {case[0] for case in MASKED} == set(FORMS) - {"imsi", "iccid"}, "those two are masked like imei"


def test_an_unknown_form_is_invalid() -> None:
    for ask in (normalise, mask):
        with pytest.raises(InvalidError) as wrong:
            ask("shoe-size", "value")
        assert wrong.value.field == "form"
        assert "id-number" in wrong.value.remedy.zh


def test_a_refusal_without_a_field_names_the_form() -> None:
    with pytest.raises(InvalidError) as refused:
        normalise("phone", "not a number")
    assert refused.value.field == "phone"
    assert "电话号码" in refused.value.say("zh")


any_form = st.sampled_from(sorted(FORMS))
readable = st.sampled_from(READ).map(lambda case: case[1])
wild = st.one_of(
    st.text(),
    st.text(alphabet="0123456789+-XxabAB .:@/=京沪·０１", max_size=24),
    st.sampled_from(READ).map(lambda case: case[1]),
)


@given(any_form, wild)
def test_normalising_twice_changes_nothing(form: str, value: str) -> None:
    try:
        normal = normalise(form, value)
    except InvalidError:
        return
    assert normalise(form, normal) == normal


@given(st.sampled_from(["text", "account", "email"]), st.text(min_size=1), st.sampled_from(["", "@example.cn"]))
def test_normalising_words_twice_changes_nothing(form: str, words: str, ending: str) -> None:
    try:
        normal = normalise(form, words + ending)
    except InvalidError:
        return
    assert normalise(form, normal) == normal
    assert unicodedata.is_normalized("NFKC", normal)


@given(any_form, wild)
def test_a_mask_hides_something_and_never_fails(form: str, value: str) -> None:
    assert "*" in mask(form, value)
    try:
        normal = normalise(form, value)
    except InvalidError:
        return
    assert mask(form, normal) != normal or set(normal) == {"*"}


@given(st.text(alphabet="0123456789", min_size=16, max_size=16))
def test_full_width_digits_are_digits(digits: str) -> None:
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in digits)
    assert normalise("number", wide) == normalise("number", digits)


@given(st.text(alphabet="0123456789", min_size=17, max_size=17), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_of_an_identity_number_is_noticed(digits: str, place: int, shift: int) -> None:
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :]
    assert id_check_character(wrong) != id_check_character(digits)


@given(st.text(alphabet="0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17), st.integers(0, 15))
def test_two_swapped_characters_of_a_social_credit_code_are_noticed(code: str, place: int) -> None:
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (uscc_check_character(swapped) == uscc_check_character(code)) == (swapped == code)


@given(st.text(alphabet="0123456789", min_size=11, max_size=18))
def test_each_run_of_digits_has_one_luhn_digit(digits: str) -> None:
    assert sum(luhn_holds(digits + last) for last in "0123456789") == 1
