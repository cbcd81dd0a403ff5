"""Invents users, the same ones every time: no two share a number, and none of them exists.

The province 99 is in no table of GB/T 2260, so no identity number here is anybody's; the check characters are right
(GB 11643). Mobile numbers begin with 154.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from shouze.rules.forms.check_digits import id_check_character

MOST = 10_000_000
_REGION = "990101"
_FIRST_DAY, _DAYS = date(1960, 1, 1), 16_000
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"
_GIVEN = (
    "伟",
    "芳",
    "娜",
    "敏",
    "静",
    "丽",
    "强",
    "磊",
    "军",
    "洋",
    "勇",
    "艳",
    "杰",
    "娟",
    "涛",
    "明",
    "超",
    "秀兰",
    "霞",
    "平",
    "刚",
    "桂英",
    "建国",
)
_STREETS = ("星桥路", "青山街", "云溪巷", "望江大道", "竹园里", "桂花弄", "长亭路")


class Person(NamedTuple):
    """One invented user."""

    name: str
    phone: str
    id_number: str
    address: str
    email: str

    @property
    def mobile(self) -> dict[str, str]:
        """Return the items that the mobile service collects."""
        return {"name": self.name, "phone": self.phone, "id-number": self.id_number, "address": self.address}


def person(number: int) -> Person:
    """Return the user of this number (0 to ``MOST`` - 1)."""
    place, born = divmod(number, _DAYS)
    day = _FIRST_DAY + timedelta(days=born * 7919 % _DAYS)
    seventeen = f"{_REGION}{day:%Y%m%d}{place:03d}"
    return Person(
        name=_SURNAMES[number * 7 % len(_SURNAMES)] + _GIVEN[number * 5 % len(_GIVEN)],
        phone=f"154{number * 73 % MOST:08d}",
        id_number=seventeen + id_check_character(seventeen),
        address=f"云泽省云泽市{_STREETS[number % len(_STREETS)]}{number % 400 + 1}号{number // 400 % 900 + 101}室",
        email=f"user{number}@starbridge.example",
    )
