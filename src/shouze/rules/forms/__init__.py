"""Bring the values of items into one normal form, and show them masked.

Two spellings of one value have one normal form, so that they meet in the blind index and in a search. Full-width
characters become half-width ones (Unicode NFKC) and invisible formatting characters go, except in ``secret``.

# Invariant: ``normalise`` is idempotent, and its errors say nothing about the value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shouze.errors import InvalidError
from shouze.language import Text
from shouze.rules.forms import masking, reading

_PLATE = (
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-Z]"
    r"(?:[A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9挂学警港澳领试超]|[A-HJ-NP-Z0-9]{6})|使[0-9]{6}"
)


@dataclass(frozen=True, slots=True)
class Form:
    """One form of values: its name for people, what is expected of a value, how to read it and how to mask it."""

    name: str
    label: Text
    expected: Text
    read: reading.Reader
    mask: masking.Mask


def normalise(form: str, value: str, field: str | None = None) -> str:
    """Return the normal form of a value.

    InvalidError, naming ``field`` (the form when absent) and what is expected, when the value is not of that form or
    there is no such form.
    """
    known = _form_named(form)
    broken = not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value)
    normal = None if broken else known.read(value)
    if normal is None:
        raise InvalidError(
            Text(f"不是有效的{known.label.zh}", f"Not a valid {known.label.en}"),
            field=field or form,
            remedy=Text(f"应为{known.expected.zh}", f"Expected: {known.expected.en}"),
        )
    return normal


def mask(form: str, normal: str) -> str:
    """Return the customary masked view of a normal form; InvalidError when there is no such form."""
    return _form_named(form).mask(normal)


def _form_named(name: str) -> Form:
    if form := FORMS.get(name):
        return form
    raise InvalidError(
        Text("没有这种格式", "There is no such form"),
        field="form",
        remedy=Text(f"可选：{'、'.join(FORMS)}", f"Choose one of {', '.join(FORMS)}"),
    )


_FORMS = (
    Form(
        "text",
        Text("文本", "text"),
        Text("1 至 4000 个字符，不含控制字符", "1 to 4,000 characters, no control characters"),
        reading.text,
        masking.text,
    ),
    Form(
        "phone",
        Text("电话号码", "telephone number"),
        Text(
            "手机号码、带区号的固定电话，或以 + 开头的境外号码", "a mobile, an area code and number, or + and a country"
        ),
        reading.phone,
        masking.phone,
    ),
    Form(
        "id-number",
        Text("公民身份号码", "citizen's identity number"),
        Text("18 位（或旧 15 位），日期和校验码正确", "18 characters (or the old 15) with a real date and check digit"),
        reading.id_number,
        masking.ends(4, 4),
    ),
    Form(
        "email",
        Text("电子邮箱", "e-mail address"),
        Text("形如 name@example.cn 的地址", "an address such as name@example.cn"),
        reading.email,
        masking.email,
    ),
    Form(
        "account",
        Text("账号", "account name"),
        Text("1 至 128 个字符，不含控制字符", "1 to 128 characters, no control characters"),
        reading.account,
        masking.account,
    ),
    Form(
        "bank-card",
        Text("银行卡号", "bank card number"),
        Text("12 至 19 位数字，校验位正确", "12 to 19 digits with a right check digit"),
        reading.bank_card,
        masking.ends(4, 4),
    ),
    Form(
        "date",
        Text("日期", "date"),
        Text("YYYY-MM-DD 或 YYYYMMDD", "YYYY-MM-DD or YYYYMMDD"),
        reading.day,
        masking.day,
    ),
    Form(
        "imei",
        Text("设备识别码 IMEI", "handset number (IMEI)"),
        Text("15 位数字，校验位正确", "15 digits with a right check digit"),
        reading.imei,
        masking.ends(4, 3),
    ),
    Form(
        "imsi",
        Text("用户识别码 IMSI", "subscriber number (IMSI)"),
        Text("15 位数字", "15 digits"),
        reading.like("[0-9]{15}"),
        masking.ends(4, 3),
    ),
    Form(
        "iccid",
        Text("SIM 卡号 ICCID", "SIM card number (ICCID)"),
        Text("以 89 开头的 19 或 20 位", "19 or 20 characters that start with 89"),
        reading.like("89[0-9]{4}[0-9A-Z]{13,14}"),
        masking.ends(4, 4),
    ),
    Form(
        "ip",
        Text("IP 地址", "IP address"),
        Text("不带区域标识的 IPv4 或 IPv6 地址", "an IPv4 or IPv6 address without a zone"),
        reading.ip,
        masking.ip,
    ),
    Form(
        "mac",
        Text("MAC 地址", "hardware (MAC) address"),
        Text("六组两位十六进制数", "six pairs of hexadecimal digits"),
        reading.mac,
        masking.mac,
    ),
    Form(
        "uscc",
        Text("统一社会信用代码", "unified social credit code"),
        Text("18 位，校验码正确", "18 characters with a right check character"),
        reading.uscc,
        masking.ends(4, 4),
    ),
    Form(
        "plate",
        Text("机动车号牌", "vehicle plate"),
        Text("省份简称、发牌机关字母和 5 或 6 位序号", "the province's character, a letter, and 5 or 6 characters"),
        reading.like(_PLATE),
        masking.ends(2, 1),
    ),
    Form(
        "number",
        Text("数值", "number"),
        Text("十进制数，小数点两侧各不超过 40 位", "a decimal number, at most 40 digits on either side of the point"),
        reading.number,
        masking.hidden,
    ),
    Form(
        "secret",
        Text("密码等保密内容", "secret"),
        Text("1 至 1024 个字符", "1 to 1,024 characters"),
        reading.secret,
        masking.hidden,
    ),
    Form(
        "blob",
        Text("二进制内容", "binary content"),
        Text("不超过 1 MiB 的 base64 文本", "base64 text of at most 1 MiB"),
        reading.blob,
        masking.hidden,
    ),
)

FORMS: Mapping[str, Form] = MappingProxyType({form.name: form for form in _FORMS})
"""Every form by its name."""
