"""Read what people write into the normal form of an item.

Each reader returns the normal form, or None when the text is not of that form. Errors are raised elsewhere, so that
no exception that quotes the text hangs on to them.
"""

from __future__ import annotations

import base64
import re
import string
import unicodedata
from collections.abc import Callable
from datetime import date
from ipaddress import IPv6Address, ip_address

from shouze.rules.forms.check_digits import id_check_character, luhn_holds, uscc_check_character

Reader = Callable[[str], str | None]

BLOB_CHARACTERS = 1024 * 1024
_JOINERS = "\u180e\u200c\u200d"  # Mongolian, Uyghur and emoji are misspelt without them
_UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
_SEPARATORS = re.compile(r"[\s\-\u2010-\u2015\u2212.()·•‧・]")

_AREA_AND_NUMBER = r"(10[1-9][0-9]{7}|2[0-9][1-9][0-9]{7}|[3-9][0-9]{2}[1-9][0-9]{6,7})"
_MOBILE = re.compile(r"(?:(?:\+|00)?86)?0?(1[3-9][0-9]{9})")
_LANDLINE = re.compile(rf"(?:(?:\+|00)860?|0){_AREA_AND_NUMBER}")
_ABROAD = re.compile(r"(?:\+|00)((?!86)[1-9][0-9]{6,14})")
_EMAIL = re.compile(r"""(?=.{3,254}\Z)[^\s@"(),:;<>\[\\\]]{1,64}@(?:[^\W_][\w-]{0,62}\.)+[^\W\d_][\w-]{0,62}""")
_ID_NUMBER = re.compile(r"[1-9][0-9]{5}(?:18|19|20)[0-9]{9}[0-9X]")
_OLD_ID_NUMBER = re.compile(r"[1-9][0-9]{14}")
_DATE = re.compile(r"([0-9]{4})(-?)([0-9]{2})\2([0-9]{2})")
_USCC = re.compile(r"[0-9A-HJ-NP-RTUWXY]{18}")
_NUMBER = re.compile(r"(?=.{1,100}\Z)([+-]?)0*([0-9]{1,40}?)(?:\.([0-9]{0,40}?)0*)?")


def text(value: str) -> str | None:
    """Names, addresses, free words: 1 to 4,000 characters, runs of blanks as one space."""
    plain = _plain(value)
    if not plain.isprintable() and any(map(_is_control, plain)):
        return None
    collapsed = " ".join(plain.split())
    return collapsed if 1 <= len(collapsed) <= 4000 else None


def account(value: str) -> str | None:
    """Names of accounts: 1 to 128 characters, case folded."""
    words = text(value)
    # Folding may take a character apart and composing may join it again: the second time nothing is left to do.
    folded = _plain(_plain((words or "").casefold()).casefold())
    return folded if 1 <= len(folded) <= 128 else None


def email(value: str) -> str | None:
    """An e-mail address in lower case (RFC 5321 without quoted local parts, RFC 6531)."""
    lower = _plain(_plain(value).strip().lower())
    return lower if _EMAIL.fullmatch(lower) else None


def phone(value: str) -> str | None:
    """A telephone number as E.164; one without a country is a mainland mobile or a mainland area code and number."""
    digits = compact(value)
    if found := _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return "+86" + found[1]
    found = _ABROAD.fullmatch(digits)
    return "+" + found[1] if found else None


def id_number(value: str) -> str | None:
    """A citizen's identity number of 18 characters (GB 11643); one of 15 digits is brought to 18."""
    number = compact(value)
    if _OLD_ID_NUMBER.fullmatch(number):
        number = f"{number[:6]}19{number[6:]}"
        number += id_check_character(number)
    sound = _ID_NUMBER.fullmatch(number) and number[17] == id_check_character(number[:17])
    return number if sound and day(number[6:14]) else None


def bank_card(value: str) -> str | None:
    """A bank card's number: 12 to 19 digits (ISO/IEC 7812-1)."""
    digits = compact(value)
    return digits if re.fullmatch(r"[0-9]{12,19}", digits) and luhn_holds(digits) else None


def imei(value: str) -> str | None:
    """The number of a handset: 15 digits (3GPP TS 23.003)."""
    digits = compact(value)
    return digits if re.fullmatch(r"[0-9]{15}", digits) and luhn_holds(digits) else None


def day(value: str) -> str | None:
    """A day of the calendar as YYYY-MM-DD (ISO 8601); YYYYMMDD is read too."""
    found = _DATE.fullmatch(_plain(value).strip())
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4])).isoformat()
    except ValueError:
        return None


def ip(value: str) -> str | None:
    """An IPv4 or IPv6 address without a zone, as RFC 5952 writes it; a mapped IPv4 address as IPv4."""
    try:
        address = ip_address(_plain(value).strip())
    except ValueError:
        return None
    if not isinstance(address, IPv6Address):
        return str(address)
    return None if address.scope_id else str(address.ipv4_mapped or address)


def mac(value: str) -> str | None:
    """A hardware address: six pairs of hexadecimal digits in lower case, with colons."""
    digits = compact(value).replace(":", "")
    return ":".join(re.findall("..", digits.lower())) if re.fullmatch(r"[0-9A-F]{12}", digits) else None


def uscc(value: str) -> str | None:
    """A unified social credit code: 18 characters (GB 32100)."""
    code = compact(value)
    return code if _USCC.fullmatch(code) and code[17] == uscc_check_character(code[:17]) else None


def number(value: str) -> str | None:
    """A decimal number without needless zeros or signs; at most 40 digits on either side of the point."""
    found = _NUMBER.fullmatch(_plain(value).strip())
    if found is None:
        return None
    size = f"{found[2]}.{found[3]}" if found[3] else found[2]
    return f"-{size}" if found[1] == "-" and size != "0" else size


def secret(value: str) -> str | None:
    """A password or answer: 1 to 1,024 characters, kept exactly."""
    return value if 1 <= len(value) <= 1024 else None


def blob(value: str) -> str | None:
    """Bytes such as a picture: base64 (RFC 4648, 4) of at most 1 MiB of text."""
    packed = "".join(value.split())
    try:
        content = base64.b64decode(packed, validate=True) if len(packed) <= BLOB_CHARACTERS else b""
    except ValueError:
        return None
    return base64.b64encode(content).decode() if content else None


def like(pattern: str) -> Reader:
    """Return a reader of what the pattern matches once separators are gone and letters are capital."""
    compiled = re.compile(pattern)

    def read(value: str) -> str | None:
        packed = compact(value)
        return packed if compiled.fullmatch(packed) else None

    return read


def compact(value: str) -> str:
    """Return the text without blanks, dashes, dots and brackets, its ASCII letters capital."""
    return _SEPARATORS.sub("", _plain(value)).translate(_UPPER)


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc" and character not in "\t\n\r"


def _plain(value: str) -> str:
    if value.isascii():
        return value  # ASCII has neither compatibility forms nor formatting characters
    if value.isprintable():
        return unicodedata.normalize("NFKC", value)  # what is printable holds no formatting character
    visible = (kept for kept in value if kept in _JOINERS or unicodedata.category(kept) != "Cf")
    return unicodedata.normalize("NFKC", "".join(visible))
