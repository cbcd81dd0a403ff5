"""The terms of the credit lists, as data."""

from __future__ import annotations

import tomllib
from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from functools import cache
from importlib import resources
from typing import Literal

import msgspec

from shouze.language import Text


class Term(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A list: its words, how many months an entry stands, within how many days of the decision it is made, whence."""

    id: str
    zh: str
    en: str
    months: int
    within_days: int
    source_zh: str
    source_en: str
    flag: Literal["T", "Q", "M"]

    @property
    def name(self) -> Text:
        """Return the list's words."""
        return Text(self.zh, self.en)

    @property
    def source(self) -> Text:
        """Return where the term comes from."""
        return Text(self.source_zh, self.source_en)


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    edition: str
    list: tuple[Term, ...]


@cache
def terms() -> Mapping[str, Term]:
    """Return the lists by their ids."""
    raw = resources.files("shouze.registers.credit").joinpath("terms.toml").read_text(encoding="utf-8")
    return {each.id: each for each in msgspec.convert(tomllib.loads(raw), _File).list}


def last_day(term: Term, listed_on: date) -> date:
    """Return the last day of an entry; a day that the month lacks becomes its last."""
    month = listed_on.month - 1 + term.months
    year, month = listed_on.year + month // 12, month % 12 + 1
    return date(year, month, min(listed_on.day, monthrange(year, month)[1]))
