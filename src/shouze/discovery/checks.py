"""Checks of values by name, over many at once: digits as arrays, no Python per value for what is frequent.

A check gets the places of candidates in a content and returns which of them hold. Sources: GB 11643 and ISO 7064
(identity numbers), GB 32100 (credit codes), ISO/IEC 7812-1 (cards, handsets), GB 16735 (vehicles).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import cache
from ipaddress import IPv6Address, IPv6Network
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from shouze.discovery.lexicon import lexicon
from shouze.discovery.spans import WIDEST, Mask, Padded, Places, Spans, Values
from shouze.rules.forms import reading

_ID_WEIGHTS = np.array([2**power % 11 for power in range(17, -1, -1)], dtype=np.float32)
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_WEIGHTS = np.array([3**power % 31 for power in range(17)], dtype=np.float32)
_VIN_WEIGHTS = np.array([8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2], dtype=np.float32)
_VIN = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", [1, 2, 3, 4, 5, 6, 7, 8, 1, 2, 3, 4, 5, 7, 9, 2, 3, 4, 5, 6, 7, 8, 9],
                strict=True))  # fmt: skip
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])


def _table(values: Mapping[str, int]) -> Values:
    table = np.full(256, -1, dtype=np.int8)
    for character, value in values.items():
        table[ord(character)] = value
    return table


_DIGITS = {str(digit): digit for digit in range(10)}
_OF_DIGITS = _table(_DIGITS)
_OF_USCC = _table({character: place for place, character in enumerate(_USCC)})
_OF_VIN = _table(_DIGITS | _VIN)


Check = Callable[[Spans], Mask]


def apart(spans: Spans) -> Mask:
    """Return which candidates are whole words: no part of a decimal number, a path of versions or a longer code."""
    content, starts, ends = spans.bytes, spans.starts, spans.ends
    before = np.where(starts > 0, content[starts - 1], 32)
    further = np.where(starts > 1, content[starts - 2], 32)
    after, beyond = content[ends], content[ends + 1]
    joined_before = _WORD[before] | (_JOINS[before] & _WORD[further])
    joined_after = _WORD[after] | (_JOINS[after] & _DIGIT[beyond])
    found: Mask = ~(joined_before | joined_after)
    return found


def _flags(characters: str) -> Mask:
    flags = np.zeros(256, dtype=np.bool_)
    flags[[ord(character) for character in characters]] = True
    return flags


_DIGIT = _flags("0123456789")
_WORD = _flags("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_*")
_JOINS = _flags(".-")


def _member(numbers: Places, allowed: frozenset[int]) -> Mask:
    known = _known(allowed)
    found: Mask = known[np.clip(numbers, -1, len(known) - 2)]
    return found


@cache
def _known(allowed: frozenset[int]) -> Mask:
    """Return for each number whether it is allowed; the last two are those of any greater one and of -1."""
    known: Mask = np.zeros(max(allowed) + 3, dtype=np.bool_)
    known[list(allowed)] = True
    return known


def _number(digits: Values, first: int, last: int) -> Places:
    """Return the number that stands in these columns."""
    found = digits[:, first].astype(np.int64)
    for column in range(first + 1, last):
        found = found * 10 + digits[:, column]
    return found


def _weighed(values: Values, weights: NDArray[np.float32]) -> Places:
    """Return sums of products: as floating point, which libraries multiply quickest and which is exact up to 2^24."""
    found: Places = (values.astype(np.float32) @ weights).astype(np.int64)
    return found


def _is_day(year: NDArray[np.int64], month: NDArray[np.int64], day: NDArray[np.int64], today: date) -> Mask:
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    length = _DAYS[np.clip(month, 0, 12)] + ((month == 2) & leap)
    past = year * 10_000 + month * 100 + day <= today.year * 10_000 + today.month * 100 + today.day
    found: Mask = (year >= 1900) & past & (month >= 1) & (month <= 12) & (day >= 1) & (day <= length)
    return found


def _luhn(digits: Values) -> Mask:
    """ISO/IEC 7812-1, annex B."""
    width = digits.shape[1]
    present = np.maximum(digits, 0)
    more = _weighed(present - 9 * (present > 4), _TURNS[:width])  # what doubling adds to a digit
    found: Mask = (_weighed(present, _ONES[:width]) + np.where(_count(digits >= 0) % 2 == 0, *more.T)) % 10 == 0
    return found


def _count(mask: Mask) -> Places:
    """Return how many are true in each row."""
    return _weighed(mask.view(np.int8), _ONES[: mask.shape[1]])


_ONES = np.ones(WIDEST, dtype=np.float32)
_TURNS = np.array([[1, 0], [0, 1]] * (WIDEST // 2), dtype=np.float32)


def _mod_11_2(spans: Spans) -> tuple[Values, Mask]:
    window = spans.window(18)
    values = _OF_DIGITS[window]
    values[:, 17] = np.where((window[:, 17] | 32) == ord("x"), 10, values[:, 17])
    found: Mask = _weighed(values, _ID_WEIGHTS) % 11 == 1
    return values, found


def _dated_id(spans: Spans, regions: frozenset[int]) -> Mask:
    values, holds = _mod_11_2(spans)
    day = _is_day(_number(values, 6, 10), _number(values, 10, 12), _number(values, 12, 14), spans.today)
    found: Mask = holds & day & _member(_number(values, 0, 2), regions) & apart(spans)
    return found


def resident_id(spans: Spans) -> Mask:
    """18 characters: region, day of birth, check character (GB 11643)."""
    return _dated_id(spans, lexicon().regions)


def resident_id_spaced(spans: Spans) -> Mask:
    """The same, with marks between its parts."""
    plain = [re.sub("[ -]", "", each) for each in spans.texts()]
    content, ends = "\n".join([*plain, ""]).encode(), 19 * np.arange(1, len(plain) + 1) - 1
    return resident_id(Spans(Padded(content), ends - 18, ends, spans.today)) & apart(spans)


def residence_permit(spans: Spans) -> Mask:
    """18 characters from 810000, 820000 or 830000, built as GB 11643."""
    return _dated_id(spans, frozenset({81, 82, 83}))


def resident_id_old(spans: Spans) -> Mask:
    """15 digits of before 2000: region and day of birth; no check digit."""
    values = spans.digits()
    day = _is_day(1900 + _number(values, 6, 8), _number(values, 8, 10), _number(values, 10, 12), spans.today)
    prefecture = _number(values, 2, 4)
    placed = _member(_number(values, 0, 2), lexicon().regions) & (prefecture >= 1) & (prefecture <= 53)
    found: Mask = day & placed & apart(spans)
    return found


def mobile(spans: Spans) -> Mask:
    """The last eleven digits: an allocated prefix."""
    values = spans.digits()
    skipped = _count(values >= 0) - 11
    longer = np.flatnonzero(skipped > 0)
    values[longer, :3] = np.take_along_axis(values[longer], skipped[longer, None] + np.arange(3), axis=1)
    found: Mask = (skipped >= 0) & _member(_number(values, 0, 3), lexicon().mobile_prefixes) & apart(spans)
    return found


_EXTENSION = re.compile(r"(?<=\d{7})-\d{1,5}$")


def landline(spans: Spans) -> Mask:
    """An area code that exists, then 7 or 8 digits."""
    areas = lexicon().area_codes

    def holds(text: str) -> bool:
        number = reading.phone(_EXTENSION.sub("", text))
        if number is None or not number.startswith("+86"):
            return False
        rest = number[3:]
        return any(int(rest[:width]) in areas and len(rest) - width in {7, 8} for width in (2, 3))

    return _each(spans, holds) & apart(spans)


def bank_card(spans: Spans) -> Mask:
    """A known issuer prefix with its length, and a check digit that holds."""
    values = spans.digits()
    length = _count(values >= 0)
    known = (_issued()[np.clip(_number(values, 0, 6), 0, None)] >> length) & 1 == 1
    varied = _count(values[:, 1:13] != values[:, :1]) > 0
    found: Mask = known & varied & _luhn(values) & apart(spans)
    return found


@cache
def _issued() -> NDArray[np.int64]:
    """Return, for each six first digits, the lengths of numbers that begin so: a bit for each length."""
    lengths = np.zeros(1_000_000, dtype=np.int64)
    for width, first, last, known in lexicon().issuers:
        rest = 10 ** (6 - width)
        lengths[first * rest : (last + 1) * rest] |= sum(1 << length for length in known)
    return lengths


def imei(spans: Spans) -> Mask:
    """15 digits whose check digit holds, and not one digit repeated (3GPP TS 23.003)."""
    values = spans.digits()
    found: Mask = _luhn(values) & (values[:, 2:14] != values[:, 2:3]).any(axis=1) & apart(spans)
    return found


def uscc(spans: Spans) -> Mask:
    """18 characters whose check character holds (GB 32100), with the region of its third and fourth."""
    values = _OF_USCC[spans.window(18)]
    total = _weighed(values[:, :17], _USCC_WEIGHTS)
    placed = _member(_number(values, 2, 4), lexicon().regions | {10})
    found: Mask = (values >= 0).all(axis=1) & ((-total) % 31 == values[:, 17]) & placed & apart(spans)
    return found


def business_licence(spans: Spans) -> Mask:
    """15 digits (ISO 7064 MOD 11,10)."""
    values = spans.digits()[:, :15]
    rest = np.full(len(values), 10)
    for place in range(14):
        total = (rest + values[:, place]) % 10
        rest = np.where(total == 0, 10, total) * 2 % 11
    found: Mask = (rest + values[:, 14]) % 10 == 1
    return found


def vin(spans: Spans) -> Mask:
    """17 characters whose ninth holds (GB 16735); letters and digits both, not one repeated."""
    window = spans.window(17)
    values = _OF_VIN[window]
    check = np.where(window[:, 8] == ord("X"), 10, _OF_DIGITS[window[:, 8]])
    letters = (_OF_DIGITS[window] < 0).sum(axis=1)
    mixed = (letters >= 2) & (letters <= 14)
    found: Mask = mixed & (_weighed(values, _VIN_WEIGHTS) % 11 == check) & apart(spans)
    return found


def ipv4(spans: Spans) -> Mask:
    """Four parts up to 255 that may be somebody's address: no loopback, multicast, network or mask."""
    window = np.ascontiguousarray(spans.window(16).T)
    part = np.zeros(len(spans.starts), dtype=np.int16)
    first, most = part - 1, part
    for column in window:
        part = np.where((column >= ord("0")) & (column <= ord("9")), part * 10 + (column & 15), part)
        most = np.maximum(most, part)
        dots = column == ord(".")
        first = np.where(dots & (first < 0), part, first)
        part = np.where(dots, 0, part)
    found: Mask = (most <= 255) & (first > 0) & (first != 127) & (first < 224) & (part > 0) & (part < 255)
    return found & apart(spans)


_UNICAST = tuple(map(IPv6Network, ("2000::/3", "fc00::/7", "fe80::/10", "64:ff9b::/96")))
"""What addresses of hosts are assigned from (IANA)."""


def ipv6(spans: Spans) -> Mask:
    """What reads as an IPv6 unicast address and is no time of day."""

    def holds(text: str) -> bool:
        try:
            found = IPv6Address(text)
        except ValueError:
            return False
        return any(found in each for each in _UNICAST) and len(text) > 6

    def alone(spans: Spans) -> Mask:
        before = np.where(spans.starts > 0, spans.bytes[spans.starts - 1], 32)
        found: Mask = (before != ord(":")) & (spans.bytes[spans.ends] != ord(":"))
        return found

    return _each(spans, holds) & apart(spans) & alone(spans)


def mac(spans: Spans) -> Mask:
    """Six pairs that are not all alike, no group address, and no part of a longer chain."""

    def holds(text: str) -> bool:
        return len(set(text.lower().replace("-", ":").split(":"))) > 1 and not int(text[1], 16) & 1

    chained = _flags(":-")
    after = chained[spans.bytes[spans.ends]] & _WORD[spans.bytes[spans.ends + 1]]
    before = np.where(spans.starts > 0, spans.bytes[spans.starts - 1], 32)
    further = np.where(spans.starts > 1, spans.bytes[spans.starts - 2], 32)
    found: Mask = _each(spans, holds) & ~after & ~(chained[before] & _WORD[further])
    return found


def position(spans: Spans) -> Mask:
    """Longitude and latitude within China's bounds, in either order, and no part of a longer number."""

    def holds(text: str) -> bool:
        first, second = (float(each) for each in text.replace("，", ",").replace(";", ",").replace(" ", ",").split(",")
                         if each)  # fmt: skip
        return any(73 <= east <= 136 and 3 <= north <= 54 for east, north in ((first, second), (second, first)))

    return _each(spans, holds) & apart(spans)


def plate(spans: Spans) -> Mask:
    """The form of a plate with a digit in it, and no more of a code behind it."""
    found: Mask = (_OF_DIGITS[spans.window(16)] >= 0).any(axis=1) & ~_WORD[spans.bytes[spans.ends]]
    return found


def email(spans: Spans) -> Mask:
    """An address that is no file's name, package's version, repository or network's name for a mobile number."""
    last = spans.bytes[np.maximum(spans.ends[:, None] - np.arange(5, 0, -1), 0)] | 0x20
    code = last.astype(np.int64) @ 256 ** np.arange(4, -1, -1)
    found: Mask = np.ones(len(spans.starts), dtype=np.bool_)
    for ending in _FILES:
        found &= code % 256 ** len(ending) != int.from_bytes(ending)
    found &= (spans.bytes[spans.starts + 3] != ord("@")) | (spans.bytes[spans.starts] != ord("g"))
    for network in np.flatnonzero(found & (code % 256**4 == int.from_bytes(b".org"))).tolist():
        found[network] = spans.content[spans.ends[network] - 15 : spans.ends[network]].lower() != b"3gppnetwork.org"
    width = min(int((spans.ends - spans.starts).max()) + 1, WIDEST)
    dots = (spans.window(width) == ord(".")).reshape(-1)
    dots[width - 1 :: width] = False  # so that no row's end meets the next one's beginning
    found[np.flatnonzero(dots[1:] & dots[:-1]) // width] = False
    for long in np.flatnonzero(found & (spans.ends - spans.starts >= width)).tolist():
        found[long] = spans.content.find(b"..", spans.starts[long], spans.ends[long]) < 0
    return found


_FILES = (b".png", b".jpg", b".jpeg", b".gif", b".svg", b".webp", b".js", b".css", b".so", b".py", b".git")


def name(spans: Spans) -> Mask:
    """A surname and a given name that are no common word."""
    return _each(spans, is_name)


def is_name(text: str) -> bool:
    """Tell whether a text may be a name: Latin words, or a surname and no common word."""
    if text[:1].isascii() or "·" in text:
        return True
    known = lexicon()
    if text[:2] in known.compounds:
        return 3 <= len(text) <= 4
    if len(text) > 3:
        return known.sounded.issuperset(text)
    return text[:1] in known.surnames and text[:2] not in known.not_named and len(text) in {2, 3}


def address(spans: Spans) -> Mask:
    """Six characters or more, with a part of a place's name, or the entrance of a building."""
    marks = "省市区县州盟旗镇乡村路街道巷弄胡同里园苑寓厦"
    return _each(spans, lambda text: len(text) >= 6 and ("单元" in text or any(mark in text for mark in marks)))


def _each(spans: Spans, holds: Callable[[str], bool]) -> Mask:
    return np.fromiter(map(holds, spans.texts()), dtype=np.bool_, count=len(spans.starts))


CHECKS: Mapping[str, Check] = MappingProxyType({
    "address": address, "bank-card": bank_card, "business-licence": business_licence, "email": email, "imei": imei,
    "ipv4": ipv4, "ipv6": ipv6, "landline": landline, "mac": mac, "mobile": mobile, "name": name, "plate": plate,
    "position": position, "resident-id": resident_id, "resident-id-spaced": resident_id_spaced,
    "resident-id-old": resident_id_old,
    "residence-permit": residence_permit, "strict": apart, "uscc": uscc, "vin": vin,
})  # fmt: skip
"""Every check by its name; a detector of one's own may use them."""
